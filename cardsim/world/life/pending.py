"""Secrets that wait for their step: PINs to be set, keys to be certified. Beside the journal.

What it is: files of the owner's alone (0600 in a 0700 directory), written before an event is begun
and gone when it is done. A key outlives a crash here, so that a certificate that was issued for it
is not lost.
What it is not: a place to keep anything: whatever belongs to no event that waits is swept away.
Called by `office` and `applying`.
"""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

from cardsim.world import files
from cardsim.world.keypool import generate, load_private
from jpki.ca import SoftwareKey
from jpki.card.layout import PinKind

_FORMAT = "jpki-emu pins to set"
_VERSION = 1
_PINS = "pins.json"


class Pending:
    """The secrets of events that are not done."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def keep_pins(self, number: int, pins: Mapping[PinKind, str]) -> None:
        """Keep PINs for an event that is about to begin."""
        values = {kind.name: pin for kind, pin in pins.items()}
        files.write_json(self._place(number) / _PINS, _FORMAT, _VERSION, {"pins": values})

    def pins(self, number: int) -> dict[PinKind, str]:
        """Give the PINs of an event; none when it has none."""
        path = self._directory / str(number) / _PINS
        if not path.exists():
            return {}
        document = files.read_json(path, _FORMAT, _VERSION)
        return {PinKind[name]: pin for name, pin in document["pins"].items()}

    def key(self, number: int, label: str) -> rsa.RSAPrivateKey:
        """Give a key of an event, the same at every call; on disk before it is used."""
        path = self._place(number) / f"{label}.key"
        if path.exists():
            return load_private(path)
        beside = path.with_suffix(".new")
        # What a crash left of one was never used.
        beside.unlink(missing_ok=True)
        key = generate()
        SoftwareKey(key).save(beside)
        beside.rename(path)
        files.sync_directory(path.parent)
        return key

    def forget(self, number: int) -> None:
        """Remove what an event needed; called when its steps are done."""
        shutil.rmtree(self._directory / str(number), ignore_errors=True)

    def sweep(self, waiting: Iterable[int]) -> None:
        """Remove what belongs to no event that waits."""
        if not self._directory.is_dir():
            return
        kept = {str(number) for number in waiting}
        for place in self._directory.iterdir():
            if place.name not in kept:
                shutil.rmtree(place, ignore_errors=True)

    def _place(self, number: int) -> Path:
        for directory in (self._directory, self._directory / str(number)):
            if not directory.is_dir():
                files.make_private_directory(directory)
        return self._directory / str(number)
