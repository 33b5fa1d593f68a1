"""Where on a Linux machine things are that lie between a program and a card.

What it is not: a look at any of them (`looking`).
Source: pcsc-lite 1.9.9 and 2.3.3 (`configure.ac`: socket and driver directories), vsmartcard's
Debian package, Filesystem Hierarchy Standard 3.0, snap and Flatpak documentation.
Called by everything in `looking`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cardsim.readers.pcsc import SOCKET_VARIABLE

DELEGATE_VARIABLE = "LIBPCSCLITE_DELEGATE"
"""The library that libpcsclite of 2.x, a shell round `libpcsclite_real`, passes its calls to."""
CARD_DRIVER = "jpki"
"""What OpenSC calls its driver for the My Number card."""


def is_there(path: Path) -> bool:
    """Whether a file is there, behind links too; what this user cannot look at is not."""
    try:
        path.stat()
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as a program with this environment finds it.

    `root` stands before every place that does not come from the environment.
    """

    environ: Mapping[str, str]
    root: Path = Path("/")

    def place(self, path: str) -> Path:
        """Give where an absolute path is on this machine."""
        return self.root / path.lstrip("/")

    @property
    def system_socket(self) -> Path:
        """The socket of the system's pcscd; libpcsclite has the path compiled in."""
        return self.place("/run/pcscd/pcscd.comm")

    @property
    def named_socket(self) -> str | None:
        """What the variable says, None when it is not set."""
        return self.environ.get(SOCKET_VARIABLE)

    @property
    def socket(self) -> Path:
        """The socket a program ends up at."""
        return self.system_socket if self.named_socket is None else Path(self.named_socket)

    @property
    def search_path(self) -> str:
        """Where programs are, with the directories of administrators' programs."""
        own = self.environ.get("PATH", os.defpath)
        return os.pathsep.join([own, str(self.place("/usr/sbin")), str(self.place("/sbin"))])
