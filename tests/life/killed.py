"""Kill a process at every place where it has just made something durable, and look what is left.

A program: `python -m tests.life.killed WORLD SCENARIO EVERY MOST`: at every so many places, at most
so many times, and once not at all. It forks for each, so that Python is started once; the child
dies by SIGKILL, the parent opens the world again and says as JSON, in a line, what it found.
Not here: what is expected (`test_crashes`).
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from cardsim.mynumber import load_image
from cardsim.mynumber.directory import load_state
from cardsim.world import World
from cardsim.world.life import Attributes, Event, EventKind
from jpki.card.layout import PinKind
from jpki.card.layout.text import TextAttributes, TextEf
from jpki.profiles.kinds import Kind

_PINS = {PinKind.AUTH: "4711"}
HANAKO, RESIDENT = "hanako", "resident-000000006"
_DURABLE = ("fsync", "rename", "replace")


def move(world: World) -> None:
    """Move, which takes register, revocation and card."""
    _happen(
        world, EventKind.MOVE, attributes=Attributes(address="架空町1-2-3", municipality="13221")
    )


def night(world: World) -> None:
    """Let the night come in which a card is made that was asked for."""
    world.clock.advance(timedelta(days=1))
    with world.office() as office:
        office.catch_up()


def renewal(world: World) -> None:
    """Ask for both certificates anew, a month before the old ones end."""
    end = world.certificate(HANAKO, Kind.AUTH).not_after
    world.clock.set(end - timedelta(days=30))
    _happen(world, EventKind.AUTHORITIES, who="")
    _happen(world, EventKind.RENEWAL)


def handover(world: World) -> None:
    """Hand over a card with PINs."""
    _happen(world, EventKind.HANDOVER)


def country(world: World) -> None:
    """Let eight people live in it, of whom nothing is written down."""
    world.populate(8, processes=1)


def first_move(world: World) -> None:
    """Move, as the first thing that happens to one of them."""
    to = Attributes(address="架空町1-2-3", municipality="13221")
    _happen(world, EventKind.MOVE, who=RESIDENT, attributes=to)


WHO = {"resident": RESIDENT}
"""Whom it happens to, if not to Hanako."""
SCENARIOS: dict[str, tuple[Callable[[World], None], ...]] = {
    "move": (move,),
    "certify": (move, lambda world: _happen(world, EventKind.CERTIFY), night),
    "renewal": (renewal, night),
    "card": (lambda world: _happen(world, EventKind.CARD), night),
    "handover": (lambda world: _happen(world, EventKind.CARD), night, handover),
    "resident": (country, first_move),
    "authorities": (lambda world: _happen(world, EventKind.AUTHORITIES, who=""),),
}
"""What happens first, undisturbed, and last, in which the process is killed."""


def _happen(world: World, kind: EventKind, who: str = HANAKO, **what) -> None:
    with world.office() as office:
        office.happen(Event(kind=kind, who=who, **what), _PINS)


def _count(place: Path, last: Callable[[World], None], killed_at: int) -> int:
    """Do the last thing in a child that dies at its n-th durable step; give how it ended."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    left = killed_at

    def dying(real):
        def call(*args, **how):
            nonlocal left
            done = real(*args, **how)
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return call

    for name in _DURABLE:
        setattr(os, name, dying(getattr(os, name)))
    try:
        with World.open(place) as world:
            last(world)
    finally:
        os._exit(0)


def found(place: Path, who: str = HANAKO) -> dict:
    """Open the world again, let the office finish, and tell how somebody stands."""
    with World.open(place) as world:
        night_before = world.clock.now()
        with world.office() as office:
            office.catch_up()
        held = [
            {
                "card": entry.name,
                "standing": entry.standing.value,
                "fits": all(
                    getattr(load_image(entry.directory), kind.value).certificate
                    == world.published[kind].certificate(serial).der
                    for kind, serial in entry.serials.items()
                ),
                "address": _address(entry.directory),
                "auth_tries": next(
                    state.tries_left
                    for pin, state in load_state(entry.directory).pins.items()
                    if pin.ef == 0x18
                ),
            }
            for entry in world.cards()
            if entry.holder == who
        ]
        # Also on one that is not made yet.
        on_cards = {(kind, world.serial(who, kind)) for kind in Kind}
        on_cards |= {(k, s) for e in world.cards() for k, s in e.serials.items()}
        stray = [
            record.serial
            for kind in Kind
            for record in world.certificates_of(who, kind)
            if record.revocation is None and (kind, record.serial) not in on_cards
        ]
        return {
            "unfinished": [entry.number for entry in world.events() if not entry.done],
            "events": [entry.event.kind.value for entry in world.events()],
            "register": world.citizen(who).person.address.text,
            "states": {
                kind.value: [
                    record.state(night_before).value
                    + (f" {record.revocation.reason.rfc_name}" if record.revocation else "")
                    for record in world.certificates_of(who, kind)
                ]
                for kind in Kind
            },
            "cards": held,
            "stray": stray,
            "generations": [len(world.anchors(kind)) for kind in Kind],
            "pending": len(list((place / "pending").glob("*"))),
            "drafts": [path.name for path in (place / "cards").iterdir() if path.name[0] == "."],
        }


def _address(directory: Path) -> str:
    image = load_image(directory)
    return TextAttributes.parse(image.text.files[TextEf.ATTRIBUTES]).address


def main() -> None:
    """Kill at every place until the event comes through."""
    template, *before = Path(sys.argv[1]), *SCENARIOS[sys.argv[2]][:-1]
    last = SCENARIOS[sys.argv[2]][-1]
    for step in before:
        with World.open(template) as world:
            step(world)
    who = WHO.get(sys.argv[2], HANAKO)
    every, most = map(int, sys.argv[3:])
    place = template.with_name("tried")
    killed_at = 1
    while True:
        shutil.copytree(template, place)
        status = _count(place, last, killed_at)
        killed = os.WIFSIGNALED(status)
        print(json.dumps({"killed": killed, **found(place, who)}), flush=True)
        shutil.rmtree(place)
        if not os.WIFSIGNALED(status):
            return
        most -= 1
        killed_at = killed_at + every if most else sys.maxsize


if __name__ == "__main__":
    main()
