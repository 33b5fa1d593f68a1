"""OCSP over HTTP: answers with their caching headers, and the path that must be fast.

What it is: from an answer to an HTTP response. A response others may keep is kept here as well,
whole with its headers, for as long as the second lasts: the headers tell the second, and the
authority behind judges its own kept answers by their dates each second anew.
What it is not: an answer. What cannot be read as a request at all is refused with the
protocol's own `malformedRequest`.
Standard: RFC 6960 appendix A.1, RFC 5019 sections 5 and 6.2, RFC 9110 section 13, RFC 9111
sections 4.2 and 5.2.
Called by: `app`.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from jpki.ca.ocsp import OcspAnswer, OcspStatus
from jpki.ca.ocsp.status import REFUSALS
from jpki.ca.service import log
from jpki.ca.service.conditional import is_conditional, is_unchanged
from jpki.ca.service.offer import Asked, Disturbance, Limits, Offer, OutOfServiceError
from jpki.ca.service.reading import Headers, Receive, RefusedRequest, Scope, ocsp_request

if TYPE_CHECKING:
    from jpki.ca.service.metrics import Metrics

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

MEDIA_TYPE = b"application/ocsp-response"
_KEPT = 16_384
"""How many responses are kept at most, under as many requests and paths; about 3 KB each."""
_MAX_KEY = 1024

MALFORMED = REFUSALS[OcspStatus.MALFORMED_REQUEST]
INTERNAL_ERROR = REFUSALS[OcspStatus.INTERNAL_ERROR]


@dataclass(slots=True)
class _Response:
    """An HTTP response as the two messages of ASGI.

    Its entity tag and its date are empty when nobody may keep it.
    """

    start: Message
    body: Message
    etag: bytes = b""
    last_modified: bytes = b""


class OcspEndpoint:
    """An ASGI application for OCSP alone."""

    def __init__(
        self, offer: Offer, *, limits: Limits, metrics: "Metrics", look_every: float = 0.0
    ) -> None:
        """Take an offer; its time and troubles are looked at once in `look_every` seconds."""
        self._offer = offer
        self._limits = limits
        self._metrics = metrics
        self._look_every = look_every
        self._look_again = 0.0
        self._moment = datetime.min.replace(tzinfo=UTC)
        self._calm = False
        self._hits = 0
        # By the request's octets, or by the path they came in, which begins otherwise.
        self._kept: dict[bytes, _Response] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; whatever it is, with octets of the protocol."""
        try:
            response = self._kept_at_path(scope) or await self._response(scope, receive)
        except RefusedRequest as refused:
            self._metrics.count("ocsp", f"http {refused.status}")
            log.event("refused", asked="ocsp", status=refused.status, why=str(refused))
            response = _plain(MALFORMED, *refused.headers, status=refused.status)
        except OutOfServiceError as error:
            self._metrics.count("ocsp", OcspStatus.INTERNAL_ERROR.name.lower())
            log.event("out of service", level=logging.ERROR, asked="ocsp", why=str(error))
            response = _plain(INTERNAL_ERROR)
        except Exception:  # noqa: BLE001 - the last stop: a client gets the protocol's own error
            log.LOGGER.exception("failed", exc_info=True)
            self._metrics.count("ocsp", OcspStatus.INTERNAL_ERROR.name.lower())
            response = _plain(INTERNAL_ERROR)
        await send(response.start)
        await send(_NO_BODY if scope["method"] == "HEAD" else response.body)

    def _kept_at_path(self, scope: Scope) -> _Response | None:
        if scope["method"] != "GET" or not self._is_calm():
            return None
        kept = self._kept.get(scope.get("raw_path", b""))
        if kept is None or is_conditional(scope["headers"]):
            return None
        self._hits += 1
        return kept

    async def _response(self, scope: Scope, receive: Receive) -> _Response:
        disturbance = None if self._is_calm() else self._offer.disturbance(Asked.OCSP)
        request = await ocsp_request(scope, receive, self._limits)
        response = await self._answered(request)
        if disturbance is not None:
            return await self._disturbed(response, disturbance, request)
        if response.etag and scope["method"] != "POST":
            if self._kept.get(request) is response:
                self._keep(scope.get("raw_path", b""), response)
            if is_unchanged(
                scope["headers"], etag=response.etag, last_modified=response.last_modified
            ):
                return _not_modified(response)
        return response

    async def _disturbed(
        self, response: _Response, disturbance: Disturbance, request: bytes
    ) -> _Response:
        if disturbance.late:
            await asyncio.sleep(disturbance.late)
        if disturbance.status is not None:
            return _made(disturbance.status, [(b"content-length", b"0")], b"")
        if disturbance.change is None:
            return response
        honest = response.body["body"]
        body = await run_in_threadpool(disturbance.change, request, honest)
        return _plain(body, _date(self._offer.now()))

    async def _answered(self, request: bytes) -> _Response:
        self._is_calm()
        kept = self._kept.get(request)
        if kept is not None:
            self._hits += 1
            return kept
        moment = self._moment
        answer = self._offer.kept(request, moment=moment)
        if answer is not None:
            self._hits += 1
        else:
            began = time.perf_counter()
            # Elsewhere, for a register may be slow: who asks what is kept must not wait for it.
            answer = await run_in_threadpool(self._offer.answer, request, moment=moment)
            self._metrics.took("ocsp", time.perf_counter() - began)
            self._metrics.count("ocsp", answer.status.name.lower())
        response = _response_of(answer, moment)
        # Meanwhile the second may be over, and with it what was kept of it.
        if response.etag and moment == self._moment:
            self._keep(request, response)
        return response

    def _is_calm(self) -> bool:
        """Look what time it is and whether answers are disturbed, if that was not done just now."""
        now = time.monotonic()
        if now >= self._look_again:
            moment = self._offer.now()
            if moment != self._moment:
                self._moment = moment
                self._kept.clear()
                self._metrics.count("ocsp", "kept", self._hits)
                self._hits = 0
            self._calm = self._offer.is_calm(Asked.OCSP)
            # Last: after a look that failed, what was seen before it is nothing to go by.
            self._look_again = now + self._look_every
        return self._calm

    def _keep(self, key: bytes, response: _Response) -> None:
        if 0 < len(key) <= _MAX_KEY:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = response


