"""One question: is this target good at this moment? Paths, revocation and its signers together.

The path of who signed a list or an OCSP answer may need lists and answers whose signers' paths
need others: what is being proven is remembered, and nothing proves itself. All of it is paid
from one budget.
Not here: what the caller sees (`verifier`, `report`). RFC 5280 6.1, 6.3.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from jpki import oids
from jpki.verify.checks import Check, Outcome
from jpki.verify.path import rules
from jpki.verify.path.budget import Budget, Clock, OutOfBudgetError
from jpki.verify.path.building import Builder, Pool
from jpki.verify.path.certificate import OCSP_NO_CHECK, PathCertificate
from jpki.verify.path.crl_signers import Signers, Standing
from jpki.verify.path.crl_status import CrlStatus
from jpki.verify.path.extensions import ANY_POLICY, NameConstraints
from jpki.verify.path.inputs import Parameters, TrustAnchor
from jpki.verify.path.ocsp_data import OcspData
from jpki.verify.path.ocsp_responders import Responders
from jpki.verify.path.ocsp_status import OcspStatus
from jpki.verify.path.revocation_data import RevocationData
from jpki.verify.path.signatures import Signatures
from jpki.verify.path.state import Surroundings
from jpki.verify.path.validation import Validated, validate
from jpki.verify.revocation import HOLD, Evidence, Finding, Status, not_revoked, together
from jpki.verify.times import show

_NOT_ASKED = "not asked, since the path is not valid"
_Asked = tuple[bytes, TrustAnchor, tuple[bytes, ...] | None]
"""Who is to be proven, by fingerprint; below which anchor; by which path, None for any."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A path with every row: those of 6.1, and revocation for each certificate."""

    validated: Validated
    revocation: tuple[Check, ...]
    findings: tuple[Finding, ...]

    @property
    def checks(self) -> tuple[Check, ...]:
        """All rows: the anchor's, then certificate by certificate from its side."""
        return (self.validated.anchor_check, *(row for rows in self.rows for row in rows))

    @property
    def rows(self) -> tuple[tuple[Check, ...], ...]:
        """The rows of each certificate from the anchor's side, revocation last."""
        pairs = zip(self.validated.checks, self.revocation, strict=True)
        return tuple((*rows, revoked) for rows, revoked in pairs)

    @property
    def is_good(self) -> bool:
        """Whether every row holds."""
        return all(one.outcome is Outcome.PASS for one in self.checks)

    @property
    def failures(self) -> int:
        """How many rows failed."""
        return sum(one.outcome is Outcome.FAIL for one in self.checks)

    @property
    def is_final(self) -> bool:
        """Whether only the target itself fails, by revocation: no other path can mend that."""
        *above, last = self.revocation
        return (
            self.validated.holds
            and last.outcome is Outcome.FAIL
            and all(one.outcome is Outcome.PASS for one in above)
        )


