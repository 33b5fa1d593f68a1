"""Conditional requests: whether who asks has what is offered already.

What it is: If-None-Match, a list of entity tags or `*`, compared weakly; without one
If-Modified-Since. Both for GET and HEAD alone, which whoever calls sees to.
What it is not: If-Match and If-Unmodified-Since, which keep changes from being lost: nothing is
changed here. Starlette's own comparison takes the first line of a field that may come in several,
and in the oldest version we run with neither `*` nor the order of the two.
Standard: RFC 9110 sections 8.8.3.2, 13.1.2, 13.1.3 and 13.2.2.
Called by: `documents`, `ocsp`.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

Headers = Iterable[tuple[bytes, bytes]]
"""As ASGI has them: names in small letters."""

_IF_NONE_MATCH, _IF_MODIFIED_SINCE = b"if-none-match", b"if-modified-since"
_OPAQUE_TAG = re.compile(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def is_conditional(headers: Headers) -> bool:
    """Whether a request has a condition that is looked at here; quick, and no more than that."""
    # A plain loop over constants: every kept answer pays for it.
    for name, _ in headers:  # noqa: SIM110
        if name in (b"if-none-match", b"if-modified-since"):
            return True
    return False


def is_unchanged(headers: Headers, *, etag: bytes, last_modified: bytes) -> bool:
    """Whether 304 is the answer to a GET or HEAD: what is offered is what they have.

    `etag` is a strong entity tag with its quotes, `last_modified` an HTTP date.
    """
    tags = [value for name, value in headers if name == _IF_NONE_MATCH]
    if tags:
        return any(_names(value, etag) for value in tags)
    dates = [value for name, value in headers if name == _IF_MODIFIED_SINCE]
    # A field with one value: of several nobody can say which is meant.
    since = _date(dates[0]) if len(dates) == 1 else None
    modified = _date(last_modified)
    return since is not None and modified is not None and modified <= since


def _names(value: bytes, etag: bytes) -> bool:
    return value.strip() == b"*" or etag in _OPAQUE_TAG.findall(value)


def _date(value: bytes) -> datetime | None:
    """Read an HTTP date in any of its three forms (RFC 9110 section 5.6.7); None for no date."""
    try:
        found = parsedate_to_datetime(value.decode("ascii"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
