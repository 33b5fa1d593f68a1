"""The files of the JPKI AP (公的個人認証AP), and how its signature command is spoken to.

Not here: file contents (`token`, `availability`; certificates are DER at offset 0), PIN
rules (`pins`), access rules in force on a card (the card builds them from `access`).
Card reference §3.1, §4.5. Used by the card to build the AP and by the client to read it.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum, unique

from jpki.card.layout.pins import PinKind
from jpki.sources import Grade, Source


@unique
class FileKind(Enum):
    """What a command may do with a file."""

    TRANSPARENT = "transparent"
    """Bytes: READ BINARY."""
    RECORD = "record"
    """Records: READ RECORD."""
    PIN = "PIN"
    """Reference data: VERIFY."""
    KEY = "key"
    """A key: never read, perhaps used."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One elementary file: what it holds, what opens it on a plastic card, the source.

    `opened_by` is the PIN that must have been verified to read or use it. None together with
    `free` means nobody is known to be able to.
    """

    kind: FileKind
    japanese: str
    source: Source
    free: bool = False
    opened_by: PinKind | None = None
    pin: PinKind | None = None


def _row(
    kind: FileKind,
    japanese: str,
    reference: str,
    grade: Grade,
    *,
    free: bool = False,
    opened_by: PinKind | None = None,
    pin: PinKind | None = None,
) -> FileRow:
    source = Source(f"card §3.1: {reference}", grade)
    return FileRow(kind, japanese, source, free=free, opened_by=opened_by, pin=pin)


@unique
class JpkiEf(IntEnum):
    """EF identifiers of the JPKI AP; every one is its own short EF identifier as well."""

    SIGN_CERTIFICATE = 0x01
    SIGN_CA_CERTIFICATE = 0x02
    UNKNOWN_05 = 0x05
    TOKEN_INFO = 0x06
    AVAILABILITY = 0x08
    UNKNOWN_09 = 0x09
    AUTH_CERTIFICATE = 0x0A
    AUTH_CA_CERTIFICATE = 0x0B
    KEY_10 = 0x10
    TERMINAL_KEY = 0x16
    AUTH_KEY = 0x17
    AUTH_PIN = 0x18
    UNKNOWN_19 = 0x19
    SIGN_KEY = 0x1A
    SIGN_PIN = 0x1B
    ISSUER_KEY_1C = 0x1C
    ISSUER_KEY_1E = 0x1E

    @property
    def row(self) -> FileRow:
        """What is known of this file."""
        return JPKI_FILES[self]

    @property
    def source(self) -> Source:
        """Where this file is known from."""
        return self.row.source

    @property
    def reference(self) -> int:
        """P2 of VERIFY, CHANGE REFERENCE DATA and 80 2A naming this file by its short id."""
        return 0x80 | self


JPKI_FILES: dict[JpkiEf, FileRow] = {
    JpkiEf.SIGN_CERTIFICATE: _row(
        FileKind.TRANSPARENT,
        "署名用電子証明書",
        "HD, OSC, TEX",
        Grade.MEASURED,
        opened_by=PinKind.SIGN,
    ),
    JpkiEf.SIGN_CA_CERTIFICATE: _row(
        FileKind.TRANSPARENT, "署名用認証局の証明書", "OSC, MC, CIV, MY", Grade.RELIED_ON, free=True
    ),
    # Only the enumeration by AO names it; that it is transparent is a guess.
    JpkiEf.UNKNOWN_05: _row(FileKind.TRANSPARENT, "", "AO; kind unknown", Grade.ASSUMED),
    JpkiEf.TOKEN_INFO: _row(
        FileKind.TRANSPARENT, "トークン情報", "MC; MY, TR, CX, C3", Grade.MEASURED, free=True
    ),
    JpkiEf.AVAILABILITY: _row(
        FileKind.TRANSPARENT, "証明書の有無", "MC, MS", Grade.MEASURED, free=True
    ),
    # "Unknown, never readable": that it is transparent, and refused by 6982, is a guess.
    JpkiEf.UNKNOWN_09: _row(FileKind.TRANSPARENT, "", "MC; kind unknown", Grade.ASSUMED),
    JpkiEf.AUTH_CERTIFICATE: _row(
        FileKind.TRANSPARENT, "利用者証明用電子証明書", "all clients", Grade.MEASURED, free=True
    ),
    JpkiEf.AUTH_CA_CERTIFICATE: _row(
        FileKind.TRANSPARENT,
        "利用者証明用認証局の証明書",
        "OSC, MC, MY, CIV",
        Grade.RELIED_ON,
        free=True,
    ),
    # "Key reference, answers a retry count"; how many is not published.
    JpkiEf.KEY_10: _row(FileKind.PIN, "", "MC, AO", Grade.RELIED_ON),
    JpkiEf.TERMINAL_KEY: _row(FileKind.KEY, "特定機関認証用の鍵", "MC, PYEF, AO", Grade.RELIED_ON),
    JpkiEf.AUTH_KEY: _row(
        FileKind.KEY,
        "利用者証明用の秘密鍵",
        "all clients",
        Grade.RELIED_ON,
        opened_by=PinKind.AUTH,
    ),
    JpkiEf.AUTH_PIN: _row(
        FileKind.PIN, "利用者証明用の暗証番号", "all clients", Grade.RELIED_ON, pin=PinKind.AUTH
    ),
    JpkiEf.UNKNOWN_19: _row(FileKind.KEY, "", "MC, AO; kind unknown", Grade.ASSUMED),
    JpkiEf.SIGN_KEY: _row(
        FileKind.KEY, "署名用の秘密鍵", "all clients", Grade.RELIED_ON, opened_by=PinKind.SIGN
    ),
    JpkiEf.SIGN_PIN: _row(
        FileKind.PIN, "署名用の暗証番号", "all clients", Grade.RELIED_ON, pin=PinKind.SIGN
    ),
    JpkiEf.ISSUER_KEY_1C: _row(FileKind.KEY, "", "AO, MC: exists", Grade.RELIED_ON),
    JpkiEf.ISSUER_KEY_1E: _row(FileKind.KEY, "", "AO, MC: exists", Grade.RELIED_ON),
}


@dataclass(frozen=True, slots=True)
class SignatureModeRow:
    """How the card treats the data of one mode: hash it, wrap it in a DigestInfo, pad it."""

    hashes: bool
    wraps: bool
    pss: bool
    source: Source


def _mode(*, hashes: bool, wraps: bool, pss: bool, reference: str) -> SignatureModeRow:
    source = Source(f"card §4.5: {reference}", Grade.RELIED_ON)
    return SignatureModeRow(hashes=hashes, wraps=wraps, pss=pss, source=source)


@unique
class SignatureMode(IntEnum):
    """P1 of COMPUTE DIGITAL SIGNATURE (80 2A); the hash of the card is always SHA-256."""

    RAW = 0
    """1 to 245 bytes padded as they are (PKCS#1 v1.5 type 1): what every client sends."""
    HASH_BARE = 1
    """Data: hashed, the bare 32 bytes padded as PKCS#1 v1.5 without a DigestInfo."""
    DIGEST = 2
    """32 bytes: wrapped in a DigestInfo, padded as PKCS#1 v1.5."""
    HASH = 3
    """Data: hashed, wrapped, padded as PKCS#1 v1.5."""
    DIGEST_PSS = 4
    """32 bytes: padded as PSS."""
    HASH_PSS = 5
    """Data: hashed, padded as PSS."""

    @property
    def row(self) -> SignatureModeRow:
        """How this mode treats the data."""
        return SIGNATURE_MODES[self]

    @property
    def source(self) -> Source:
        """Where this mode is known from."""
        return self.row.source


SIGNATURE_MODES: dict[SignatureMode, SignatureModeRow] = {
    SignatureMode.RAW: _mode(hashes=False, wraps=False, pss=False, reference="n>=15"),
    SignatureMode.HASH_BARE: _mode(hashes=True, wraps=False, pss=False, reference="MC"),
    SignatureMode.DIGEST: _mode(hashes=False, wraps=True, pss=False, reference="MC, MS"),
    SignatureMode.HASH: _mode(hashes=True, wraps=True, pss=False, reference="MC, RTC"),
    SignatureMode.DIGEST_PSS: _mode(hashes=False, wraps=False, pss=True, reference="MC"),
    SignatureMode.HASH_PSS: _mode(hashes=True, wraps=False, pss=True, reference="MC, AO"),
}

RAW_SIGNATURE_MAX = 245
"""Longest data of `SignatureMode.RAW` with RSA-2048: 256 - 11 bytes (card reference §4.5)."""
