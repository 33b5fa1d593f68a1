"""What tests of software that meets the card need: cards made once and given often.

    card = Templates(directory).card("JP-047")
    connection = connect(card.open())

A world, its keys and the cards of the catalogue take seconds to make; a copy of a card takes well
under a millisecond, so that each test can have its own. Cards are overheard (`cardsim.trace`):
nothing secret is kept of what is said to them.
Not here: pytest (`cardsim.pytest_plugin`). Called by that plugin, and by runners of others.
"""

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cardsim.chip import CardState, ObjectId
from cardsim.faults import AroundStore, Fault, FaultyCard, ServiceHand, Surroundings, gate_for
from cardsim.mynumber import MemoryStore, load_state
from cardsim.mynumber.directory import LoadedCard, load_card
from cardsim.readers.insertable import InsertableCard
from cardsim.readers.pcsc import Command, Gate, PcscService, ReturnCode
from cardsim.readers.slot import Slot
from cardsim.trace import Event, Heard, Naming, RecordedCard, Step, event_in_words
from cardsim.world import World
from cardsim.world.cards import CardKind
from cardsim.world.catalogue import Secret, built_in, make
from cardsim.world.catalogue.spending import secret_value
from cardsim.world.clock import system_microseconds

READER_NAME = "JPKI-EMU Reader 00 00"
_CATALOGUE_NUMBER = re.compile(r"jp-\d{3}")
_VERIFY = 0x20


class Templates:
    """A world that no test changes, and its cards, each read once."""

    def __init__(self, directory: Path) -> None:
        """Take a directory that is there; the world is made in it when it is first needed."""
        self._directory = directory
        self._loaded: dict[str, LoadedCard] = {}

    @cached_property
    def world(self) -> World:
        """The world; its clock runs with the system's."""
        return World.create(self._directory / "world")

    def card(self, name: str, *, faults: Iterable[Fault] = ()) -> "JpkiCard":
        """Give a card of a test's own: a copy in memory, as it was made.

        `name` is that of a card of the world, or a number of the catalogue, which is made first.
        Raises `UnknownNameError`, `CatalogueError`.
        """
        name = self._made(name)
        entry = self.world.card(name)
        present = (*self.world.faults(name), *faults)
        if entry.kind is not CardKind.MY_NUMBER:
            world = self.world
            return JpkiCard(name, present, lambda _: world.open_healthy_card(name), lambda: None)
        loaded = self._loaded.get(name)
        if loaded is None:
            loaded = self._loaded[name] = load_card(entry.directory)
        store = MemoryStore(loaded.state)
        return JpkiCard(
            name, present, lambda around: loaded.open(around(store)), lambda: store.state
        )

    def copy_world(self, place: Path, name: str) -> World:
        """Give a world of a test's own, on disk, with the card of that name in it."""
        self._made(name)
        shutil.copytree(self.world.directory, place)
        return World.open(place)

    def close(self) -> None:
        """Let go of the world."""
        if "world" in self.__dict__:
            self.world.close()

    def _made(self, name: str) -> str:
        """Make a card of the catalogue that is not there yet; give its name in the world."""
        lower = name.lower()
        if _CATALOGUE_NUMBER.fullmatch(lower):
            make(self.world, built_in().chosen([name]))
        return lower


def card_of(world: World, name: str, *, faults: Iterable[Fault] = ()) -> "JpkiCard":
    """Give a card of a world, which keeps what happens to it; raises `UnknownNameError`."""
    entry = world.card(name)
    return JpkiCard(
        entry.name,
        (*world.faults(name), *faults),
        lambda around: world.open_healthy_card(name, around_store=around),
        lambda: load_state(entry.directory) if entry.kind is CardKind.MY_NUMBER else None,
    )


