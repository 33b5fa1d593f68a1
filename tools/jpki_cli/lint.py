"""`jpki lint`: is this certificate, list or OCSP response to profile, rule by rule.

What a rule is and which there are: `jpki.lint`. Not here: trust, revocation, time (`check`).
"""

import json
import os
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from jpki.lint import (
    ENVIRONMENTS,
    RULES,
    Finding,
    Linter,
    Rule,
    Severity,
    Target,
    cut,
    detect,
    environment_of,
    kind_of,
)
from jpki.lint.sarif import sarif as as_sarif
from jpki.profiles.naming import EMULATOR, Naming
from jpki.verify.names import printable
from jpki_cli.answer import Answer, answers, as_json
from jpki_cli.derfiles import (
    CERTIFICATE,
    OCSP_RESPONSE,
    REVOCATION_LIST,
    ders_in,
    is_pem,
    read_file,
)
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.file_type import FILE
from jpki_cli.options import refuse_without_effect

_LABELS = (CERTIFICATE, REVOCATION_LIST, OCSP_RESPONSE)
_PLURALS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.NOTICE: "notices"}


@dataclass(frozen=True)
class Linted:
    """One object of a file, and what was found."""

    path: Path
    is_der: bool
    target: Target
    environment: str
    findings: list[Finding]


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, type=FILE)
@click.option(
    "--kind",
    type=click.Choice([target.value for target in Target]),
    help="What the files hold; by default what each object says it is.",
)
@click.option(
    "--environment",
    type=click.Choice(list(ENVIRONMENTS)),
    help="Whose names are expected; by default those of the issuer's O.",
)
@click.option(
    "--min-severity",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.NOTICE.value,
    show_default=True,
    help="Leave out what is less than this.",
)
@click.option("--sarif", is_flag=True, help="Answer in SARIF 2.1.0, for code hosts and editors.")
@click.option("--rules", is_flag=True, help="List all rules with where each comes from.")
@answers
def lint(
    *,
    files: tuple[Path, ...],
    kind: str | None,
    environment: str | None,
    min_severity: str,
    sarif: bool,
    rules: bool,
) -> Answer:
    """Hold certificates, lists (失効リスト) and OCSP responses against the JPKI profile.

    Exit status: 0 no error, 1 errors, 2 the command line or a file is wrong. Warnings and notices
    (警告, 注意) do not count. Whether an object is trusted, revoked or in time is `jpki check`'s.

    \b
    Example:
      jpki lint sign.cer
      jpki lint --min-severity error *.crl
      jpki lint --rules
    """
    if rules:
        if files:
            raise click.UsageError("name files or --rules, which has no use for them")
        refuse_without_effect(
            "with --rules", "--kind", "--environment", "--min-severity", "--sarif"
        )
        return _all_rules()
    if not files:
        raise click.UsageError("name a file, or --rules")
    if sarif and as_json():
        raise click.UsageError("--sarif and --json exclude each other")
    least = Severity(min_severity)
    linted = [
        one
        for path in files
        for one in _linted(path, Target(kind) if kind else None, environment, least)
    ]
    counted = Counter(finding.rule.severity for one in linted for finding in one.findings)
    data = {
        "objects": [_json(one) for one in linted],
        **{_PLURALS[severity]: counted[severity] for severity in Severity},
    }
    text = "\n".join(_text(one) for one in linted)
    if sarif:
        found = [
            (quote(os.fsencode(one.path)), one.is_der, each)
            for one in linted
            for each in one.findings
        ]
        log = as_sarif(found, version=version_of("jpki-emu"))
        text = json.dumps(log, ensure_ascii=True, indent=2)
    return Answer(data, text, ExitStatus.NO if counted[Severity.ERROR] else ExitStatus.YES)


def _linted(
    path: Path, target: Target | None, environment: str | None, least: Severity
) -> list[Linted]:
    raw = read_file(path, *_LABELS)
    found = []
    for der in ders_in(raw, path, *_LABELS):
        is_a = target or detect(der)
        if is_a is None:
            raise Failure(
                f"{path} is no certificate, list or OCSP response; say what it is with --kind",
                ExitStatus.USAGE,
            )
        subject = cut(is_a, der)
        naming: Naming = (
            ENVIRONMENTS[environment] if environment else environment_of(subject) or EMULATOR
        )
        findings = [
            finding
            for finding in Linter(naming).lint(der, is_a, kind=kind_of(subject))
            if finding.rule.severity.rank <= least.rank
        ]
        label = next(word for word, one in ENVIRONMENTS.items() if one is naming)
        found.append(Linted(path, not is_pem(raw), is_a, label, findings))
    return found


def _text(one: Linted) -> str:
    counted = Counter(finding.rule.severity for finding in one.findings)
    words = [
        f"{counted[severity]} {_PLURALS[severity] if counted[severity] > 1 else severity.value}"
        for severity in Severity
        if counted[severity]
    ]
    target = f"{one.target.value} ({one.target.japanese})"
    head = f"{printable(str(one.path))}: {target}, {one.environment}:"
    lines = [f"{head} {', '.join(words) or 'clean (指摘なし)'}"]
    for finding in one.findings:
        rule = finding.rule
        severity = f"{rule.severity.value} ({rule.severity.japanese})"
        lines += [
            f"  {severity} {rule.id}, offset {finding.offset}: {rule.title} ({rule.japanese})",
            f"    expected {finding.expected}; seen {finding.seen}",
            f"    {rule.citation}",
        ]
    return "\n".join(lines)


def _json(one: Linted) -> dict[str, Any]:
    return {
        "file": str(one.path),
        "kind": one.target.value,
        "environment": one.environment,
        "findings": [
            {
                **_rule_json(finding.rule),
                "offset": finding.offset,
                "expected": finding.expected,
                "seen": finding.seen,
            }
            for finding in one.findings
        ],
    }


def _rule_json(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "severity": rule.severity.value,
        "title": rule.title,
        "japanese": rule.japanese,
        "citation": rule.citation,
    }


def _all_rules() -> Answer:
    rows = [
        {**_rule_json(rule), "kinds": [each.value for each in Target if each in rule.targets]}
        for rule in RULES
    ]
    text = "\n".join(
        f"{rule.id} ({rule.severity.value}): {rule.title} ({rule.japanese})\n    {rule.citation}"
        for rule in RULES
    )
    return Answer({"rules": rows}, text)
