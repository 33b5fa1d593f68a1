"""How somebody stands at a moment: register entry, cards, certificates, what they have asked for.

What it is: what `rules` decides on, as frozen values, whatever keeps it.
What it is not: a place where anything is kept: it is put together anew from citizens.json, the
cards, the authorities' register and the journal (`view`).
Called by `rules`, `view` and tests.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from cardsim.world.cards import CardStanding
from cardsim.world.life.residents import Resident
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.profiles.validity import end_of_day, japanese_date


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate of somebody; `card` is the card it is on now, None when on none."""

    kind: Kind
    serial: int
    not_before: datetime
    not_after: datetime
    reason: RevocationReason | None = None
    card: str | None = None

    @property
    def ends(self) -> date:
        """Its last day in Japan."""
        return japanese_date(self.not_after)

    def is_good(self, moment: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.reason is None and self.not_before <= moment <= self.not_after

    def has_ended(self, moment: datetime) -> bool:
        """Whether it ended by itself, unrevoked."""
        return self.reason is None and moment > self.not_after


@dataclass(frozen=True, slots=True)
class Token:
    """One card of somebody; `is_card` is False for a phone.

    Who had no signing certificate may never have set its password (署名用パスワード).
    """

    name: str
    standing: CardStanding
    expires: date
    is_card: bool = True
    without_pins: bool = False
    has_sign_pin: bool = True

    def is_usable(self, moment: datetime) -> bool:
        """Whether it is in its holder's hands and has not ended."""
        return self.standing is CardStanding.IN_USE and moment <= end_of_day(self.expires)


@dataclass(frozen=True, slots=True)
class Application:
    """Something applied for and not yet settled: certificates onto a card, or a whole card."""

    number: int
    card: str
    kinds: tuple[Kind, ...]
    new_card: bool
    applied: datetime


@dataclass(frozen=True, slots=True)
class Life:
    """Everything known of one person; `resident` is None for nobody. `last` is their last event."""

    who: str
    resident: Resident | None = None
    tokens: tuple[Token, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    applications: tuple[Application, ...] = ()
    last: datetime | None = None

    def token(self, name: str) -> Token | None:
        """Give one card."""
        return next((token for token in self.tokens if token.name == name), None)

    def of_kind(self, kind: Kind) -> Iterator[Certificate]:
        """Give the certificates of a kind."""
        return (each for each in self.certificates if each.kind is kind)

    def on(self, card: str, kind: Kind) -> Certificate | None:
        """Give the certificate of a kind that is on a card."""
        return next((each for each in self.of_kind(kind) if each.card == card), None)
