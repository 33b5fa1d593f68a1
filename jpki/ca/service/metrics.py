"""What an operator watches: requests by what they asked and how they ended, and how long it took.

What it is: two families for Prometheus. With several worker processes their sum is told, through
the files of `PROMETHEUS_MULTIPROC_DIR` (`running` sets it before this is imported).
What it is not: a log. No label has anything of a request in it.
Called by: `app`, `ocsp`.
"""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

_BUCKETS = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)


class Metrics:
    """The families of one application, in a registry of their own."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "jpki_ca_requests",
            "Requests by what was asked and how it ended.",
            ("asked", "outcome"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "jpki_ca_answer_seconds",
            "Seconds from a whole request to its answer, for what was not kept.",
            ("asked",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._counters: dict[tuple[str, str], Counter] = {}

    def count(self, asked: str, outcome: str, times: int = 1) -> None:
        """Count a request, or so many."""
        counter = self._counters.get((asked, outcome))
        if counter is None:
            counter = self._requests.labels(asked, outcome)
            self._counters[asked, outcome] = counter
        counter.inc(times)

    def took(self, asked: str, seconds: float) -> None:
        """Note how long one answer took."""
        self._seconds.labels(asked).observe(seconds)

    def exposition(self) -> bytes:
        """Give the text a collector reads."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
