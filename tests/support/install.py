"""Get what the tests need of others' software: `python3 -m tests.support.install`.

Debian packages are installed by root, and named to everybody else. What Debian 12 does not have
(a newer libpcsclite, Node's pcsclite) is fetched into `.cache/`. Nothing is done twice. What
changes daily at its source (`newest`) is for `make soak` alone.
Not here: Python packages (the Makefile), tests. Needs nothing but Python's own library, since it
runs before the virtual environment can be made.
Called by `make test` and `make soak`.
"""

import argparse
import sys

from tests.support import debian, newer_pcsclite, node
from tests.support.cache import CACHE


def main() -> int:
    """Install what is missing; 1 when something stays missing."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.support.install", description=__doc__)
    parser.add_argument(
        "part",
        nargs="?",
        choices=("packages", "clients", "all", "newest"),
        default="all",
        help="Debian packages, what goes into .cache, both (default), or what only soak needs",
    )
    part = parser.parse_args().part
    try:
        if part in {"packages", "all"}:
            debian.install()
        if part in {"clients", "all"}:
            CACHE.mkdir(exist_ok=True)
            newer_pcsclite.install(newer_pcsclite.Release.TRIXIE)
            node.install()
        if part == "newest":
            newer_pcsclite.install(newer_pcsclite.Release.SID)
    except debian.MissingError as error:
        print(f"make test: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
