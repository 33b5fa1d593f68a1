"""What OCSP answers say of a certificate: RFC 6960 3.2 over all answers at hand.

As with lists (`crl_status`), three things are held apart. To say *revoked*, an answer must be
authentic (`ocsp_responders`), about this certificate, and understood; being old, or without the
nonce sent, does not undo it. To say *not revoked*, it must also be fresh at the moment, carry a
nonce that was sent if any was, and not be silent about expired certificates (archiveCutoff). An
authentic answer that says revoked without being understood says neither, and keeps every other
source from saying *not revoked*. *Unknown*, and a responder's error, say nothing. Several single
answers about one certificate: one that revokes counts; good beside unknown contradicts itself and
counts for nothing. A hold is lifted by a newer fresh answer, unless holds are final (JPKI).
Not here: lists, and what both kinds of sources come to together (`jpki.verify.revocation`).
RFC 6960 2.2, 2.4, 3.2, 4.2.2.1, 4.4.4; RFC 5019 4; RFC 9654. Called by `question`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import new as digest

from jpki.verify.path.budget import Budget, unless_spent
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.crl_signers import Standing
from jpki.verify.path.ocsp import OcspAnswer
from jpki.verify.path.ocsp_data import OcspData
from jpki.verify.path.ocsp_responders import Responders
from jpki.verify.path.ocsp_rules import OcspRules
from jpki.verify.path.ocsp_single import CertId, SingleAnswer
from jpki.verify.path.ocsp_unreadable import AnswerPart, UnreadableAnswer
from jpki.verify.revocation import HOLD, Evidence, Finding, Status
from jpki.verify.serials import serial_text
from jpki.verify.times import show

_SHOWN_ELSEWHERE = 3


@dataclass(frozen=True, slots=True, eq=False)
class _Word:
    """What one single answer says of the certificate."""

    single: SingleAnswer
    evidence: Evidence
    is_fresh: bool


@dataclass(slots=True, eq=False)
class _Seen:
    """What all answers said, sorted by what it is worth."""

    words: list[_Word] = field(default_factory=list)
    unclear: list[Evidence] = field(default_factory=list)
    useless: list[Evidence] = field(default_factory=list)
    forged: list[tuple[OcspAnswer, Evidence]] = field(default_factory=list)
    """Answers that say revoked, and that nobody who may speak signed as they stand."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return (*(one.evidence for one in self.words), *self.unclear, *self.useless)


