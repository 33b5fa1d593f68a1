"""What an event does, step by step, as frozen values a journal can hold.

What it is: the steps in an order such that each can be done again after a crash and changes nothing
then (`applying`).
What it is not: a decision (`rules`). No step holds a PIN, a key or a 個人番号.
Called by `rules`, `journal`, `applying` and tests.
"""

from dataclasses import dataclass, field

from cardsim.world.cards import CardStanding
from cardsim.world.life.residents import Resident
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason


@dataclass(frozen=True, slots=True)
class WriteDown:
    """Write down a resident of a synthetic country, who was drawn until now: entry and cards."""

    who: str


@dataclass(frozen=True, slots=True)
class Enter:
    """Write somebody's entry of the register."""

    who: str
    resident: Resident = field(repr=False)


@dataclass(frozen=True, slots=True)
class Renumber:
    """Give somebody another 個人番号; which one is drawn when it is done."""

    who: str


@dataclass(frozen=True, slots=True)
class Revoke:
    """Revoke a certificate, or give a held one its final reason."""

    kind: Kind
    serial: int
    reason: RevocationReason


@dataclass(frozen=True, slots=True)
class Stand:
    """Put on record how a card stands."""

    card: str
    standing: CardStanding


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Write text and face of a card anew, as the register has its holder."""

    card: str


@dataclass(frozen=True, slots=True)
class SetPins:
    """Set the PINs of a card; which ones waits beside the journal until it is done."""

    card: str


@dataclass(frozen=True, slots=True)
class SetSignPin:
    """Set the password for signing of a card that never had one; it waits as `SetPins`'s do."""

    card: str


@dataclass(frozen=True, slots=True)
class ClearPins:
    """Take away the PINs of a card."""

    card: str


@dataclass(frozen=True, slots=True)
class Apply:
    """Keep an application for the night."""

    card: str
    kinds: tuple[Kind, ...]
    new_card: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """Settle an application: issue certificates, onto a card or with a card.

    `renews` are the serial numbers they take the place of; `applied` is the application's moment.
    """

    application: int
    who: str
    card: str
    kinds: tuple[Kind, ...]
    renews: tuple[tuple[Kind, int], ...]
    applied: str
    new_card: bool


@dataclass(frozen=True, slots=True)
class Lapse:
    """Settle an application without issuing anything; `why` is for people.

    With `kinds`, only these lapse, and the rest of the application stands.
    """

    application: int
    why: str
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class AddGeneration:
    """Give an authority its next key; `number` says which, so that it is given once."""

    kind: Kind
    number: int


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish the revocation lists."""


Effect = (
    WriteDown
    | Enter
    | Renumber
    | Revoke
    | Stand
    | Rewrite
    | SetPins
    | SetSignPin
    | ClearPins
    | Apply
    | Issue
    | Lapse
    | AddGeneration
    | Publish
)
