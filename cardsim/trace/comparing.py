"""Two traces side by side: where they part, and every answer that differs.

Commands are put beside each other when they ask the same; what was hidden counts by its length.
Times are not compared. Called by `jpki trace diff` and, for one exchange, by `replaying`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum, unique

from cardsim.trace.events import Event, PowerChange
from cardsim.trace.exchange import Exchange
from cardsim.trace.heard import PowerKind
from cardsim.trace.steps import Step
from cardsim.trace.telling import (
    answered_in_words,
    asked_in_words,
    event_in_words,
    state_in_words,
)

MAX_EVENTS = 20_000
"""Of each trace: comparing takes the square of it at worst."""


class TooLongError(ValueError):
    """A trace with more events than can be compared."""


@unique
class Change(Enum):
    """How one place of the two traces differs."""

    ANSWER = "another answer"
    ONLY_FIRST = "only in the first"
    ONLY_SECOND = "only in the second"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place at which the traces differ: the events there, numbered from 1, and why."""

    change: Change
    first: tuple[int, Event] | None
    second: tuple[int, Event] | None
    why: str

    @property
    def is_status(self) -> bool:
        """Whether the same question was answered by different status words."""
        return self.change is Change.ANSWER and self.why.startswith("status")


def compare(first: Sequence[Event], second: Sequence[Event]) -> list[Difference]:
    """Give the differences in the order of the conversation; none: the traces say the same."""
    if max(len(first), len(second)) > MAX_EVENTS:
        raise TooLongError(f"a trace of more than {MAX_EVENTS} events")
    matcher = SequenceMatcher(None, _questions(first), _questions(second), autojunk=False)
    found: list[Difference] = []
    for tag, a, a_end, b, b_end in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(range(a, a_end), range(b, b_end), strict=True)
            found += filter(
                None, (_answers((i + 1, first[i]), (j + 1, second[j])) for i, j in pairs)
            )
        else:
            found += [_alone(Change.ONLY_FIRST, i + 1, first[i]) for i in range(a, a_end)]
            found += [_alone(Change.ONLY_SECOND, j + 1, second[j]) for j in range(b, b_end)]
    return found


def difference_of(recorded: Exchange, seen: Exchange) -> str:
    """Say how two answers to one command differ; empty when they agree in what is known."""
    one, two = recorded.answered, seen.answered
    if one is None or two is None:
        return "" if one is two else f"answer: {_presence(recorded)}, {_presence(seen)}"
    if one.status != two.status:
        return f"status: {one.status or 'none'}, {two.status or 'none'}"
    if one.length != two.length:
        return f"length of the data: {one.length}, {two.length}"
    if None not in {one.data, two.data} and one.data != two.data:
        return "data that may be seen"
    return ""


def explain(difference: Difference) -> list[str]:
    """Explain one difference in a few lines: what was asked, both answers, the state before."""
    if difference.first is None or difference.second is None:
        there = difference.first or difference.second
        number, event = there or (0, None)
        words = "" if event is None else event_in_words(event)
        return [f"{difference.change.value}, event {number}: {words}"]
    (one, first), (two, second) = difference.first, difference.second
    if not (isinstance(first.what, Step) and isinstance(second.what, Step)):
        return [f"events {one} and {two}: {event_in_words(first)}", f"  {difference.why}"]
    return [
        f"events {one} and {two}: {asked_in_words(first.what)}",
        f"  first:  {answered_in_words(first.what)}{_state(first.what)}",
        f"  second: {answered_in_words(second.what)}{_state(second.what)}",
        f"  {difference.why}",
    ]


def _state(step: Step) -> str:
    words = state_in_words(step)
    return f" [{words}]" if words else ""


def _questions(events: Sequence[Event]) -> list[tuple[object, ...]]:
    """Give what must be equal for two events to stand beside each other.

    Cards are told apart by when they first appear: one may be called otherwise elsewhere.
    """
    cards: dict[str, int] = {}
    return [(cards.setdefault(e.card, len(cards)), *_question(e)) for e in events]


def _question(event: Event) -> tuple[object, ...]:
    if isinstance(event.what, PowerChange):
        return (event.what.kind,)
    asked = event.what.exchange.asked
    return asked.length, asked.header, asked.nc, asked.ne, asked.extended, asked.data


def _answers(first: tuple[int, Event], second: tuple[int, Event]) -> Difference | None:
    one, two = first[1].what, second[1].what
    if isinstance(one, PowerChange) and isinstance(two, PowerChange):
        known = None not in {one.atr, two.atr} and one.kind is not PowerKind.OFF
        why = "ATR" if known and one.atr != two.atr else ""
    elif isinstance(one, Step) and isinstance(two, Step):
        why = difference_of(one.exchange, two.exchange)
    else:
        why = ""
    return Difference(Change.ANSWER, first, second, why) if why else None


def _alone(change: Change, number: int, event: Event) -> Difference:
    there = number, event
    if change is Change.ONLY_FIRST:
        return Difference(change, there, None, "")
    return Difference(change, None, there, "")


def _presence(exchange: Exchange) -> str:
    return "none" if exchange.answered is None else "one"