def _response_of(answer: OcspAnswer, moment: datetime) -> _Response:
    """RFC 5019 section 6.2. All dates are of the authority's clock, Date too: they agree."""
    seconds = answer.max_age(moment)
    if not seconds or answer.this_update is None or answer.next_update is None:
        return _plain(answer.der, _date(moment))
    etag, last_modified = f'"{answer.etag}"'.encode(), http_date(answer.this_update)
    headers = [
        (b"content-type", MEDIA_TYPE),
        (b"content-length", b"%d" % len(answer.der)),
        _date(moment),
        (b"last-modified", last_modified),
        (b"expires", http_date(answer.next_update)),
        (b"etag", etag),
        (b"cache-control", b"max-age=%d, public, no-transform, must-revalidate" % seconds),
    ]
    return _made(200, headers, answer.der, etag, last_modified)


def _plain(body: bytes, *more: tuple[bytes, bytes], status: int = 200) -> _Response:
    headers = [
        (b"content-type", MEDIA_TYPE),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        *more,
    ]
    return _made(status, headers, body)


def _not_modified(response: _Response) -> _Response:
    headers = [one for one in response.start["headers"] if one[0] != b"content-length"]
    return _made(304, headers, b"")


def _made(
    status: int, headers: Headers, body: bytes, etag: bytes = b"", last_modified: bytes = b""
) -> _Response:
    return _Response(
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
        etag,
        last_modified,
    )


_NO_BODY: Message = {"type": "http.response.body", "body": b""}


def _date(moment: datetime) -> tuple[bytes, bytes]:
    return b"date", http_date(moment)


@lru_cache(maxsize=64)
def http_date(moment: datetime) -> bytes:
    """Give an IMF-fixdate (RFC 9110 section 5.6.7)."""
    return format_datetime(moment, usegmt=True).encode()
