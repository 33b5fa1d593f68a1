"""Having the cards overheard that a command puts into readers: into a file, onto the terminal.

Not here: what a trace holds (`cardsim.trace`). Called by `jpki card run` and `jpki card serve`.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

import click

from jpki_cli.answer import as_json
from jpki_cli.exits import ExitStatus, Failure

if TYPE_CHECKING:
    from cardsim.readers.insertable import InsertableCard
    from cardsim.trace import Clock, Event, Heard, Listener, TraceFile
    from cardsim.world import World


_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Overheard:
    """The cards of one command: `wrap` gives the card to put into a reader, by its name.

    What is watched is shown from `begin` on, whatever was said before it first: a command has
    its own first words to say.
    """

    wrap: "Callable[[str, InsertableCard], InsertableCard]"
    begin: Callable[[], None]


UNHEARD = Overheard(lambda _name, card: card, lambda: None)
"""Leaves the cards as they are."""


@contextmanager
def overhearing(world: "World", trace: Path | None, *, watch: bool = False) -> Iterator[Overheard]:
    """Have cards overheard while the block runs; a trace that broke off is told at its end."""
    if trace is None and not watch:
        yield UNHEARD
        return
    from cardsim.trace import RecordedCard, TraceFile

    clock = _clock(world)
    with ExitStack() as stack:
        listeners: list[Listener] = []
        if trace is not None:
            try:
                file = stack.enter_context(TraceFile(trace))
            except OSError as error:
                raise Failure(f"{trace}: {error.strerror}", ExitStatus.USAGE) from None
            stack.callback(_tell_failure, file, trace)
            listeners.append(file)
        begun = threading.Event()
        if watch:
            listeners.append(stack.enter_context(_printed(begun)))

        def listen(heard: "Heard") -> None:
            for listener in listeners:
                listener(heard)

        def wrap(name: str, card: "InsertableCard") -> "InsertableCard":
            return RecordedCard(card, listen, clock=clock, name=name)

        yield Overheard(wrap, begun.set)


def _clock(world: "World") -> "Clock":
    """Give the world's clock in microseconds; its setting is read once, being kept in a file."""
    setting = world.clock.setting
    if setting.fixed is not None:
        standing = int(setting.fixed.timestamp()) * _MICROSECONDS
        return lambda: standing
    ahead = int(setting.offset.total_seconds()) * _MICROSECONDS
    return lambda: time.time_ns() // 1000 + ahead


def _tell_failure(file: "TraceFile", path: Path) -> None:
    if file.failure is not None:
        from jpki.verify.names import printable

        reason = file.failure.strerror or file.failure
        click.echo(printable(f"jpki: {path}: the trace ends early: {reason}"), err=True)


@contextmanager
def _printed(begun: threading.Event) -> Iterator["Listener"]:
    """Print events from a thread of its own: a terminal that is held up holds up no card."""
    from cardsim.trace import Naming

    say, naming = _say_json if as_json() else _teller(), Naming()
    waiting: SimpleQueue[Heard | None] = SimpleQueue()

    def work() -> None:
        begun.wait()
        while (heard := waiting.get()) is not None:
            say(naming.event(heard))

    printer = threading.Thread(target=work, name="watch", daemon=True)
    printer.start()
    try:
        yield waiting.put
    finally:
        waiting.put(None)
        begun.set()
        printer.join(timeout=2)


def _say_json(event: "Event") -> None:
    from cardsim.trace import event_line

    click.echo(event_line(event), nl=False)


def _teller() -> "Callable[[Event], None]":
    """Give what prints an event as a line on standard error, coloured where that is a terminal."""
    from rich.console import Console
    from rich.text import Text

    from jpki_cli.tracelines import STYLES, tell

    console = Console(stderr=True, soft_wrap=True, highlight=False)

    def say(event: "Event") -> None:
        told = tell(event)
        console.print(Text.assemble((told.time, "dim"), "  ", (told.words, STYLES[told.mood])))

    return say
