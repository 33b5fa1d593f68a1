"""The words of the language of faults: each with its argument, its moments, meaning and example.

    EFFECT [ARGUMENT] MOMENT KIND [in AP] [on EF] [N | every | from N]

The help of `jpki faults`, docs/faults.md and the messages of `parsing` are all made from here.
Not here: how text is read (`parsing`), what makes things go wrong (`card`, `gate`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, unique

from cardsim.faults.fault import Fault, Moment
from cardsim.faults.kinds import APS, CODES, Kind, Question, Request, files_of
from jpki.card.layout import Ap

GRAMMAR = "EFFECT [ARGUMENT] MOMENT KIND [in AP] [on EF] [N | every | from N]"

_BOTH = (Moment.BEFORE, Moment.AFTER)
_AT = (Moment.AT,)


@unique
class Layer(Enum):
    """Where a fault happens, from which `reach` tells over which ways it can."""

    CARD = "card"
    """In the card or at its contacts: everywhere."""
    READER = "reader"
    """Between program and reader: where the reader, or the play of one, is ours."""
    AUTHORITY = "authority"
    """At a service of the certification authority."""


@dataclass(frozen=True, slots=True)
class Word:
    """One effect of the language; `moments` is empty for what takes no moment."""

    word: str
    argument: str
    moments: tuple[Moment, ...]
    layer: Layer
    meaning: str
    example: str

    @property
    def form(self) -> str:
        """How it is written, up to the kind of command."""
        moments = "|".join(moment.value for moment in self.moments)
        return " ".join(part for part in (self.word, self.argument, moments) if part)


WORDS = (
    Word(
        "status", "SW", _BOTH, Layer.CARD,
        "the answer is the status word SW; before: the card never hears the command,"
        " after: it has done it",
        "status 6F00 before verify 2",
    ),
    Word(
        "truncate", "N", _AT, Layer.CARD,
        "only the first N bytes of the answer arrive, status word included",
        "truncate 1 at read-binary on auth-certificate",
    ),
    Word(
        "flip", "BYTE.BIT", _AT, Layer.CARD,
        "one bit of the answer is wrong; -1 is the last byte, bit 0 the lowest",
        "flip 20.0 at compute-digital-signature",
    ),
    Word(
        "delay", "TIME", _AT, Layer.CARD,
        "the answer comes TIME later (250ms, 2s)",
        "delay 2s at command every",
    ),
    Word(
        "slow", "nfc|nfc-106|nfc-424", (), Layer.CARD,
        "every command takes the time of a contactless card; nfc: at the rate its ATR names",
        "slow nfc",
    ),
    Word(
        "remove", "[TIME]", _BOTH, Layer.CARD,
        "the card is taken out; with TIME it is put in again after it",
        "remove 1s before compute-digital-signature",
    ),
    Word(
        "cut", "", (*_BOTH, Moment.BEFORE_SAVE_OF, Moment.AFTER_SAVE_OF), Layer.CARD,
        "the card loses power and is mute until it is reset; a save is that of PIN counters",
        "cut after-save-of verify on auth-pin",
    ),
    Word(
        "reset", "warm|cold", _BOTH, Layer.READER,
        "another program resets the card; cold: what was proven to it is forgotten",
        "reset cold before compute-digital-signature",
    ),
    Word(
        "unplug", "[TIME]", _BOTH, Layer.READER,
        "the reader is unplugged, the card in it; with TIME it is plugged in again after it",
        "unplug 500ms after verify",
    ),
    Word(
        "fail", "CODE", _BOTH, Layer.READER,
        "the program gets the PC/SC return code CODE; after: although the card has done it",
        "fail sharing-violation before connect",
    ),
    Word(
        "crl", "late TIME|stale|wrong|truncated|5xx", (), Layer.AUTHORITY,
        "revocation lists come late, of the past, with a signature that does not fit, cut in half,"
        " or not",
        "crl stale",
    ),
    Word(
        "ocsp",
        "late TIME|stale|wrong|wrong-signer|expired-signer|try-later|wrong-nonce|truncated|unknown"
        "|5xx",
        (), Layer.AUTHORITY,
        "the same of answers about certificates; or signed by a stranger, or under a certificate"
        " that is over; or tryLater; with another's nonce; or that say: unknown",
        "ocsp 503 at request from 2",
    ),
)  # fmt: skip
"""Every effect there is."""

WORD: dict[str, Word] = {word.word: word for word in WORDS}

COUNTS = (
    ("N", "the N-th of them, from 1; without a count it is the first"),
    ("every", "each of them"),
    ("from N", "the N-th and all that follow"),
)


def lines() -> Iterator[str]:
    """Give the language as text for a terminal."""
    yield f"A fault is written: {GRAMMAR}"
    yield ""
    for word in WORDS:
        yield f"{word.form}   ({word.layer.value})"
        yield f"    {word.meaning}"
        yield f"    {word.example}"
    yield ""
    for title, known in names().items():
        yield f"{title}: {' '.join(known)}"
    for count, meaning in COUNTS:
        yield f"{count:<7} {meaning}"


def markdown() -> Iterator[str]:
    """Give the language as tables for docs/faults.md."""
    yield "| effect | layer | what happens | example |"
    yield "|---|---|---|---|"
    for word in WORDS:
        form = word.form.replace("|", "\\|")
        yield f"| `{form}` | {word.layer.value} | {word.meaning} | `{word.example}` |"
    yield ""
    yield "| after the effect | what can stand there |"
    yield "|---|---|"
    for title, known in names().items():
        yield f"| {title} | {' '.join(f'`{name}`' for name in known)} |"
    for count, meaning in COUNTS:
        yield f"| `{count}` | {meaning} |"


def names() -> dict[str, list[str]]:
    """Give the names that can stand behind an effect, by where they can."""
    return {
        "KIND": [kind.word for kind in Kind],
        "KIND of `fail` only, before": [request.word for request in Request],
        "KIND of `crl` and `ocsp`, at": [Question.REQUEST.word],
        "AP": list(APS),
        "EF of jpki, or four digits": list(files_of(Ap.JPKI)),
        **{
            f"EF in {name}": list(files_of(ap))
            for name, ap in APS.items()
            if ap is not Ap.JPKI and files_of(ap)
        },
        "CODE": list(CODES),
    }


def layer_of(fault: Fault) -> Layer:
    """Give the layer at which a fault happens."""
    return WORD[str(fault).split(" ", 1)[0]].layer
