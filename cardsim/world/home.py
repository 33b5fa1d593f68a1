"""Where the world of a user lives, from the variables of an environment.

Not here: reading the process's environment (the command line hands it in) or making anything.
XDG Base Directory Specification for the default place. Called by the command line.
"""

from collections.abc import Mapping
from pathlib import Path

VARIABLE = "JPKI_HOME"
_NAME = "jpki-emu"


def home_directory(environ: Mapping[str, str]) -> Path:
    """Give $JPKI_HOME, else $XDG_DATA_HOME/jpki-emu, else ~/.local/share/jpki-emu.

    Empty variables count as unset, and a relative $XDG_DATA_HOME as well (as its specification
    says). `environ["HOME"]` is the user's home; without it the password database is asked.
    """
    if named := environ.get(VARIABLE):
        return Path(named).absolute()
    data = Path(environ.get("XDG_DATA_HOME") or "")
    if data.is_absolute():
        return data / _NAME
    home = environ.get("HOME")
    return (Path(home) if home else Path.home()).absolute() / ".local" / "share" / _NAME