@dataclass(frozen=True, slots=True, eq=False)
class OcspStatus:
    """Answers for certificates at one moment."""

    data: OcspData
    responders: Responders
    rules: OcspRules
    moment: datetime
    budget: Budget

    def of(self, standing: Standing) -> Finding | None:
        """Look at every answer that names it, None when there are none at all to look at.

        Raises `OutOfBudgetError`.
        """
        if self.data.is_empty:
            return None
        seen = _Seen()
        # What is revoked for good needs no more words, whatever else was put beside it.
        unless_spent(
            lambda: self._look_at_all(standing, seen),
            or_enough=lambda: any(map(self._is_final, seen.words)),
        )
        return self._decide(standing, seen)

    def _look_at_all(self, standing: Standing, seen: _Seen) -> None:
        for answer, singles in self.data.by_serial.get(standing.certificate.serial, ()):
            self.budget.step(len(singles))
            about = [one for one in singles if is_about(one.cert_id, standing)]
            if about:
                self._look_at(answer, about, standing, seen)
            self._look_at_unknown(answer, singles, standing, seen)
        is_final = any(map(self._is_final, seen.words))
        for answer, evidence in seen.forged:
            is_bent = not is_final and self._is_signed_otherwise(answer, standing)
            (seen.unclear if is_bent else seen.useless).append(evidence)
        if not is_final:
            # Whatever may stand in them.
            seen.unclear.extend(self._unreadable(standing))

    def _look_at(
        self, answer: OcspAnswer, about: Sequence[SingleAnswer], standing: Standing, seen: _Seen
    ) -> None:
        forged = self.responders.objections(answer, standing)
        if forged:
            revoked = next((one for one in about if one.revoked), None)
            evidence = _evidence(answer, revoked or about[0], forged)
            if revoked:
                seen.forged.append((answer, evidence))
            else:
                seen.useless.append(evidence)
            return
        contradicts = len({one.is_unknown for one in about if one.revoked is None}) > 1
        for one in about:
            obscure = (*answer.not_understood, *one.not_understood, *_incoherence(answer, one))
            if obscure:
                which = seen.unclear if one.revoked else seen.useless
                which.append(_evidence(answer, one, obscure))
            elif one.revoked is None and (one.is_unknown or contradicts):
                why = "says good and unknown" if contradicts else "the responder does not know it"
                seen.useless.append(_evidence(answer, one, (why,)))
            else:
                stale = tuple(self._staleness(answer, one, standing.certificate))
                seen.words.append(_Word(one, _evidence(answer, one, stale), not stale))

    def _look_at_unknown(
        self, answer: OcspAnswer, singles: Sequence[SingleAnswer], standing: Standing, seen: _Seen
    ) -> None:
        """Look at revocations of this number whose issuer is told by a digest unknown here."""
        for one in singles:
            if one.cert_id.digest is None and one.revoked:
                forged = self.responders.objections(answer, standing)
                evidence = _evidence(answer, one, forged or ("a CertID of an unknown digest",))
                if forged:
                    seen.forged.append((answer, evidence))
                else:
                    seen.unclear.append(evidence)

    def _staleness(
        self, answer: OcspAnswer, single: SingleAnswer, certificate: PathCertificate
    ) -> Iterator[str]:
        """Say why an answer does not tell the state of the moment (3.2 steps 5, 6; 4.2.2.1)."""
        rules, moment, skew = self.rules, self.moment, self.rules.clock_skew
        if single.this_update > moment + skew:
            yield f"true only since {show(single.this_update)}"
        if answer.produced_at > moment + skew:
            yield f"made only {show(answer.produced_at)}"
        if single.next_update is None and rules.require_next_update:
            yield "without nextUpdate"
        if single.next_update is not None and single.next_update < moment - skew:
            yield f"stale since {show(single.next_update)}"
        if rules.max_age is not None and moment - single.this_update > rules.max_age + skew:
            yield f"older than {rules.max_age}"
        if rules.nonces and answer.nonce not in rules.nonces:
            yield f"{'another' if answer.nonce else 'no'} nonce than was sent"
        if single.archive_cutoff is not None and certificate.not_after < single.archive_cutoff:
            yield f"about certificates that expired before {show(single.archive_cutoff)}, nothing"

    def _unreadable(self, standing: Standing) -> list[Evidence]:
        """Find answers nobody can read that may name it, and that one who may speak signed.

        Or may have signed, when not all certificates that came along were looked at.
        """
        found: list[Evidence] = []
        for one in self.data.unread:
            self.budget.step()
            parts = tuple(one.mentions(standing.certificate.serial))
            if self._may_be_signed(one, parts, standing):
                found.append(one.evidence)
        return found

    def _is_signed_otherwise(self, answer: OcspAnswer, standing: Standing) -> bool:
        """Whether one who may speak signed an answer, and what nobody signs of it was bent."""
        found = self.data.otherwise_signed[answer.fingerprint].get()
        return self._may_be_signed(found, found.parts, standing)

    def _may_be_signed(
        self, answer: UnreadableAnswer, parts: Sequence[AnswerPart], standing: Standing
    ) -> bool:
        is_signed = any(self.responders.signed_raw(part, standing) for part in parts)
        return is_signed or bool(parts and answer.has_more_certificates)

    def _decide(self, standing: Standing, seen: _Seen) -> Finding:
        final = [one for one in seen.words if self._is_final(one)]
        if final:
            first = min(
                final,
                key=lambda one: (
                    one.evidence.entry.revoked_at if one.evidence.entry else self.moment
                ),
            )
            return Finding(Status.REVOKED, first.evidence, seen.evidence)
        held = [one for one in seen.words if _is_hold(one)]
        holding = [one for one in held if not _is_superseded(one, seen.words)]
        if any(one.is_fresh for one in holding):
            first = next(one for one in holding if one.is_fresh)
            return Finding(Status.REVOKED, first.evidence, seen.evidence)
        needed = self._needed(standing)
        if holding or seen.unclear:
            return Finding(Status.UNKNOWN, None, seen.evidence, needed, is_doubtful=True)
        good = [one for one in seen.words if one.is_fresh and one.single.revoked is None]
        if good:
            newest = max(good, key=lambda one: one.single.this_update)
            return Finding(Status.NOT_REVOKED, newest.evidence, seen.evidence)
        others = (*self.data.errors, *(one.evidence for one in self.data.unreadable))
        return Finding(Status.UNKNOWN, None, (*seen.evidence, *others[:_SHOWN_ELSEWHERE]), needed)

    def _is_final(self, word: _Word) -> bool:
        """Whether an answer says revoked for good of this moment, by the rule for lists."""
        revoked = word.single.revoked
        if revoked is None or (revoked.reason == HOLD and not self.rules.hold_is_final):
            return False
        return word.single.this_update <= self.moment or revoked.effective <= self.moment

    def _needed(self, standing: Standing) -> str:
        nonce = " with the nonce sent," if self.rules.nonces else ""
        again = ", asked for again later" if self.data.errors else ""
        serial = serial_text(standing.certificate.serial)
        return (
            f"an OCSP answer about serial number {serial}{nonce} by "
            f"{standing.certificate.issuer} or its responder, fresh at {show(self.moment)}{again}"
        )


