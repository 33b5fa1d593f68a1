"""From an HTTP request to the octets of the OCSP request in it, within limits.

What it is: a body (POST) or a path in base64 (GET), and what is refused with which HTTP status.
What it is not: a judge of those octets; they may be anything.
Standard: RFC 6960 appendix A.1, RFC 5019 section 5.
Called by: `ocsp`.
"""

import asyncio
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote_to_bytes

from jpki.ca.service.offer import Limits
from jpki.errors import PortableError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Headers = list[tuple[bytes, bytes]]

_REQUEST_MEDIA_TYPE = b"application/ocsp-request"
_PREFIX = "/ocsp"
_TOO_SLOW = "the body came too slowly"


class RefusedRequest(PortableError):  # noqa: N818 - ends a request, not the program
    """A request that is none; `status` is HTTP's."""

    def __init__(self, status: int, why: str, *, headers: Headers | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.headers = headers or []


def is_ocsp(scope: Scope) -> bool:
    """Whether a request is for OCSP: below /ocsp, or at the root, as an AIA without a path has it.

    What is got at the root begins with M: a request in DER begins with 0x30.
    """
    path: str = scope["path"]
    if path == "/":
        return bool(scope["method"] == "POST")
    return path.startswith(("/M", f"{_PREFIX}/")) or path == _PREFIX


async def ocsp_request(scope: Scope, receive: Receive, limits: Limits) -> bytes:
    """Give the octets; raises `RefusedRequest`."""
    method = scope["method"]
    if method == "POST":
        return await _posted(scope, receive, limits)
    if method in {"GET", "HEAD"}:
        return _in_path(scope, limits)
    raise RefusedRequest(405, "neither GET nor POST", headers=[(b"allow", b"GET, HEAD, POST")])


async def _posted(scope: Scope, receive: Receive, limits: Limits) -> bytes:
    for name, value in scope["headers"]:
        if name == b"content-type":
            if value != _REQUEST_MEDIA_TYPE:
                media_type = value.split(b";", 1)[0].strip().lower()
                if media_type != _REQUEST_MEDIA_TYPE:
                    raise RefusedRequest(415, "not application/ocsp-request")
        elif name == b"content-length" and not _is_small(value, limits.body):
            raise _too_large(limits)
    # A bare timer: `asyncio.timeout` would cost a third of what a kept answer does.
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("an ASGI application runs in a task")
    timer = asyncio.get_running_loop().call_later(limits.seconds, task.cancel, _TOO_SLOW)
    try:
        return await _body(receive, limits)
    except asyncio.CancelledError as cancelled:
        if cancelled.args != (_TOO_SLOW,):
            raise
        task.uncancel()
        raise RefusedRequest(408, _TOO_SLOW) from None
    finally:
        timer.cancel()


async def _body(receive: Receive, limits: Limits) -> bytes:
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RefusedRequest(400, "the body did not come whole")
        part: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(part)
        if size > limits.body:
            raise _too_large(limits)
        parts.append(part)
    return b"".join(parts)


def _in_path(scope: Scope, limits: Limits) -> bytes:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    if len(raw) > limits.path:
        raise RefusedRequest(414, f"a path of more than {limits.path} octets")
    text = unquote_to_bytes(raw).removeprefix(f"{_PREFIX}/".encode()).removeprefix(b"/")
    try:
        # Base64 may have lost its padding on the way; nothing else is forgiven.
        return b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except Base64Error:
        raise RefusedRequest(400, "the path is no base64") from None


def _is_small(length: bytes, limit: int) -> bool:
    return length.isdigit() and len(length) < 12 and int(length) <= limit  # noqa: PLR2004


def _too_large(limits: Limits) -> RefusedRequest:
    return RefusedRequest(413, f"more than {limits.body} octets")
