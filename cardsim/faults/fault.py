"""A fault as data: what goes wrong, and at which command it does.

    Fault(Status(0x6F00), When(Moment.BEFORE, Kind.VERIFY, count=Count(2)))
    str(fault) == "status 6F00 before verify 2"

Every value is frozen and says itself in the language's own words, so that text and data are one.
Not here: reading text (`parsing`), what the words mean (`words`), making anything go wrong
(`card`, `gate`). Called by all of them.
"""

from dataclasses import dataclass
from enum import Enum, unique

from cardsim.faults.kinds import CODES, Kind, Question, Request, files_of
from cardsim.readers.pcsc.codes import ReturnCode
from jpki.card.layout import Ap


@unique
class Moment(Enum):
    """Where in the life of a command a fault strikes."""

    BEFORE = "before"
    """The card has not heard the command, and does not."""
    AT = "at"
    """The command is carried out; how it travels is disturbed."""
    AFTER = "after"
    """The card has done what it was told."""
    BEFORE_SAVE_OF = "before-save-of"
    """Within the command, before its first change of the saved state is on the disk."""
    AFTER_SAVE_OF = "after-save-of"
    """Within the command, as soon as its first change of the saved state is on the disk."""


@dataclass(frozen=True, slots=True)
class Count:
    """Which of the commands that fit: the first-th only, or all from there on."""

    first: int = 1
    on: bool = False

    def includes(self, number: int) -> bool:
        """Whether the command of this number, from 1, is meant."""
        return number >= self.first if self.on else number == self.first

    def __str__(self) -> str:
        if not self.on:
            return str(self.first)
        return "every" if self.first == 1 else f"from {self.first}"


@dataclass(frozen=True, slots=True)
class When:
    """The moment, the kind of command, where on the card it acts, and which of them."""

    moment: Moment
    kind: Kind | Request | Question
    ap: Ap | None = None
    ef: int | None = None
    count: Count = Count()

    def __str__(self) -> str:
        words = [self.moment.value, self.kind.word]
        if self.ap is not None:
            words += ["in", self.ap.name.lower()]
        if self.ef is not None:
            names = {} if self.ap is None else {ef: name for name, ef in files_of(self.ap).items()}
            words += ["on", names.get(self.ef, f"{self.ef:04X}")]
        return " ".join([*words, str(self.count)])


@dataclass(frozen=True, slots=True)
class Status:
    """The answer is this status word, without data."""

    word: int

    def __str__(self) -> str:
        return f"status {self.word:04X}"


@dataclass(frozen=True, slots=True)
class Truncate:
    """Of the answer, status word included, only the first `keep` bytes arrive."""

    keep: int

    def __str__(self) -> str:
        return f"truncate {self.keep}"


@dataclass(frozen=True, slots=True)
class Delay:
    """The answer comes so much later."""

    milliseconds: int

    def __str__(self) -> str:
        return f"delay {duration(self.milliseconds)}"


@dataclass(frozen=True, slots=True)
class Flip:
    """One bit (0 the lowest) of one byte of the answer is wrong; bytes count back when negative."""

    byte: int
    bit: int

    def __str__(self) -> str:
        return f"flip {self.byte}.{self.bit}"


@dataclass(frozen=True, slots=True)
class Remove:
    """The card is taken out, and put in again after a while if a time is given."""

    back: int | None = None
    """Milliseconds."""

    def __str__(self) -> str:
        return "remove" if self.back is None else f"remove {duration(self.back)}"


@dataclass(frozen=True, slots=True)
class Cut:
    """The card loses its power and stays mute until it is reset."""

    def __str__(self) -> str:
        return "cut"


@dataclass(frozen=True, slots=True)
class Unplug:
    """The reader is unplugged with the card in it, and plugged in again if a time is given."""

    back: int | None = None
    """Milliseconds."""

    def __str__(self) -> str:
        return "unplug" if self.back is None else f"unplug {duration(self.back)}"


@dataclass(frozen=True, slots=True)
class Reset:
    """Another program resets the card; `cold` takes its power, and with it what was proven."""

    cold: bool

    def __str__(self) -> str:
        return f"reset {'cold' if self.cold else 'warm'}"


@dataclass(frozen=True, slots=True)
class Fail:
    """The program gets this PC/SC return code instead of an answer."""

    code: ReturnCode

    def __str__(self) -> str:
        names = {code: name for name, code in CODES.items()}
        return f"fail {names[self.code]}"


@dataclass(frozen=True, slots=True)
class Slow:
    """Every command takes the time a real card would need; `profile` is a name of `pace`."""

    profile: str

    def __str__(self) -> str:
        return f"slow {self.profile}"


@unique
class Evidence(Enum):
    """Which service of an authority goes wrong."""

    CRL = "crl"
    OCSP = "ocsp"


@unique
class Mishap(Enum):
    """What is wrong with evidence that comes."""

    STALE = "stale"
    """It was true once: its time is over."""
    WRONG = "wrong"
    """Its signature does not fit."""
    WRONG_SIGNER = "wrong-signer"
    """Signed by somebody the authority has not delegated."""
    EXPIRED_SIGNER = "expired-signer"
    """Signed under a responder's certificate that is over."""
    TRY_LATER = "try-later"
    """The protocol's own word in place of an answer."""
    WRONG_NONCE = "wrong-nonce"
    """The nonce is another's, if there is one."""
    TRUNCATED = "truncated"
    """Half of it arrives."""
    UNKNOWN = "unknown"
    """The service knows nothing of the certificate, and signs that."""


MISHAPS: dict[Evidence, tuple[Mishap, ...]] = {
    Evidence.CRL: (Mishap.STALE, Mishap.WRONG, Mishap.TRUNCATED),
    Evidence.OCSP: tuple(Mishap),
}
"""What can be wrong with which."""


@dataclass(frozen=True, slots=True)
class Serve:
    """What an authority's service does: comes late (milliseconds), wrong, or with an HTTP status.

    Exactly one of the three is set.
    """

    evidence: Evidence
    late: int | None = None
    mishap: Mishap | None = None
    status: int | None = None

    def __post_init__(self) -> None:
        if [self.late, self.mishap, self.status].count(None) != 2:  # noqa: PLR2004 - two of three
            raise ValueError("evidence is late, stale or wrong, or is refused: one of these")
        if self.mishap not in {None, *MISHAPS[self.evidence]}:
            raise ValueError("nothing like that happens to revocation lists")

    def __str__(self) -> str:
        if self.late is not None:
            return f"{self.evidence.value} late {duration(self.late)}"
        return f"{self.evidence.value} {self.mishap.value if self.mishap else self.status}"


Effect = (
    Status | Truncate | Delay | Flip | Remove | Cut | Unplug | Reset | Fail | Slow | Serve
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `when` is None for what holds all the time (`slow`, `crl`, `ocsp`)."""

    effect: Effect
    when: When | None = None

    def __str__(self) -> str:
        return str(self.effect) if self.when is None else f"{self.effect} {self.when}"


def duration(milliseconds: int) -> str:
    """Write a time: whole seconds as such, anything else in milliseconds."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{milliseconds}ms" if rest or not seconds else f"{seconds}s"
