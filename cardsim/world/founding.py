"""How a world comes to be: three generations of both authorities, three citizens, their cards.

The history before the world's start is drawn from its seed: when the authorities were founded
and renewed, when each card was applied for. Certificates come at night (`nights`), so all
of them hold well before the world begins.

What it is not: opening a world or keeping two processes apart (`world`).
Called by `cardsim.world.world`.
"""

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from cardsim.world import citizens, files
from cardsim.world.authorities import Authorities
from cardsim.world.clock import Clock, ClockSetting
from cardsim.world.contents import KEYS_OF_A_PRESS, Press
from cardsim.world.draw import Draw
from cardsim.world.issuing import CardOrder, issue_card
from cardsim.world.keeping import CaSecrets, Keeping
from cardsim.world.keypool import KeyPool
from cardsim.world.nights import night_of
from cardsim.world.paths import Paths
from jpki.profiles.kinds import Kind
from jpki.profiles.naming import Naming
from jpki.profiles.validity import JST, japanese_date

_OFFICE_OPENS = time(9, 0, 0, tzinfo=JST)
_OFFICE_SECONDS = 8 * 3_600

_EXPIRED_GENERATION = (3_700, 3_900)
"""Days before the start; its certificate ends after ten years (3652 days), before the start."""
SECOND_GENERATION = (5 * 365 + 40, 6 * 365)
"""Days before the start: so long that what it issued first has passed its fifth birthday.

A world that was made when these were four to five years keeps what it has.
"""
_THIRD_GENERATION = (365, 2 * 365)
"""Days before the start: authorities are renewed about every four years (PKI profile §1.5)."""
_RECENT_CARD = (4, 40)
_OLD_CARD = (800, 1_000)
"""Days before the start when cards were applied for; old ones are the second generation's."""
_OLD_CARDS = frozenset({"taro"})

_FIRST_SERIALS = (0x0200_0000, 0x05FF_FFFF)
"""Counters had reached such numbers by 2019 to 2023 (PKI profile §1.6)."""

_KEYS = 6 + 5 + KEYS_OF_A_PRESS
"""Two authorities of three generations; two adults with two certificates, a child with one."""


@dataclass(frozen=True, slots=True)
class Founding:
    """What a world is made from."""

    seed: int
    moment: datetime
    naming: Naming
    clock: ClockSetting
    keeping: Keeping = field(default_factory=Keeping)
    secrets: CaSecrets = field(default_factory=CaSecrets)


def found(directory: Path, founding: Founding) -> None:
    """Make a world in an empty directory. Nothing in it may be used before this returns."""
    paths = Paths(directory)
    draw = Draw(founding.seed)
    start = japanese_date(founding.moment)
    people = {citizen.name: citizen for citizen in citizens.invent(draw, citizens.CAST, on=start)}
    orders = sorted((_order(draw, person, start) for person in people.values()), key=_when)
    # The labels name the generations that issue today; the expired one came into worlds later.
    second = _night(draw, "first generation", start, SECOND_GENERATION)
    third = _night(draw, "second generation", start, _THIRD_GENERATION)
    with KeyPool(_KEYS) as keys:
        Clock(paths.clock).write(founding.clock)
        citizens.write_citizens(paths.citizens, people.values())
        files.make_private_directory(paths.cards)
        with (
            Authorities.found(
                paths.ca,
                keys={kind: keys.take() for kind in Kind},
                moment=_night(draw, "expired generation", start, _EXPIRED_GENERATION),
                naming=founding.naming,
                first_serials={
                    kind: draw.integer(f"{kind.value}/first serial", *_FIRST_SERIALS)
                    for kind in Kind
                },
                keeping=founding.keeping,
                secrets=founding.secrets,
            ) as authorities,
            contextlib.ExitStack() as undo,
        ):
            undo.callback(authorities.abandon)
            press = Press.found(paths.ca, keys)
            authorities.renew({kind: keys.take() for kind in Kind}, moment=second)
            for order in (order for order in orders if order.moment < third):
                issue_card(paths.cards, authorities, order, press=press, draw=draw, keys=keys)
            authorities.renew({kind: keys.take() for kind in Kind}, moment=third)
            for order in (order for order in orders if order.moment > third):
                issue_card(paths.cards, authorities, order, press=press, draw=draw, keys=keys)
            authorities.publish(moment=founding.moment)
            undo.pop_all()


def _order(draw: Draw, citizen: citizens.Citizen, start: date) -> CardOrder:
    """Draw the day a citizen applied on; the certificates come the night after."""
    label = f"{citizen.name}/applied"
    ago = draw.integer(label, *(_OLD_CARD if citizen.name in _OLD_CARDS else _RECENT_CARD))
    day = start - timedelta(days=ago)
    opened = datetime.combine(day, _OFFICE_OPENS).astimezone(UTC)
    applied = opened + timedelta(seconds=draw.integer(f"{label} at", 0, _OFFICE_SECONDS))
    night = night_of(draw, label, day + timedelta(days=1))
    return CardOrder(citizen, citizen.name, moment=night, applied=applied)


def _when(order: CardOrder) -> datetime:
    return order.moment


def _night(draw: Draw, label: str, start: date, days_before: tuple[int, int]) -> datetime:
    return night_of(draw, label, start - timedelta(days=draw.integer(label, *days_before)))
