"""The map of the card as the card reference §2, §3, §5 and §8 give it, typed off by hand.

No line of `jpki.card.layout` is asked: a slip there must not become what the tests expect.
Not here: contents of files. Used by tests that go over everything there is on a full card.
"""

from collections.abc import Mapping

from tests.support.cards import AUTH_PIN, SIGN_PIN
from tests.support.faces import BIRTH_DIGITS, NUMBER, NUMBER_B
from tests.support.whole import JUKI_PIN, LICENCE_PIN, TEXT_PIN

AIDS = {
    "ISD": "A0000001510000",
    "JPKI": "D392F000260100000001",
    "TEXT": "D3921000310001010408",
    "VISUAL": "D3921000310001010402",
    "COMMON": "D3921000310001010100",
    "JUKI": "D3921000310001010401",
    "LICENCE": "A0000002310600000000000000000000",
}

FREE: frozenset[int] | None = None
NOBODY: frozenset[int] | None = frozenset()


def _by(*pins: int) -> frozenset[int]:
    return frozenset(pins)


TRANSPARENT: Mapping[str, Mapping[int, frozenset[int] | None]] = {
    "ISD": {},
    "JPKI": {
        0x01: _by(0x1B), 0x02: FREE, 0x05: NOBODY, 0x06: FREE, 0x08: FREE, 0x09: NOBODY,
        0x0A: FREE, 0x0B: FREE,
    },
    "TEXT": {
        0x01: _by(0x11, 0x14), 0x02: _by(0x11, 0x15), 0x03: _by(0x11, 0x14, 0x15), 0x04: FREE,
        0x05: FREE, 0x06: _by(0x11, 0x14, 0x15), 0x07: _by(0x11, 0x14, 0x15), 0x08: _by(0x11),
    },
    "VISUAL": {
        0x01: _by(0x11), 0x02: _by(0x12, 0x13), 0x03: FREE, 0x04: FREE, 0x05: _by(0x13),
        0x06: _by(0x12, 0x13),
    },
    "COMMON": {},
    "JUKI": {},
    "LICENCE": {0x1A: FREE, 0x1B: _by(0x06), 0x1C: _by(0x06)},
}  # fmt: skip
"""Files READ BINARY reads, and the PIN files each of which opens them."""

RECORDS: Mapping[str, tuple[int, ...]] = {"COMMON": (0x01, 0x02), "JUKI": (0x02,)}
"""Files READ RECORD reads; all are free."""

PINS: Mapping[str, Mapping[int, tuple[str | None, int]]] = {
    "ISD": {},
    "JPKI": {0x10: (None, 3), 0x18: (AUTH_PIN, 3), 0x1B: (SIGN_PIN, 5)},
    "TEXT": {0x11: (TEXT_PIN, 3), 0x12: (None, 0), 0x14: (NUMBER, 10), 0x15: (NUMBER_B, 10)},
    "VISUAL": {0x11: (BIRTH_DIGITS, 10), 0x12: (NUMBER_B, 10), 0x13: (NUMBER, 10)},
    "COMMON": {0x1C: (JUKI_PIN, 3)},
    "JUKI": {0x1C: (JUKI_PIN, 3)},
    "LICENCE": {0x06: (LICENCE_PIN, 10)},
}
"""PIN files: what is right (None: nothing is) and the tries of a full counter."""

KEYS: Mapping[str, tuple[int, ...]] = {
    "ISD": (0x1E,),
    "JPKI": (0x16, 0x17, 0x19, 0x1A, 0x1C, 0x1E),
    "TEXT": (0x10, 0x13, 0x1C, 0x1E),
    "VISUAL": (0x1A, 0x1C, 0x1E),
    "COMMON": (0x19, 0x1E),
    "JUKI": (),
    "LICENCE": (),
}
"""Keys without a counter."""

DATA_OBJECTS = (0x0042, 0x0045, 0x0066, 0x00F0, 0x00F2, 0x00F7, 0x00F8, 0x7F21, 0x5F51)
"""Tags of GET DATA in the ISD."""


def select(ap: str) -> str:
    """Give SELECT of an application by its whole name."""
    return f"00A4040C{len(AIDS[ap]) // 2:02X}{AIDS[ap]}"


def verify(ef: int, secret: str) -> str:
    """Give VERIFY of a PIN file by its short identifier."""
    return f"002000{0x80 | ef:02X}{len(secret):02X}{secret.encode().hex().upper()}"


def prove(ap: str, ef: int) -> str:
    """Give VERIFY with the right secret of a PIN file."""
    secret, _ = PINS[ap][ef]
    assert secret is not None
    return verify(ef, secret)
