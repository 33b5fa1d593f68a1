"""How soon a waiting program learns that a card was inserted."""

import statistics
import time
from collections.abc import Callable

from bench.chip import debian
from bench.figure import Goal, Row
from bench.worker_client import Worker
from tests.support.cards import adult_card
from tests.support.readers import ServiceReader, VpcdReader

_ROUNDS = 15
_SETTLE = 0.3
"""Seconds for the client to be in its wait: it says so just before."""


def insert_to_event() -> list[Row]:
    """From the insertion to the return of SCardGetStatusChange in another process."""
    with ServiceReader() as mine, VpcdReader() as theirs:
        ours = _latencies(mine, lambda: mine.insert(adult_card()))
        peer = _latencies(theirs, lambda: theirs.insert(adult_card()))
    mine_ms, peer_ms = statistics.median(ours) * 1e3, statistics.median(peer) * 1e3
    version = f"pcscd {debian('pcscd')}, vpcd {debian('vsmartcard-vpcd')}"
    return [
        Row(
            "insert-to-event", "ms", round(mine_ms, 2), round(peer_ms, 2),
            round(peer_ms / mine_ms, 1), "peer / ours at the median", version,
            Goal("ours", below=5),
        )
    ]  # fmt: skip


def _latencies(reader: ServiceReader | VpcdReader, insert: Callable[[], None]) -> list[float]:
    seconds = []
    with Worker(reader.environment) as client:
        for _ in range(_ROUNDS):
            client.wait_for("insert")
            time.sleep(_SETTLE)
            started = time.time()
            insert()
            seconds.append(client.seen_at() - started)
            client.wait_for("remove")
            time.sleep(_SETTLE)
            reader.eject()
            client.seen_at()
    return seconds


FIGURES = {"insert-to-event": insert_to_event}
