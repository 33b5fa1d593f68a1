"""A process that publishes a night's lists; the tests kill it.

Arguments: the register's place; a directory with key, lists and archive; where to die, at which
time it comes there.
"""

import os
import signal
import sys
from pathlib import Path

from jpki.ca import Archive, Authority, FileKey, Register, SoftwareKey, publish_night
from jpki.profiles import Kind

from .citizens import DAY, NOON

PLACES = {"fsync": os, "link": os, "fchmod": os, "replace": Path, "sign_digest": SoftwareKey}
"""What is called on the way, and whose it is."""


def die_at(place: str, count: int) -> None:
    """Die as by kill -9 when something is about to be called for the n-th time."""
    owner = PLACES[place]
    real, left = getattr(owner, place), [count]

    def deadly(*arguments):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)

    setattr(owner, place, deadly)


def main(register: str, directory: str, place: str, count: str) -> None:
    """Publish the second night."""
    files = Path(directory)
    with Register.open(register) as opened:
        authority = Authority(opened, Kind.SIGN, keys=[FileKey(files / "ca.pem")])
        die_at(place, int(count))
        archive = Archive(files / "archive")
        list(publish_night(authority, files / "crl", moment=NOON + DAY, archive=archive))


if __name__ == "__main__":
    main(*sys.argv[1:])
