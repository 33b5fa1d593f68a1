"""One entry of a catalogue: who holds which card, what happened to it, what must come of it.

Plain data, as written in a catalogue file; how that file looks is in `catalogue.schema.json`.
Not here: reading files (`reading`), making cards (`making`), comparing (`rehearsal`).
Called by those three and by whoever lists a catalogue.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, unique

from cardsim.faults.fault import Fault
from cardsim.world.cards import CardKind
from cardsim.world.defects import Defect
from jpki.card.layout import Ap, AtrFamily, PinKind, TokenKind
from jpki.card.layout.secret_files import SECRET_FILES
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason

_PLACEHOLDER = re.compile(r"\{(wrong-)?([a-z-]+)\}")


@unique
class Secret(Enum):
    """A secret of a card by its name in catalogues, and where it lies: application and EF.

    照合番号A and B lie in two applications, each with a counter of its own.
    """

    AUTH = "auth", Ap.JPKI, PinKind.AUTH
    SIGN = "sign", Ap.JPKI, PinKind.SIGN
    TEXT = "text", Ap.TEXT, PinKind.TEXT
    TEXT_NUMBER_A = "text-number-a", Ap.TEXT, PinKind.NUMBER_A
    TEXT_NUMBER_B = "text-number-b", Ap.TEXT, PinKind.NUMBER_B
    BIRTH_DATE = "birth-date", Ap.VISUAL, PinKind.BIRTH_DATE
    VISUAL_NUMBER_A = "visual-number-a", Ap.VISUAL, PinKind.NUMBER_A
    VISUAL_NUMBER_B = "visual-number-b", Ap.VISUAL, PinKind.NUMBER_B
    COMMON = "common", Ap.COMMON, PinKind.JUKI
    JUKI = "juki", Ap.JUKI, PinKind.JUKI
    LICENCE = "licence", Ap.LICENCE, PinKind.LICENCE

    def __init__(self, label: str, ap: Ap, kind: PinKind) -> None:
        self.label = label
        self.ap = ap
        self.ef = SECRET_FILES[ap][kind]

    @classmethod
    def named(cls, label: str) -> "Secret":
        """Give the secret of a name; raises `KeyError`."""
        return {secret.label: secret for secret in cls}[label]


@unique
class Subject(Enum):
    """What a verdict is about."""

    AUTH = "auth"
    """The certificate for logging in (利用者証明用電子証明書)."""
    SIGN = "sign"
    """The signing certificate (署名用電子証明書)."""
    LOGIN = "login"
    """A log-in with the card and the right PIN."""
    SIGNATURE = "signature"
    """A CMS signature made with the card and the right password."""
    FACE = "face"
    """What the card holds of its face and text (券面), read with the right secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderSpec:
    """Who holds the card; what is None is drawn from the world's seed.

    `born` is an ISO date or the nine digits EYYYYMMDD of a certificate; `age` is the age on the
    day the catalogue is made. `same_as` is the number of the entry whose holder this is.
    """

    same_as: str | None = None
    name: str | None = field(default=None, repr=False)
    name_flags: str | None = None
    face_name: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    address_flags: str | None = None
    face_address: str | None = field(default=None, repr=False)
    gender: str | None = None
    born: str | None = field(default=None, repr=False)
    age: int | None = None
    municipality: str | None = None
    foreign: bool = False
    valid_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDay:
    """The day a card's certificates came; with none given, it is drawn from recent weeks.

    Counted from the day the catalogue is made, or from the first day of one generation of the
    authorities.
    """

    days_ago: int | None = None
    days_ahead: int | None = None
    generation: int | None = None
    day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSpec:
    """Which card; `ends_in_days` is the last day of a period of stay (在留期間).

    `licence`, `long_form` and `older` are as in `cardsim.world.issuing.CardOrder`.
    `impostor` is a card of authorities under the same name that nobody pins. `faults` happen
    whenever the card is used, counted from when it is put into a reader.
    """

    kind: CardKind = CardKind.MY_NUMBER
    token: TokenKind = TokenKind.CARD
    atr: AtrFamily = AtrFamily.CONTACT_E0
    issued: IssueDay = IssueDay()
    ends_in_days: int | None = None
    certificates: tuple[Kind, ...] = tuple(Kind)
    pins: bool = True
    renews: bool = False
    licence: bool = False
    long_form: bool = False
    older: bool = False
    impostor: bool = False
    defect: Defect | None = None
    tries_left: Mapping[Secret, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class RevocationSpec:
    """A certificate that was revoked, so many days before the catalogue is made."""

    kind: Kind
    reason: RevocationReason
    days_ago: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One command and what the card must answer.

    `send` is hexadecimal and may hold names of secrets in braces: `{auth}` for the PIN's bytes,
    `{wrong-auth}` for as many bytes that are not the PIN.
    `status` is the status word in hexadecimal, `x` standing for any digit, or `none` when no
    answer comes; the card is then powered up anew. `data`, when it is given, is how the answer's
    data must begin, in hexadecimal.
    """

    send: str
    status: str
    data: str = ""
    why: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets `send` speaks of."""
        return tuple(found[2] for found in _PLACEHOLDER.finditer(self.send))

    def filled(self, right: Callable[[str], str], wrong: Callable[[str], str]) -> str:
        """Give `send` with what the functions make of the secrets' names: hexadecimal."""
        return _PLACEHOLDER.sub(lambda found: (wrong if found[1] else right)(found[2]), self.send)


@dataclass(frozen=True, slots=True)
class Advice:
    """What an application should tell its user."""

    english: str
    japanese: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One numbered card of a catalogue.

    `verdicts` holds for every subject what must come of it: `good`, `absent` when there is
    nothing to judge, `bad: RULE` or `cannot-tell: RULE` with the rule that decides, `refused: SW`
    when the card does not do its part, `lost` when it gives no answer.
    """

    number: str
    title: str
    japanese: str
    holder: HolderSpec
    card: CardSpec
    revoked: tuple[RevocationSpec, ...] = ()
    answers: bool = True
    """Whether the card answers to reset."""
    verdicts: Mapping[Subject, str]
    dialogue: tuple[Step, ...] = ()
    advice: Advice

    @property
    def name(self) -> str:
        """The card's name in a world, and its holder's when no other entry has the same."""
        return self.number.lower()

    @property
    def citizen(self) -> str:
        """The holder's name in a world."""
        return (self.holder.same_as or self.number).lower()
