"""Revocation lists and CA certificates over HTTP: files, with the dates a cache may rely on.

What it is: from a file name to a response. Files are sent by Starlette, which knows ranges. A list
in service is replaced by rename: it is opened first, and what is told of it (length, entity tag)
and sent of it is of that very file.
What it is not: a way to any other file: names are looked up in what is offered, never joined.
Standard: RFC 5280 section 4.2.1.13 (HTTP), RFC 2585 (media types), RFC 9110, RFC 9111.
Called by: `app`.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from jpki.ca.service.conditional import is_unchanged
from jpki.ca.service.ocsp import http_date
from jpki.ca.service.offer import Asked, Disturbance, Document, Offer, OutOfServiceError

if TYPE_CHECKING:
    from jpki.ca.service.metrics import Metrics

CRL_MEDIA_TYPE = "application/pkix-crl"
CERTIFICATE_MEDIA_TYPE = "application/pkix-cert"
_SECONDS_A_YEAR = 31_536_000


class Documents:
    """The endpoints for files."""

    def __init__(self, offer: Offer, *, metrics: "Metrics") -> None:
        self._offer = offer
        self._metrics = metrics

    async def index(self, _: Request) -> Response:
        """Name everything that can be had."""
        names = sorted(self._offer.names())
        return JSONResponse({"documents": [f"/{_folder(name)}/{name}" for name in names]})

    async def one(self, request: Request) -> Response:
        """Send one file."""
        name: str = request.path_params["name"]
        is_here = request.url.path == f"/{_folder(name)}/{name}"
        document = self._offer.document(name) if is_here else None
        if document is None:
            raise HTTPException(404, "there is no such document")
        is_list = document.media_type == CRL_MEDIA_TYPE
        disturbance = self._offer.disturbance(Asked.LIST) if is_list else None
        response = await self._sent(request, document, disturbance)
        self._metrics.count("crl" if is_list else "certificate", str(response.status_code))
        return response

    async def _sent(
        self, request: Request, document: Document, disturbance: Disturbance | None
    ) -> Response:
        headers = _headers(document, self._offer.now())
        if disturbance is not None:
            if disturbance.late:
                await asyncio.sleep(disturbance.late)
            if disturbance.status is not None:
                return Response(status_code=disturbance.status)
            if disturbance.change is not None:
                with _told(document):
                    honest = document.path.read_bytes()
                return Response(
                    disturbance.change(b"", honest),
                    media_type=document.media_type,
                    headers={"cache-control": "no-store"},
                )
        with _told(document):
            response = _OpenFile(document, headers)
        etag, last_modified = response.headers["etag"], response.headers["last-modified"]
        # Of a list no date tells: while a world's clock stands still, a newer one has the same.
        since = b"" if document.this_update is not None else last_modified.encode()
        if is_unchanged(request.headers.raw, etag=etag.encode(), last_modified=since):
            response.close()
            return Response(status_code=304, headers={**headers, "etag": etag})
        return response


class _OpenFile(FileResponse):
    """A file that is open from here on until it is sent, whatever its name means meanwhile."""

    def __init__(self, document: Document, headers: dict[str, str]) -> None:
        self._file = document.path.open("rb")
        descriptor = self._file.fileno()
        super().__init__(
            f"/dev/fd/{descriptor}",
            media_type=document.media_type,
            headers=headers,
            stat_result=os.fstat(descriptor),
        )

    def close(self) -> None:
        """Let go of it, unsent."""
        self._file.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and close it."""
        # Not by its path: the server would open that when it comes to it.
        extensions = dict(scope.get("extensions") or {})
        extensions.pop("http.response.pathsend", None)
        headers = scope["headers"]
        if any(name == b"if-range" and value[:1] != b'"' for name, value in headers):
            # No date is a strong validator here (RFC 9110 section 13.1.5): the whole is sent.
            headers = [each for each in headers if each[0] != b"range"]
        changed = {**scope, "extensions": extensions, "headers": headers}
        with self._file:
            await super().__call__(changed, receive, send)


@contextmanager
def _told(document: Document) -> Iterator[None]:
    """Turn what the system says of a file into the answer for whoever asked for it."""
    try:
        yield
    except FileNotFoundError:
        raise HTTPException(404, "there is no such document") from None
    except OSError as error:
        raise OutOfServiceError(f"{document.path}: {error.strerror or error}") from error


def _folder(name: str) -> str:
    return "crl" if name.endswith(".crl") else "ca"


def _headers(document: Document, now: datetime) -> dict[str, str]:
    """Give what a cache goes by. All dates are of the authority's clock, Date too: they agree."""
    headers = {"cache-control": _cache_control(document, now), "date": http_date(now).decode()}
    if document.this_update is not None:
        headers["last-modified"] = http_date(document.this_update).decode()
    if document.next_update is not None:
        headers["expires"] = http_date(document.next_update).decode()
    return headers


def _cache_control(document: Document, now: datetime) -> str:
    """Keep a list no longer than it lasts; a CA certificate never changes under its name."""
    if document.media_type != CRL_MEDIA_TYPE:
        return f"max-age={_SECONDS_A_YEAR}, public, immutable"
    if document.next_update is None:
        return "no-store"
    left = max(0, int((document.next_update - now).total_seconds()))
    return f"max-age={left}, public, must-revalidate"
