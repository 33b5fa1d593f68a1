"""The certificates on a card, judged for `jpki check-card`, and that the card holds the key.

EF 0008 says which there are, signed by nobody: both are looked for whatever it says. One that is
found all the same refutes it; one that is not found is open unless nothing on the card speaks
of it, and then it is listed as absent by the card's own word.
Not here: text and face (`evidence`), the rules (`jpki.verify`). Card reference §3.1, §7.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jpki.card.client import (
    PIN_KIND,
    CardError,
    CertificateMissingError,
    FileMissingError,
    JpkiSession,
    PinBlockedError,
    SecurityStatusError,
)
from jpki.card.layout import PinKind
from jpki.profiles.kinds import Kind
from jpki.signing.card import CardSigner
from jpki.signing.login import answer as answer_challenge
from jpki.verify import CertificateReport, Verdict
from jpki.verify.checks import Check, Outcome
from jpki.verify.login import LoginReport, RelyingParty
from jpki_cli.card_findings import Findings
from jpki_cli.evidence import Unread
from jpki_cli.trust import Trust

_US = "https://check-card.example"
"""The party the card's key signs for: nobody logs in there."""
CERTIFICATE = {
    Kind.AUTH: "certificate for logging in (利用者証明用電子証明書)",
    Kind.SIGN: "certificate for signing (署名用電子証明書)",
}
"""What each is called in the answer."""
_KEY = "key for logging in, no copy (利用者証明用の秘密鍵)"
_WORD = "what the card says of its certificates (証明書の有無, EF 0008)"


def judge_certificates(
    session: JpkiSession,
    known: Mapping[PinKind, str],
    trust: Trust,
    found: Findings,
    *,
    alone: bool,
) -> CertificateReport | None:
    """Judge both certificates; give the report of the signing one when it could be read.

    `alone` says that nothing else on the card can show that it is no copy. Raises a `PinError`
    for a secret that is not right.
    """
    said = session.availability()
    auth = _Search(session, Kind.AUTH, known, trust, found, said=said.auth)
    sign = _Search(session, Kind.SIGN, known, trust, found, said=said.sign)
    auth.judge_with_key(alone=alone)
    return sign.judge()


@dataclass(frozen=True, slots=True)
class _Search:
    """One certificate to be found and judged; `said` is whether EF 0008 has it there."""

    session: JpkiSession
    kind: Kind
    known: Mapping[PinKind, str]
    trust: Trust
    found: Findings
    said: bool

    @property
    def name(self) -> str:
        return CERTIFICATE[self.kind]

    def judge(self) -> CertificateReport | None:
        """Judge the certificate alone; its key is not used."""
        self._present()
        der = self._read()
        return None if der is None else self._judge(der)

    def judge_with_key(self, *, alone: bool) -> None:
        """Judge the certificate, and with its PIN that the card holds its key."""
        opened = self._present()
        der = self._read()
        if der is not None and opened:
            report = self._log_in(der)
            self.found.reports.append(report)
            self.found.parts[self.name] = report.holder.verdict
            self.found.parts[_KEY] = _verdict_of(report.checks)
            return
        if der is not None:
            self._judge(der)
        if self.name not in self.found.absent or alone:
            self.found.parts[_KEY] = Verdict.CANNOT_TELL
            self.found.unread.append(self._unused_key(opened=opened))

    def _unused_key(self, *, opened: bool) -> Unread:
        if opened or self.name in self.found.absent:
            return Unread(_KEY, (), "no certificate was found to know it by")
        return Unread(_KEY, (PIN_KIND[self.kind],))

    def _present(self) -> bool:
        """Present the PIN if it is at hand; say whether it is verified now."""
        secret = self.known.get(PIN_KIND[self.kind])
        if secret is None:
            return False
        try:
            self.session.verify_pin(self.kind, secret)
        except PinBlockedError:
            # Who never had a certificate has no PIN for it: the card calls that blocked.
            if self.said:
                raise
            return False
        return True

    def _read(self) -> bytes | None:
        """Read the certificate; where that cannot be, note what is known instead."""
        try:
            der = self.session.read_certificate(self.kind)
        except CardError as refused:
            if not self.said and self._is_absent(refused):
                self.found.absent.append(self.name)
                return None
            needs = (PIN_KIND[self.kind],) if isinstance(refused, SecurityStatusError) else ()
            self.found.parts[self.name] = Verdict.CANNOT_TELL
            self.found.unread.append(Unread(self.name, needs, None if needs else str(refused)))
            return None
        if not self.said:
            self.found.parts[_WORD] = Verdict.BAD
        return der

    def _is_absent(self, refused: CardError) -> bool:
        """Whether the file is empty, or locked by a PIN that nobody can present."""
        if isinstance(refused, (CertificateMissingError, FileMissingError)):
            return True
        if not isinstance(refused, SecurityStatusError):
            return False
        try:
            return self.session.tries_left(self.kind) == 0
        except CardError:
            return False

    def _judge(self, der: bytes) -> CertificateReport:
        report = self.trust.verifier().check(der, self.kind, moment=self.trust.moment)
        self.found.reports.append(report)
        self.found.parts[self.name] = report.verdict
        return report

    def _log_in(self, der: bytes) -> LoginReport:
        """Have the card answer a challenge of ours, as at a log-in."""
        service = RelyingParty(_US, self.trust.verifier())
        moment = self.trust.moment
        challenge, state = service.begin(moment=moment)
        signer = CardSigner(self.session, self.kind, der)
        response = answer_challenge(challenge.encode(), signer, relying_party=_US, moment=moment)
        return service.complete(state, response, moment=moment)


def _verdict_of(checks: Iterable[Check]) -> Verdict:
    outcomes = {check.outcome for check in checks}
    if Outcome.FAIL in outcomes:
        return Verdict.BAD
    return Verdict.CANNOT_TELL if Outcome.CANNOT_TELL in outcomes else Verdict.GOOD
