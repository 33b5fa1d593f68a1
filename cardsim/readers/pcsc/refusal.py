"""Why a request is not answered with success, and the answer it gets instead.

Not here: who refuses what (`cards`, `contexts`, `attributes`).
Source: pcsc-lite `src/winscard_svc.c`: every answer repeats the request's structure with the
return code in it; the data that follow an answer are only sent on success.
`Refusal` is raised wherever a request fails and becomes bytes in one place, `refusal_answer`.
"""

from cardsim.readers.pcsc.codes import MAX_ATTRIBUTE, ReturnCode
from cardsim.readers.pcsc.framing import Request
from cardsim.readers.pcsc.protocol import (
    REQUESTS,
    Attribute,
    Body,
    Connect,
    Control,
    Reconnect,
    Transmit,
)


class Refusal(Exception):  # noqa: N818 (a request is refused: nothing failed here)
    """The request is answered with `code`; `length` is the room the answer would have needed."""

    def __init__(self, code: ReturnCode, *, length: int = 0) -> None:
        super().__init__(code.name)
        self.code = code
        self.length = length


def refusal_answer(request: Request, refusal: Refusal) -> bytes:
    """Give the answer that says no: the request's structure with the return code."""
    form = REQUESTS[request.command]
    return form.layout.pack(*_refused(request.body, refusal))


def _refused(body: Body, refusal: Refusal) -> tuple[object, ...]:
    rv, length = refusal.code, refusal.length
    if isinstance(body, Transmit):
        return body._replace(receive_length=length, rv=rv)
    if isinstance(body, Control):
        return body._replace(returned=length, rv=rv)
    if isinstance(body, Attribute):
        return body._replace(value=bytes(MAX_ATTRIBUTE), length=length, rv=rv)
    if isinstance(body, Connect):
        return body._replace(card=0, rv=rv)
    if isinstance(body, Reconnect):
        return body._replace(active=0, rv=rv)
    return (*body[:-1], rv)
