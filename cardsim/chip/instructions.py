"""The instruction table: which (CLA, INS) means which command, and who carries it out.

The chip brings the ISO instructions; a card kind adds its own or replaces one.
Called by `card` for every command.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from cardsim.chip import commands, handlers
from cardsim.chip.commands import Ins
from cardsim.chip.context import Context
from cardsim.chip.dialect import Dialect
from jpki.iso7816 import CommandApdu

Command = TypeVar("Command")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its name, how its bytes are read, and both steps together.

    `decode` gives a typed command or raises `Refusal`; `run` decodes, executes and gives the
    data of the answer.
    """

    name: str
    decode: Callable[[CommandApdu, Dialect], object]
    run: Callable[[Context, CommandApdu], bytes]


InstructionTable = Mapping[tuple[int, int], Instruction]


def instruction(
    name: str,
    decode: Callable[[CommandApdu, Dialect], Command],
    execute: Callable[[Context, Command], bytes],
) -> Instruction:
    """Join a decoder and the handler of what it gives."""

    def run(context: Context, apdu: CommandApdu) -> bytes:
        return execute(context, decode(apdu, context.dialect))

    return Instruction(name, decode, run)


ISO_INSTRUCTIONS: InstructionTable = {
    (0x00, Ins.SELECT): instruction("SELECT", commands.decode_select, handlers.select),
    (0x00, Ins.READ_BINARY): instruction(
        "READ BINARY", commands.decode_read_binary, handlers.read_binary
    ),
    (0x00, Ins.READ_RECORD): instruction(
        "READ RECORD", commands.decode_read_record, handlers.read_record
    ),
    (0x00, Ins.VERIFY): instruction("VERIFY", commands.decode_verify, handlers.verify),
    (0x00, Ins.CHANGE_REFERENCE_DATA): instruction(
        "CHANGE REFERENCE DATA",
        commands.decode_change_reference_data,
        handlers.change_reference_data,
    ),
    (0x00, Ins.GET_CHALLENGE): instruction(
        "GET CHALLENGE", commands.decode_get_challenge, handlers.get_challenge
    ),
    (0x00, Ins.GET_DATA): instruction("GET DATA", commands.decode_get_data, handlers.get_data),
    (0x00, Ins.INTERNAL_AUTHENTICATE): instruction(
        "INTERNAL AUTHENTICATE",
        commands.decode_internal_authenticate,
        handlers.internal_authenticate,
    ),
}
