"""The answers to reset of the chip generations, contact and contactless.

Not here: parsing an ATR (that is `jpki.iso7816.atr`), recognising a card: clients select
the JPKI AP and do not look at the ATR, except for few (card reference §1.3).
Card reference §1.1, §1.2. Used by the card image to choose a generation.
"""

from dataclasses import dataclass
from enum import Enum, unique

from jpki.sources import Grade, Source


@dataclass(frozen=True, slots=True)
class AtrRow:
    """One ATR: its bytes, whether a contactless reader makes it up, what is known of it."""

    raw: bytes
    contactless: bool
    description: str
    source: Source


def _contact(raw: str, description: str, reference: str, grade: Grade) -> AtrRow:
    source = Source(f"card §1.1: {reference}", grade)
    return AtrRow(bytes.fromhex(raw), contactless=False, description=description, source=source)


def _contactless(raw: str, description: str, reference: str) -> AtrRow:
    source = Source(f"card §1.2: {reference}", Grade.RELIED_ON)
    return AtrRow(bytes.fromhex(raw), contactless=True, description=description, source=source)


@unique
class AtrFamily(Enum):
    """The ATR families of My Number cards; the names are ours."""

    CONTACT_E0 = _contact(
        "3BE000FF8131FE4514", "T=1, no historical bytes", "OSC, NM, MC GET DATA", Grade.MEASURED
    )
    CONTACT_DA = _contact(
        "3BDA13FF8131FB468012392F31C173C601C03B",
        "T=1, announces chaining and extended lengths",
        "OSC#3021, a reported card",
        Grade.MEASURED,
    )
    CONTACT_C5 = _contact(
        "3BC5FF8131FB458073C6010000", "T=1, short EF identifiers", "OSC, PT", Grade.RELIED_ON
    )
    CONTACT_F5_00D1 = _contact(
        "3BF59100FF918171FE400042000100D1D6", "specific mode T=1", "OSC, PT", Grade.RELIED_ON
    )
    CONTACT_F5_B3A1 = _contact(
        "3BF59100FF918171FE4000420001B3A115", "specific mode T=1", "OSC, PT", Grade.RELIED_ON
    )
    TYPE_B_41E0 = _contactless(
        "3B8880010000 41E0B381A1003B", "application data 000041E0", "OSC, PT, MIYA"
    )
    TYPE_B_05E0 = _contactless(
        "3B888001000005E0B381A1007F", "application data 000005E0", "OSC, PT, MIYA"
    )
    TYPE_B_51FF_B3 = _contactless(
        "3B888001004B51FFB381D1000F", "application data 004B51FF", "OSC, PT"
    )
    TYPE_B_51FF_00 = _contactless(
        "3B888001004B51FF0081D100BC", "application data 004B51FF, 106 kbit/s only", "OSC"
    )

    @property
    def atr(self) -> bytes:
        """The bytes of the ATR."""
        return self.value.raw

    @property
    def label(self) -> str:
        """The name people choose it by: `contact-e0`, `type-b-41e0` and so on."""
        return self.name.lower().replace("_", "-")

    @property
    def description(self) -> str:
        """What is known of the chip, or of the card's side of the air, by it."""
        return self.value.description

    @property
    def is_contactless(self) -> bool:
        """Whether a contactless reader composes this ATR (PC/SC part 3)."""
        return self.value.contactless

    @property
    def source(self) -> Source:
        """Where the ATR is known from."""
        return self.value.source
