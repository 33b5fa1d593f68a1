"""The PC/SC calls that matter to a card, as pcsc-spy tells them, in either of its forms.

Not here: how the forms are written (`spy`, `spy_text`). Values of the constants: `winscard.h`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cardsim.trace.heard import PowerKind
from cardsim.trace.importing.hearing import Hearing

SUCCESS = 0
_RESET, _UNPOWER, _EJECT = 1, 2, 3
_CHANGES = {_RESET: PowerKind.WARM_RESET, _UNPOWER: PowerKind.OFF, _EJECT: PowerKind.OFF}
RELEASING = ("SCardReconnect", "SCardDisconnect", "SCardEndTransaction")
"""The calls that say what shall become of the card."""


@dataclass
class Calls:
    """Which reader each handle stands for; what was said goes to the hearing."""

    hearing: Hearing = field(default_factory=Hearing)
    _readers: dict[str, str] = field(default_factory=dict)

    def connected(self, handle: str, reader: str) -> None:
        """SCardConnect succeeded."""
        self._readers[handle] = reader

    def transmitted(
        self,
        line: int,
        handle: str,
        command: bytes,
        answer: bytes | None,
        *,
        time: datetime | None = None,
        took: int | None = None,
    ) -> None:
        """SCardTransmit returned."""
        reader = self._readers.get(handle, handle)
        self.hearing.exchanged(line, command, answer, reader, time=time, took=took)

    def released(
        self, line: int, handle: str, disposition: int, *, time: datetime | None = None
    ) -> None:
        """One of `RELEASING` succeeded: the card was left as it is, reset, or lost its power."""
        change = _CHANGES.get(disposition)
        if change is not None:
            reader = self._readers.get(handle, handle)
            self.hearing.powered(line, change, reader=reader, time=time)
