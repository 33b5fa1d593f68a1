"""An offer of nothing real: what the HTTP side does is tried apart from any authority."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jpki.ca.ocsp import OcspAnswer, OcspStatus
from jpki.ca.service import Disturbance, Document, Health
from jpki.ca.service.offer import Asked

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
KEPT = b"kept answer"
ON_DEMAND = b"answer to a nonce"
_SINCE, _NONE = "if-modified-since", "if-none-match"
CONDITIONS = [
    pytest.param(conditions, status, id=name)
    for name, status, *conditions in (
        ("the tag", 304, (_NONE, "{etag}")),
        ("the tag, weak", 304, (_NONE, "W/{etag}")),
        ("one of several", 304, (_NONE, '"other" , W/{etag},"more"')),
        ("in a second line", 304, (_NONE, '"other"'), (_NONE, "{etag}")),
        ("any", 304, (_NONE, "*")),
        ("another tag", 200, (_NONE, '"other"')),
        ("part of a tag", 200, (_NONE, '"{bare}"')),
        ("the date", 304, (_SINCE, "Wed, 01 Apr 2026 03:00:00 GMT")),
        ("a later date", 304, (_SINCE, "Wed, 01 Apr 2026 03:00:01 GMT")),
        ("a date of RFC 850", 304, (_SINCE, "Wednesday, 01-Apr-26 03:00:00 GMT")),
        ("a date of asctime", 304, (_SINCE, "Wed Apr  1 03:00:00 2026")),
        ("an earlier date", 200, (_SINCE, "Wed, 01 Apr 2026 02:59:59 GMT")),
        ("no date", 200, (_SINCE, "yesterday")),
        ("two dates", 200, *[(_SINCE, "Wed, 01 Apr 2026 03:00:00 GMT")] * 2),
        ("another tag before the date", 200, (_NONE, '"other"'),
         (_SINCE, "Wed, 01 Apr 2026 03:00:00 GMT")),
        ("the tag before an earlier date", 304, (_NONE, "{etag}"),
         (_SINCE, "Wed, 01 Apr 2026 02:59:59 GMT")),
    )
]  # fmt: skip
"""Conditions of requests for what is of NOW and has the tag `etag`, and the status they get."""


@dataclass
class PlainOffer:
    """Answers every request with the same octets, and remembers what it was asked."""

    documents: dict[str, Document] = field(default_factory=dict)
    may_be_kept: bool = True
    moment: datetime = NOW
    disturbances: dict[Asked, Disturbance] = field(default_factory=dict)
    asked: list[bytes] = field(default_factory=list)
    is_good: bool = True
    breaks: bool = False
    rounds: int = 0

    def now(self) -> datetime:
        return self.moment

    def answer(self, request: bytes, *, moment: datetime) -> OcspAnswer:
        self.asked.append(request)
        if self.breaks:
            raise RuntimeError("the secret cause")
        if not self.may_be_kept:
            return OcspAnswer(ON_DEMAND, OcspStatus.SUCCESSFUL)
        times = (moment, moment + timedelta(hours=1), moment)
        refresh = timedelta(minutes=15)
        return OcspAnswer(KEPT, OcspStatus.SUCCESSFUL, *times, True, "0a1b", refresh)

    def kept(self, request: bytes, *, moment: datetime) -> OcspAnswer | None:
        return None

    def document(self, name: str) -> Document | None:
        return self.documents.get(name)

    def names(self) -> Iterable[str]:
        return self.documents

    def is_calm(self, asked: Asked) -> bool:
        return asked not in self.disturbances

    def disturbance(self, asked: Asked) -> Disturbance | None:
        return self.disturbances.get(asked)

    def health(self, *, moment: datetime) -> Health:
        return Health(self.is_good, {"register": "seen"})

    def keep_house(self) -> None:
        self.rounds += 1


def a_list(directory: Path, content: bytes = b"a list") -> dict[str, Document]:
    """Put a list into a directory; give it as the documents of an offer."""
    path = directory / "sign-g3-full.crl"
    path.write_bytes(content)
    dates = {"this_update": NOW, "next_update": NOW + timedelta(days=2)}
    return {path.name: Document(path, "application/pkix-crl", **dates)}
