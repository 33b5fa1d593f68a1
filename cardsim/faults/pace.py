"""How long a contactless card takes: a model as data, from what is published.

    pace_of("nfc-106", atr).seconds(Kind.READ_BINARY, sent=7, received=258)

Line: ISO/IEC 14443-2 clause 9 (1 etu = 128/fc at 106 kbit/s), 14443-3 clause 7 (type B: characters,
frames, guard times, what the ATQB says of bit rates and waiting time), 14443-4 clause 7 (blocks,
S(WTX)). Chip: JCAlgTest's measurements of another card. Not here: sleeping (`card`), polling and
activation, which come before the first command, and the way from reader to host.
Called by `card`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from cardsim.faults.kinds import Kind
from jpki.card.layout import Fact
from jpki.sources import Grade, Source

CARRIER_HZ = 13_560_000
_ETU_CYCLES = 128
_BITS_OF_A_BYTE = 10
"""Start bit, eight, stop bit; no extra guard time."""
_FRAME_ETUS = 25
"""SOF (10 to 11 low, 2 to 3 high) and EOF (10 to 11)."""
_TURN_SECONDS = (64 + 80) / 847_500
"""TR0 and TR1 at their least, before the card's frame."""
_BLOCK_DATA = 253
"""What fits into a frame of 256 bytes beside PCB and CRC."""
_BLOCK_EXTRA = 3
_PSEUDO_ATR = bytes.fromhex("3B888001")
_RATE_BYTE, _WAITING_BYTE = 8, 10
_QUICKER = ((0x44, 8), (0x22, 4), (0x11, 2))
"""Bits of the ATQB's bit rate byte for both directions, and the rate as a multiple of 106."""
_RFU = 0x08
_DEFAULT_DIVISOR = 4
_DEFAULT_FWI = 10
_FASTEST = 4

PACE_FACTS = (
    Fact(
        "bit rate",
        "B3 in the ATQB: up to 424 kbit/s both ways; 00: 106 only",
        Source("card §1.2; ISO/IEC 14443-3 clause 7.9.4.4", Grade.DEDUCED),
    ),
    Fact(
        "frame waiting time",
        "256 * 16/fc * 2**FWI: 309 ms for FWI 10",
        Source("ISO/IEC 14443-3 clause 7.9.4.3", Grade.SPECIFIED),
    ),
    Fact(
        "RSA-2048 private operation",
        "699 ms on an Infineon CJTOP 80K (ATR 3BF69100FF918171FE40004128000177B1E9), whose ATR is"
        " shaped as two of this card's",
        Source("JCAlgTest: CJTOP_80K 1634725042516, RSA_PRIVATE 2048 PKCS1", Grade.MEASURED),
    ),
    Fact(
        "any command",
        "37 ms with its way, the least of the same measurement",
        Source("JCAlgTest: CJTOP_80K 1634725042516, baseline", Grade.MEASURED),
    ),
    Fact("this card's chip", "is as quick as that one", Source("none", Grade.ASSUMED)),
    Fact("saving a counter", "twice 5 ms in a VERIFY", Source("none", Grade.ASSUMED)),
)

_RSA_SECONDS = 0.699
_COMMAND_SECONDS = 0.037
_SAVE_SECONDS = 0.010
_WORK_SECONDS: dict[Kind, float] = {
    Kind.COMPUTE_DIGITAL_SIGNATURE: _RSA_SECONDS,
    Kind.INTERNAL_AUTHENTICATE: _RSA_SECONDS,
    Kind.SET_SESSION_KEY: _RSA_SECONDS,
    Kind.VERIFY: _SAVE_SECONDS,
    Kind.CHANGE_REFERENCE_DATA: _SAVE_SECONDS,
}


@dataclass(frozen=True, slots=True)
class Pace:
    """A line and a chip: `divisor` is the bit rate as a multiple of 106 kbit/s (1, 2, 4, 8)."""

    divisor: int = _DEFAULT_DIVISOR
    fwi: int = _DEFAULT_FWI

    @property
    def etu(self) -> float:
        """Seconds a bit takes."""
        return _ETU_CYCLES / self.divisor / CARRIER_HZ

    @property
    def waiting_seconds(self) -> float:
        """The frame waiting time: a card that needs longer has to ask for more."""
        return float(256 * 16 / CARRIER_HZ * 2**self.fwi)

    def line_seconds(self, length: int) -> float:
        """Give the time of so many bytes one way, in blocks that are each acknowledged."""
        blocks = max(1, ceil(length / _BLOCK_DATA))
        acknowledgements = blocks - 1
        carried = length + _BLOCK_EXTRA * (blocks + acknowledgements)
        frames = blocks + acknowledgements
        return frames * self._frame_seconds + carried * _BITS_OF_A_BYTE * self.etu

    def seconds(self, kind: Kind, *, sent: int, received: int) -> float:
        """Give the time of one command of `sent` bytes and its answer of `received`."""
        work = _COMMAND_SECONDS + _WORK_SECONDS.get(kind, 0.0)
        extensions = int(work / self.waiting_seconds)
        asking = 2 * extensions * self.line_seconds(1)
        return self.line_seconds(sent) + work + asking + self.line_seconds(received)

    @property
    def _frame_seconds(self) -> float:
        return _FRAME_ETUS * self.etu + _TURN_SECONDS


def _announced(atr: bytes) -> Pace:
    """Give the pace a type B card's ATR names, at most 424 kbit/s; else 424 kbit/s, FWI 10."""
    if not atr.startswith(_PSEUDO_ATR) or len(atr) <= _WAITING_BYTE:
        return Pace()
    rates, fwi = atr[_RATE_BYTE], atr[_WAITING_BYTE] >> 4
    if rates & _RFU:
        # The standard has a reader take such a byte for zero.
        return Pace(1, fwi)
    quickest = next((times for bits, times in _QUICKER if rates & bits == bits), 1)
    return Pace(min(quickest, _FASTEST), fwi)


PROFILES: dict[str, Callable[[bytes], Pace]] = {
    "nfc": _announced,
    "nfc-106": lambda atr: Pace(1, _announced(atr).fwi),
    "nfc-424": lambda atr: Pace(4, _announced(atr).fwi),
}
"""Profiles by name: what each makes of an ATR."""


def pace_of(profile: str, atr: bytes) -> Pace:
    """Give the pace of a profile for a card; raises `KeyError` for a name nobody knows."""
    return PROFILES[profile](atr)
