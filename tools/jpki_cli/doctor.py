"""`jpki doctor`: why a program does not see the card, and what to do.

Not here: what is looked at and what it means (`cardsim.diagnosis`).
"""

import textwrap

import click

from cardsim.diagnosis import Diagnosis, Finding, Machine, Outcome, diagnose
from jpki.verify.names import printable
from jpki_cli.answer import Answer, answers
from jpki_cli.exits import ExitStatus
from jpki_cli.settings import settings

_STATUS = {
    Outcome.OK: ExitStatus.YES,
    Outcome.WRONG: ExitStatus.NO,
    Outcome.UNKNOWN: ExitStatus.CANNOT_TELL,
}
_MARKS = {
    Outcome.OK: "ok",
    Outcome.WRONG: "WRONG",
    Outcome.UNKNOWN: "unknown",
    Outcome.NOTE: "note",
}
_LAST = {
    Outcome.OK: "all is well (異常なし): programs see the card",
    Outcome.WRONG: "something is wrong (異常あり): begin with the first WRONG",
    Outcome.UNKNOWN: "it cannot be told (判定不能) whether all is well",
}
_WIDTH = 100
_INDENT = " " * 9


@click.command(context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND…]")
@answers
def doctor(command: tuple[str, ...]) -> Answer:
    """Find out why a program does not see the card, and say what to do (診断).

    Walks from the program through libpcsclite, environment, PC/SC service and reader to the card
    and OpenSC. COMMAND is not run; what it is (setuid, a snap, linked with what) is looked at too.
    Nothing is changed, no PIN (暗証番号) is sent, no try is spent.

    Exit status: 0 all is well, 1 something is wrong, 3 it cannot be told.

    \b
    Example:
      jpki doctor
      jpki card run hanako -- jpki doctor
      jpki doctor -- firefox
    """
    words = command[1:] if command[:1] == ("--",) else command
    diagnosis = diagnose(Machine(settings().environ), words)
    return Answer(_data(diagnosis), _text(diagnosis), _STATUS[diagnosis.outcome])


def _data(diagnosis: Diagnosis) -> dict[str, object]:
    return {
        "outcome": diagnosis.outcome.value,
        "checks": [
            {
                "id": finding.id,
                "looked_at": finding.looked_at,
                "seen": finding.seen,
                "outcome": finding.outcome.value,
                "advice": finding.advice,
            }
            for finding in diagnosis.findings
        ],
    }


def _text(diagnosis: Diagnosis) -> str:
    lines = [line for finding in diagnosis.findings for line in _lines(finding)]
    return "\n".join([*lines, "", _LAST[diagnosis.outcome]])


def _lines(finding: Finding) -> list[str]:
    """Write one row: its mark and what was seen, then what to do."""
    lines = [f"{_MARKS[finding.outcome]:<9}{finding.looked_at}: {printable(finding.seen)}"]
    if finding.advice is not None:
        lines += textwrap.wrap(
            printable(finding.advice),
            _WIDTH,
            initial_indent=f"{_INDENT}→ ",
            subsequent_indent=f"{_INDENT}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines
