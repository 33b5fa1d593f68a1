"""What a program or library is built for, from the head of its file.

Source: elf(5): identification, `e_machine`, program headers.
Not here: which libraries it asks for (ldd knows). Called by `opensc` and `program`.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

_MAGIC = b"\x7fELF"
_HEAD = 64
_WIDE, _LITTLE = 2, 1
"""ELFCLASS64, ELFDATA2LSB."""
_MACHINES = {3: "i386", 40: "arm", 62: "x86_64", 183: "aarch64", 243: "riscv64"}
_PT_INTERP = 3
"""A program with it asks for a loader; one without (static, static-pie) for no library."""


@dataclass(frozen=True, slots=True)
class Elf:
    """An ELF file: `x86_64 64 bit`, and whether, as a program, it asks for no library at all."""

    architecture: str
    static: bool


def read_elf(file: Path) -> Elf | None:
    """Read the head of a file; None when it is no ELF file or cannot be read."""
    try:
        with file.open("rb") as opened:
            head = opened.read(_HEAD)
            if len(head) < _HEAD or not head.startswith(_MAGIC):
                return None
            wide, order = head[4] == _WIDE, "<" if head[5] == _LITTLE else ">"
            machine = struct.unpack_from(f"{order}H", head, 18)[0]
            start = struct.unpack_from(f"{order}{'Q' if wide else 'I'}", head, 32 if wide else 28)[
                0
            ]
            size, number = struct.unpack_from(f"{order}HH", head, 54 if wide else 42)
            opened.seek(start)
            table = opened.read(size * number)
    except (OSError, struct.error):
        return None
    kinds = {
        struct.unpack_from(f"{order}I", table, at)[0]
        for at in range(0, len(table) - 3, size or len(table))
    }
    name = _MACHINES.get(machine, f"machine {machine}")
    return Elf(f"{name} {64 if wide else 32} bit", _PT_INTERP not in kinds)
