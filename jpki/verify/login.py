"""Login with a card (利用者証明): challenge out, answer in, verdict.

`begin` gives the challenge to send and a state to keep with the visitor's session; `complete`
takes both and reports. A challenge is random, names its relying party, expires, and is used up
by the first answer, right or wrong. The certificate must be a 利用者証明用 one in every respect.
Not here: who the holder is to the relying party, sessions, transport.
PKI profile section 3.2; RFC 8017 8.2.2. Called by web services and `jpki login`.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from jpki.profiles.kinds import Kind
from jpki.verify import rules
from jpki.verify.challenge import NONCE_BYTES, Challenge
from jpki.verify.challenge_store import ChallengeStore, MemoryChallengeStore, Taken
from jpki.verify.checks import Check
from jpki.verify.errors import MalformedError
from jpki.verify.keys import SHA256_WITH_RSA, PublicKey, SignatureProblem
from jpki.verify.policy import Medium
from jpki.verify.report import CertificateReport, Report
from jpki.verify.report_json import Json
from jpki.verify.times import second_of, show
from jpki.verify.verifier import Verifier, claimed_medium

LIFETIME = timedelta(minutes=2)
"""Long enough to find a card and type four digits; ours."""


@dataclass(frozen=True, slots=True)
class LoginState:
    """What the relying party keeps with the visitor's session between the two steps."""

    challenge: bytes


@dataclass(frozen=True, slots=True)
class LoginAnswer:
    """What comes back: the challenge, the certificate (DER), the signature (256 bytes)."""

    challenge: bytes
    certificate: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginReport(Report):
    """The report of one login, with that of the holder's certificate."""

    relying_party: str
    challenge: bytes
    holder: CertificateReport

    @property
    def subject(self) -> str:
        """A login."""
        return "login"

    @property
    def certificate_report(self) -> CertificateReport:
        """The report of the holder's certificate."""
        return self.holder

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Give the relying party and the challenge."""
        return (
            ("relying party", self.relying_party),
            ("challenge SHA-256", sha256(self.challenge).hexdigest()),
        )

    def details(self) -> Json:
        """Give the same for programs."""
        return {
            "relying_party": self.relying_party,
            "challenge_sha256": sha256(self.challenge).hexdigest(),
        }


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """A service that lets people in by card.

    `name` is what holders' software shows and signs, an origin for instance.
    """

    name: str
    verifier: Verifier
    store: ChallengeStore = field(default_factory=MemoryChallengeStore)
    lifetime: timedelta = LIFETIME
    media: tuple[Medium, ...] = (Medium.CARD,)
    """What holders may log in with; phones must be asked for."""
    randomness: Callable[[int], bytes] = field(default=secrets.token_bytes, repr=False)

    def begin(self, *, moment: datetime) -> tuple[Challenge, LoginState]:
        """Give out a new challenge and the state to keep.

        Raises `ChallengeStoreError`, and `ValueError` for a moment without a time zone.
        """
        now = second_of(moment)
        challenge = Challenge(self.randomness(NONCE_BYTES), self.name, now, now + self.lifetime)
        encoded = challenge.encode()
        self.store.put(_key(encoded), expires_at=challenge.expires_at, moment=now)
        return challenge, LoginState(encoded)

    def complete(self, state: LoginState, answer: LoginAnswer, *, moment: datetime) -> LoginReport:
        """Judge an answer; the challenge is used up whatever comes out.

        Raises `ChallengeStoreError` when the store fails, and `ValueError` for a moment without
        a time zone.
        """
        now = second_of(moment)
        taken = self.store.take(_key(state.challenge), moment=now)
        medium = claimed_medium(answer.certificate, self.media)
        holder = self.verifier.check(answer.certificate, Kind.AUTH, moment=now, medium=medium)
        checks = (
            _same_challenge(state, answer),
            _known(taken),
            _unused(taken),
            *self._challenge_checks(state, now),
            _signature(state, answer, holder),
        )
        return LoginReport(
            moment=now,
            checks=checks,
            relying_party=self.name,
            challenge=state.challenge,
            holder=holder,
        )

    def _challenge_checks(self, state: LoginState, now: datetime) -> tuple[Check, Check]:
        in_time = f"an answer at {show(now)} to be in time"
        party = f"{self.name}, as signed by the card"
        try:
            challenge = Challenge.parse(state.challenge)
        except MalformedError as error:
            return (
                rules.LOGIN_IN_TIME.malformed(expected=in_time, error=error),
                rules.LOGIN_PARTY.malformed(expected=party, error=error),
            )
        first, last = challenge.issued_at, challenge.expires_at
        return (
            rules.LOGIN_IN_TIME.judged(
                first <= now <= last, expected=in_time, seen=f"{show(first)} to {show(last)}"
            ),
            rules.LOGIN_PARTY.judged(
                compare_digest(challenge.relying_party.encode(), self.name.encode()),
                expected=party,
                seen=challenge.relying_party,
            ),
        )


def _key(challenge: bytes) -> bytes:
    return sha256(challenge).digest()


def _same_challenge(state: LoginState, answer: LoginAnswer) -> Check:
    same = compare_digest(state.challenge, answer.challenge)
    return rules.LOGIN_CHALLENGE.judged(
        same,
        expected="an answer to the challenge of this login",
        seen="the same challenge" if same else "another challenge",
    )


def _known(taken: Taken) -> Check:
    known = taken is not Taken.UNKNOWN
    return rules.LOGIN_KNOWN.judged(
        known,
        expected="a challenge given out here and not long past",
        seen="given out here" if known else "unknown here",
    )


def _unused(taken: Taken) -> Check:
    return rules.LOGIN_ONCE.judged(
        taken is not Taken.USED,
        expected="the first answer to its challenge",
        seen="answered before" if taken is Taken.USED else "not answered before",
    )


def _signature(state: LoginState, answer: LoginAnswer, holder: CertificateReport) -> Check:
    """Verify over the state's challenge: what the visitor sent back is not trusted."""
    expected = "the holder's key signed the challenge (RSASSA-PKCS1-v1_5, SHA-256)"
    rule = rules.LOGIN_SIGNATURE
    if holder.certificate is None:
        return rule.failed(expected=expected, seen="no certificate to verify with")
    key = PublicKey.load(holder.certificate.public_key_info)
    try:
        key.verify(SHA256_WITH_RSA, answer.signature, state.challenge)
    except SignatureProblem as problem:
        return rule.failed(expected=expected, seen=str(problem))
    return rule.passed(expected=expected, seen="verified")
