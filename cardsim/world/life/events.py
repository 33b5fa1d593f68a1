"""What can happen to a resident, a card or the authorities: kinds, and events as frozen values.

What it is: the vocabulary. An event says what happened and to whom; when is the journal's.
What it is not: what follows from it (`table` says, `rules` decides). No event holds a PIN or
a 個人番号.
Called by `rules`, `journal`, `office` and the command line.
"""

from dataclasses import dataclass
from enum import Enum, unique

from cardsim.world.life.residents import Attributes
from jpki.profiles.kinds import Kind


@unique
class EventKind(Enum):
    """Every kind of event, by the word the command line has for it."""

    BIRTH = "birth"
    FIFTEEN = "fifteen"
    CARD = "card"
    HANDOVER = "handover"
    DISCARD = "discard"
    MOVE = "move"
    RENAME = "rename"
    MARRIAGE = "marriage"
    CORRECTION = "correction"
    NUMBER = "number"
    DEATH = "death"
    EMIGRATION = "emigration"
    EMIGRATION_WITH_CARD = "emigration-with-card"
    LOSS = "loss"
    FINDING = "finding"
    COMPROMISE = "compromise"
    STOP = "stop"
    RETURN = "return"
    CERTIFY = "certify"
    RENEWAL = "renewal"
    LATE_RENEWAL = "late-renewal"
    PIN_RESET = "pin-reset"
    PINLESS = "pinless"
    ISSUE = "issue"
    NOTICE = "notice"
    CERTIFICATE_END = "certificate-end"
    CARD_END = "card-end"
    AUTHORITIES = "authorities"
    NIGHT = "night"


OF_THE_REGISTER = frozenset(
    {
        EventKind.BIRTH,
        EventKind.MOVE,
        EventKind.RENAME,
        EventKind.MARRIAGE,
        EventKind.CORRECTION,
    }
)
"""Those that say what somebody's entry holds from now on."""

OF_A_CARD = frozenset(
    {
        EventKind.CARD,
        EventKind.HANDOVER,
        EventKind.DISCARD,
        EventKind.LOSS,
        EventKind.FINDING,
        EventKind.COMPROMISE,
        EventKind.STOP,
        EventKind.RETURN,
        EventKind.CERTIFY,
        EventKind.RENEWAL,
        EventKind.LATE_RENEWAL,
        EventKind.PIN_RESET,
        EventKind.PINLESS,
    }
)
"""Those that happen to one card, or to certificates on it."""

OF_THE_CLOCK = frozenset(
    {
        EventKind.FIFTEEN,
        EventKind.ISSUE,
        EventKind.NOTICE,
        EventKind.CERTIFICATE_END,
        EventKind.CARD_END,
        EventKind.NIGHT,
    }
)
"""Those that come when their time has come; nobody brings them about."""

OF_NOBODY = frozenset({EventKind.AUTHORITIES, EventKind.NIGHT})
"""Those that happen to no person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened.

    `who` is the name the world knows somebody by, empty where it is nobody. `card` names a card,
    `kinds` the certificates meant where not both are; `serial` and `application` say which one an
    event of the clock is about.
    """

    kind: EventKind
    who: str = ""
    attributes: Attributes | None = None
    card: str | None = None
    kinds: tuple[Kind, ...] = ()
    serial: int | None = None
    application: int | None = None
