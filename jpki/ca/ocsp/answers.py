"""What a responder gives back: the bytes, and what whoever serves them needs to know of them.

What it is: `OcspAnswer`, and the one place where whatever goes wrong becomes a status of the
protocol.
What it is not: HTTP; `max_age` and `etag` are for whoever speaks it (RFC 5019 section 6.2).
Standard: RFC 6960 sections 2.3 and 4.2.1.
Called by: `jpki.ca.ocsp.responder`, `jpki.ca.ocsp.front`, and whoever serves answers.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from jpki.ca.errors import NoUsableKeyError, RegisterError
from jpki.ca.ocsp.status import REFUSALS, OcspStatus, RefusedError

_log = logging.getLogger("jpki.ca.ocsp")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OcspAnswer:
    """An OCSPResponse, DER.

    The three times are None in place of an answer (any status but successful). `cacheable` says
    whether the same bytes may be handed to another who asks the same.
    """

    der: bytes = field(repr=False)
    status: OcspStatus
    this_update: datetime | None = None
    next_update: datetime | None = None
    produced_at: datetime | None = None
    cacheable: bool = False
    etag: str | None = None
    """SHA-256 of the bytes, hexadecimal; None when not cacheable."""
    refresh: timedelta = timedelta()

    def max_age(self, moment: datetime) -> int:
        """Give for how many seconds from a moment a cache between us and the asker may keep it.

        Until the next refresh, when a revocation may show; 0 when not cacheable.
        """
        if not self.cacheable or self.next_update is None:
            return 0
        until = min(last_refresh(moment, self.refresh) + self.refresh, self.next_update)
        return max(0, int((until - moment).total_seconds()))


def signed_answer(
    der: bytes,
    *,
    this_update: datetime,
    next_update: datetime,
    produced_at: datetime,
    cacheable: bool,
    refresh: timedelta,
) -> OcspAnswer:
    """Give a successful answer."""
    return OcspAnswer(
        der,
        OcspStatus.SUCCESSFUL,
        this_update,
        next_update,
        produced_at,
        cacheable,
        sha256(der).hexdigest() if cacheable else None,
        refresh,
    )


def last_refresh(moment: datetime, interval: timedelta) -> datetime:
    """Give the last time the data were refreshed: whole intervals since 1970, UTC."""
    return moment - (moment - _EPOCH) % interval


def refusal(status: OcspStatus) -> OcspAnswer:
    """Give a status in place of an answer."""
    return OcspAnswer(REFUSALS[status], status)


def guarded(answer: Callable[[], OcspAnswer]) -> OcspAnswer:
    """Call it; whatever it raises becomes a status, for the asker has sent only bytes."""
    try:
        return answer()
    except RefusedError as error:
        return refusal(error.status)
    except NoUsableKeyError:
        # Nobody can speak for that generation any more.
        return refusal(OcspStatus.UNAUTHORIZED)
    except RegisterError as error:
        _log.warning("try later: %s", error)
        return refusal(OcspStatus.TRY_LATER)
    except Exception:  # noqa: BLE001 - a defect of ours; the log has no word of the request
        _log.exception("no answer to a request")
        return refusal(OcspStatus.INTERNAL_ERROR)
