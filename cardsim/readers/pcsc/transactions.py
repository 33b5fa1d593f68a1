"""Who has a reader's card to himself, and who waits for it, in order.

Not here: what is done once the card is free (`cards`), clocks (`server` passes the time).
Source: pcsc-lite `src/winscard.c` and `src/readerfactory.c` (RFLockSharing) for what a transaction
is; `src/winscard_clnt.c` for what its library does when the card is taken: it sleeps 100 ms and
asks again, with the context locked while the question is open.
Called by `readers` (each has one), `cards` and `server`.

pcscd lets whoever asks at the right moment have the card. Here the first to ask is the first to
get it: a request waits in the service and is answered the moment the card is free. Since a
waiting request blocks every thread that shares its context, it is answered with
SHARING_VIOLATION after `PARK_SECONDS` (the library asks again and finds its place kept), and at
once when waiting could never end, because the owner himself waits for this client (`is_stuck`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from cardsim.readers.pcsc.framing import Request
from cardsim.readers.pcsc.sessions import Client, Handle

PARK_SECONDS = 1.0
"""How long a request waits before its client is asked to come again."""
RESERVE_SECONDS = 0.25
"""How long the place of a client that was asked to come again is kept; it comes after 0.1 s."""


@dataclass(eq=False, slots=True)
class Ticket:
    """A place in the queue of `queue`, held by whoever has `key`.

    `request` is the request that waits, or None when its client was asked to come again;
    `expires` is when the request has waited, or the place been kept, long enough.
    """

    key: int
    client: Client
    queue: "Transactions"
    begins: bool
    request: Request | None
    expires: float

    def is_live(self, now: float) -> bool:
        """Whether those behind must wait for this one.

        Only a client that will begin a transaction is waited for while it is away: for
        anything else the right moment is any moment.
        """
        return self.request is not None or (self.begins and now < self.expires)


@dataclass(eq=False, slots=True)
class Transactions:
    """One reader's transaction and its queue."""

    owner: Handle | None = None
    depth: int = 0
    """How often the owner has begun; it ends as often."""
    queue: list[Ticket] = field(default_factory=list)
    _turn: int = 0

    def is_blocked(self, key: int, now: float, *, begins: bool = False) -> bool:
        """Whether a request by `key` must wait: for the owner, or to begin, for those before."""
        if self.owner is not None:
            return self.owner.card != key
        if not begins or key == self._turn:
            return False
        for ticket in self.queue:
            if ticket.key == key:
                return False
            if ticket.is_live(now):
                return True
        return False

    def begin(self, handle: Handle) -> None:
        """Give the card to `handle`, or let it begin once more."""
        self.owner = handle
        self.depth += 1
        self._forget(handle.card)

    def end(self) -> None:
        """End what was begun last."""
        self.depth -= 1
        if self.depth <= 0:
            self.clear()

    def clear(self) -> None:
        """End the transaction however often it was begun."""
        self.owner = None
        self.depth = 0

    def is_stuck(self, client: Client) -> bool:
        """Whether waiting here would last for ever: the owner is this client, or waits for it."""
        owner = self.owner.client if self.owner is not None else None
        while owner is not None and owner is not client:
            if owner.parked is None or owner.parked.queue.owner is None:
                return False
            owner = owner.parked.queue.owner.client
        return owner is client

    def park(
        self, key: int, client: Client, request: Request, *, begins: bool, until: float
    ) -> Ticket:
        """Let a request wait, in the place its client had or else last."""
        ticket = next((t for t in self.queue if t.key == key), None)
        if ticket is None:
            ticket = Ticket(key, client, self, begins, request, until)
            self.queue.append(ticket)
        ticket.request, ticket.begins, ticket.expires = request, begins, until
        client.parked = ticket
        return ticket

    def expire(self, now: float) -> list[Ticket]:
        """Forget places kept long enough; give the requests that have waited long enough.

        Their clients are to be asked to come again; their places are kept for a while.
        """
        if not self.queue:
            return []
        self.queue = [t for t in self.queue if t.request is not None or now < t.expires]
        return [t for t in self.queue if t.request is not None and t.expires <= now]

    def lapse(self, ticket: Ticket, now: float) -> None:
        """Note that the client was asked to come again; keep its place for a while."""
        ticket.request = None
        ticket.expires = now + RESERVE_SECONDS
        if ticket.client.parked is ticket:
            ticket.client.parked = None

    def next_ready(self, now: float) -> Ticket | None:
        """Give the request whose turn it is, out of the queue; None when nobody's."""
        if self.owner is not None:
            return None
        for ticket in self.queue:
            if ticket.request is not None:
                self.queue.remove(ticket)
                ticket.client.parked = None
                return ticket
            if ticket.is_live(now):
                return None
        return None

    def serve(self, ticket: Ticket, answer: Callable[[Client, Request], None]) -> None:
        """Have the request of `ticket` answered, as the one whose turn it is."""
        if ticket.request is None:
            raise ValueError("only a waiting request can be served")
        self._turn = ticket.key
        try:
            answer(ticket.client, ticket.request)
        finally:
            self._turn = 0

    def leave(self, client: Client) -> None:
        """Forget every place of a client that is gone."""
        self.queue = [t for t in self.queue if t.client is not client]
        client.parked = None

    def next_deadline(self) -> float:
        """Give the moment at which a wait or a kept place ends; infinity when none does."""
        return min((t.expires for t in self.queue), default=inf)

    def _forget(self, key: int) -> None:
        if self.queue:
            self.queue = [t for t in self.queue if t.key != key]
