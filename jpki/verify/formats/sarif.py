"""Reports as SARIF 2.1.0: a result for each check that does not hold, for code scanning.

A check that failed is of kind `fail`; one that could not be made is `open`, SARIF's word for
"insufficient information to decide" (3.27.9), whose level must be `none`. Checks that hold are
not listed: the verdicts are in the properties of the run. Places are byte offsets in the DER.
Not here: writing the file. OASIS SARIF 2.1.0. Called by `jpki check`.
"""

from collections.abc import Sequence
from hashlib import sha256
from string import ascii_letters, digits

from jpki.verify.checks import Check, Outcome, Rule
from jpki.verify.formats.judged import Judged
from jpki.verify.names import printable
from jpki.verify.places import places
from jpki.verify.report_json import Json
from jpki.verify.times import iso

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_PLAIN = frozenset(f"{ascii_letters}{digits}-._~/".encode())
_KINDS = {Outcome.FAIL: ("fail", "error"), Outcome.CANNOT_TELL: ("open", "none")}


def sarif(judged: Sequence[Judged], *, version: str) -> Json:
    """Give one SARIF log of all reports, for `json.dumps`; `version` is this program's."""
    rules: dict[str, Rule] = {}
    for one in judged:
        for check in one.report.all_checks:
            rules.setdefault(check.rule.id, check.rule)
    places_of_rules = {rule: place for place, rule in enumerate(rules)}
    # Artifacts are listed once (3.14.15), however often one was judged.
    artifacts: list[Json] = []
    results: list[Json] = []
    for one in judged:
        artifact = _artifact(one)
        if artifact not in artifacts:
            artifacts.append(artifact)
        results += [
            _result(check, one, artifacts.index(artifact), places_of_rules[check.rule.id])
            for check in one.report.all_checks
            if check.outcome in _KINDS
        ]
    driver = {
        "name": "jpki",
        "semanticVersion": version,
        "rules": [_rule(rule) for rule in rules.values()],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True}],
        "artifacts": artifacts,
        "results": results,
        "properties": {"verdicts": [one.report.verdict.value for one in judged]},
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.replace(".", "-").split("-")),
        "shortDescription": {"text": f"{rule.title} ({rule.japanese})"},
        "fullDescription": {"text": f"{rule.title}: {rule.clause}"},
        "properties": {"clause": rule.clause, "japanese": rule.japanese},
    }


def _artifact(judged: Judged) -> Json:
    return {
        "location": {"uri": _uri(judged)},
        "length": len(judged.der),
        "hashes": {"sha-256": sha256(judged.der).hexdigest()},
        "mimeType": "application/pkix-cert",
    }


def _result(check: Check, judged: Judged, at: int, rule_index: int) -> Json:
    kind, level = _KINDS[check.outcome]
    location: dict[str, object] = {"artifactLocation": {"uri": _uri(judged), "index": at}}
    if check.offset is not None and check.offset <= len(judged.der):
        location["region"] = {"byteOffset": check.offset, **_length(check, judged.der)}
    needed = f" Needed to tell: {check.needed}." if check.needed else ""
    text = f"{check.rule.title}: expected {check.expected}; seen {check.seen}.{needed}"
    return {
        "ruleId": check.rule.id,
        "ruleIndex": rule_index,
        "kind": kind,
        "level": level,
        "message": {"text": printable(text)},
        "locations": [{"physicalLocation": location}],
        "properties": {"moment": iso(judged.report.moment), "field": check.field},
    }


def _length(check: Check, der: bytes) -> dict[str, int]:
    place = places(der).get(check.field or "")
    if place is None or place.offset != check.offset:
        return {}
    return {"byteLength": place.end - place.offset}


def _uri(judged: Judged) -> str:
    """Write a file's name as a relative URI (RFC 3986 2.1), and the part of it that is meant."""
    octets = judged.name.encode("utf-8", "surrogateescape")
    name = "".join(chr(one) if one in _PLAIN else f"%{one:02X}" for one in octets)
    is_part = judged.report.subject == "bundle" and judged.report.rests_on is not None
    return f"{name}#certificate.der" if is_part else name