@dataclass(slots=True)
class JpkiCard:
    """A card under test: put into readers by `open`, each with a session of its own.

    What is said to it in any of them is in `events`; what it keeps (PINs, counters) is shared.
    """

    name: str
    faults: tuple[Fault, ...]
    _opened: Callable[[AroundStore], InsertableCard] = field(repr=False)
    _state: Callable[[], CardState | None] = field(repr=False)
    _heard: list[Heard] = field(default_factory=list, repr=False)

    def open(self, surroundings: Surroundings | None = None) -> InsertableCard:
        """Give the card to put into a reader; `surroundings` can pull it out of there again."""
        if self.faults:
            card: InsertableCard = FaultyCard(self._opened, self.faults, surroundings=surroundings)
        else:
            card = self._opened(lambda store: store)
        return RecordedCard(card, self._heard.append, clock=system_microseconds, name=self.name)

    @property
    def events(self) -> list[Event]:
        """What was said to the card so far, decoded, without a secret in it."""
        naming = Naming()
        return [naming.event(heard) for heard in tuple(self._heard)]

    @property
    def story(self) -> str:
        """The same in words, a line each."""
        return "\n".join(map(event_in_words, self.events))

    @property
    def tries_spent(self) -> int:
        """How often a wrong PIN or 照合番号 was presented."""
        return sum(map(_spent_a_try, self.events))

    def secret(self, label: str) -> str:
        """Give a secret of this test card, by its name in catalogues: `auth`, `text-number-b`.

        Raises `KeyError` for an unknown name, and `ValueError` for one that was never set.
        """
        secret, state = Secret.named(label), self._state()
        value = None if state is None else secret_value(state, secret)
        if value is None:
            raise ValueError(f"{self.name} has no secret {label}")
        return value.decode("ascii")

    def tries_left(self, label: str) -> int:
        """Give what is left of a counter on the card, without asking the card."""
        secret, state = Secret.named(label), self._state()
        if state is None:
            raise ValueError(f"{self.name} has no secret {label}")
        return state.pins[ObjectId(secret.ap.aid, secret.ef)].tries_left


def _spent_a_try(event: Event) -> bool:
    step = event.what
    if not isinstance(step, Step) or step.exchange.asked.kind is None:
        return False
    status = step.exchange.status
    is_presented = step.exchange.asked.kind[1] == _VERIFY and bool(step.exchange.asked.nc)
    return is_presented and status is not None and status.tries_left is not None


class PcscBench:
    """One PC/SC service for all tests of a process, and the reader of the test that runs.

    The socket stays: libraries keep the connection that a program made first.
    """

    def __init__(self) -> None:
        self._gate = _TestGate()
        self._service = PcscService(gate=self._gate)
        self._service.start()

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to find the service."""
        return self._service.environment

    def plug_in(self, card: JpkiCard) -> "PcscReader":
        """Add the reader with a card in it."""
        slot = self._service.add_reader(READER_NAME)
        self._gate.inner = gate_for({READER_NAME: card.faults})
        reader = PcscReader(self._service, slot)
        reader.insert(card)
        return reader

    def take_away(self, reader: "PcscReader") -> None:
        """Remove the reader, if the test has not."""
        self._gate.inner = None
        if reader.name in self._service.reader_names:
            self._service.remove_reader(reader.name)

    def stop(self) -> None:
        """End the service."""
        self._service.stop()


@dataclass(frozen=True, slots=True)
class PcscReader:
    """A reader that PC/SC programs see, and the hand that plugs cards."""

    _service: PcscService = field(repr=False)
    _slot: Slot = field(repr=False)

    @property
    def name(self) -> str:
        """As PC/SC programs list it."""
        return self._slot.name

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment; the fixture has set it for subprocesses."""
        return self._service.environment

    def insert(self, card: JpkiCard) -> None:
        """Put a card in: programs see it when this returns."""
        self._slot.insert(card.open(ServiceHand(self._service, self.name)))

    def eject(self) -> None:
        """Take the card out."""
        self._slot.eject()


class _TestGate:
    """Lets requests through as the faults of the running test's card say."""

    def __init__(self) -> None:
        self.inner: Gate | None = None

    def before(self, command: Command, slot: Slot) -> ReturnCode | None:
        """Give the code to refuse a request with, if one is due."""
        inner = self.inner
        return None if inner is None else inner.before(command, slot)

    def after(self, command: Command, slot: Slot) -> ReturnCode | None:
        """Give the code to report in place of success, if one is due."""
        inner = self.inner
        return None if inner is None else inner.after(command, slot)