class Question:
    """Everything needed to answer for one moment; used once."""

    def __init__(
        self,
        pool: Pool,
        data: RevocationData,
        parameters: Parameters,
        moment: datetime,
        answers: OcspData | None = None,
        *,
        clock: Clock | None = None,
        beside: Callable[[PathCertificate], Finding] | None = None,
    ) -> None:
        """Take what can be asked; `beside` is another source, heard about every certificate."""
        limits = parameters.limits
        budget = Budget(
            paths=limits.paths,
            signatures=limits.signatures,
            steps=limits.steps,
            comparisons=limits.comparisons,
            seconds=limits.seconds,
            clock=clock,
        )
        signatures = Signatures(budget)
        self._around = Surroundings(parameters, moment, budget, signatures)
        self._pool = pool
        self._status = CrlStatus(
            data,
            Signers(pool, signatures, parameters.algorithms, self, parameters.any_crl_signer),
            parameters.crl,
            moment,
            budget,
        )
        self._answers = OcspStatus(
            answers or OcspData(),
            Responders(pool, signatures, parameters.algorithms, parameters.ocsp.responders, self),
            parameters.ocsp,
            moment,
            budget,
        )
        self._beside = beside
        self._in_progress: list[bytes] = []
        self._known: dict[_Asked, str | None] = {}

    def builder(self) -> Builder:
        """Give a builder of paths."""
        limits = self._around.parameters.limits
        around = self._around
        return Builder(self._pool, limits.depth, around.budget, around.signatures, around.moment)

    def judge(self, anchor: TrustAnchor, path: Sequence[PathCertificate]) -> Judged:
        """Validate one path and ask about revocation; raise `OutOfBudgetError`."""
        return self._judge(anchor, path, self._around)

    def signer_objection(self, certificate: PathCertificate, anchor: TrustAnchor) -> str | None:
        """RFC 5280 6.3.3 (f): say why a list's signer has no valid path to this anchor."""
        asked = (certificate.fingerprint, anchor, None)
        return self._proven(asked, lambda: self._signer_objection(certificate, anchor))

    def responder_objection(self, certificate: PathCertificate, standing: Standing) -> str | None:
        """RFC 6960 4.2.2.2: say why a responder has no valid path below the CA of a certificate."""
        above = [link.certificate for link in standing.above if link.certificate is not None]
        asked = (certificate.fingerprint, standing.anchor, tuple(one.fingerprint for one in above))
        return self._proven(asked, lambda: self._responder_objection(certificate, standing))

    def ocsp_finding(self, standing: Standing) -> Finding | None:
        """Say what OCSP answers alone tell of a certificate; raise `OutOfBudgetError`."""
        return self._answers.of(standing)

    def _proven(self, asked: _Asked, prove: Callable[[], str | None]) -> str | None:
        """Remember what is proven and what is being proven: nothing proves itself."""
        if asked in self._known:
            return self._known[asked]
        if asked[0] in self._in_progress:
            return "its own validity depends on this"
        if len(self._in_progress) >= self._around.parameters.limits.depth:
            return "too many signers of lists or answers that need others"
        self._in_progress.append(asked[0])
        try:
            problem = prove()
        finally:
            self._in_progress.pop()
        if problem is None or not self._in_progress:
            # What failed inside another proof may have failed only because of that proof.
            self._known[asked] = problem
        return problem

    def _responder_objection(self, certificate: PathCertificate, standing: Standing) -> str | None:
        self._around.budget.path()
        asked = replace(
            _for_signers(self._around.parameters), purposes=frozenset({oids.OCSP_SIGNING})
        )
        above = [link.certificate for link in standing.above if link.certificate is not None]
        around = replace(self._around, parameters=asked)
        validated = validate(standing.anchor, (*above, certificate), around)
        failed = [one for one in validated.checks[-1] if one.outcome is not Outcome.PASS]
        if failed:
            return f"{failed[0].rule.title}: {failed[0].seen}"
        finding = self._revocation(Standing(standing.anchor, standing.above, certificate))
        spared = OCSP_NO_CHECK in certificate.extensions
        if spared and finding.status is not Status.REVOKED and not finding.is_doubtful:
            # 4.2.2.2.1: its CA says that nobody need ask; what is at hand is heard all the same.
            return None
        row = _row(finding, "")
        return None if row.outcome is Outcome.PASS else f"{row.rule.title}: {row.seen}"

    def _revocation(self, standing: Standing) -> Finding:
        """Ask lists, OCSP answers and what is beside: revoked from any wins (`together`)."""
        findings: list[Finding] = []
        spent: OutOfBudgetError | None = None
        for ask in (self._status.of, self._answers.of, self._asked_beside):
            try:
                found = ask(standing)
            except OutOfBudgetError as error:
                spent = error
                continue
            findings += [found] if found is not None else []
        if spent is not None and not any(map(_is_revoked_for_good, findings)):
            raise spent
        return findings[0] if len(findings) == 1 else together(findings)

    def _asked_beside(self, standing: Standing) -> Finding | None:
        return None if self._beside is None else self._beside(standing.certificate)

    def _signer_objection(self, certificate: PathCertificate, anchor: TrustAnchor) -> str | None:
        problem = "no path to the trust anchor of the certificate in question"
        around = replace(self._around, parameters=_for_signers(self._around.parameters))
        for found, path in self.builder().paths(certificate, (anchor,)):
            judged = self._judge(found, path, around)
            if judged.is_good:
                return None
            failed = next(one for one in judged.checks if one.outcome is not Outcome.PASS)
            problem = f"{failed.rule.title}: {failed.seen}"
        return problem

    def _judge(
        self, anchor: TrustAnchor, path: Sequence[PathCertificate], around: Surroundings
    ) -> Judged:
        around.budget.path()
        validated = validate(anchor, path, around)
        expected = f"shown not to be revoked at {show(around.moment)}"
        if not validated.holds:
            row = rules.REVOCATION.unknown(
                expected=expected, seen=_NOT_ASKED, needed="a path that is valid otherwise"
            )
            return Judged(validated, (row,) * len(path), ())
        findings: list[Finding] = []
        rows: list[Check] = []
        for place, certificate in enumerate(path):
            finding = self._revocation(Standing(anchor, validated.links[: place + 1], certificate))
            findings.append(finding)
            row = _row(finding, expected)
            rows.append(replace(row, seen=f"{place + 1} of {len(path)}: {row.seen}"))
        return Judged(validated, tuple(rows), tuple(findings))


def _for_signers(parameters: Parameters) -> Parameters:
    """Policies, purposes and user's subtrees are the target's; a list's signer needs none."""
    return replace(
        parameters,
        initial_policies=frozenset({ANY_POLICY}),
        initial_explicit_policy=False,
        initial_policy_mapping_inhibit=False,
        initial_any_policy_inhibit=False,
        initial_constraints=NameConstraints(),
        purposes=frozenset(),
    )


def _is_revoked_for_good(finding: Finding) -> bool:
    return finding.status is Status.REVOKED and finding.reason != HOLD


def _row(finding: Finding, expected: str) -> Check:
    basis = finding.basis
    if finding.status is Status.REVOKED:
        return rules.REVOCATION.failed(expected=expected, seen=_revoked(basis))
    if finding.status is Status.NOT_REVOKED and basis is not None:
        return rules.REVOCATION.passed(expected=expected, seen=not_revoked(basis))
    seen = "; ".join(
        f"{one.description}{' names it' if one.entry else ''}: {', '.join(one.objections)}"
        for one in finding.evidence
        if one.objections
    )
    return rules.REVOCATION.unknown(
        expected=expected,
        seen=seen or "no revocation list or OCSP answer that covers it",
        needed=finding.needed or "a usable revocation list (失効リスト)",
    )


def _revoked(basis: Evidence | None) -> str:
    if basis is None or basis.entry is None:
        return "revoked"
    return f"revoked {show(basis.entry.revoked_at)}, {basis.entry.reason}; {basis.description}"
