"""Write docs/lint.md: every rule of `jpki lint` with its citation.

    python tools/lint_page.py           write it
    python tools/lint_page.py --check   say whether the page is as the registry has it (exit 1: no)

Not here: a rule (`jpki.lint.registry`). Called by `make docs` and by a test.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pages import write_or_check

from jpki.lint import CERTIFICATES, LISTS, RULES, Rule, Severity, Target

PAGE = Path(__file__).parents[1] / "docs" / "lint.md"

_INTRODUCTION = """# The rules of `jpki lint`

Every rule that certificates, revocation lists and OCSP responses are held against, with where it
comes from. **This page is generated** (`make docs`) from `jpki/lint/registry.py`; how to use the
command: [use/lint.md](use/lint.md). `PKI 1.1` and so on are sections of the PKI profile reference;
[references.md](references.md) says what its grades mean. What the profile leaves unknown is a
notice or no rule at all, never an error. The authorities here sign no certificate, no list's header
and no OCSP answer that has an error: drafts are linted first. Entries of lists are not.
"""
_SHORT = {
    Target.AUTHORITY: "CA",
    Target.SIGN: "sign",
    Target.AUTH: "auth",
    Target.RESPONDER: "responder",
    Target.PARTITION: "partition",
    Target.FULL: "full",
    Target.OCSP: "response",
}


def render() -> str:
    """Give the page."""
    counted = Counter(rule.severity for rule in RULES)
    numbers = ", ".join(f"{counted[severity]} {severity.value}" for severity in Severity)
    parts = [_INTRODUCTION, f"{len(RULES)} rules: {numbers}.\n"]
    certificates = [rule for rule in RULES if rule.targets & CERTIFICATES]
    lists = [rule for rule in RULES if rule.targets & LISTS and rule not in certificates]
    rest = [rule for rule in RULES if rule not in certificates and rule not in lists]
    parts.append(
        _section("Certificates (電子証明書), and what lists share with them", certificates)
    )
    parts.append(_section("Revocation lists (失効リスト)", lists))
    parts.append(_section("OCSP responses (OCSP応答)", rest))
    return "\n".join(parts)


def _section(title: str, rules: Iterable[Rule]) -> str:
    return f"## {title}\n\n" + "\n".join(_table(rules)) + "\n"


def _table(rules: Iterable[Rule]) -> Iterator[str]:
    yield "| rule | of | severity | what | clause | profile |"
    yield "|---|---|---|---|---|---|"
    for rule in rules:
        known = f"{rule.source.reference} ({rule.source.grade.value})" if rule.source else ""
        every = "all" if rule.targets == frozenset(Target) else None
        of = every or ", ".join(_SHORT[each] for each in Target if each in rule.targets)
        what = f"{rule.title} ({rule.japanese})"
        cells = (f"`{rule.id}`", of, rule.severity.value, what, rule.clause, known)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, render, about=__doc__))
