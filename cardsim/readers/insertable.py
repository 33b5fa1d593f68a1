"""What can be put into a slot: anything with an ATR that answers APDUs."""

from typing import Protocol


class InsertableCard(Protocol):
    """A card as a reader sees it (ISO/IEC 7816-3: contacts, reset, commands).

    Calls come from one thread at a time; the slot sees to that.
    """

    def power_on(self) -> bytes:
        """Cold reset: give the ATR. What the session knew is gone."""
        ...

    def power_off(self) -> None:
        """Take the power away: what the session knew is gone."""
        ...

    def warm_reset(self) -> bytes:
        """Reset without losing power: give the ATR."""
        ...

    def transmit(self, command: bytes) -> bytes:
        """Answer one command APDU with a response APDU. Never raises for what `command` holds."""
        ...
