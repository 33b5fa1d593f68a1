"""Programs asked for one thing each, with a time-out: what they said, or that they did not.

Not here: what is asked. Called by everything in this room.
"""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cardsim.diagnosis.machine import Machine

SECONDS = 10.0
"""A program that has not answered by then will not."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a program printed, and how it ended; `status` is None when it had to be killed."""

    status: int | None
    output: str
    errors: str = ""


def ask(
    machine: Machine, *command: str, more: Mapping[str, str] = MappingProxyType({})
) -> Reply | None:
    """Run a program to its end; None when there is none of that name.

    `more` are variables it gets beside the machine's environment, which else it has as it is.
    """
    program = shutil.which(command[0], path=machine.search_path)
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**machine.environ, **more},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Reply(None, "", f"no answer within {SECONDS:g} seconds")
    except OSError as error:
        return Reply(None, "", error.strerror or str(error))
    return Reply(done.returncode, _text(done.stdout), _text(done.stderr))


def _text(printed: bytes) -> str:
    return printed.decode(errors="replace").strip()
