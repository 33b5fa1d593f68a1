"""`jpki faults`: the language of faults; and the option --fault of commands that use a card.

What a fault is and does: `cardsim.faults`.
"""

from typing import TYPE_CHECKING

import click

from jpki_cli.answer import Answer, Command, answers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cardsim.faults import Fault, Way


@click.command()
@answers
def faults() -> Answer:
    """List what can be made to go wrong with a card or reader, and how it is written.

    \b
    Example:
      jpki faults
      jpki faults --json
      jpki card run --fault "status 6F00 before verify 2" hanako -- pkcs15-tool --dump
    """
    from cardsim.faults.words import GRAMMAR, WORDS, lines, names

    words = [
        {
            "word": word.word,
            "form": word.form,
            "layer": word.layer.value,
            "meaning": word.meaning,
            "example": word.example,
        }
        for word in WORDS
    ]
    return Answer({"grammar": GRAMMAR, "effects": words, "names": names()}, "\n".join(lines()))


def fault_option(command: Command) -> Command:
    """Add --fault, repeatable; the command gets `faults`, read."""
    return click.option(
        "--fault",
        "faults",
        multiple=True,
        metavar="FAULT",
        callback=_read,
        help='What goes wrong, as in "status 6F00 before verify 2"; repeatable.'
        " `jpki faults` lists the language.",
    )(command)


def _read(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> "tuple[Fault, ...]":
    if not texts:
        return ()
    from cardsim.faults import FaultSyntaxError, parse_all

    try:
        return parse_all(texts)
    except FaultSyntaxError as error:
        raise click.BadParameter(str(error)) from None


def check_reach(faults: "Iterable[Fault]", way: "Way") -> None:
    """Refuse faults that cannot happen over this way: they would be missed in silence."""
    from cardsim.faults import unreachable
    from cardsim.faults.reach import ways_of

    for fault in unreachable(faults, {way}):
        where = " or ".join(each.value for each in ways_of(fault))
        raise click.UsageError(f"over {way.value} this cannot happen: {fault}; it needs {where}")
