"""The 公的個人認証AP from the reader's side: certificates, PINs, signatures.

Works over any connection to a plastic card, a phone token or a virtual card, and does not know
which it is. Nothing here spends a PIN try unless `verify_pin` or `change_pin` is called.

Not here: what a certificate says (`jpki.verify`), CMS (`jpki.signing`), readers (`pcsc`).
Card reference §3.1, §4.2, §4.4 to §4.6, §7. Called by the command line and by programs.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from jpki.card.client import pins, reading
from jpki.card.client.application import ApplicationSession
from jpki.card.client.errors import (
    ApplicationMissingError,
    MalformedAnswerError,
    MalformedFileError,
    NotAJpkiCardError,
    PinBlockedError,
    WrongPinError,
)
from jpki.card.layout import (
    RAW_SIGNATURE_MAX,
    Ap,
    Availability,
    JpkiEf,
    PinKind,
    SignatureMode,
    TokenInfo,
)
from jpki.card.layout.availability import AVAILABILITY_LENGTH, AvailabilityError
from jpki.card.layout.token import TOKEN_INFO_LENGTH, TokenInfoError
from jpki.digest_info import DigestAlgorithm
from jpki.iso7816 import MAX_NE_SHORT, CommandApdu
from jpki.profiles.kinds import Kind

_PROPRIETARY = 0x80
_COMPUTE_DIGITAL_SIGNATURE = 0x2A
_CURRENT_EF = 0x80

_CERTIFICATE: Final[Mapping[Kind, JpkiEf]] = MappingProxyType(
    {Kind.SIGN: JpkiEf.SIGN_CERTIFICATE, Kind.AUTH: JpkiEf.AUTH_CERTIFICATE}
)
_CA_CERTIFICATE: Final[Mapping[Kind, JpkiEf]] = MappingProxyType(
    {Kind.SIGN: JpkiEf.SIGN_CA_CERTIFICATE, Kind.AUTH: JpkiEf.AUTH_CA_CERTIFICATE}
)
_PIN_EF: Final[Mapping[Kind, JpkiEf]] = MappingProxyType(
    {Kind.SIGN: JpkiEf.SIGN_PIN, Kind.AUTH: JpkiEf.AUTH_PIN}
)
_KEY: Final[Mapping[Kind, JpkiEf]] = MappingProxyType(
    {Kind.SIGN: JpkiEf.SIGN_KEY, Kind.AUTH: JpkiEf.AUTH_KEY}
)
PIN_KIND: Final[Mapping[Kind, PinKind]] = MappingProxyType(
    {Kind.SIGN: PinKind.SIGN, Kind.AUTH: PinKind.AUTH}
)
"""The PIN that opens the key of each kind (and the signing certificate)."""


class JpkiSession(ApplicationSession):
    """公的個人認証AP, selected. Raises `NotAJpkiCardError` when the card has none."""

    ap: ClassVar[Ap] = Ap.JPKI
    missing: ClassVar[type[ApplicationMissingError]] = NotAJpkiCardError
    _verified: frozenset[Kind] = frozenset()

    @property
    def verified(self) -> frozenset[Kind]:
        """The kinds whose PIN this session verified and has no reason to think forgotten.

        Another program that selects an application or cuts the power can prove it wrong;
        then the card answers 6982 and this set is emptied.
        """
        return self._verified

    def token_info(self) -> TokenInfo:
        """Read EF 0006: label (which says card or phone), model, serial. No PIN."""
        name = "the token information (EF 0006)"
        raw = self._read_exactly(JpkiEf.TOKEN_INFO, name, TOKEN_INFO_LENGTH)
        try:
            return TokenInfo.parse(raw)
        except TokenInfoError as error:
            raise MalformedFileError(f"{name}: {error}") from error

    def availability(self) -> Availability:
        """Read EF 0008: which of the two certificates the card carries. No PIN."""
        name = "the certificate availability (EF 0008)"
        raw = self._read_exactly(JpkiEf.AVAILABILITY, name, AVAILABILITY_LENGTH)
        try:
            return Availability.parse(raw)
        except AvailabilityError as error:
            raise MalformedFileError(f"{name}: {error}") from error

    def read_certificate(self, kind: Kind) -> bytes:
        """Read the holder's certificate (DER, without filler).

        The 署名用 one needs its password verified; so does the 利用者証明用 one on a phone.
        Raises `SecurityStatusError`, `CertificateMissingError`, `FileMissingError`,
        `MalformedFileError`.
        """
        return self._certificate(_CERTIFICATE[kind], kind.japanese, needs=PIN_KIND[kind])

    def read_ca_certificate(self, kind: Kind) -> bytes:
        """Read the authority's certificate from the card (DER). It is no trust anchor."""
        return self._certificate(_CA_CERTIFICATE[kind], f"{kind.japanese}の認証局の証明書")

    def tries_left(self, kind: Kind) -> int:
        """Ask how many tries a PIN has left; 0 when blocked. Costs none."""
        return self._pin(kind).tries_left()

    def verify_pin(self, kind: Kind, pin: str, *, allow_last_try: bool = False) -> None:
        """Present a PIN; a wrong one costs a try on the card.

        Letters of a 署名用 password are made capital. Raises a `PinError`: `PinRuleError`,
        `LastTryError` or `TriesUnknownError` before anything is sent, `WrongPinError` or
        `PinBlockedError`.
        """
        secret = pins.encode(PIN_KIND[kind], pin)
        self._present(kind, secret, allow_last_try=allow_last_try)

    def change_pin(self, kind: Kind, old: str, new: str, *, allow_last_try: bool = False) -> None:
        """Verify the old PIN, then replace it by the new one.

        Both are checked against the rule before anything is sent. Raises what `verify_pin`
        raises, and `UnexpectedStatusError` when the card refuses the change itself.
        """
        old_secret = pins.encode(PIN_KIND[kind], old)
        new_secret = pins.encode(PIN_KIND[kind], new)
        pad = self._present(kind, old_secret, allow_last_try=allow_last_try)
        pad.change(new_secret)

    def sign_digest_info(self, kind: Kind, digest_info: bytes) -> bytes:
        """Sign 1 to 245 bytes, normally a DigestInfo (DER), with RSASSA-PKCS1-v1_5.

        The card pads them as they are. Gives the 256 bytes of the signature. Raises
        `SecurityStatusError` when the PIN of this kind has not been verified.
        """
        if not 1 <= len(digest_info) <= RAW_SIGNATURE_MAX:
            raise ValueError(f"a DigestInfo has 1 to {RAW_SIGNATURE_MAX} bytes")
        name = f"the private key of {kind.japanese}"
        self._select_ef(_KEY[kind], name)
        command = CommandApdu(
            _PROPRIETARY,
            _COMPUTE_DIGITAL_SIGNATURE,
            SignatureMode.RAW,
            _CURRENT_EF,
            digest_info,
            ne=MAX_NE_SHORT,
        )
        answer = self.channel.send(command)
        signature = self._require(
            answer,
            "COMPUTE DIGITAL SIGNATURE",
            subject=name,
            needs=PIN_KIND[kind].japanese,
        )
        if not signature:
            raise MalformedAnswerError("COMPUTE DIGITAL SIGNATURE gave no signature")
        return signature

    def sign_sha256(self, kind: Kind, digest: bytes) -> bytes:
        """Sign a SHA-256 digest of 32 bytes: sha256WithRSAEncryption."""
        return self.sign_digest_info(kind, DigestAlgorithm.SHA256.digest_info(digest))

    @property
    def _has_secrets(self) -> bool:
        return bool(self._verified)

    def _forget(self) -> None:
        self._verified = frozenset()

    def _present(self, kind: Kind, secret: bytes, *, allow_last_try: bool) -> pins.PinPad:
        pad = self._pin(kind)
        try:
            pad.verify(secret, allow_last_try=allow_last_try)
        except (WrongPinError, PinBlockedError):
            # A refused VERIFY also ends an earlier success (ISO/IEC 7816-4 clause 11.6.6).
            self._verified -= {kind}
            raise
        self._verified |= {kind}
        return pad

    def _pin(self, kind: Kind) -> pins.PinPad:
        self._select_ef(_PIN_EF[kind], PIN_KIND[kind].japanese)
        return pins.PinPad(self.channel, PIN_KIND[kind])

    def _certificate(self, ef: JpkiEf, name: str, *, needs: PinKind | None = None) -> bytes:
        return self._read(
            ef,
            name,
            lambda channel: reading.read_certificate(channel, name),
            needs=None if needs is None else needs.japanese,
        )
