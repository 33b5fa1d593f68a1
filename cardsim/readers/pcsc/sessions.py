"""Who talks to the service: a client (one connection, one context) and its card handles.

Not here: what a client may do (`server`), who has a card to himself (`transactions`).
Source: pcsc-lite `src/winscard_svc.c`: a context belongs to the connection that established it,
a handle to the context that connected it; nobody else can use either.
Called by `server`, `cards` and `readers`.
"""

from dataclasses import dataclass, field
from enum import Enum, unique
from typing import TYPE_CHECKING

from cardsim.readers.pcsc.codes import ReturnCode
from cardsim.readers.pcsc.framing import Decoder

if TYPE_CHECKING:
    from cardsim.readers.pcsc.readers import Reader
    from cardsim.readers.pcsc.transactions import Ticket


@unique
class Watch(Enum):
    """How a client waits for a change of the readers."""

    NO = "not waiting"
    FETCHING = "asked to be told, but still to read the states it will compare with (4:6)"
    CANCELLED = "the same, and cancelled meanwhile: told so when the states are read"
    YES = "waiting"


@dataclass(eq=False, slots=True)
class Client:
    """One connection. `output` holds what it is still to be sent."""

    number: int
    decoder: Decoder = field(default_factory=Decoder)
    output: bytearray = field(default_factory=bytearray)
    context: int | None = None
    handles: dict[int, "Handle"] = field(default_factory=dict)
    watch: Watch = Watch.NO
    places: int = 0
    """Places announced by GET_READERS_STATE_SIZE: so many, no more, are sent (4:6)."""
    parked: "Ticket | None" = None
    """The request that waits for a card, if one does: nothing else is read meanwhile."""

    def __repr__(self) -> str:
        return f"<Client {self.number} 4:{self.decoder.minor}>"


@dataclass(eq=False, slots=True)
class Handle:
    """A connection to a reader.

    `event` is what the program must learn before it goes on, RESET_CARD or REMOVED_CARD, until
    it reconnects.
    """

    card: int
    client: Client
    reader: "Reader"
    event: ReturnCode | None = None
