"""Hold an object against all rules of its kind: octets in, findings out.

What it is: the loop over the registry, and the memory of octets found clean, which makes linting
every draft of an authority cheaper (parts that hold a person's data are never remembered).
What it is not: a rule, what an object is (`detecting`), or a verdict on trust, time or revocation
(`jpki.verify`).
Called by: `jpki.ca.drafts`, `tools/jpki_cli/lint.py`.
"""

from dataclasses import dataclass

from jpki import oids
from jpki.lint.model import Finding, Rule
from jpki.lint.registry import RULES
from jpki.lint.subjects import (
    DOCUMENT,
    ENTRIES,
    KEY,
    NONCE,
    PRODUCED,
    RESPONDER_CERTIFICATES,
    RESPONSES,
    SERIAL,
    SHAPE,
    SIGNATURE,
    SUBJECT,
    THIS_UPDATE,
    VALIDITY,
    Subject,
    Target,
    cut,
)
from jpki.lint.view import View
from jpki.profiles.kinds import Kind
from jpki.profiles.naming import Naming

_NEVER_REMEMBERED = frozenset(
    {
        *(SERIAL, VALIDITY, SUBJECT, KEY, SIGNATURE, THIS_UPDATE, ENTRIES, RESPONSES, PRODUCED),
        *(RESPONDER_CERTIFICATES, NONCE, DOCUMENT),
        *(oids.SUBJECT_ALT_NAME, oids.SUBJECT_KEY_IDENTIFIER, oids.CRL_NUMBER),
    }
)
"""Parts that differ from object to object, or that hold what a person's certificate says."""
_MEMORY = 8192


class Linter:
    """The rules under one environment's names, with a memory of what was clean."""

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self._clean: set[tuple[object, ...]] = set()

    def lint(
        self, document: bytes, target: Target, *, kind: Kind, nonce: bytes | None = None
    ) -> list[Finding]:
        """Give the findings of one object in the registry's order.

        `kind` is the hierarchy it belongs to; `nonce` is what an OCSP request asked with.
        """
        return self.judge(cut(target, document), kind=kind, nonce=nonce)

    def judge(self, subject: Subject, *, kind: Kind, nonce: bytes | None = None) -> list[Finding]:
        """Give the findings of one object that is cut already; as `lint`."""
        findings: list[Finding] = []
        for group in _GROUPS_OF[subject.target]:
            if any(part not in subject.parts for part in group.looks_at):
                continue
            key = group.key(subject, kind)
            if key is not None and key in self._clean:
                continue
            view = View(subject, self.naming, kind, group.looks_at, nonce)
            found = [finding for rule in group.rules for finding in rule.findings(subject, view)]
            findings += found
            if key is not None and not found:
                if len(self._clean) >= _MEMORY:
                    self._clean.clear()
                self._clean.add(key)
        return sorted(findings, key=lambda finding: _PLACE[finding.rule.id])


@dataclass(frozen=True, slots=True)
class _Group:
    """The rules for one kind of object that look at the same parts, and so share a memory."""

    number: int
    looks_at: tuple[str, ...]
    rules: tuple[Rule, ...]
    remembered: bool

    def key(self, subject: Subject, kind: Kind) -> tuple[object, ...] | None:
        """Give what the rules' answers depend on, None when it shall not be remembered."""
        if not self.remembered:
            return None
        seen: list[object] = [self.number, subject.target, kind]
        for part in self.looks_at:
            if part == SHAPE:
                # Which extensions, and how critical: not what they hold.
                seen += [(oid, one.critical) for oid, one in subject.shape.items()]
            else:
                seen.append(subject.parts[part].der)
        return tuple(seen)


def _groups(target: Target) -> tuple[_Group, ...]:
    rules = [rule for rule in RULES if target in rule.targets]
    looks = tuple(dict.fromkeys(rule.looks_at for rule in rules))
    return tuple(
        _Group(
            number,
            looks_at,
            tuple(rule for rule in rules if rule.looks_at == looks_at),
            bool(looks_at) and _NEVER_REMEMBERED.isdisjoint(looks_at),
        )
        for number, looks_at in enumerate(looks)
    )


_GROUPS_OF = {target: _groups(target) for target in Target}
_PLACE = {rule.id: number for number, rule in enumerate(RULES)}
