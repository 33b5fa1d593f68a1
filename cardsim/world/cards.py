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


@unique
class CardStanding(Enum):
    """Whether a card counts, as the municipality has it on record."""

    MADE = "made"
    """交付前: it lies at the municipality, its PINs not set."""
    IN_USE = "in use"
    """運用中."""
    SUSPENDED = "suspended"
    """一時停止: reported lost."""
    ENDED = "ended"
    """廃止・失効: returned, replaced, discarded, or its holder is gone."""


@dataclass(frozen=True, slots=True)
class CardEntry:
    """One card of a world.

    `holder` is the citizen's name; `serials` are the serial numbers of the certificates that
    are on it, by kind; `directory` is where it lies; `faults` is what goes wrong with it, in
    the words of `cardsim.faults`. One without PINs is a 顔認証マイナンバーカード.
    """

    name: str
    holder: str
    issued: datetime
    expires: date
    serials: Mapping[Kind, int]
    directory: Path
    kind: CardKind = CardKind.MY_NUMBER
    faults: tuple[str, ...] = ()
    standing: CardStanding = CardStanding.IN_USE
    without_pins: bool = False


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
    standing: CardStanding = CardStanding.IN_USE,
    without_pins: bool = False,
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
        entry = CardEntry(
            name=name,
            holder=holder,
            issued=issued,
            expires=expires,
            serials=serials,
            directory=draft / name,
            kind=kind,
            faults=faults,
            standing=standing,
            without_pins=without_pins,
        )
        write_entry(entry)
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


def write_entry(entry: CardEntry) -> None:
    """Write what is known of a card; for the holder of the issuing lock."""
    fields = {
        "kind": entry.kind.value,
        "holder": entry.holder,
        "issued": entry.issued.isoformat(),
        "expires": entry.expires.isoformat(),
        "serials": {kind.value: serial for kind, serial in entry.serials.items()},
        "faults": list(entry.faults),
        "standing": entry.standing.value,
        "without_pins": entry.without_pins,
    }
    files.write_json(entry.directory / _ENTRY, _FORMAT, _VERSION, fields)


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
        # Worlds made before cards stood anywhere have them in use.
        standing=CardStanding(document.get("standing", CardStanding.IN_USE.value)),
        without_pins=bool(document.get("without_pins")),
    )