def is_about(cert_id: CertId, standing: Standing) -> bool:
    """Whether a CertID is of this certificate: name and key of its issuer, and its number.

    The name is hashed as the certificate writes it (4.1.1) or as its issuer does, which may be
    another encoding of the same name (RFC 5280 7.1).
    """
    certificate, issuer = standing.certificate, standing.above[-1]
    if cert_id.digest is None or cert_id.serial != certificate.serial:
        return False
    names = {certificate.issuer.der, issuer.name.der}
    return cert_id.key_hash == _hashed(cert_id.digest, issuer.key.bits) and any(
        cert_id.name_hash == _hashed(cert_id.digest, name) for name in names
    )


def _hashed(name: str, octets: bytes) -> bytes:
    return digest(name, octets, usedforsecurity=False).digest()


def _incoherence(answer: OcspAnswer, single: SingleAnswer) -> Iterator[str]:
    """Say why an answer's times cannot be true together (2.4): then nobody knows what it means."""
    if answer.produced_at < single.this_update:
        yield "made before what it says was true"
    if single.next_update is not None and single.next_update < single.this_update:
        yield "nextUpdate before thisUpdate"
    if single.archive_cutoff is not None and single.archive_cutoff > answer.produced_at:
        yield "archiveCutoff after it was made"


def _is_superseded(word: _Word, words: Sequence[_Word]) -> bool:
    """Whether a newer fresh answer no longer holds the certificate."""
    return any(
        one.is_fresh
        and one.single.revoked is None
        and one.single.this_update > word.single.this_update
        for one in words
    )


def _is_hold(word: _Word) -> bool:
    return word.single.revoked is not None and word.single.revoked.reason == HOLD


def _evidence(answer: OcspAnswer, single: SingleAnswer, objections: Sequence[str]) -> Evidence:
    return Evidence(
        source="ocsp",
        sha256=answer.fingerprint,
        scope=f"by {answer.responder} about {serial_text(single.cert_id.serial)}",
        this_update=single.this_update,
        next_update=single.next_update,
        objections=tuple(objections),
        entry=single.revoked,
    )
