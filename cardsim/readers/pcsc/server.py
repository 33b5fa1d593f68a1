"""The service without its socket: bytes of clients in, bytes for clients out.

Not here: sockets and threads (`service`); what requests do (`contexts`, `cards`, `exchange`).
Source: pcsc-lite `src/winscard_svc.c` for clients and requests, `src/eventhandler.c` for a card
nobody uses, which loses its power after five seconds.
Called by `service` from one thread, and by tests from none but their own.
"""

from collections.abc import Callable
from itertools import count
from math import inf
from typing import Any

from cardsim.readers.pcsc.cards import Cards
from cardsim.readers.pcsc.codes import Command, ReturnCode
from cardsim.readers.pcsc.contexts import Contexts
from cardsim.readers.pcsc.exchange import Exchange
from cardsim.readers.pcsc.framing import Request
from cardsim.readers.pcsc.handles import Handles
from cardsim.readers.pcsc.places import Places
from cardsim.readers.pcsc.policy import DEFAULT_LIMITS, Gate, Limits, MustWait
from cardsim.readers.pcsc.readers import DEFAULT_DESCRIPTION, Description, Reader
from cardsim.readers.pcsc.refusal import Refusal, refusal_answer
from cardsim.readers.pcsc.sessions import Client, Watch
from cardsim.readers.pcsc.transactions import PARK_SECONDS
from cardsim.readers.slot import Power, Slot, SlotError

IDLE_SECONDS = 5.0
"""After so long without a program a card loses its power (as with pcscd)."""

_BUSY = Refusal(ReturnCode.SHARING_VIOLATION)


class TooManyClientsError(Exception):
    """The service has as many clients as it will have at once."""


