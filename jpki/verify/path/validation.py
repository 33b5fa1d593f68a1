"""Path validation without revocation: RFC 5280 6.1 from the anchor down to the target.

Every step is taken even when an earlier one failed, so that a report explains everything.
Not here: where the path comes from (`building`), 6.1.3 (a)(3) (`crl_status`).
Called by `question`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jpki.verify.checks import Check, Outcome
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


@dataclass(frozen=True, slots=True, eq=False)
class Validated:
    """What 6.1 came to: rows of each certificate, keys, and the output of 6.1.6."""

    anchor: TrustAnchor
    certificates: tuple[PathCertificate, ...]
    checks: tuple[tuple[Check, ...], ...]
    links: tuple[Link, ...]
    policies: frozenset[str]

    @property
    def holds(self) -> bool:
        """Whether no step failed."""
        return all(one.outcome is Outcome.PASS for rows in self.checks for one in rows)


def validate(
    anchor: TrustAnchor, path: Sequence[PathCertificate], around: Surroundings
) -> Validated:
    """Validate a path, ordered from the certificate under the anchor; raise `OutOfBudgetError`."""
    state = State.initial(anchor, len(path), around.parameters)
    links = [Link(anchor.name, anchor.key)]
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
    )
