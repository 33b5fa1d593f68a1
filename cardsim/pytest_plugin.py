"""The pytest plugin: a card, a reader, an authority and a clock for anybody's tests.

    def test_log_in(jpki_reader): ...             # in this process
    def test_client(jpki_pcsc): subprocess...     # over PC/SC, in any language

Fixtures, new for every test: `jpki_card`, `jpki_reader`, `jpki_pcsc`, `jpki_world`, `pin_budget`.
Marks: `jpki_citizen(NAME)`, `jpki_clock(TIME)`, `jpki_faults(SPEC, …)`, `pin_budget(TRIES)`.
A test that fails shows what was said to its card, decoded, without secrets.
Not here: what is behind the fixtures (`cardsim.testing`). Loaded by pytest (entry point `jpki`);
docs/use/pytest.md explains it.
"""

import contextlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from cardsim.faults import parse_all
from cardsim.readers.inprocess import InProcessConnection, connect
from cardsim.testing import JpkiCard, PcscBench, PcscReader, Templates, card_of
from cardsim.world import World
from jpki.ca.errors import NoUsableKeyError
from jpki.profiles.validity import JST

_CARD = pytest.StashKey[JpkiCard]()
_BUDGET = pytest.StashKey["PinBudget"]()
_DEFAULT = "hanako"
_MARKS = (
    "jpki_citizen(name): whose card: a card of the world, or a number of the catalogue",
    "jpki_clock(time): what the world's clock shows: ISO 8601, Japan's time without an offset",
    "jpki_faults(spec, ...): what goes wrong with the card, in the words of `jpki faults`",
    "pin_budget(tries): how many wrong PINs the test may present at most",
)


@dataclass(slots=True)
class PinBudget:
    """How many tries a test may spend, and has."""

    card: JpkiCard
    allowed: int = 0

    def allow(self, tries: int) -> None:
        """Allow so many in all."""
        self.allowed = tries

    @property
    def spent(self) -> int:
        """How many were spent so far."""
        return self.card.tries_spent


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known."""
    for mark in _MARKS:
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
        moment = _marked(request, "jpki_clock")
        if moment:
            world.clock.set(_moment(str(moment[0])))
            # When no authority has a key that still holds, there are no lists of that day.
            with contextlib.suppress(NoUsableKeyError):
                world.publish_lists()
        monkeypatch.setenv("JPKI_HOME", str(world.directory))
        yield world


@pytest.fixture
def jpki_card(jpki_templates: Templates, request: pytest.FixtureRequest) -> JpkiCard:
    """Give the card: of `jpki_world` if the test has one, else a copy in memory."""
    faults = parse_all(map(str, _marked(request, "jpki_faults")))
    if "jpki_world" in request.fixturenames or _marked(request, "jpki_clock"):
        world: World = request.getfixturevalue("jpki_world")
        card = card_of(world, _citizen(request), faults=faults)
    else:
        card = jpki_templates.card(_citizen(request), faults=faults)
    request.node.stash[_CARD] = card
    return card


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
    reader = jpki_bench.plug_in(jpki_card)
    yield reader
    jpki_bench.take_away(reader)


@pytest.fixture
def pin_budget(jpki_card: JpkiCard, request: pytest.FixtureRequest) -> PinBudget:
    """Give the budget of tries: none, or what the mark of the same name says."""
    marked = _marked(request, "pin_budget")
    budget = PinBudget(jpki_card, int(str(marked[0])) if marked else 0)
    request.node.stash[_BUDGET] = budget
    return budget


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test that spent more tries than it may, if it has not failed already."""
    yield
    budget = _budget(item)
    if budget is not None and budget.spent > budget.allowed:
        pytest.fail(
            f"tries spent on {budget.card.name}: {budget.spent}, allowed: {budget.allowed}"
            " (pin_budget)",
            pytrace=False,
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failure what was said to the card."""
    report = yield
    card = item.stash.get(_CARD, None)
    if report.failed and card is not None and card.events:
        report.sections.append((f"what was said to {card.name}", card.story))
    return report


def _budget(item: pytest.Item) -> PinBudget | None:
    """Give the fixture's budget, or that of the mark alone."""
    card, mark = item.stash.get(_CARD, None), item.get_closest_marker("pin_budget")
    if _BUDGET in item.stash or card is None or mark is None:
        return item.stash.get(_BUDGET, None)
    return PinBudget(card, int(mark.args[0]))


def _citizen(request: pytest.FixtureRequest) -> str:
    marked = _marked(request, "jpki_citizen")
    return str(marked[0]) if marked else _DEFAULT


def _marked(request: pytest.FixtureRequest, name: str) -> tuple[object, ...]:
    """Give the arguments of the closest mark of a name; none without one."""
    mark = request.node.get_closest_marker(name)
    return () if mark is None else tuple(mark.args)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=JST)
