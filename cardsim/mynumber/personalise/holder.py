"""What the issuer knows when it writes a card: the person, numbers, dates, secrets and keys.

Not here: files. Card reference §3.4 (照合番号), §5 (PINs).
Built by the world and by tests; every function of this package takes from it.
"""

from dataclasses import dataclass, field
from datetime import date

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from jpki.card.layout import CardRecord, Fact, fact
from jpki.people import Era, Person
from jpki.sources import Grade

_SECURITY_CODE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class CardSecrets:
    """The PINs a holder chose for the applications beside JPKI; None was never set."""

    text: str | None = field(default="1234", repr=False)
    """券面事項入力補助用 (text 0011)."""
    juki: str | None = field(default="1234", repr=False)
    """住民基本台帳用 (common and juki 001C)."""
    licence: str | None = field(default="1234", repr=False)
    """マイナ免許証, on a card that has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One holder and one card.

    `number` is the 個人番号 (12 digits), `security_code` the four digits printed on the front.
    `western_year` is for foreigners, on whose cards the year of birth is a western one.
    """

    person: Person = field(repr=False)
    number: str = field(repr=False)
    record: CardRecord = field(repr=False)
    issued: date
    security_code: str = field(repr=False)
    western_year: bool = False
    secrets: CardSecrets = field(default_factory=CardSecrets, repr=False)

    def __post_init__(self) -> None:
        code = self.security_code
        if len(code) != _SECURITY_CODE_DIGITS or not (code.isascii() and code.isdigit()):
            raise ValueError("a security code is 4 digits")

    @property
    def birth_digits(self) -> str:
        """YYMMDD as printed: the year of the era (元年 is 01), or western for foreigners.

        Parts that are not known are zeros: what a real card prints there is not public.
        """
        born = self.person.birth_date
        year = born.year
        if not self.western_year and born.era is not Era.UNKNOWN and born.era.first_day is not None:
            year = born.year - born.era.first_day.year + 1 if born.year else 0
        return f"{year % 100:02d}{born.month:02d}{born.day:02d}"

    @property
    def number_a(self) -> str:
        """照合番号A: the 個人番号."""
        return self.number

    @property
    def number_b(self) -> str:
        """照合番号B: birth (6), western year of expiry (4), security code (4)."""
        return f"{self.birth_digits}{self.record.expires.year:04d}{self.security_code}"

    @property
    def birth_date_text(self) -> str:
        """YYYYMMDD, western, zeros for what is not known: as the files hold it."""
        born = self.person.birth_date
        return f"{born.year:04d}{born.month:02d}{born.day:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardKeys:
    """The RSA-2048 keys of one card beside those of its JPKI certificates."""

    text: rsa.RSAPrivateKey = field(repr=False)
    """券面入力補助AP 0013, internal authentication."""
    session: rsa.RSAPrivateKey = field(repr=False)
    """券面入力補助AP 0006, decrypts session keys."""
    visual: rsa.RSAPrivateKey = field(repr=False)
    """券面事項確認AP, one public key in all of its records (MC)."""
    common: rsa.RSAPrivateKey = field(repr=False)
    """共通AP 0019, internal authentication."""


def pkcs8(key: rsa.RSAPrivateKey) -> bytes:
    """Give a private key as PKCS#8 DER, not encrypted: for a card's own file only."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _fact(subject: str, statement: str, reference: str, grade: Grade) -> Fact:
    return fact(f"PIN {subject}", statement, reference, grade)


HOLDER_FACTS = (
    _fact("NUMBER_A", "the 12 digits of the 個人番号", "§3.4: MC, MY, JR, AO, P8", Grade.RELIED_ON),
    _fact(
        "NUMBER_B",
        "生年月日 (6), western year of expiry (4), セキュリティコード (4)",
        "§3.4, §11 row 8: MC, P8, EK, RTC",
        Grade.RELIED_ON,
    ),
    _fact(
        "BIRTH_DATE", "YYMMDD in the year of the era (和暦)", "§3.4: MC, P8, RTC", Grade.RELIED_ON
    ),
    _fact("BIRTH_DATE", "the same six digits begin 照合番号B", "§3.4: RTC", Grade.RELIED_ON),
    _fact("BIRTH_DATE", "a foreigner's: two digits of the western year", "§3.4", Grade.RELIED_ON),
    _fact("BIRTH_DATE", "the first year of an era is 01", "§3.4: silent", Grade.ASSUMED),
    _fact("BIRTH_DATE", "unknown parts are zeros: 000000, 400300", "§3.4: silent", Grade.ASSUMED),
)
"""What the secrets printed on a card consist of."""
