"""Findings as SARIF 2.1.0, which code hosts and editors show beside the file.

What it is: one run of one tool, all rules, a result for each finding. A region has the octet's
offset where the file is the DER itself; in PEM an offset into the file would mean nothing.
What it is not: a file.
Standard: SARIF 2.1.0 (OASIS) sections 3.13 to 3.14, 3.19, 3.27, 3.30.11.
Called by: `tools/jpki_cli/lint.py`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from jpki.lint.model import Finding, Severity
from jpki.lint.registry import RULES

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
_PLACE = {rule.id: number for number, rule in enumerate(RULES)}


def sarif(found: Iterable[tuple[str, bool, Finding]], *, version: str) -> Mapping[str, Any]:
    """Give a log; each finding comes with its file's URI and whether that file is DER."""
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": f"{rule.title} ({rule.japanese})"},
            "help": {"text": rule.citation},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in RULES
    ]
    driver = {"name": "jpki lint", "version": version, "rules": rules}
    results = [_result(uri, is_der, finding) for uri, is_der, finding in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(uri: str, is_der: bool, finding: Finding) -> dict[str, Any]:  # noqa: FBT001
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if is_der:
        place["region"] = {"byteOffset": finding.offset}
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": _PLACE[finding.rule.id],
        "level": _LEVELS[finding.rule.severity],
        "message": {
            "text": f"{finding.rule.title}: expected {finding.expected}; seen {finding.seen}"
        },
        "locations": [{"physicalLocation": place}],
        "properties": {"derOffset": finding.offset, "object": finding.target.value},
    }
