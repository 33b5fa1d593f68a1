"""A process that presents a PIN and kills itself at a given step of saving.

Run as `python -m tests.mynumber.dying DIRECTORY COMMAND MOMENT STEP...`: the steps named are
counted, and before number MOMENT the process gets SIGKILL. Without reaching it, exits with 0.
"""

import hmac
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from cardsim.mynumber import open_card
from tests.mynumber.talk import SELECT_JPKI, Talk

SAVING = ("open", "close", "fsync", "rename", "replace")
COMPARING = "compare_digest"


class Killer:
    """Kills this process before the n-th of the counted steps."""

    def __init__(self, moment: int) -> None:
        self.left = moment

    def before(self, step: Callable[..., object]) -> Callable[..., object]:
        """Count a step."""

        def counted(*arguments: object, **options: object) -> object:
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self.left -= 1
            return step(*arguments, **options)

        return counted


def main(directory: str, command: str, moment: str, *steps: str) -> None:
    """Present a PIN and die."""
    talk = Talk(open_card(Path(directory), raise_unexpected=True))
    talk(SELECT_JPKI)
    killer = Killer(int(moment))
    for step in steps:
        module = hmac if step == COMPARING else os
        setattr(module, step, killer.before(getattr(module, step)))
    talk(command)


if __name__ == "__main__":
    main(*sys.argv[1:])
