"""Hold conversations with the card: `python -m tests.mynumber.fuzz [--commands N] [--seed N] …`.

Prints where it is every so often, so that a run can go on from there after it was stopped, and
at the end what was sent, how long it took, and how the memory of the process grew after the start.
The first conversation that goes wrong ends the run with its commands and exit status 1.
"""

import argparse
import sys
import time
from pathlib import Path
from resource import getpagesize

from tests.mynumber.fuzz.conversation import LENGTH, FuzzError, Number, hold

_WARM = 2_000
"""Conversations after which caches are full and memory is looked at first."""
_TELL = 5_000


def resident() -> int:
    """Give the bytes of memory this process holds (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * getpagesize()


def main() -> int:
    """Hold so many conversations that the wanted number of commands was sent."""
    parser = argparse.ArgumentParser(description="Mutated commands against the full card.")
    parser.add_argument("--seed", type=int, default=1, help="which conversations are drawn")
    parser.add_argument("--from", type=int, default=0, dest="first", help="number of the first")
    parser.add_argument("--step", type=int, default=1, help="hold every so-manieth")
    parser.add_argument("--commands", type=int, default=20_000, help="how many to send")
    arguments = parser.parse_args()
    started = time.monotonic()
    sent, number, held, warm = 0, arguments.first, 0, 0
    try:
        while sent < arguments.commands:
            sent += hold(Number(arguments.seed, number), length=LENGTH)
            number += arguments.step
            held += 1
            if held == _WARM:
                warm = resident()
            if not held % _TELL:
                print(f"seed {arguments.seed}, next {number}: {sent} commands", flush=True)
    except FuzzError as error:
        print(error)
        return 1
    seconds = time.monotonic() - started
    grown = (resident() - warm) / 1e6 if warm else 0.0
    print(f"sent {sent} commands in {seconds:.0f} s; memory grew by {grown:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
