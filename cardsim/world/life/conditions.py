"""What has to be so before anything happens: which card is meant, and whether it will do.

What it is: questions to a life, each with an answer or a refusal that says what is wrong.
What it is not: an event or what follows from one (`rules`).
Called by `rules`; the refusal is caught by `office` and the command line.
"""

from datetime import datetime

from cardsim.world.cards import CardStanding
from cardsim.world.citizens import Residence
from cardsim.world.errors import WorldError, country_hint, shown
from cardsim.world.life.events import Event
from cardsim.world.life.lives import Certificate, Life, Token
from cardsim.world.life.residents import Resident
from jpki.profiles.kinds import Kind
from jpki.profiles.validity import end_of_day
from jpki.sources import Grade, Source

CARD_ABROAD_SOURCE = Source(
    "PKI 3.3: since 2024-05-27 cards may be kept abroad (B); that whoever kept none gets none is"
    " ours",
    Grade.ASSUMED,
)


class EventRefusedError(WorldError):
    """An event cannot happen so; nothing was changed. `rule` names what stands against it."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


def not_in_register(who: str) -> EventRefusedError:
    """Give the refusal of what shall happen to nobody; it says where to look."""
    return EventRefusedError(
        "register",
        f"{shown(who)} is not in the register: `jpki world show` names who is,"
        f" `jpki ca event birth` enters somebody{country_hint(who)}",
    )


def carried(life: Life, token: Token) -> list[Certificate]:
    """Give the certificates that are, or were, on a card."""
    return [each for each in life.certificates if each.card == token.name]


def is_good(life: Life, token: Token, kind: Kind, moment: datetime) -> bool:
    """Whether the certificate of a kind on a card is good."""
    found = life.on(token.name, kind)
    return found is not None and found.is_good(moment)


def has_good(life: Life, token: Token, moment: datetime) -> bool:
    """Whether the one to log in with on a card is good."""
    return is_good(life, token, Kind.AUTH, moment)


def one_card(life: Life, event: Event) -> Token:
    """Give the card meant: the one named, else the only one in use."""
    if event.card is not None:
        return _token(life, event.card)
    return _only(life, event, (CardStanding.IN_USE,))


def _token(life: Life, name: str) -> Token:
    found = life.token(name)
    if found is None:
        there = ", ".join(each.name for each in life.tokens) or "none"
        raise EventRefusedError("card", f"{life.who} has no card {shown(name)}; there are: {there}")
    return found


def of_standing(life: Life, event: Event, moment: datetime, *standings: CardStanding) -> Token:
    """Give the card meant, which has to be in one of these standings, and not expired.

    One that waits may be: it can still be discarded.
    """
    found = _only(life, event, standings) if event.card is None else one_card(life, event)
    if found.standing not in standings:
        wanted = " or ".join(each.value for each in standings)
        raise EventRefusedError(
            "card", f"the card {found.name!r} is {found.standing.value}, not {wanted}"
        )
    if found.standing is not CardStanding.MADE and moment > end_of_day(found.expires):
        raise EventRefusedError("card", f"the card {found.name!r} expired on {found.expires}")
    return found


def _only(life: Life, event: Event, standings: tuple[CardStanding, ...]) -> Token:
    found = [each for each in life.tokens if each.standing in standings]
    wanted = " or ".join(each.value for each in standings)
    if not found:
        raise EventRefusedError("card", f"{life.who} has no card that is {wanted}")
    if len(found) > 1:
        names = ", ".join(each.name for each in found)
        raise EventRefusedError("card", f"{event.kind.value}: say which card: {names}")
    return found[0]


def usable(life: Life, name: str, moment: datetime) -> Token:
    """Give the card of that name, which has to be in use and not expired."""
    token = _token(life, name)
    if not token.is_usable(moment):
        why = token.standing.value if token.standing is not CardStanding.IN_USE else "expired"
        raise EventRefusedError("card", f"the card {name!r} is {why}")
    return token


def may_have_card(life: Life, resident: Resident) -> None:
    """Refuse a new card to the dead, and to whoever went abroad and kept none."""
    if resident.residence is Residence.DEAD:
        raise EventRefusedError("death", f"{life.who} has died: there is no further card")
    kept = any(each.is_card and each.standing is not CardStanding.ENDED for each in life.tokens)
    if resident.residence is Residence.ABROAD and not kept:
        raise EventRefusedError(
            "residence", f"{life.who} is abroad and kept no card: move in, then ask for one"
        )


def nothing_waits(life: Life, token: Token) -> None:
    """Refuse what would make the certificates of a newer card the older ones."""
    if any(asked.new_card or asked.card == token.name for asked in life.applications):
        raise EventRefusedError("application", "what was asked for before comes tonight")
    waiting = [each.name for each in life.tokens if each.standing is CardStanding.MADE]
    if waiting:
        raise EventRefusedError(
            "card", f"the card {waiting[0]!r} waits: hand it over, or discard it"
        )
