"""The pytest plugin: a card, a reader, an authority and a clock for anybody's tests.

    def test_log_in(jpki_reader): ...             # in this process
    def test_client(jpki_pcsc): subprocess...     # over PC/SC, in any language

Fixtures, new for every test: `jpki_card`, `jpki_reader`, `jpki_pcsc`, `jpki_world`, `pin_budget`;
`jpki_cards` and `jpki_second_reader` for tests with two cards.
Marks: `jpki_citizen(NAME)`, `jpki_clock(TIME)`, `jpki_faults(SPEC, …)`, `pin_budget(TRIES)`.
A test that fails shows what was said to its card, decoded, without secrets.
Not here: what is behind the fixtures (`cardsim.testing`). Loaded by pytest (entry point `jpki`);
docs/use/pytest.md explains it.
"""

import contextlib
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from cardsim.chip import CardState
from cardsim.faults import Way, parse_all, unreachable
from cardsim.mynumber import load_state
from cardsim.readers.inprocess import InProcessConnection, connect
from cardsim.testing import JpkiCard, PcscBench, PcscReader, Templates, card_of, tries_lost
from cardsim.world import World
from cardsim.world.cards import CardKind
from jpki.ca.errors import NoUsableKeyError
from jpki.profiles.validity import JST

_CAST = pytest.StashKey["Cast"]()
_TOLD = pytest.StashKey[bool]()
_DEFAULT = "hanako"
_MARKS = {
    "jpki_citizen": "name",
    "jpki_clock": "time",
    "pin_budget": "tries",
}
"""The marks that take one argument, and its name."""
_MARK_TEXTS = (
    "jpki_citizen(name): whose card: a card of the world, or a number of the catalogue",
    "jpki_clock(time): what the world's clock shows: ISO 8601, Japan's time without an offset",
    "jpki_faults(spec, ...): what goes wrong with the card, in the words of `jpki faults`",
    "pin_budget(tries): how many PIN tries the test may spend at most",
)


@dataclass(slots=True)
class Cast:
    """The cards of one test, and what it may spend on them."""

    cards: list[JpkiCard] = field(default_factory=list)
    world: World | None = None
    at_first: dict[str, CardState] = field(default_factory=dict)
    allowed: int | None = None

    @property
    def spent(self) -> int:
        """How many tries are gone: by the cards' own books, and by the files of the world."""
        by_cards = sum(card.tries_spent for card in self.cards)
        if self.world is None:
            return by_cards
        by_files = sum(
            tries_lost(state, load_state(self.world.card(name).directory))
            for name, state in self.at_first.items()
        )
        return max(by_cards, by_files)

    @property
    def complaint(self) -> str | None:
        """What there is to say when more was spent than allowed."""
        if self.allowed is None or self.spent <= self.allowed:
            return None
        return f"PIN tries spent: {self.spent}, allowed: {self.allowed} (pin_budget)"


