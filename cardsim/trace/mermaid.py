"""A trace as a sequence diagram in Mermaid, which many pages and editors draw.

Reads of one file in a row are one arrow, so that a certificate is one line and not seven.
Not here: the words (`telling`). Syntax: mermaid.js.org/syntax/sequenceDiagram.html.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from cardsim.trace.codec import Trace
from cardsim.trace.events import Event, PowerChange
from cardsim.trace.steps import Step
from cardsim.trace.telling import (
    answered_in_words,
    asked_in_words,
    change_in_words,
    state_in_words,
)

_READ = "READ BINARY"


def diagram(trace: Trace) -> str:
    """Give the diagram, its last line ended."""
    cards = list(dict.fromkeys(event.card for event in trace.events)) or ["card"]
    names = {card: f"C{number}" for number, card in enumerate(cards, 1)}
    lines = ["sequenceDiagram", "    participant P as Program"]
    lines += [f"    participant {name} as {_safe(card)}" for card, name in names.items()]
    for card, events in groupby(_grouped(trace.events), key=lambda group: group[0].card):
        lines += [f"    {line}" for group in events for line in _group(names[card], group)]
    return "\n".join(lines) + "\n"


def _grouped(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Put reads together that follow each other and are answered alike."""
    group: list[Event] = []
    for event in events:
        if group and not _belong_together(group[-1], event):
            yield group
            group = []
        group.append(event)
    if group:
        yield group


def _belong_together(first: Event, second: Event) -> bool:
    one, two = first.what, second.what
    if not (isinstance(one, Step) and isinstance(two, Step)) or first.card != second.card:
        return False
    alike = (one.name, one.ap, one.ef) == (two.name, two.ap, two.ef)
    return one.name == _READ and alike and one.exchange.succeeded and two.exchange.succeeded


def _group(card: str, group: list[Event]) -> Iterator[str]:
    what = group[0].what
    if isinstance(what, PowerChange):
        yield f"Note over {card}: {_safe(change_in_words(what))}"
        return
    steps = [event.what for event in group if isinstance(event.what, Step)]
    asked = asked_in_words(what)
    answer = answered_in_words(what)
    if len(steps) > 1:
        asked = asked.removesuffix(f", {what.detail}") + f" (×{len(steps)})"
        amount = sum(s.exchange.answered.length for s in steps if s.exchange.answered)
        answer = f"{answer.rpartition(', ')[0]}, {amount} bytes in all"
    yield f"P->>{card}: {_safe(asked)}"
    yield f"{card}-->>P: {_safe(answer)}"
    state = state_in_words(steps[-1])
    if state and "VERIFY" in what.name:
        yield f"Note over {card}: {_safe(state)}"


def _safe(text: str) -> str:
    """Write the characters that mean something to Mermaid as entities."""
    return "".join(f"#{ord(c)};" if c in '#;<>"{}%' else c for c in text)
