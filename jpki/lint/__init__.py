"""Hold certificates, revocation lists and OCSP responses against the JPKI profile, rule by rule.

What it is: `Linter(naming).lint(der, target, kind=...)`: every deviation with its rule, citation,
DER offset, what belongs there and what is there.
What it is not: trust, revocation or time (`jpki.verify`, which never imports this), issuing
(`jpki.ca`, which signs only what was linted), a file or a terminal.
Standard: RFC 5280, RFC 6960, RFC 5019; PKI profile reference sections 1 and 2.
Called by: `jpki.ca`, `tools/jpki_cli/lint.py`.
"""

from jpki.lint.detecting import (
    ENVIRONMENTS,
    certificate_target,
    cut_list,
    detect,
    environment_of,
    kind_of,
    list_target,
)
from jpki.lint.linter import Linter
from jpki.lint.model import Finding, Rule, Severity
from jpki.lint.registry import RULES
from jpki.lint.subjects import CERTIFICATES, LISTS, Target, cut

__all__ = [
    "CERTIFICATES",
    "ENVIRONMENTS",
    "LISTS",
    "RULES",
    "Finding",
    "Linter",
    "Rule",
    "Severity",
    "Target",
    "certificate_target",
    "cut",
    "cut_list",
    "detect",
    "environment_of",
    "kind_of",
    "list_target",
]
