"""OCSP over HTTP: POST and GET, caching headers, and the path that must be fast.

What it is: from an HTTP request to the DER in it, and from an answer to an HTTP response. An
answer others may keep is kept here as well, whole with its headers, for as long as the second
lasts: the authority behind judges its own kept answers by their dates, and its word is asked for
anew each second.
What it is not: an answer. What cannot be read as a request at all is refused with the
protocol's own `malformedRequest`.
Standard: RFC 6960 appendix A.1, RFC 5019 sections 5 and 6.2, RFC 9111 sections 4.2 and 5.2.
Called by: `app`.
"""

import asyncio
import time
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from starlette.concurrency import run_in_threadpool

from jpki.ca.ocsp import OcspAnswer, OcspStatus
from jpki.ca.ocsp.status import REFUSALS
from jpki.ca.service import log
from jpki.ca.service.offer import Asked, Limits, Offer

if TYPE_CHECKING:
    from jpki.ca.service.metrics import Metrics

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

MEDIA_TYPE = b"application/ocsp-response"
_REQUEST_MEDIA_TYPE = b"application/ocsp-request"
_PREFIX = "/ocsp"
_KEPT = 4096
_TOO_SLOW = "the body came too slowly"

MALFORMED = REFUSALS[OcspStatus.MALFORMED_REQUEST]
INTERNAL_ERROR = REFUSALS[OcspStatus.INTERNAL_ERROR]


