"""EF 0008 of the JPKI AP: which of the two certificates the card carries.

Card reference §3.1: three bytes, `8F 8F 00` on a card with both. A missing signing
certificate (a holder under 15, say) shows here. Built by the card, read by the client.
"""

from dataclasses import dataclass
from typing import Self

from jpki.sources import Grade, Source

AVAILABILITY_LENGTH = 3
PRESENT = 0x8F
PRESENT_SOURCE = Source("card §3.1 EF 0008: MC", Grade.MEASURED)
ABSENT = 0x00
ABSENT_SOURCE = Source("card §3.1 EF 0008: the value is not published", Grade.ASSUMED)


class AvailabilityError(ValueError):
    """Bytes that are no availability file."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether each certificate is on the card."""

    sign: bool
    auth: bool

    def build(self) -> bytes:
        """Give the three bytes of the file."""
        return bytes((PRESENT if self.sign else ABSENT, PRESENT if self.auth else ABSENT, 0))

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the three bytes; whatever is not the byte for present counts as absent."""
        if len(raw) != AVAILABILITY_LENGTH:
            raise AvailabilityError(f"{len(raw)} bytes where {AVAILABILITY_LENGTH} are expected")
        return cls(sign=raw[0] == PRESENT, auth=raw[1] == PRESENT)