@dataclass(frozen=True, slots=True)
class PinBudget:
    """How many tries a test may spend, and has."""

    _cast: Cast

    @property
    def allowed(self) -> int:
        """How many in all."""
        return self._cast.allowed or 0

    def allow(self, tries: int) -> None:
        """Allow so many in all."""
        self._cast.allowed = tries

    @property
    def spent(self) -> int:
        """How many were spent so far."""
        return self._cast.spent


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known."""
    for mark in _MARK_TEXTS:
        config.addinivalue_line("markers", mark)


@pytest.fixture(scope="session")
def jpki_templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """Give what is made once: a world, and the cards tests ask for."""
    templates = Templates(tmp_path_factory.mktemp("jpki"))
    yield templates
    templates.close()


@pytest.fixture(scope="session")
def jpki_bench() -> Iterator[PcscBench]:
    """Give the PC/SC service all tests of this process share."""
    shared = PcscBench()
    yield shared
    shared.stop()


@pytest.fixture
def jpki_world(
    jpki_templates: Templates,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """Give a world of this test's own: two authorities, citizens, cards, a clock.

    Its card keeps what happens to it; `jpki` in subprocesses finds the world. With the mark
    `jpki_clock` the clock stands there, and revocation lists of that day are published.
    """
    with jpki_templates.copy_world(tmp_path / "jpki-world", _citizen(request)) as world:
        moment = _argument(request.node, "jpki_clock")
        if moment is not None:
            world.clock.set(_moment(str(moment)))
            # When no authority has a key that still holds, there are no lists of that day.
            with contextlib.suppress(NoUsableKeyError):
                world.publish_lists()
        monkeypatch.setenv("JPKI_HOME", str(world.directory))
        cast = _cast(request.node)
        cast.world = world
        cast.at_first = {
            card.name: load_state(card.directory)
            for card in world.cards()
            if card.kind is CardKind.MY_NUMBER
        }
        yield world


@pytest.fixture
def jpki_cards(
    jpki_templates: Templates, request: pytest.FixtureRequest
) -> Callable[..., JpkiCard]:
    """Give what makes further cards: `jpki_cards("taro", faults=["remove before verify"])`."""

    def card(name: str, *, faults: Iterable[str] = ()) -> JpkiCard:
        parsed = parse_all(faults)
        if out_of_reach := unreachable(parsed, _ways(request)):
            raise pytest.UsageError(
                f"the fault {out_of_reach[0]} cannot happen by the fixtures of this test;"
                " docs/faults.md says where it can"
            )
        if "jpki_world" in request.fixturenames or _argument(request.node, "jpki_clock"):
            made = card_of(request.getfixturevalue("jpki_world"), name, faults=parsed)
        else:
            made = jpki_templates.card(name, faults=parsed)
        _cast(request.node).cards.append(made)
        return made

    return card


@pytest.fixture
def jpki_card(jpki_cards: Callable[..., JpkiCard], request: pytest.FixtureRequest) -> JpkiCard:
    """Give the card: of `jpki_world` if the test has one, else a copy in memory."""
    return jpki_cards(_citizen(request), faults=_faults(request.node))


@pytest.fixture
def jpki_reader(jpki_card: JpkiCard) -> Iterator[InProcessConnection]:
    """Give a connection to the card in this process: `transmit(bytes) -> bytes`."""
    connection = connect(jpki_card.open())
    yield connection
    connection.power_off()


@pytest.fixture
def jpki_pcsc(
    jpki_card: JpkiCard, jpki_bench: PcscBench, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PcscReader]:
    """Give a PC/SC reader with the card in it, seen by this process and all it starts."""
    for name, value in jpki_bench.environment.items():
        monkeypatch.setenv(name, value)
    reader = jpki_bench.reader()
    try:
        reader.insert(jpki_card)
        yield reader
    finally:
        jpki_bench.clear()


@pytest.fixture
def jpki_second_reader(
    jpki_pcsc: PcscReader,  # noqa: ARG001 - the first comes first
    jpki_bench: PcscBench,
) -> PcscReader:
    """Give another reader of the same service, without a card: `insert` puts one in."""
    return jpki_bench.reader()


@pytest.fixture
def pin_budget(request: pytest.FixtureRequest, jpki_card: JpkiCard) -> PinBudget:  # noqa: ARG001
    """Give the budget of tries: none, or what the mark of the same name says."""
    cast = _cast(request.node)
    cast.allowed = cast.allowed or 0
    return PinBudget(cast)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Take the mark's budget, before anything can be spent."""
    tries = _argument(item, "pin_budget")
    if tries is not None:
        if not isinstance(tries, int) or tries < 0:
            raise pytest.UsageError("the mark pin_budget takes a number of tries: pin_budget(1)")
        _cast(item).allowed = tries


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test that spent more tries than it may, if it has not failed already."""
    yield
    _complain(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Look again after its fixtures: what they spend counts as well."""
    told = item.stash.get(_TOLD, False)
    yield
    if not told:
        _complain(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failure what was said to the cards."""
    report = yield
    cast = item.stash.get(_CAST, None)
    if report.failed and cast is not None:
        report.sections += [
            (f"what was said to {card.name}", card.story) for card in cast.cards if card.story
        ]
    return report


def _complain(item: pytest.Item) -> None:
    cast = item.stash.get(_CAST, None)
    complaint = None if cast is None else cast.complaint
    if complaint is not None:
        item.stash[_TOLD] = True
        pytest.fail(complaint, pytrace=False)


def _cast(item: pytest.Item) -> Cast:
    """Give the cards of a test; none at first."""
    return item.stash.setdefault(_CAST, Cast())


def _citizen(request: pytest.FixtureRequest) -> str:
    name = _argument(request.node, "jpki_citizen")
    return _DEFAULT if name is None else str(name)


def _ways(request: pytest.FixtureRequest) -> set[Way]:
    """Give the ways a test has to its cards: those of its fixtures, or both."""
    ways = {"jpki_reader": Way.IN_PROCESS, "jpki_pcsc": Way.SERVICE}
    return {way for name, way in ways.items() if name in request.fixturenames} or set(ways.values())


def _faults(item: pytest.Item) -> list[str]:
    """Give the faults of all marks, those of the class before those of the test."""
    marks = list(item.iter_markers("jpki_faults"))
    if any(mark.kwargs for mark in marks):
        raise pytest.UsageError(
            'the mark jpki_faults takes texts: jpki_faults("remove before verify")'
        )
    return [str(spec) for mark in reversed(marks) for spec in mark.args]


def _argument(item: pytest.Item, name: str) -> object | None:
    """Give the one argument of the closest mark of a name; None without the mark."""
    mark, parameter = item.get_closest_marker(name), _MARKS[name]
    if mark is None:
        return None
    given = [*mark.args, *(value for key, value in mark.kwargs.items() if key == parameter)]
    if len(given) != 1 or len(mark.args) + len(mark.kwargs) != 1:
        raise pytest.UsageError(f"the mark {name} takes one argument: {name}({parameter})")
    found: object = given[0]
    return found


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise pytest.UsageError(
            f"the mark jpki_clock: {text!r} is no time; write 2031-04-01 or 2031-04-01T09:00+09:00"
        ) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=JST)
