"""An offer of nothing real: what the HTTP side does is tried apart from any authority."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jpki.ca.ocsp import OcspAnswer, OcspStatus
from jpki.ca.service import Disturbance, Document, Health
from jpki.ca.service.offer import Asked

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
KEPT = b"kept answer"
ON_DEMAND = b"answer to a nonce"


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
