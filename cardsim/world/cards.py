"""The cards of a world: one directory each in `cards/`, made whole or not at all.

    NAME/card.json                 whose card it is, its dates and certificates (this module)
    NAME/image.json, state.json    the card itself (`cardsim.mynumber`), if it is a My Number card

Who has what is told by these directories alone, so no second list can disagree with them.

Not here: issuing certificates (`issuing`), how a card behaves (`cardsim.chip`).
Called by `cardsim.world.issuing` and `cardsim.world.world`.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, unique
from pathlib import Path
from typing import Any

from cardsim.mynumber import CardImage
from cardsim.mynumber.directory import create_card
from cardsim.world import files
from cardsim.world.errors import DamagedWorldError, NameTakenError, UnknownNameError
from jpki.profiles.kinds import Kind

_FORMAT = "jpki-emu card of a world"
_CATALOGUE_NAME = re.compile(r"jp-\d{3}")
_CATALOGUE_HINT = "; `jpki catalogue make` makes those of the catalogue"
_VERSION = 1
_ENTRY = "card.json"
_DRAFT = ".draft-"


@unique
class CardKind(Enum):
    """What lies in a card's directory."""

    MY_NUMBER = "my number"
    """A My Number card or phone token, made from its image."""
    OTHER = "other"
    """A working card whose applications nobody here knows."""
    MUTE = "mute"
    """A card that never answers to reset: broken, or put in the wrong way round."""


@dataclass(frozen=True, slots=True)
class CardEntry:
    """One card of a world.

    `holder` is the citizen's name; `serials` are the serial numbers of the certificates that
    were put on it, by kind; `directory` is where it lies; `faults` is what goes wrong with it, in
    the words of `cardsim.faults`.
    """

    name: str
    holder: str
    issued: datetime
    expires: date
    serials: Mapping[Kind, int]
    directory: Path
    kind: CardKind = CardKind.MY_NUMBER
    faults: tuple[str, ...] = ()


def add_card(
    directory: Path,
    name: str,
    image: CardImage | CardKind,
    *,
    holder: str,
    issued: datetime,
    expires: date,
    serials: Mapping[Kind, int],
    faults: tuple[str, ...] = (),
    use: Callable[[Path], None] | None = None,
) -> CardEntry:
    """Write a new card into the directory of cards: from its image, or of a kind without one.

    `use` is called with the card's directory before anybody else can see it. Raises
    `NameTakenError` when there is a card of that name.
    """
    place = directory / name
    draft = Path(tempfile.mkdtemp(dir=directory, prefix=_DRAFT))
    try:
        kind = CardKind.MY_NUMBER
        if isinstance(image, CardImage):
            create_card(draft / name, image)
        else:
            files.make_private_directory(draft / name)
            kind = image
        if use is not None:
            use(draft / name)
        fields = {
            "kind": kind.value,
            "holder": holder,
            "issued": issued.isoformat(),
            "expires": expires.isoformat(),
            "serials": {kind.value: serial for kind, serial in serials.items()},
            "faults": list(faults),
        }
        files.write_json(draft / name / _ENTRY, _FORMAT, _VERSION, fields)
        try:
            (draft / name).rename(place)
        except OSError:
            if place.exists():
                raise NameTakenError(f"there is a card {name!r} already") from None
            raise
        files.sync_directory(directory)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return read_card(directory, name)


def sweep(directory: Path) -> None:
    """Remove what a process left that was killed while it made a card."""
    for draft in directory.glob(f"{_DRAFT}*"):
        shutil.rmtree(draft, ignore_errors=True)


def card_names(directory: Path) -> list[str]:
    """Give the names of all cards, in order."""
    return sorted(
        path.name for path in directory.iterdir() if path.is_dir() and path.name[0] != "."
    )


def read_card(directory: Path, name: str) -> CardEntry:
    """Give one card; raises `UnknownNameError`, `DamagedWorldError`, `WorldVersionError`."""
    known = card_names(directory)
    if name not in known:
        hint = _CATALOGUE_HINT if _CATALOGUE_NAME.fullmatch(name) else ""
        raise UnknownNameError("card", name, known, hint=hint)
    path = directory / name / _ENTRY
    try:
        return _entry(name, files.read_json(path, _FORMAT, _VERSION), directory / name)
    except FileNotFoundError:
        raise DamagedWorldError(path, "missing") from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise DamagedWorldError(path, "no description of a card") from None


def _entry(name: str, document: Mapping[str, Any], directory: Path) -> CardEntry:
    return CardEntry(
        name=name,
        holder=str(document["holder"]),
        issued=datetime.fromisoformat(document["issued"]),
        expires=date.fromisoformat(document["expires"]),
        serials={Kind(kind): int(serial) for kind, serial in document["serials"].items()},
        directory=directory,
        kind=CardKind(document.get("kind", CardKind.MY_NUMBER.value)),
        faults=tuple(str(fault) for fault in document.get("faults", ())),
    )
