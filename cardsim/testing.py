"""What tests of software that meets the card need: cards made once and given often.

    card = Templates(directory).card("JP-047")
    connection = connect(card.open())

A world, its keys and the cards of the catalogue take seconds to make; a copy of a card takes well
under a millisecond, so that each test can have its own. Cards are overheard (`cardsim.trace`):
nothing secret is kept of what is said to them.
Not here: pytest (`cardsim.pytest_plugin`). Called by that plugin, and by runners of others.
"""

import contextlib
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cardsim.chip import CardState, CardStore, ObjectId, Transaction
from cardsim.faults import AroundStore, Fault, FaultyCard, ServiceHand, Surroundings, gate_for
from cardsim.mynumber import MemoryStore, load_state
from cardsim.mynumber.directory import LoadedCard, load_card
from cardsim.readers.insertable import InsertableCard
from cardsim.readers.pcsc import Command, Gate, PcscService, ReturnCode
from cardsim.readers.slot import Slot
from cardsim.trace import Event, Heard, Naming, RecordedCard, event_in_words
from cardsim.world import World
from cardsim.world.cards import CardKind
from cardsim.world.catalogue import Secret, built_in, make
from cardsim.world.catalogue.spending import secret_value
from cardsim.world.clock import system_microseconds

_CATALOGUE_NUMBER = re.compile(r"jp-\d{3}")
_LONGEST_STORY = 200


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
    _ledger: "_Ledger" = field(default_factory=lambda: _Ledger(), repr=False)  # noqa: PLW0108

    def open(self, surroundings: Surroundings | None = None) -> InsertableCard:
        """Give the card to put into a reader; `surroundings` can pull it out of there again."""
        if self.faults:
            card: InsertableCard = FaultyCard(
                lambda around: self._opened(lambda store: around(self._ledger.around(store))),
                self.faults,
                surroundings=surroundings,
            )
        else:
            card = self._opened(self._ledger.around)
        return RecordedCard(card, self._heard.append, clock=system_microseconds, name=self.name)

    @property
    def events(self) -> list[Event]:
        """What was said to the card so far, decoded, without a secret in it."""
        naming = Naming()
        return [naming.event(heard) for heard in tuple(self._heard)]

    @property
    def story(self) -> str:
        """The same in words, a line each; of a long one the end."""
        events = self.events
        lines = [event_in_words(event) for event in events[-_LONGEST_STORY:]]
        if left := len(events) - len(lines):
            lines.insert(0, f"({left} earlier events)")
        return "\n".join(lines)

    @property
    def tries_spent(self) -> int:
        """How many tries the card has written down as spent, whatever was said to it and back.

        On a card of a world, what other processes spent is in the file alone.
        """
        return self._ledger.spent

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


@dataclass(slots=True)
class _Ledger:
    """Counts the tries a card writes down as spent; a right PIN gives its own back at once."""

    spent: int = 0

    def around(self, store: CardStore) -> CardStore:
        """Give the store, audited."""
        return _Audited(store, self)


@dataclass(frozen=True, slots=True)
class _Audited:
    """A `cardsim.chip.CardStore` whose counters are compared after each use."""

    store: CardStore
    ledger: _Ledger

    def read(self) -> CardState:
        """Give the latest saved state."""
        return self.store.read()

    @contextmanager
    def exclusive(self) -> Iterator[Transaction]:
        """Keep everyone else out, and compare what was there with what is."""
        with self.store.exclusive() as transaction:
            before = transaction.state
            try:
                yield transaction
            finally:
                self.ledger.spent += tries_lost(before, transaction.state)


def tries_lost(before: CardState, after: CardState) -> int:
    """Give how many tries there are less, over all PINs."""
    return sum(
        max(0, state.tries_left - after.pins[pin].tries_left) for pin, state in before.pins.items()
    )


class PcscBench:
    """One PC/SC service for all tests of a process, and the readers of the test that runs.

    The socket stays: libraries keep the connection that a program made first.
    """

    def __init__(self) -> None:
        self._gate = _TestGate()
        self._service = PcscService(gate=self._gate)
        self._readers: list[PcscReader] = []
        self._service.start()

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to find the service."""
        return self._service.environment

    def reader(self) -> "PcscReader":
        """Add a reader without a card; they are numbered from 00 in each test."""
        number = len(self._readers)
        slot = self._service.add_reader(f"JPKI-EMU Reader {number:02d} 00")
        self._readers.append(PcscReader(self._service, slot, self._gate))
        return self._readers[-1]

    def clear(self) -> None:
        """Take all readers away, and whatever was to happen to them later."""
        for reader in self._readers:
            reader.release()
        self._readers.clear()

    def stop(self) -> None:
        """End the service."""
        self._service.stop()


@dataclass(slots=True)
class PcscReader:
    """A reader that PC/SC programs see, and the hand that plugs cards."""

    _service: PcscService = field(repr=False)
    _slot: Slot = field(repr=False)
    _gate: "_TestGate" = field(repr=False)
    _hands: list[ServiceHand] = field(default_factory=list, repr=False)

    @property
    def name(self) -> str:
        """As PC/SC programs list it."""
        return self._slot.name

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment; the fixture has set it for subprocesses."""
        return self._service.environment

    def insert(self, card: JpkiCard) -> None:
        """Put a card in, with its faults: programs see it when this returns."""
        hand = ServiceHand(self._service, self.name)
        self._hands.append(hand)
        self._gate.set(self.name, gate_for({self.name: card.faults}))
        self._slot.insert(card.open(hand))

    def eject(self) -> None:
        """Take the card out."""
        self._slot.eject()

    def release(self) -> None:
        """Take the reader away, if nothing has yet; nothing brings it back."""
        for hand in self._hands:
            hand.release()
        self._gate.set(self.name, None)
        with contextlib.suppress(KeyError):
            self._service.remove_reader(self.name)


class _TestGate:
    """Lets requests through as the faults of the card in each reader say."""

    def __init__(self) -> None:
        self._inner: dict[str, Gate] = {}

    def set(self, reader: str, gate: Gate | None) -> None:
        """Take the gate of a reader; None lets everything through."""
        self._inner.pop(reader, None)
        if gate is not None:
            self._inner[reader] = gate

    def before(self, command: Command, slot: Slot) -> ReturnCode | None:
        """Give the code to refuse a request with, if one is due."""
        inner = self._inner.get(slot.name)
        return None if inner is None else inner.before(command, slot)

    def after(self, command: Command, slot: Slot) -> ReturnCode | None:
        """Give the code to report in place of success, if one is due."""
        inner = self._inner.get(slot.name)
        return None if inner is None else inner.after(command, slot)