class _Refused(Exception):  # noqa: N818 - ends a request, not the program
    """A request that is none; `status` is HTTP's."""

    def __init__(self, status: int, why: str, *, headers: Headers | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.headers = headers or []


class OcspEndpoint:
    """An ASGI application for OCSP alone."""

    def __init__(self, offer: Offer, *, limits: Limits, metrics: "Metrics") -> None:
        self._offer = offer
        self._limits = limits
        self._metrics = metrics
        self._second: datetime | None = None
        self._hits = 0
        self._kept: dict[bytes, tuple[bytes, Headers, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; whatever it is, with octets of the protocol."""
        try:
            status, headers, body = await self._response(scope, receive)
        except _Refused as refused:
            self._metrics.count("ocsp", f"http {refused.status}")
            log.event("refused", asked="ocsp", status=refused.status, why=str(refused))
            status, body = refused.status, MALFORMED
            headers = [*_plain(MALFORMED), *refused.headers]
        except Exception:  # noqa: BLE001 - the last stop: a client gets the protocol's own error
            log.LOGGER.exception("failed", exc_info=True)
            self._metrics.count("ocsp", OcspStatus.INTERNAL_ERROR.name.lower())
            status, headers, body = 200, _plain(INTERNAL_ERROR), INTERNAL_ERROR
        await _respond(send, status, headers, b"" if scope["method"] == "HEAD" else body)

    async def _response(self, scope: Scope, receive: Receive) -> tuple[int, Headers, bytes]:
        disturbance = self._offer.disturbance(Asked.OCSP)
        request = await self._request(scope, receive)
        body, headers, etag = await self._answered(request, self._offer.now())
        if disturbance is not None:
            if disturbance.late:
                await asyncio.sleep(disturbance.late)
            if disturbance.status is not None:
                return disturbance.status, [(b"content-length", b"0")], b""
            if disturbance.change is not None:
                body = await run_in_threadpool(disturbance.change, request, body)
                return 200, [*_plain(body), _date(self._offer.now())], body
        if etag and scope["method"] != "POST" and _has_it(scope["headers"], etag):
            return 304, [one for one in headers if one[0] != b"content-length"], b""
        return 200, headers, body

    async def _answered(self, request: bytes, moment: datetime) -> tuple[bytes, Headers, bytes]:
        if moment != self._second:
            self._second = moment
            self._kept.clear()
            self._metrics.count("ocsp", "kept", self._hits)
            self._hits = 0
        kept = self._kept.get(request)
        if kept is not None:
            self._hits += 1
            return kept
        began = time.perf_counter()
        # Elsewhere, for a register may be slow: who asks what is kept must not wait for it.
        reply = await run_in_threadpool(self._offer.answer, request, moment=moment)
        self._metrics.took("ocsp", time.perf_counter() - began)
        self._metrics.count("ocsp", reply.status.name.lower())
        headers, etag = _headers(reply, moment)
        made = (reply.der, headers, etag)
        # Meanwhile the second may be over, and with it what was kept of it.
        if etag and moment == self._second:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[request] = made
        return made

    async def _request(self, scope: Scope, receive: Receive) -> bytes:
        method = scope["method"]
        if method == "POST":
            return await self._posted(scope, receive)
        if method in {"GET", "HEAD"}:
            return self._in_path(scope)
        raise _Refused(405, "neither GET nor POST", headers=[(b"allow", b"GET, HEAD, POST")])

    async def _posted(self, scope: Scope, receive: Receive) -> bytes:
        for name, value in scope["headers"]:
            if name == b"content-type":
                media_type = value.split(b";", 1)[0].strip().lower()
                if media_type != _REQUEST_MEDIA_TYPE:
                    raise _Refused(415, "not application/ocsp-request")
            elif name == b"content-length" and not _is_small(value, self._limits.body):
                raise _Refused(413, f"more than {self._limits.body} octets")
        # A bare timer: `asyncio.timeout` would cost a third of what a kept answer does.
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("an ASGI application runs in a task")
        timer = asyncio.get_running_loop().call_later(self._limits.seconds, task.cancel, _TOO_SLOW)
        try:
            return await self._body(receive)
        except asyncio.CancelledError as cancelled:
            if cancelled.args != (_TOO_SLOW,):
                raise
            task.uncancel()
            raise _Refused(408, _TOO_SLOW) from None
        finally:
            timer.cancel()

    async def _body(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Refused(400, "the body did not come whole")
            part: bytes = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(part)
            if size > self._limits.body:
                raise _Refused(413, f"more than {self._limits.body} octets")
            parts.append(part)
        return b"".join(parts)

    def _in_path(self, scope: Scope) -> bytes:
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        if len(raw) > self._limits.path:
            raise _Refused(414, f"a path of more than {self._limits.path} octets")
        text = unquote_to_bytes(raw).removeprefix(f"{_PREFIX}/".encode()).removeprefix(b"/")
        try:
            # Base64 may have lost its padding on the way; nothing else is forgiven.
            return b64decode(text + b"=" * (-len(text) % 4), validate=True)
        except Base64Error:
            raise _Refused(400, "the path is no base64") from None


def is_ocsp(scope: Scope) -> bool:
    """Whether a request is for OCSP: below /ocsp, or at the root, as an AIA without a path has it.

    What is got at the root begins with M: a request in DER begins with 0x30.
    """
    path: str = scope["path"]
    if path == "/":
        return bool(scope["method"] == "POST")
    return path == _PREFIX or path.startswith((f"{_PREFIX}/", "/M"))


def _is_small(length: bytes, limit: int) -> bool:
    return length.isdigit() and len(length) < 12 and int(length) <= limit  # noqa: PLR2004


def _has_it(headers: Headers, etag: bytes) -> bool:
    return any(name == b"if-none-match" and etag in value for name, value in headers)


def _plain(body: bytes) -> Headers:
    return [
        (b"content-type", MEDIA_TYPE),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]


def _headers(answer: OcspAnswer, moment: datetime) -> tuple[Headers, bytes]:
    """RFC 5019 section 6.2. All dates are of the authority's clock, Date too: they agree."""
    seconds = answer.max_age(moment)
    if not seconds or answer.this_update is None or answer.next_update is None:
        return [*_plain(answer.der), _date(moment)], b""
    etag = f'"{answer.etag}"'.encode()
    return [
        (b"content-type", MEDIA_TYPE),
        (b"content-length", str(len(answer.der)).encode()),
        _date(moment),
        (b"last-modified", http_date(answer.this_update)),
        (b"expires", http_date(answer.next_update)),
        (b"etag", etag),
        (
            b"cache-control",
            f"max-age={seconds}, public, no-transform, must-revalidate".encode(),
        ),
    ], etag


def _date(moment: datetime) -> tuple[bytes, bytes]:
    return b"date", http_date(moment)


def http_date(moment: datetime) -> bytes:
    """Give an IMF-fixdate (RFC 9110 section 5.6.7)."""
    return format_datetime(moment, usegmt=True).encode()


async def _respond(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
