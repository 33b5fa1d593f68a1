"""The instruction table: which (CLA, INS) means which command, and who carries it out.

The chip brings the ISO instructions; a card kind adds its own or replaces one.
Called by `card` for every command.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from cardsim.chip import commands, handlers
from cardsim.chip.commands import Ins
from cardsim.chip.context import Context
from cardsim.chip.dialect import Dialect
from jpki.iso7816 import CommandApdu

Command = TypeVar("Command")


@dataclass(frozen=True, slots=True)
class Instruction(Generic[Command]):
    """One instruction: its name, how its bytes are read, what it does."""

    name: str
    decode: Callable[[CommandApdu, Dialect], Command]
    execute: Callable[[Context, Command], bytes]

    def run(self, context: Context, apdu: CommandApdu) -> bytes:
        """Decode, then execute; gives the data of the answer."""
        return self.execute(context, self.decode(apdu, context.dialect))


InstructionTable = Mapping[tuple[int, int], Instruction[object]]


def _entry(
    name: str,
    decode: Callable[[CommandApdu, Dialect], Command],
    execute: Callable[[Context, Command], bytes],
) -> Instruction[object]:
    # The table forgets the type of the command; `run` hands each only to its own handler.
    return Instruction(name, decode, execute)  # type: ignore[arg-type]


instruction = _entry
"""Make a table entry from a decoder and the handler of the same command type."""

ISO_INSTRUCTIONS: InstructionTable = {
    (0x00, Ins.SELECT): _entry("SELECT", commands.decode_select, handlers.select),
    (0x00, Ins.READ_BINARY): _entry(
        "READ BINARY", commands.decode_read_binary, handlers.read_binary
    ),
    (0x00, Ins.READ_RECORD): _entry(
        "READ RECORD", commands.decode_read_record, handlers.read_record
    ),
    (0x00, Ins.VERIFY): _entry("VERIFY", commands.decode_verify, handlers.verify),
    (0x00, Ins.CHANGE_REFERENCE_DATA): _entry(
        "CHANGE REFERENCE DATA",
        commands.decode_change_reference_data,
        handlers.change_reference_data,
    ),
    (0x00, Ins.GET_CHALLENGE): _entry(
        "GET CHALLENGE", commands.decode_get_challenge, handlers.get_challenge
    ),
    (0x00, Ins.GET_DATA): _entry("GET DATA", commands.decode_get_data, handlers.get_data),
    (0x00, Ins.INTERNAL_AUTHENTICATE): _entry(
        "INTERNAL AUTHENTICATE",
        commands.decode_internal_authenticate,
        handlers.internal_authenticate,
    ),
}
