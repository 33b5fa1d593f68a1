"""Cut what a client sends into requests, whatever the chunks it arrives in.

Not here: sockets, answers (they need no cutting: one request, one answer).
Source: pcsc-lite `src/winscard_svc.c`: a header, a body whose size must be exactly that of the
command's structure, and for TRANSMIT and CONTROL as many bytes more as a member of it says.
Called by `server`, with one decoder for each client.
"""

from typing import NamedTuple

from cardsim.readers.pcsc.codes import MAX_APDU, Command
from cardsim.readers.pcsc.protocol import HEADER, OLDEST_MINOR, REQUESTS, TRANSMIT, Body

_LONGEST_REQUEST = HEADER.size + TRANSMIT.size + MAX_APDU
_BEHIND_HEADER = HEADER.size


class ProtocolError(Exception):
    """Bytes that are no message of this protocol: the client that sent them is closed."""


class Request(NamedTuple):
    """One request: command, body, and the data that trail it (a command APDU)."""

    command: Command
    body: Body
    data: bytes = b""


class Decoder:
    """Fed with bytes, gives requests. `minor` is the version the client stated (or the oldest)."""

    __slots__ = ("_buffer", "minor")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.minor = OLDEST_MINOR

    @property
    def pending(self) -> int:
        """Bytes that wait for the rest of their request, or to be asked for."""
        return len(self._buffer)

    def feed(self, chunk: bytes) -> None:
        """Take bytes. A client waits for each answer, so more than two requests is an attack."""
        self._buffer += chunk
        if len(self._buffer) > 2 * _LONGEST_REQUEST:
            raise ProtocolError("more requests at once than a client has reason to send")

    def next_request(self) -> Request | None:
        """Give the next whole request, or None when bytes are missing.

        Raises `ProtocolError` as early as the bytes tell that no valid request can follow.
        """
        buffer = self._buffer
        if len(buffer) < _BEHIND_HEADER:
            return None
        size, number = HEADER.unpack_from(buffer)
        form = REQUESTS.get(number)
        if form is None or form.since > self.minor:
            raise ProtocolError(f"command {number:#x} is unknown in 4:{self.minor}")
        layout = form.layout
        if size != layout.size:
            raise ProtocolError(f"{form.command.name} of {size} bytes, not {layout.size}")
        end = _BEHIND_HEADER + size
        if len(buffer) < end:
            return None
        fields = layout.unpack_from(buffer, _BEHIND_HEADER)
        data = b""
        if form.length_field is not None:
            length = fields[form.length_field]
            if length > form.longest:
                raise ProtocolError(f"{form.command.name} with a length of {length}")
            if form.trailing:
                start, end = end, end + length
                if len(buffer) < end:
                    return None
                data = bytes(buffer[start:end])
        del buffer[:end]
        return Request(form.command, form.make(*fields), data)
