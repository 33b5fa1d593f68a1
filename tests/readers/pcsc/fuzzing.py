"""Coverage-guided fuzzing of the PC/SC codec and server; a program, started by `test_fuzz_soak`."""

import contextlib

import atheris

with atheris.instrument_imports(include=["cardsim.readers"]):
    from cardsim.readers.pcsc.codes import ReturnCode
    from cardsim.readers.pcsc.framing import Decoder, ProtocolError

from tests.support.fuzzing import run_target
from tests.support.pcsc import desk_with_card

SECRET = bytes.fromhex("00A4040C08") + b"NOT4THEM"
"""What the honest client tells the card, and the card tells it."""
_CHUNK = 64


def requests(data: bytes) -> None:
    """Cut requests out of bytes: they are the same however the bytes arrive."""
    if _requests(data, len(data) or 1) != _requests(data, 1 + len(data) // 3):
        raise AssertionError("other requests came out")


def _requests(data: bytes, size: int) -> list[object]:
    decoder, found = Decoder(), list[object]()
    try:
        for at in range(0, len(data), size):
            decoder.feed(data[at : at + size])
            while (request := decoder.next_request()) is not None:
                found.append(request)
    except ProtocolError:
        found.append(ProtocolError)
    return found


def clients(data: bytes) -> None:
    """Be a hostile client: it learns nothing of another, and leaves the card usable."""
    desk, _, _ = desk_with_card()
    honest, hostile = desk.program(), desk.program()
    card = honest.card()
    heard = bytearray()
    with contextlib.suppress(ProtocolError):
        for at in range(0, len(data), _CHUNK):
            # Refused while the other holds a transaction, or after its reset: both are its right.
            honest.transmit(card, SECRET) if honest.client.parked is None else None
            desk.server.receive(hostile.client, data[at : at + _CHUNK])
            heard += hostile.read()
            desk.advance(1.0)
    desk.server.close(hostile.client)
    if SECRET in heard:
        raise AssertionError("what one client said reached another")
    honest.read()
    honest.reconnect(card)
    if honest.transmit(card, SECRET) is not ReturnCode.SUCCESS:
        raise AssertionError("the card is lost to the honest client")


if __name__ == "__main__":
    run_target(requests, clients)
