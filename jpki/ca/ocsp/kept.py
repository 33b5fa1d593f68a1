"""Answers that are kept for whoever asks the same: by the request's octets, and by certificate.

What it is: a bounded memory. Whether a kept answer is good now is judged at each use, from the
moment given and the times it carries: with a clock set back it lies in the future, with one set
forward it is over.
What it is not: shared. Each process has its own, and learns from the register what to drop.
Called by: `jpki.ca.ocsp.responder`, one thread at a time but for `for_request`.
"""

from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from jpki.ca.ocsp.answers import OcspAnswer

_NEVER = datetime.min.replace(tzinfo=UTC)
_MAX_REQUEST = 512
"""Longer requests are answered, and not remembered: their octets are the asker's to choose."""


class Kept:
    """An answer about one certificate that may be handed out from `since` until (not at) `until`.

    `key` is the certID: what it begins with, and the serial number.
    """

    __slots__ = ("answer", "key", "since", "until")

    def __init__(
        self, key: tuple[bytes, int], answer: OcspAnswer, since: datetime, until: datetime
    ) -> None:
        self.key = key
        self.answer = answer
        self.since = since
        self.until = until


class KeptAnswers:
    """At most `limit` answers, and as many requests they answer; the longest unused go first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._requests: OrderedDict[bytes, Kept] = OrderedDict()
        self._certificates: OrderedDict[tuple[bytes, int], Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._certificates)

    def for_request(self, request: bytes, moment: datetime) -> OcspAnswer | None:
        """Give the answer to these very octets."""
        kept = self._requests.get(request)
        if kept is None or not kept.since <= moment < kept.until:
            return None
        # Not there: another thread made room in between.
        with suppress(KeyError):
            self._requests.move_to_end(request)
            self._certificates.move_to_end(kept.key)
        return kept.answer

    def for_certificate(self, key: tuple[bytes, int], moment: datetime) -> Kept | None:
        """Give the answer about a certificate."""
        kept = self._certificates.get(key)
        if kept is None or not kept.since <= moment < kept.until:
            return None
        self._certificates.move_to_end(key)
        return kept

    def keep(self, kept: Kept) -> None:
        """Keep an answer, in place of an earlier one about the same certificate."""
        self._end(kept.key)
        self._certificates[kept.key] = kept
        if len(self._certificates) > self._limit:
            self._end(next(iter(self._certificates)))

    def remember(self, request: bytes, kept: Kept) -> None:
        """Remember which octets a kept answer answers."""
        if len(request) <= _MAX_REQUEST:
            self._requests[request] = kept
            self._requests.move_to_end(request)
            if len(self._requests) > self._limit:
                self._requests.popitem(last=False)

    def drop(self, issuers: Iterable[bytes], serial: int) -> None:
        """Hand out no more what is kept about a certificate."""
        for issuer in issuers:
            self._end((issuer, serial))

    def clear(self) -> None:
        """Keep nothing."""
        for key in list(self._certificates):
            self._end(key)
        self._requests.clear()

    def _end(self, key: tuple[bytes, int]) -> None:
        kept = self._certificates.pop(key, None)
        if kept is not None:
            # Requests still lead to it.
            kept.until = _NEVER
