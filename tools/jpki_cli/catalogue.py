"""`jpki catalogue`: numbered citizens and cards for every case, made into the world and rehearsed.

The catalogue is imported where it is used: its parsers take longer to load than most commands.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jpki_cli.answer import Answer, answers, as_json
from jpki_cli.exits import ExitStatus, Failure, status_of, words_of
from jpki_cli.file_type import FILE
from jpki_cli.groups import CommandGroup
from jpki_cli.settings import settings

if TYPE_CHECKING:
    from cardsim.world import World
    from cardsim.world.cards import CardEntry
    from cardsim.world.catalogue import Catalogue, Entry
    from cardsim.world.catalogue.rehearsal import Finding

_FILE = click.option(
    "--file",
    "own",
    type=FILE,
    metavar="FILE",
    help="A catalogue of your own in the same form (YAML or JSON) instead of the built-in one.",
)
_NUMBERS = click.argument("numbers", metavar="[NUMBER…]", nargs=-1)


@click.group(cls=CommandGroup)
def catalogue() -> None:
    """Numbered citizens and cards for every case: list, make, rehearse.

    \b
    Start here:
      jpki catalogue list
      jpki catalogue make JP-001 JP-047
      jpki card run jp-047 -- pkcs15-tool --list-pins
    """


@catalogue.command(name="list")
@_FILE
@answers
def list_(own: Path | None) -> Answer:
    """List the entries: number, case, and what comes of its certificates.

    \b
    Example:
      jpki catalogue list
      jpki catalogue list --file mine.yaml --json
    """
    found = _catalogue(own)
    rows = [_summary(entry) for entry in found.entries]
    lines = [f"{row['number']}  {row['title']}  {row['japanese']}" for row in rows]
    return Answer({"entries": rows}, "\n".join(lines))


@catalogue.command()
@click.argument("number")
@_FILE
@answers
def show(number: str, own: Path | None) -> Answer:
    """Show one entry: its card, what must come of it, what to tell the user.

    \b
    Example:
      jpki catalogue show JP-047
    """
    entry = _catalogue(own).entry(number)
    steps = [
        {"send": step.send, "status": step.status, "data": step.data, "why": step.why}
        for step in entry.dialogue
    ]
    lines = [
        f"{entry.number}  {entry.title}",
        f"        {entry.japanese}",
        "",
        *(f"{subject.value:<10} {words}" for subject, words in entry.verdicts.items()),
        "",
        *(f"{step.send:<48} -> {step.status}  {step.why}" for step in entry.dialogue),
        *([""] if steps else []),
        *(f"goes wrong      {fault}" for fault in entry.card.faults),
        f"tell the user   {entry.advice.english}",
        f"利用者への案内  {entry.advice.japanese}",
    ]
    return Answer(_summary(entry) | {"dialogue": steps}, "\n".join(lines))


@catalogue.command()
@_NUMBERS
@click.option("--all", "all_", is_flag=True, help="Make every entry.")
@_FILE
@answers
def make(numbers: tuple[str, ...], *, all_: bool, own: Path | None) -> Answer:
    """Make the cards of these entries in the world; one that is there already is left alone.

    A card is named by its number in small letters: JP-047 is the card jp-047. Days in an entry
    count from the world's time now.

    \b
    Example:
      jpki catalogue make JP-001 JP-047
      jpki catalogue make --all
    """
    from rich.console import Console
    from rich.progress import Progress

    from cardsim.world.catalogue import make as make_entries

    if bool(numbers) == all_:
        raise click.UsageError("name the numbers to make, or --all")
    chosen = _catalogue(own).chosen(numbers)
    names: list[str] = []
    console = Console(stderr=True)
    quiet = as_json() or not console.is_terminal
    with (
        settings().world() as world,
        Progress(console=console, disable=quiet, transient=True) as progress,
    ):
        task = progress.add_task("making cards", total=len(chosen))

        def count(_: "Entry", card: "CardEntry") -> None:
            names.append(card.name)
            progress.advance(task)

        try:
            make_entries(world, chosen, progress=count)
        except Exception as error:
            status = status_of(error)
            if status is None or not names:
                raise
            made = ", ".join(names)
            told = f"made {len(names)} cards: {made}; then: {words_of(error)}"
            hint = "`jpki ca crl` makes lists that know of them"
            raise Failure(f"{told}; {hint}", status, {"made": names}) from error
    already = len(chosen) - len(names)
    text = f"made {len(names)} cards: {', '.join(names) or 'none'}"
    return Answer(
        {"made": names, "already_there": already},
        text + (f"\n{already} were there already" if already else ""),
    )


@catalogue.command()
@_NUMBERS
@_FILE
@answers
def rehearse(numbers: tuple[str, ...], own: Path | None) -> Answer:
    """Hold cards against what their entries promise; without NUMBER, all that are in the world.

    Commands are played to copies: no try is spent. Exit status: 0 every promise holds, 1 one
    does not, 3 there is no card to hold to any.

    \b
    Example:
      jpki catalogue rehearse JP-047
    """
    from cardsim.world.catalogue.rehearsal import Rehearsal

    with settings().world() as world:
        entries = _made(world, _catalogue(own), numbers)
        rehearsal = Rehearsal(world)
        played = {entry.number: rehearsal.play(entry) for entry in entries}
    data = {
        number: [
            {"what": f.what, "expected": f.expected, "seen": f.seen, "holds": f.holds}
            for f in findings
        ]
        for number, findings in played.items()
    }
    lines = []
    for number, findings in played.items():
        broken = [finding for finding in findings if not finding.holds]
        lines.append(f"{number}  {len(findings) - len(broken)} of {len(findings)} promises hold")
        lines += [f"    {f.what}: promised {f.expected}, seen {f.seen}" for f in broken]
    if not played:
        lines.append("no card of this catalogue is in the world; `jpki catalogue make` some")
    findings_of_all = [finding for findings in played.values() for finding in findings]
    return Answer({"rehearsed": data}, "\n".join(lines), _status(findings_of_all))


@catalogue.command()
@answers
def schema() -> Answer:
    """Print the JSON Schema of catalogue files, for editors and validators.

    \b
    Example:
      jpki catalogue schema > catalogue.schema.json
    """
    import json

    from cardsim.world.catalogue import schema as published

    found = published()
    return Answer(found, json.dumps(found, ensure_ascii=False, indent=2))


def _catalogue(own: Path | None) -> "Catalogue":
    from cardsim.world.catalogue import built_in, load

    return built_in() if own is None else load(own)


def _made(world: "World", found: "Catalogue", numbers: tuple[str, ...]) -> "list[Entry]":
    """Give the entries named, or else those whose cards are in the world."""
    if numbers:
        return [found.entry(number) for number in numbers]
    present = {card.name for card in world.cards()}
    return [entry for entry in found.entries if entry.name in present]


def _status(findings: "Iterable[Finding]") -> ExitStatus:
    """Give the exit status of a rehearsal: without any finding nothing was shown to hold."""
    held = {finding.holds for finding in findings}
    if not held:
        return ExitStatus.CANNOT_TELL
    return ExitStatus.NO if False in held else ExitStatus.YES


def _summary(entry: "Entry") -> dict[str, Any]:
    return {
        "number": entry.number,
        "card": entry.name,
        "title": entry.title,
        "japanese": entry.japanese,
        "faults": [str(fault) for fault in entry.card.faults],
        "verdicts": {subject.value: words for subject, words in entry.verdicts.items()},
        "advice": {"english": entry.advice.english, "japanese": entry.advice.japanese},
    }
