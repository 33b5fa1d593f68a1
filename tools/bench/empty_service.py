"""The least that an ASGI service under our server can do with a POST: read it, send fixed octets.

`python -m bench.empty_service PORT WORKERS OCTETS`. It is the limit that kept OCSP answers by POST
cannot be above. Called by `ocsp`.
"""

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from jpki.ca.service.running import Listening, serve

Message = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Application:
    start: Message
    body: Message

    async def __call__(
        self,
        _: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request, whatever it is."""
        while (await receive()).get("more_body", False):
            pass
        await send(self.start)
        await send(self.body)


def application(octets: int) -> _Application:
    """Give the application."""
    headers = [(b"content-type", b"application/ocsp-response"), (b"content-length", b"%d" % octets)]
    return _Application(
        {"type": "http.response.start", "status": 200, "headers": headers},
        {"type": "http.response.body", "body": bytes(octets)},
    )


def main() -> None:
    """Serve until stopped."""
    port, workers, octets = map(int, sys.argv[1:])
    serve(Listening(port=port, workers=workers), partial(application, octets))


if __name__ == "__main__":
    main()
