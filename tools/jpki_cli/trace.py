"""`jpki trace`: look at what was said to a card, compare, replay, draw, and read others' logs."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jpki_cli.answer import Answer, answers
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.file_type import FILE
from jpki_cli.groups import CommandGroup
from jpki_cli.settings import settings

if TYPE_CHECKING:
    from cardsim.trace import Difference, Event, Replayed, Secrets, Trace
    from jpki.card.layout import Ap

_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_FORMATS = ("pcscd", "opensc", "pcsc-spy")


@click.group(cls=CommandGroup)
def trace() -> None:
    """Show, compare, replay and draw what was said to a card; read the logs of others.

    A trace is written by `jpki card run --trace FILE` and `jpki card serve --trace FILE`. It holds
    no PIN, number, name or key.

    \b
    Example:
      jpki card run --trace talk.jsonl hanako -- opensc-tool -n
      jpki trace show talk.jsonl
    """


@trace.command()
@click.argument("file", type=FILE)
@answers
def show(file: Path) -> Answer:
    """Show each command and answer by name, and what the card knows after it.

    \b
    Example:
      jpki card run --trace talk.jsonl hanako -- opensc-tool -n
      jpki trace show talk.jsonl
    """
    from cardsim.trace import event_fields
    from jpki_cli.tracelines import tell

    found = _loaded(file)
    data = {"source": found.source, "events": [event_fields(event) for event in found.events]}
    return Answer(data, "\n".join(str(tell(event)) for event in found.events) or "nothing was said")


@trace.command()
@click.argument("first", type=FILE)
@click.argument("second", type=FILE)
@answers
def diff(first: Path, second: Path) -> Answer:
    """Compare two traces: the first difference explained, and all status words that differ.

    Times are not compared, nor what was hidden, but for its length. Exit status 1 when the traces
    differ.

    \b
    Example:
      jpki trace diff yesterday.jsonl today.jsonl
    """
    from cardsim.trace import compare, explain

    differences = compare(_loaded(first).events, _loaded(second).events)
    data = {"same": not differences, "differences": [_as_data(each) for each in differences]}
    if not differences:
        return Answer(data, "the traces say the same")
    statuses = [each for each in differences if each.is_status]
    lines = ["first difference:", *(f"  {line}" for line in explain(differences[0]))]
    lines.append(f"{len(differences)} differences, {len(statuses)} of them in status words")
    lines += [f"  {line}" for each in statuses for line in explain(each)]
    return Answer(data, "\n".join(lines), ExitStatus.NO)


@trace.command()
@click.argument("file", type=FILE)
@click.option("--card", "name", required=True, metavar="NAME", help="The card of the world to ask.")
@click.option(
    "--of",
    metavar="CARD",
    help="Whose part of the trace, when it is about several cards (default: that of --card).",
)
@answers
def replay(file: Path, name: str, of: str | None) -> Answer:
    """Say a trace again to a card, and see whether it still answers as recorded.

    The card is a copy: no try is spent. Right PINs are the card's own, wrong ones are wrong again.
    Exit status 1 when an answer differs; what cannot be said again is told.

    \b
    Example:
      jpki trace replay talk.jsonl --card hanako
    """
    from cardsim.trace import replay as say_again

    events = _of_one_card(_loaded(file).events, of, name)
    card, secrets = _copy(name)
    results = list(say_again(events, card, secrets))
    skipped = [each for each in results if each.is_skipped]
    different = [each for each in results if not each.agrees and not each.is_skipped]
    data = {
        "card": name,
        "agrees": not different,
        "said": len(results) - len(skipped),
        "different": [_replayed(each) for each in different],
        "not_said": [_replayed(each) for each in skipped],
    }
    lines = [f"event {each.number} {text}" for each in different for text in _explained(each)]
    lines += [f"event {each.number} was not said: {each.difference}" for each in skipped]
    verdict = "differs" if different else "answers as recorded"
    lines.append(f"{name} {verdict}: {data['said']} events said, {len(different)} differ")
    return Answer(data, "\n".join(lines), ExitStatus.NO if different else ExitStatus.YES)


@trace.command(name="import")
@click.argument("log", type=FILE)
@click.argument("file", metavar="TRACE", type=_NEW_FILE)
@click.option(
    "--format",
    "kind",
    type=click.Choice(_FORMATS),
    help="The kind of log, when it cannot be seen.",
)
@answers
def import_(log: Path, file: Path, kind: str | None) -> Answer:
    """Make a trace of somebody else's log: pcscd --apdu, OpenSC's debug log, pcsc-spy.

    Secrets in the log do not get into the trace. The log keeps them: take care of it.

    \b
    Example:
      OPENSC_DEBUG=9 pkcs15-tool --dump 2> opensc.log
      jpki trace import opensc.log talk.jsonl
    """
    from cardsim.trace import save_trace
    from cardsim.trace.importing import LogFormat, import_log, log_lines
    from jpki.verify.names import printable

    if file.exists() and not file.is_file():
        # Written beside it and renamed, the trace would take a device's place.
        raise Failure(f"{file} is there and no file: name another", ExitStatus.USAGE)
    found = import_log(log_lines(log), None if kind is None else LogFormat(kind))
    try:
        save_trace(file, found)
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", ExitStatus.USAGE) from None
    data = {"format": found.source, "events": len(found.events), "trace": str(file)}
    told = f"{len(found.events)} events of {found.source} log are in {file}"
    return Answer(data, printable(told))


@trace.command()
@click.argument("file", type=FILE)
@answers
def diagram(file: Path) -> Answer:
    """Draw a trace as a sequence diagram in Mermaid.

    \b
    Example:
      jpki trace diagram talk.jsonl > talk.mmd
    """
    from cardsim.trace import diagram as draw

    drawn = draw(_loaded(file))
    return Answer({"mermaid": drawn}, drawn.rstrip("\n"))


def _of_one_card(events: Sequence["Event"], of: str | None, name: str) -> list["Event"]:
    """Give the events of one card of a trace."""
    cards = sorted({event.card for event in events})
    wanted = of or (name if name in cards or len(cards) != 1 else cards[0])
    if events and wanted not in cards:
        raise Failure(f"--of: the trace is about {', '.join(cards)}", ExitStatus.USAGE)
    return [event for event in events if event.card == wanted]


def _copy(name: str) -> "tuple[Any, Secrets]":
    """Give a copy of a card of the world, and who knows its PINs."""
    from cardsim.chip import ObjectId
    from cardsim.mynumber import load_state, open_copy
    from cardsim.world.cards import CardKind

    with settings().world() as world:
        entry = world.card(name)
        if entry.kind is not CardKind.MY_NUMBER:
            return world.open_card(name), lambda _ap, _ef: None
        pins = load_state(entry.directory).pins

        def secret(ap: "Ap", ef: int) -> bytes | None:
            state = pins.get(ObjectId(ap.aid, ef))
            return None if state is None else state.value

        return open_copy(entry.directory), secret


def _explained(result: "Replayed") -> list[str]:
    from cardsim.trace import event_in_words

    seen = "" if result.seen is None else event_in_words(result.seen)
    return [
        f"differs in {result.difference}",
        f"  recorded: {event_in_words(result.recorded)}",
        f"  now:      {seen}",
    ]


def _replayed(result: "Replayed") -> dict[str, Any]:
    from cardsim.trace import event_fields

    return {
        "number": result.number,
        "why": result.difference,
        "recorded": event_fields(result.recorded),
        "seen": None if result.seen is None else event_fields(result.seen),
    }


def _as_data(difference: "Difference") -> dict[str, Any]:
    return {
        "change": difference.change.value,
        "why": difference.why or None,
        "status": difference.is_status,
        "first": _placed(difference.first),
        "second": _placed(difference.second),
    }


def _placed(there: "tuple[int, Event] | None") -> dict[str, Any] | None:
    from cardsim.trace import event_fields

    return None if there is None else {"number": there[0], **event_fields(there[1])}


def _loaded(file: Path) -> "Trace":
    """Read a trace; one that is none is told with its name, and what reads other logs."""
    from cardsim.trace import TraceFormatError, load_trace

    try:
        return load_trace(file)
    except TraceFormatError as error:
        raise Failure(
            f"{file}: {error}; `jpki trace import` reads the logs of other programs",
            ExitStatus.USAGE,
        ) from None