class PcscServer:
    """All clients, all readers and what is between them.

    `clock` gives seconds that never go back; `new_number` gives numbers of 31 bits nobody can
    guess, for contexts and handles. A card no program uses loses its power after `idle_seconds`;
    infinity leaves it on.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        new_number: Callable[[], int],
        limits: Limits = DEFAULT_LIMITS,
        idle_seconds: float = IDLE_SECONDS,
        gate: Gate | None = None,
    ) -> None:
        self._clock = clock
        self._limits = limits
        self._idle_seconds = idle_seconds
        self._clients: dict[int, Client] = {}
        self._numbers = count(1)
        self._places = Places(limits.readers)
        self._contexts = Contexts(
            self._places, new_number=new_number, send=self._send, end_context=self._end_context
        )
        handles = Handles(new_number=new_number, limits=limits, gate=gate)
        self._cards = Cards(handles, self._places.find, clock)
        self._handlers = _handlers(self._contexts, self._cards, Exchange(handles))
        self.outgoing: set[Client] = set()
        """Clients with bytes to be sent; the caller takes them out when it has sent them."""
        self.deadline = inf
        """When to call `tick` at the latest."""

    # --- clients

    def open(self) -> Client:
        """Give a new client, or raise `TooManyClientsError`."""
        if len(self._clients) >= self._limits.clients:
            raise TooManyClientsError(f"{len(self._clients)} clients are the limit")
        client = Client(next(self._numbers))
        self._clients[client.number] = client
        return client

    def receive(self, client: Client, chunk: bytes) -> bool:
        """Take bytes a client sent, answer one request; gives what `resume` gives.

        Raises `ProtocolError` when the client must be closed.
        """
        client.decoder.feed(chunk)
        return self.resume(client)

    def resume(self, client: Client) -> bool:
        """Answer one request of those received, if the client has nothing else to read first.

        Gives whether one was taken; there may be more then. Raises `ProtocolError`.
        """
        if client.parked is not None or client.output or client.number not in self._clients:
            return False
        request = client.decoder.next_request()
        if request is None:
            return False
        self._answer(client, request)
        self._serve_queues()
        return True

    def close(self, client: Client) -> None:
        """Forget a client that is gone, or has to go: what it had ends as if it had said so."""
        if self._clients.pop(client.number, None) is None:
            return
        client.watch = Watch.NO
        self._end_context(client)
        self._contexts.forget(client)
        self.outgoing.discard(client)
        self._serve_queues()

    # --- time

    def tick(self) -> None:
        """Do what is due by now: end waits that took too long, power unused cards off."""
        now = self._clock()
        for reader in self._places.readers:
            for ticket in reader.transactions.expire(now):
                self._send_away(ticket.client, ticket.request)
                reader.transactions.lapse(ticket, now)
            if reader.idle_since is not None and now >= reader.idle_since + self._idle_seconds:
                reader.idle_since = None
                self._power_off(reader)
        self._serve_queues()
        self._plan()

    def _plan(self) -> None:
        deadline = inf
        for reader in self._places.readers:
            if reader.idle_since is not None:
                deadline = min(deadline, reader.idle_since + self._idle_seconds)
            deadline = min(deadline, reader.transactions.next_deadline())
        self.deadline = deadline

    def _power_off(self, reader: Reader) -> None:
        try:
            reader.power_off_unused()
        except SlotError:
            # It was taken out at this very moment, which `sync` will find.
            return

    # --- readers

    def add_reader(self, slot: Slot, description: Description = DEFAULT_DESCRIPTION) -> None:
        """Plug a reader in: programs are told. Raises `ReaderNameError`, `TooManyReadersError`."""
        reader = Reader(slot, description, self._notify)
        self._places.add(reader)
        self._watch_power(reader)
        self._notify()

    def remove_reader(self, name: str) -> None:
        """Pull a reader out with its card in it: handles on it are good for nothing but ending.

        Raises `KeyError` when there is no such reader.
        """
        reader = self._places.find(name.encode())
        if reader is None:
            raise KeyError(name)
        reader.removed = True
        reader.transactions.clear()
        self._serve_queues()
        self._places.remove(reader)
        self._notify()

    def slot_changed(self, name: str) -> None:
        """Note at once what happened in a slot, so that waiting programs hear of it."""
        reader = self._places.find(name.encode())
        if reader is not None:
            reader.sync()
            self._watch_power(reader)
            self._serve_queues()

    @property
    def reader_names(self) -> tuple[str, ...]:
        """The names of all readers, in the order programs see them."""
        return tuple(reader.slot.name for reader in self._places.readers)

    def _watch_power(self, reader: Reader) -> None:
        if reader.slot.state.power is Power.ON and not reader.handles:
            reader.idle_since = self._clock()
        self._plan()

    def _notify(self) -> None:
        self._contexts.tell(self._clients.values())
        self._plan()

    # --- answers

    def _answer(self, client: Client, request: Request) -> None:
        """Have one request answered, now or when the card is free."""
        try:
            answer = self._handlers[request.command](client, request.body, request.data)
        except MustWait as wait:
            self._park(client, request, wait)
            return
        except Refusal as refusal:
            answer = refusal_answer(request, refusal)
        self._send(client, answer)

    def _send(self, client: Client, data: bytes) -> None:
        if data:
            client.output += data
            self.outgoing.add(client)

    def _send_away(self, client: Client, request: Request | None) -> None:
        """Tell a client that the card is taken; its library will come again."""
        if request is not None:
            self._send(client, refusal_answer(request, _BUSY))

    def _park(self, client: Client, request: Request, wait: MustWait) -> None:
        now = self._clock()
        transactions = wait.reader.transactions
        until = inf if wait.unbounded else now + PARK_SECONDS
        ticket = transactions.park(wait.key, client, request, begins=wait.begins, until=until)
        if transactions.is_stuck(client):
            transactions.lapse(ticket, now)
            self._send_away(client, request)
        self._plan()

    def _serve_queues(self) -> None:
        """Answer the requests whose card has become free, each in its turn."""
        for reader in self._places.readers:
            if reader.transactions.queue:
                while (ticket := reader.transactions.next_ready(self._clock())) is not None:
                    reader.transactions.serve(ticket, self._answer)

    def _end_context(self, client: Client) -> None:
        for reader in self._places.readers:
            reader.transactions.leave(client)
        self._cards.drop_all(client)
        self._plan()


def _handlers(
    contexts: Contexts, cards: Cards, exchange: Exchange
) -> dict[Command, Callable[[Client, Any, bytes], bytes]]:
    return {
        Command.VERSION: contexts.version,
        Command.ESTABLISH_CONTEXT: contexts.establish,
        Command.RELEASE_CONTEXT: contexts.release,
        Command.CANCEL: contexts.cancel,
        Command.GET_READERS_STATE: contexts.states,
        Command.GET_READERS_STATE_SIZE: contexts.states_size,
        Command.GET_READERS_STATE_ARRAY: contexts.states_array,
        Command.GET_READER_EVENTS: contexts.reader_events,
        Command.WAIT_READER_STATE_CHANGE: contexts.wait,
        Command.STOP_WAITING_READER_STATE_CHANGE: contexts.stop_waiting,
        Command.CONNECT: cards.connect,
        Command.RECONNECT: cards.reconnect,
        Command.DISCONNECT: cards.disconnect,
        Command.BEGIN_TRANSACTION: cards.begin,
        Command.END_TRANSACTION: cards.end,
        Command.TRANSMIT: exchange.transmit,
        Command.CONTROL: exchange.control,
        Command.STATUS: exchange.status,
        Command.GET_ATTRIB: exchange.get_attribute,
        Command.SET_ATTRIB: exchange.set_attribute,
    }
