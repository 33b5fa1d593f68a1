"""What whoever runs the service can set, limits and a gate for faults; and what it is to wait.

Not here: any fault; how long is waited (`transactions`).
Used by `handles`, `cards` and `server`; set by whoever makes a `PcscService`.
"""

from dataclasses import dataclass
from typing import Protocol

from cardsim.readers.pcsc.codes import Command, ReturnCode
from cardsim.readers.pcsc.readers import Reader
from cardsim.readers.slot import Slot


class Gate(Protocol):
    """A place to make requests fail with PC/SC's own codes, for tests of their callers.

    `before` is asked when nothing has happened yet, once for each request whose turn has come;
    `after` when the card has done it all (and the program will not learn that it has). None lets
    the request pass. What shall fail at a certain command to the card is the card's affair
    (`cardsim.readers.insertable.NoAnswerError`).
    """

    def before(self, command: Command, slot: Slot) -> ReturnCode | None:
        """Give the code to refuse the request with, or None."""
        ...

    def after(self, command: Command, slot: Slot) -> ReturnCode | None:
        """Give the code to answer instead of success, or None."""
        ...


@dataclass
class MustWait(Exception):  # noqa: N818 (waiting is no error)
    """The request of `key` is to be asked again when the card of `reader` is free.

    `begins` is for a transaction; `unbounded` for a request that clients' libraries do not
    repeat by themselves, so that its client cannot be asked to come again.
    """

    reader: Reader
    key: int
    begins: bool = False
    unbounded: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one client and all of them together may have; pcsc-lite's numbers."""

    clients: int = 200
    handles_per_client: int = 200
    handles_per_reader: int = 200
    readers: int = 256


DEFAULT_LIMITS = Limits()
