"""What can be put into a slot: anything with an ATR that answers APDUs."""

from typing import Protocol


class NoAnswerError(Exception):
    """A command came to no answer, and nobody is to blame: the card left, the line failed.

    `code` is the PC/SC return code a program shall see (pcsc-lite's number), `name` what it is
    called. A way to a slot without such codes says so as it says that the card is gone.
    """

    def __init__(self, code: int, name: str = "") -> None:
        super().__init__(f"no answer from the card: {name or hex(code)}")
        self.code = code


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
        """Answer one command APDU with a response APDU. Never raises for what `command` holds.

        A card that lost its power in between answers nothing. Raises `NoAnswerError` when it is
        the way to the card that failed.
        """
        ...
