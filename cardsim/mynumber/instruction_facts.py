"""Each instruction of the card: in which applications it does something, and who has seen it.

Not here: what it answers in each case (`DIALECT_FACTS`, `COMMAND_FACTS`), what it does
(`commands`, `cardsim.chip`). Card reference §4, §9.1. Called by `facts`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cardsim.chip.commands import Ins
from cardsim.mynumber.commands import INSTRUCTIONS, OwnIns
from jpki.card.layout import Ap, Fact
from jpki.sources import Grade, Source

_ISO, _OWN, _SECURED = 0x00, 0x80, 0x08
_ALL = tuple(Ap)
_WITH_PINS = (Ap.JPKI, Ap.TEXT, Ap.VISUAL, Ap.COMMON, Ap.JUKI, Ap.LICENCE)


@dataclass(frozen=True, slots=True)
class InstructionRow:
    """One header: where it does something (nowhere: it is always refused), and the source."""

    where: tuple[Ap, ...]
    source: Source
    only: str = ""
    """On which medium it does something, where that and no application decides."""


def _row(reference: str, grade: Grade, *where: Ap, only: str = "") -> InstructionRow:
    return InstructionRow(where, Source(f"card {reference}", grade), only)


INSTRUCTION_ROWS: Mapping[tuple[int, int], InstructionRow] = {
    (_ISO, Ins.SELECT): _row("§4.1: all clients", Grade.RELIED_ON, *_ALL),
    (_ISO, Ins.READ_BINARY): _row(
        "§4.2: all clients, TEX trace", Grade.MEASURED, Ap.JPKI, Ap.TEXT, Ap.VISUAL, Ap.LICENCE
    ),
    (_ISO, Ins.READ_RECORD): _row("§4.3: MC, MY", Grade.MEASURED, Ap.COMMON, Ap.JUKI),
    (_ISO, Ins.VERIFY): _row("§4.4: all clients", Grade.MEASURED, *_WITH_PINS),
    (_ISO, Ins.CHANGE_REFERENCE_DATA): _row("§4.6: MY, MC", Grade.RELIED_ON, Ap.JPKI, Ap.TEXT),
    (_ISO, Ins.GET_CHALLENGE): _row("§4.7: MC", Grade.MEASURED, *_ALL),
    (_ISO, Ins.GET_DATA): _row("§3.7: MC", Grade.MEASURED, Ap.ISD),
    (_ISO, Ins.INTERNAL_AUTHENTICATE): _row("§4.7: MC", Grade.MEASURED, Ap.COMMON),
    (_SECURED, Ins.SELECT): _row("§4.7: MC", Grade.MEASURED, Ap.TEXT),
    (_SECURED, Ins.READ_BINARY): _row("§4.7: MC", Grade.MEASURED, Ap.TEXT),
    (_SECURED, Ins.VERIFY): _row("§4.7: MC", Grade.MEASURED, Ap.TEXT),
    (_OWN, OwnIns.COMPUTE_DIGITAL_SIGNATURE): _row(
        "§4.5: all clients, AO", Grade.MEASURED, Ap.JPKI, Ap.TEXT, Ap.VISUAL
    ),
    (_OWN, OwnIns.CHANGE_KEY): _row("§4.6: MC", Grade.RELIED_ON, Ap.COMMON, Ap.JUKI),
    (_OWN, OwnIns.EXTERNAL_AUTHENTICATE): _row(
        "§4.7: AO, RTC ask; what answers is ours", Grade.ASSUMED, Ap.JPKI
    ),
    (_OWN, OwnIns.TERMINAL_AUTHENTICATE): _row("§4.7: AO, MC", Grade.MEASURED, Ap.JPKI),
    (_OWN, OwnIns.SET_SESSION_KEY): _row("§4.7: MC", Grade.MEASURED, Ap.TEXT),
    (_OWN, OwnIns.LAST_COMMAND_INDICATOR): _row(
        "§4.8: MC; what the iPhone answers is ours", Grade.RELIED_ON, only="iPhone; others refuse"
    ),
    (_OWN, OwnIns.MANAGE_ATTRIBUTES): _row("§4.6: MC, issuer only", Grade.MEASURED),
    (_OWN, OwnIns.UNLOCK_KEY): _row("§4.6: MC, issuer only", Grade.MEASURED),
    (_OWN, OwnIns.LOCK_DF): _row("§4.6: MC, issuer only", Grade.MEASURED),
    (_OWN, OwnIns.UNLOCK_DF): _row("§4.6: MC, issuer only", Grade.MEASURED),
    (_OWN, OwnIns.ERASE_ALL_RECORDS): _row("§4.6: MC, issuer only", Grade.MEASURED),
}
"""One row for each of `INSTRUCTIONS`."""


def instruction_facts() -> Iterator[Fact]:
    """Give a fact for each instruction, in the order of class and instruction."""
    for (cla, ins), row in sorted(INSTRUCTION_ROWS.items()):
        name = INSTRUCTIONS[cla, ins].name
        where = "everywhere" if row.where == _ALL else ", ".join(ap.japanese for ap in row.where)
        yield Fact(f"{cla:02X} {ins:02X} {name}", where or row.only or "always refused", row.source)
