"""Everything the authorities offer over HTTP, as one ASGI application.

    POST /  GET /BASE64, the same below /ocsp    OCSP
    GET /crl/NAME.crl  GET /ca/NAME.cer     lists and CA certificates
    GET /  GET /openapi.json                what there is, for people and for programs
    GET /health  GET /metrics               for whoever runs it

What it is: routes, and the last stop for what nobody expected: a client never sees a traceback.
What it is not: a server (`running`), or any of the answers.
Standard: ASGI 3.0; RFC 6960 appendix A.
Called by: `running`, tests.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from jpki.ca.service import log
from jpki.ca.service.description import openapi
from jpki.ca.service.documents import Documents
from jpki.ca.service.ocsp import OcspEndpoint
from jpki.ca.service.offer import Limits, Offer, OutOfServiceError
from jpki.ca.service.reading import is_ocsp

if TYPE_CHECKING:
    from jpki.ca.service.metrics import Metrics

_ROUNDS_SECONDS = 30.0


def make_app(
    offer: Offer,
    *,
    limits: Limits | None = None,
    rounds: float = _ROUNDS_SECONDS,
    look_every: float = 0.0,
) -> ASGIApp:
    """Give the application; `rounds` are the seconds between two looks at what is due.

    Answers that are kept learn of another time and of troubles within `look_every` seconds:
    looking costs more than such an answer does.
    """
    # Not before: the library behind it decides at import whether several processes are counted.
    from jpki.ca.service.metrics import Metrics

    limits = limits or Limits()
    metrics = Metrics()
    ocsp = OcspEndpoint(offer, limits=limits, metrics=metrics, look_every=look_every)
    rest = _rest(offer, metrics, rounds)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        # Before any router: this path is asked a thousand times as often as all others.
        if scope["type"] == "http" and is_ocsp(scope):
            await ocsp(scope, receive, send)
        else:
            await rest(scope, receive, send)

    return application


def _rest(offer: Offer, metrics: "Metrics", rounds: float) -> Starlette:
    documents = Documents(offer, metrics=metrics)

    async def health(_: Request) -> Response:
        found = await run_in_threadpool(lambda: offer.health(moment=offer.now()))
        status = "good" if found.is_good else "bad"
        return JSONResponse(
            {"status": status, "time": offer.now().isoformat(), "parts": found.parts},
            status_code=200 if found.is_good else 503,
            headers={"cache-control": "no-store"},
        )

    async def exposition(_: Request) -> Response:
        return Response(metrics.exposition(), media_type=metrics.content_type)

    async def description(_: Request) -> Response:
        return JSONResponse(openapi())

    async def refused(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = error.headers if isinstance(error, HTTPException) else None
        detail = error.detail if isinstance(error, HTTPException) else "a defect of this service"
        metrics.count("other", str(status))
        return JSONResponse({"error": detail}, status_code=status, headers=headers)

    async def out_of_service(request: Request, error: Exception) -> Response:
        log.event("out of service", level=logging.ERROR, asked="document", why=str(error))
        return await refused(request, HTTPException(503, "out of service; /health says why"))

    async def failed(request: Request, error: Exception) -> Response:
        log.LOGGER.error("failed", exc_info=error)
        return await refused(request, error)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        keeping = asyncio.create_task(_keep_house(offer, rounds))
        log.event("started")
        try:
            yield
        finally:
            keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeping
            log.event("stopped")

    return Starlette(
        routes=[
            Route("/", documents.index),
            Route("/crl/{name}", documents.one),
            Route("/ca/{name}", documents.one),
            Route("/health", health),
            Route("/metrics", exposition),
            Route("/openapi.json", description),
        ],
        exception_handlers={
            HTTPException: refused,
            OutOfServiceError: out_of_service,
            Exception: failed,
        },
        lifespan=lifespan,
    )


async def _keep_house(offer: Offer, rounds: float) -> None:
    while True:
        try:
            await run_in_threadpool(offer.keep_house)
        except Exception:  # noqa: BLE001 - what failed tonight is tried again
            log.LOGGER.log(logging.ERROR, "housekeeping failed", exc_info=True)
        await asyncio.sleep(rounds)
