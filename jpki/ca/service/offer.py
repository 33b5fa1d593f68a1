"""What the service asks of whoever runs it: the time, answers, files, health, and what goes wrong.

What it is: the seam between HTTP and the authorities, so that the application can be tried with
anything behind it and knows neither registers nor worlds.
What it is not: HTTP; nothing here knows a header.
Called by: `ocsp`, `documents`, `app`; filled in by `cardsim.world.serving`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique
from pathlib import Path
from typing import Protocol

from jpki.ca.ocsp import OcspAnswer


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost; the rest is refused."""

    body: int = 64 * 1024
    """Octets of an OCSP request. One about one certificate has about 80, a signed one 2,000."""
    seconds: float = 10.0
    """How long a request's body may take to come."""
    path: int = 8 * 1024
    """Octets of a path; RFC 5019 section 5 sends no GET with more than 255."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file and what it is; dates and number (cRLNumber) are a revocation list's."""

    path: Path
    media_type: str
    this_update: datetime | None = None
    next_update: datetime | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """Whether all is well, and each part by name with what was seen."""

    is_good: bool
    parts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What is made to go wrong with one answer: seconds late, an HTTP status, other octets.

    `change` is given the request (empty for a list) and the honest answer.
    """

    late: float = 0.0
    status: int | None = None
    change: Callable[[bytes, bytes], bytes] | None = None


@unique
class Asked(Enum):
    """What a request is for."""

    OCSP = "ocsp"
    LIST = "crl"


class OutOfServiceError(Exception):
    """Nothing can be given until somebody mends what the message names; it is for the log."""


class Offer(Protocol):
    """The authorities as the service sees them. No method may raise for what a client sends.

    What has to do with troubles raises `OutOfServiceError` when nobody can tell which are set:
    to go on as if there were none would be the worse answer. So does `document` for one that
    is damaged or cannot be opened.
    """

    def now(self) -> datetime:
        """Give the time: aware, cheap enough to be asked at every request."""
        ...

    def answer(self, request: bytes, *, moment: datetime) -> OcspAnswer:
        """Answer an OCSP request, DER, whatever it is."""
        ...

    def kept(self, request: bytes, *, moment: datetime) -> OcspAnswer | None:
        """Give an answer that is at hand without asking any register or signing, if there is one.

        Must not wait for anything: whoever else is served waits for it.
        """
        ...

    def document(self, name: str) -> Document | None:
        """Give a list or a CA certificate by its file name, None when there is none."""
        ...

    def names(self) -> Iterable[str]:
        """Give the file names of all documents."""
        ...

    def is_calm(self, asked: Asked) -> bool:
        """Whether nothing goes wrong with any of these just now: none need be counted."""
        ...

    def disturbance(self, asked: Asked) -> Disturbance | None:
        """Count a request; give what goes wrong with it."""
        ...

    def health(self, *, moment: datetime) -> Health:
        """Look at the register and the lists."""
        ...

    def keep_house(self) -> None:
        """Do what is due, the nightly lists for one; called now and then, never twice at once."""
        ...
