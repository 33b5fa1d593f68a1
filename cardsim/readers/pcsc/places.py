"""The list of readers, as programs see it: places that are free or hold a reader.

Not here: who is told when it changes (`contexts`).
Source: pcsc-lite `src/readerfactory.c` (places, count of reader events). Up to 4:5 a client reads
sixteen places; from 4:6 on it asks for their number, and its library takes fewer than it once
saw for an error, so places are added, never taken away.
Called by `contexts`, `cards` and `server`.
"""

from cardsim.readers.pcsc.codes import CLASSIC_READERS
from cardsim.readers.pcsc.protocol import FREE_PLACE
from cardsim.readers.pcsc.readers import Reader, ReaderNameError

_MOST_EVENTS = 0x7FFF


class TooManyReadersError(ValueError):
    """The service has as many readers as it will have at once."""


class Places:
    """Where readers are plugged in; its length is the number of places."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._places: list[Reader | None] = [None] * CLASSIC_READERS
        self.readers: tuple[Reader, ...] = ()
        """The readers there are, in order."""
        self.events = 1
        """How often readers came or went, from 1 to 32767 and then from 1 again (4:5)."""

    def __len__(self) -> int:
        return len(self._places)

    def find(self, name: bytes) -> Reader | None:
        """Give the reader of this name."""
        return next((reader for reader in self.readers if reader.name == name), None)

    def add(self, reader: Reader) -> None:
        """Plug a reader in at the first free place."""
        if self.find(reader.name) is not None:
            raise ReaderNameError(f"there is a reader of that name already: {reader!r}")
        if len(self.readers) >= self._limit:
            raise TooManyReadersError(f"{self._limit} readers are the limit")
        if None not in self._places:
            self._places += [None] * CLASSIC_READERS
        reader.unit = self._places.index(None)
        self._places[reader.unit] = reader
        self._changed()

    def remove(self, reader: Reader) -> None:
        """Pull a reader out."""
        self._places[reader.unit] = None
        self._changed()

    def published(self, number: int) -> bytes:
        """Give what is published of the first `number` places, each up to date."""
        states = []
        for reader in self._places[:number]:
            if reader is None:
                states.append(FREE_PLACE)
            else:
                reader.sync()
                states.append(reader.published())
        return b"".join(states)

    def _changed(self) -> None:
        self.readers = tuple(reader for reader in self._places if reader is not None)
        self.events = self.events % _MOST_EVENTS + 1
