"""The program asked about: where it is, with which rights, in which sandbox, with which library.

It is not run; ldd only has its libraries looked up.
Source: ld.so(8) on secure-execution mode, capabilities(7) on files, execve(2) on scripts.
Called by `diagnose`.
"""

import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from cardsim.diagnosis.facts import Program
from cardsim.diagnosis.looking.elf import read_elf
from cardsim.diagnosis.looking.running import ask
from cardsim.diagnosis.looking.sandbox import sandbox_of
from cardsim.diagnosis.machine import Machine, is_there

_CAPABILITIES = "security.capability"
_LONGEST_SHEBANG = 256


def look_at_program(machine: Machine, words: Sequence[str]) -> Program:
    """Look at the program these words would start."""
    found = _which(machine, words[0])
    if found is None:
        return _not_found(words)
    file = Path(found)
    interpreter = _interpreter(machine, file)
    # A script's own setuid bit does nothing; its interpreter's does.
    runs = Path(interpreter) if interpreter else file
    if not is_there(runs):
        return _not_found(words, interpreter)
    elf = read_elf(runs.resolve())
    return Program(
        words=tuple(words),
        file=found,
        interpreter=interpreter,
        privileged=_privileges(runs),
        runs_as=_owner_if_setuid(runs),
        sandbox=sandbox_of(file),
        architecture=None if elf is None else elf.architecture,
        static=elf is not None and elf.static,
        linked=None if elf is None or elf.static else _linked(machine, runs),
    )


def _which(machine: Machine, name: str) -> str | None:
    return shutil.which(name, path=machine.environ.get("PATH", os.defpath))


def _interpreter(machine: Machine, file: Path) -> str | None:
    """Give what runs a script, through env(1) where that is asked to find it."""
    try:
        with file.open("rb") as opened:
            line = opened.read(_LONGEST_SHEBANG).partition(b"\n")[0].decode(errors="replace")
    except OSError:
        return None
    if not line.startswith("#!"):
        return None
    words = line[2:].split()
    if not words:
        return None
    if Path(words[0]).name == "env":
        names = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
        return (_which(machine, names[0]) or names[0]) if names else None
    return words[0]


def _not_found(words: Sequence[str], interpreter: str | None = None) -> Program:
    return Program(
        words=tuple(words),
        file=None,
        interpreter=interpreter,
        privileged=None,
        runs_as=os.getuid(),
        sandbox=None,
        architecture=None,
        static=False,
        linked=None,
    )


def _owner_if_setuid(file: Path) -> int:
    found = file.stat()
    return found.st_uid if found.st_mode & stat.S_ISUID else os.getuid()


def _privileges(file: Path) -> str | None:
    """Say which rights the program gets beside its user's, None when none."""
    found = file.stat()
    if _owner_if_setuid(file) != os.getuid():
        return "setuid"
    if found.st_mode & stat.S_ISGID and found.st_gid != os.getgid():
        return "setgid"
    if os.getuid() == 0:
        # Root has them already, and the loader sees no difference.
        return None
    try:
        return "file capabilities" if os.getxattr(file, _CAPABILITIES) else None
    except OSError:
        return None


def _linked(machine: Machine, file: Path) -> str | None:
    reply = ask(machine, "ldd", str(file))
    for line in () if reply is None else reply.output.splitlines():
        name, _, place = line.strip().partition(" => ")
        if name.startswith("libpcsclite"):
            return place.partition(" (")[0]
    return None
