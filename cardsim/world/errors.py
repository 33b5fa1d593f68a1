"""What can go wrong with a world directory, as types to catch.

    WorldError                    everything below
    ├── NoWorldError              there is nothing at that place
    ├── WorldExistsError          something is at that place already; it is left untouched
    ├── ForeignDirectoryError     a directory that is no world of ours
    ├── WorldVersionError         a world of a version this program does not know
    ├── DamagedWorldError         a world whose files do not say what they must
    ├── UnknownNameError          no citizen, card or certificate of that name
    │   └── CardNotMadeError      a card that is on record and was not made yet
    ├── NameTakenError            a card or citizen of that name exists
    ├── OrderRefusedError         a card that cannot be made as it was ordered
    ├── LockedKeysError           the authorities' keys need a passphrase or PIN that was not given
    └── ClockError                a clock cannot be set so

A world that is refused is never repaired or overwritten. No message holds a 個人番号 or a key.
"""

from collections.abc import Iterable
from pathlib import Path

_SHOWN = 80
"""Characters of a name in a message: more than any name has (`citizens.NAME_PATTERN`)."""
_OF_A_COUNTRY = "resident-"


def shown(name: str) -> str:
    """Give a name somebody asked for as a message has it: quoted, and cut where none is so long."""
    return repr(name) if len(name) <= _SHOWN else f"{name[:_SHOWN]!r}…"


def country_hint(name: str) -> str:
    """Give where those are found who have such a name; nothing but for a country's residents."""
    if not name.startswith(_OF_A_COUNTRY):
        return ""
    return "; `jpki ca populate` makes residents of such names, `jpki ca list` has them"


class WorldError(Exception):
    """A world cannot be made, opened or used as asked."""


class NoWorldError(WorldError):
    """There is nothing at that place."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"there is no world in {directory}; make one with `jpki world new`")


class WorldExistsError(WorldError):
    """Something is at that place already."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"{directory} exists; a world is only made where nothing is")


class ForeignDirectoryError(WorldError):
    """The directory is no world of ours, and is left untouched."""

    def __init__(self, directory: Path, why: str) -> None:
        super().__init__(f"{directory} is no world directory ({why}); it was left untouched")


class WorldVersionError(WorldError):
    """The world is of a version this program does not know."""

    def __init__(self, path: Path, found: object, known: int) -> None:
        super().__init__(
            f"{path} has version {found}, this program knows {known}; it was left untouched"
        )


class DamagedWorldError(WorldError):
    """A file of the world does not say what it must; the message names the file."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} is damaged ({why}); it was left untouched")


class UnknownNameError(WorldError):
    """No citizen, card or certificate of that name."""

    def __init__(self, what: str, name: str, known: Iterable[str], *, hint: str = "") -> None:
        super().__init__(
            f"there is no {what} {shown(name)}; there are: {', '.join(known) or 'none'}"
            f"{hint}{country_hint(name)}"
        )
        self.name = name


class CardNotMadeError(UnknownNameError):
    """A resident of a synthetic country has this card, and it was not made yet."""

    def __init__(self, name: str) -> None:
        WorldError.__init__(
            self, f"the card {name!r} is on record and was not made yet: `jpki card make {name}`"
        )
        self.name = name


class NameTakenError(WorldError):
    """A card or citizen of that name exists, or the name cannot be one."""


class OrderRefusedError(WorldError):
    """A card cannot be made as it was ordered; nothing was issued."""


class LockedKeysError(WorldError):
    """What opens the authorities' keys was not given; what is public can be used all the same."""


class ClockError(WorldError):
    """The clock cannot be set so."""
