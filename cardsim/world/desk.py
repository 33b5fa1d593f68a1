"""The counter where cards are issued: one process at a time, at the world's time.

What it is: everything an issue needs, opened together under the issuing lock: authorities,
keys, the citizens' list, the directory of cards.
What it is not: rules of a card (`issuing`), of a certificate (`jpki.ca`).
Called by `cardsim.world.world` and `cardsim.world.catalogue`.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cardsim.world import cards, citizens, files
from cardsim.world.authorities import Authorities
from cardsim.world.cards import CardEntry, CardKind
from cardsim.world.citizens import Citizen, check_name
from cardsim.world.contents import KEYS_OF_A_PRESS, Press
from cardsim.world.draw import Draw
from cardsim.world.errors import NameTakenError
from cardsim.world.issuing import CardOrder, issue_card
from cardsim.world.keypool import KeyPool
from cardsim.world.paths import Paths
from cardsim.world.population.plan import PLAN, Plan
from jpki.profiles.kinds import Kind


@dataclass(frozen=True, slots=True)
class Desk:
    """What is at hand while the lock is held; `now` is what `clock` said when it was taken."""

    paths: Paths
    authorities: Authorities
    press: Press
    draw: Draw
    keys: KeyPool
    now: datetime
    clock: Callable[[], datetime]

    def issue(self, order: CardOrder, *, by: Authorities | None = None) -> CardEntry:
        """Issue a card; `by` are other authorities than the world's, an impostor's for one.

        Raises what `issuing.issue_card` raises.
        """
        return issue_card(
            self.paths.cards,
            by or self.authorities,
            order,
            press=self.press,
            draw=self.draw,
            keys=self.keys,
        )

    def add_odd_card(
        self, kind: CardKind, citizen: Citizen, *, expires: date, faults: tuple[str, ...] = ()
    ) -> CardEntry:
        """Put a card that is no My Number card beside the others, under its owner's name."""
        return cards.add_card(
            self.paths.cards,
            citizen.name,
            kind,
            holder=citizen.name,
            issued=self.now,
            expires=expires,
            serials={},
            faults=faults,
        )

    def add_citizens(self, newcomers: Iterable[Citizen]) -> None:
        """Let people move in; raises `NameTakenError`."""
        citizens.add_citizens(self.paths.citizens, newcomers)

    def free_name(
        self, citizen: str, name: str | None, known: Iterable[str], *, kept: Iterable[str] = ()
    ) -> str:
        """Give a card's name, checked: the one asked for, else NAME-2, NAME-3 and so on.

        `known` are the people, `kept` names of cards that are not written yet.
        """
        taken = {*cards.card_names(self.paths.cards), *kept}
        if name is None:
            if citizen not in taken:
                return citizen
            names = {*taken, *known}
            numbered = (f"{citizen}-{number}" for number in range(2, len(names) + 3))
            return next(free for free in numbered if free not in names)
        check_name(name)
        if name in taken:
            raise NameTakenError(f"there is a card {name!r} already")
        if name in known:
            raise NameTakenError(f"{name!r} is a citizen; a further card needs another name")
        return name


@contextlib.contextmanager
def open_desk(
    directory: Path,
    authorities: Authorities,
    *,
    draw: Draw,
    clock: Callable[[], datetime],
    keys: int,
    first: Callable[[], object] = lambda: None,
) -> Iterator[Desk]:
    """Take the lock, settle what killed processes left, and begin to make so many keys.

    The clock is asked once the lock is held, and `first` done: whoever had it may have moved the
    time.
    """
    paths = Paths(directory)
    with files.locked(paths.issuing_lock):
        first()
        now = clock()
        # Safe under the lock: nobody else is in the middle of an issue.
        cards.sweep(paths.cards)
        plan = Plan.read(paths.population / PLAN)
        for kind in Kind:
            # What a stopped `populate` has on record is its own, and no card's.
            leave = () if plan is None else plan.serials(kind)
            authorities[kind].recover(moment=now, leave=leave)
        has_press = Press.is_in(paths.ca)
        with KeyPool(keys + (0 if has_press else KEYS_OF_A_PRESS)) as pool:
            press = Press.open(paths.ca) if has_press else Press.found(paths.ca, pool)
            yield Desk(paths, authorities, press, draw, pool, now, clock)
