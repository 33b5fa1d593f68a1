"""The path verifier: a certificate and a moment in, a report out.

Paths are tried, the likeliest first, until one is good. When none is, the report is that of the
path that came closest: one that cannot be decided before one that failed, for something could
still make it good; yet a target that a proven issuer revoked is bad whatever other paths say.
Nothing handed in makes it raise. Not here: the steps (`validation`), any clock, file or network.
RFC 5280 6. Called by relying parties.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from jpki.verify.checks import Check
from jpki.verify.errors import MalformedError
from jpki.verify.path import rules
from jpki.verify.path.budget import Clock, OutOfBudgetError
from jpki.verify.path.building import Builder, Pool
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.inputs import Parameters, TrustAnchor
from jpki.verify.path.ocsp_data import OcspData
from jpki.verify.path.question import Judged, Question
from jpki.verify.path.report import PathReport
from jpki.verify.path.revocation_data import RevocationData
from jpki.verify.places import located
from jpki.verify.times import second_of

_EXPECTED_DER = "one certificate in strict DER"
_EXPECTED_PATH = "a path to a trust anchor"


@dataclass(frozen=True, slots=True)
class PathVerifier:
    """What a relying party trusts, knows and asks; used again for any number of certificates."""

    anchors: tuple[TrustAnchor, ...]
    pool: Pool = field(default_factory=lambda: Pool(()))
    revocation: RevocationData = field(default_factory=RevocationData.load)
    parameters: Parameters = field(default_factory=Parameters)
    answers: OcspData = field(default_factory=OcspData)
    clock: Clock | None = None
    """What `Limits.seconds` is measured by; None measures nothing."""

    @classmethod
    def load(
        cls,
        anchors: Iterable[TrustAnchor],
        *,
        certificates: Iterable[bytes] = (),
        lists: Iterable[bytes] = (),
        ocsp: Iterable[bytes] = (),
        parameters: Parameters | None = None,
        clock: Clock | None = None,
    ) -> "PathVerifier":
        """Take DER certificates, lists and OCSP responses in any order.

        What cannot be read proves nothing. Revoked from any list or answer that may be used wins;
        each certificate needs one usable source that says it is not.
        """
        return cls(
            tuple(anchors),
            Pool(_readable(certificates)),
            RevocationData.load(lists),
            parameters or Parameters(),
            OcspData.load(ocsp),
            clock,
        )

    def check(self, certificate: bytes, *, moment: datetime) -> PathReport:
        """Judge a DER certificate at a moment (aware).

        Raises `ValueError` for a moment without a time zone, and nothing else.
        """
        moment = second_of(moment)
        try:
            target = PathCertificate.parse(certificate)
        except MalformedError as error:
            row = rules.DER.malformed(expected=_EXPECTED_DER, error=error)
            return PathReport(moment=moment, checks=(row,))
        whole = rules.DER.passed(expected=_EXPECTED_DER, seen=f"{len(target.der)} bytes")
        read = located((whole,), target.der)
        question = Question(
            self.pool, self.revocation, self.parameters, moment, self.answers, clock=self.clock
        )
        builder = question.builder()
        best: Judged | None = None
        spent: Check | None = None
        try:
            for anchor, path in builder.paths(target, self.anchors):
                best = _better(best, question.judge(anchor, path))
                if best.is_good or best.is_final:
                    break
        except OutOfBudgetError as error:
            spent = rules.BUDGET.unknown(
                expected="an answer within the limits",
                seen=str(error),
                needed="fewer certificates and lists to choose from, or higher limits",
            )
        if spent is not None:
            return PathReport(moment=moment, checks=(*read, spent))
        if best is None:
            return PathReport(moment=moment, checks=(*read, self._no_path(builder)))
        return PathReport(
            moment=moment,
            checks=(*read, _found(best), best.validated.anchor_check, *_located(best)),
            anchor=best.validated.anchor,
            path=best.validated.certificates,
            policies=best.validated.policies,
            findings=best.findings,
        )

    def _no_path(self, builder: Builder) -> Check:
        """Say why: a root nobody pinned is bad, a CA nobody has seen might be good."""
        lost = builder.dead_ends
        if not self.anchors:
            return rules.BUILDING.unknown(
                expected=_EXPECTED_PATH, seen="no trust anchor given", needed="a trust anchor"
            )
        if builder.was_cut:
            depth = self.parameters.limits.depth
            return rules.BUDGET.unknown(
                expected=f"a path of at most {depth} certificates",
                seen="only longer ones",
                needed="a higher limit of depth, if such a path is meant",
            )
        if all(one.is_self_issued for one in lost):
            seen = "; ".join(sorted({str(one.subject) for one in lost})) or "nothing"
            return rules.BUILDING.failed(
                expected=_EXPECTED_PATH, seen=f"it ends at {seen}, which is no trust anchor"
            )
        names = " or ".join(sorted({str(one.issuer) for one in lost if not one.is_self_issued}))
        return rules.BUILDING.unknown(
            expected=_EXPECTED_PATH,
            seen=f"no certificate of {names}",
            needed=f"the CA certificate of {names}",
        )


def _located(judged: Judged) -> Iterable[Check]:
    """Say in each row where in its certificate it looked."""
    for certificate, rows in zip(judged.validated.certificates, judged.rows, strict=True):
        yield from located(rows, certificate.der)


def _readable(ders: Iterable[bytes]) -> Iterable[PathCertificate]:
    for der in ders:
        try:
            yield PathCertificate.parse(der)
        except MalformedError:
            continue


def _better(best: Judged | None, other: Judged) -> Judged:
    if best is None or other.is_good or other.is_final:
        return other
    return other if other.failures < best.failures else best


def _found(judged: Judged) -> Check:
    found = judged.validated
    return rules.BUILDING.passed(
        expected=_EXPECTED_PATH,
        seen=f"{len(found.certificates)} certificates under {found.anchor.name}",
    )
