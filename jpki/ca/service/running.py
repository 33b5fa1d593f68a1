"""The server: Granian's processes round the application, and how they stop.

What it is: how many workers, which socket, TLS and who may connect. SIGTERM and SIGINT stop
accepting, let what has begun end, and give the workers a limit of time for it.
What it is not: the application (`app`), or a place where a private key is read for anything else
than TLS.
Standard: RFC 8446 section 4.3.2 (client certificates); https://github.com/emmett-framework/granian
Called by: `tools/jpki_cli`.
"""

import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes
from granian.http import HTTP1Settings

from jpki.ca.service import log

_METRICS_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS_TO_STOP = 10
_SECONDS_BETWEEN_LOOKS = 0.2
_MILLISECONDS_FOR_HEADERS = 5_000


@dataclass(frozen=True, slots=True)
class Tls:
    """Files in PEM. With `clients` only who has a certificate of those CAs may connect."""

    certificate: Path
    key: Path
    clients: Path | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how."""

    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    tls: Tls | None = None

    @property
    def url(self) -> str:
        """The address clients take."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self.tls else ''}://{host}:{self.port}"


def serve(listening: Listening, application: Callable[[], Any]) -> None:
    """Serve until stopped. `application` makes the ASGI application, once in each worker."""
    metrics = tempfile.mkdtemp(prefix="jpki-ca-metrics-") if listening.workers > 1 else None
    if metrics is not None:
        os.environ[_METRICS_DIRECTORY] = metrics
    _log_as_json()
    tls = listening.tls
    server = Granian(
        "jpki.ca.service",
        address=listening.host,
        port=listening.port,
        interface=Interfaces.ASGI,
        workers=listening.workers,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_MILLISECONDS_FOR_HEADERS),
        websockets=False,
        loop=Loops.uvloop,
        runtime_mode=RuntimeModes.st,
        log_enabled=False,
        ssl_cert=tls.certificate if tls else None,
        ssl_key=tls.key if tls else None,
        ssl_ca=tls.clients if tls else None,
        ssl_client_verify=bool(tls and tls.clients),
        workers_kill_timeout=_SECONDS_TO_STOP,
        respawn_failed_workers=True,
    )
    try:
        started = partial(_in_worker, application, os.getpid(), metrics)
        server.serve(target_loader=started, wrap_loader=False)
    finally:
        if metrics is not None:
            os.environ.pop(_METRICS_DIRECTORY, None)
            shutil.rmtree(metrics, ignore_errors=True)


def _in_worker(application: Callable[[], Any], parent: int, metrics: str | None) -> Any:
    """Make the application in a worker that ends with the process that started it.

    A parent that was killed tells nobody: its workers would hold the port against the next start,
    and the directory of the metrics would stay.
    """
    threading.Thread(target=_watch, args=(parent, metrics), daemon=True).start()
    return application()


def _watch(parent: int, metrics: str | None) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    if metrics is not None:
        shutil.rmtree(metrics, ignore_errors=True)
    os.kill(os.getpid(), signal.SIGKILL)


def _log_as_json() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(log.JsonFormatter())
    log.LOGGER.handlers = [handler]
    log.LOGGER.propagate = False
    log.LOGGER.setLevel(logging.INFO)
