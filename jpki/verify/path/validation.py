"""Path validation without revocation: RFC 5280 6.1 from the anchor down to the target.

Every step is taken even when an earlier one failed, so that a report explains everything.
Not here: where the path comes from (`building`), 6.1.3 (a)(3) (`crl_status`).
Called by `question`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jpki.verify.checks import Check, Outcome
from jpki.verify.path import rules
from jpki.verify.path.basic import process
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.inputs import TrustAnchor
from jpki.verify.path.keys import KeyInfo
from jpki.verify.path.names import Name
from jpki.verify.path.preparation import prepare
from jpki.verify.path.state import State, Surroundings
from jpki.verify.path.wrap_up import accepted_policies, wrap_up


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """One holder of a key on a path: the anchor (no certificate), then each certificate."""

    name: Name
    key: KeyInfo
    """With the parameters it inherited."""
    certificate: PathCertificate | None = None
    anchor_usage: frozenset[str] | None = None
    """The key usage an anchor's certificate stated."""

    @property
    def key_usage(self) -> frozenset[str] | None:
        """What the key is for, None when nothing says it."""
        return self.certificate.key_usage if self.certificate else self.anchor_usage


@dataclass(frozen=True, slots=True, eq=False)
class Validated:
    """What 6.1 came to: rows of each certificate, keys, and the output of 6.1.6."""

    anchor: TrustAnchor
    certificates: tuple[PathCertificate, ...]
    checks: tuple[tuple[Check, ...], ...]
    links: tuple[Link, ...]
    policies: frozenset[str]
    anchor_check: Check
    """The row about the anchor itself."""

    @property
    def holds(self) -> bool:
        """Whether no step failed."""
        rows = (one for rows in (*self.checks, (self.anchor_check,)) for one in rows)
        return all(one.outcome is Outcome.PASS for one in rows)


def validate(
    anchor: TrustAnchor, path: Sequence[PathCertificate], around: Surroundings
) -> Validated:
    """Validate a path, ordered from the certificate under the anchor; raise `OutOfBudgetError`."""
    state = State.initial(anchor, len(path), around.parameters)
    links = [Link(anchor.name, anchor.key, anchor_usage=anchor.limits.key_usage)]
    checks: list[tuple[Check, ...]] = []
    for place, certificate in enumerate(path, 1):
        is_last = place == len(path)
        rows = list(process(certificate, state, around, is_last=is_last))
        if is_last:
            rows += wrap_up(certificate, state, around.parameters)
        else:
            rows += prepare(certificate, state)
        where = f"{place} of {len(path)}"
        checks.append(tuple(replace(row, seen=f"{where}: {row.seen}") for row in rows))
        links.append(Link(certificate.subject, state.working_public_key, certificate))
    return Validated(
        anchor,
        tuple(path),
        tuple(checks),
        tuple(links),
        accepted_policies(state, around.parameters),
        anchor_check(anchor, around),
    )


def anchor_check(anchor: TrustAnchor, around: Surroundings) -> Check:
    """Check that what the anchor's certificate says of its key allows it to issue (RFC 5937)."""
    found = list(anchor.limits.objections(around.moment, around.parameters.purposes))
    return rules.ANCHOR.judged(
        not found,
        expected="trusted for this at the moment, by what its own certificate says",
        seen=f"{anchor.name}: {'; '.join(found) or 'nothing against it'}",
    )
