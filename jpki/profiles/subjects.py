"""The common names in subjects, in the shapes seen: made, never parsed.

What it is: 23 characters for logging in, 28 digits for signing.
What it is not: a format to read anything out of. The meaning of most parts is inferred, and a
verifier that took a place or a date from here would trust a guess.
Standard: PKI profile reference section 1.2.
Called by: `jpki.ca`.
"""

from datetime import datetime

from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality
from jpki.profiles.validity import JST
from jpki.sources import Grade, Source

AUTH_SHAPE_SOURCE = Source("PKI 1.2: four samples (shape A, meaning D)", Grade.DEDUCED)
SIGN_SHAPE_SOURCE = Source("PKI 1.2: a dummy modelled on a real one (C)", Grade.ASSUMED)

RANDOM_OCTETS = 16
"""How many random octets one common name takes."""

_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = _BASE_36[10:]


def _auth(where: Municipality, applied: datetime, number: int) -> str:
    day = applied.astimezone(JST)
    number, digits = divmod(number, 10**5)
    letters = ""
    for _ in range(4):
        number, index = divmod(number, len(_LETTERS))
        letters += _LETTERS[index]
    return (
        f"{digits:05d}4"  # the sixth digit was 4 in every sample
        f"{day.year & 0xFF:02X}{_BASE_36[day.month]}{_BASE_36[day.day]}"
        f"{letters}{where.code}003A"
    )


def _sign(applied: datetime, number: int) -> str:
    return f"{applied.astimezone(JST):%Y%m%d%H%M%S}{number % 10**14:014d}"


def subject_identifier(
    kind: Kind, where: Municipality, *, applied: datetime, randomness: bytes
) -> str:
    """Make the CN of a holder's certificate applied for at a moment, at a municipality.

    `randomness` is `RANDOM_OCTETS` long; raises `ValueError` when it is not.
    """
    if len(randomness) != RANDOM_OCTETS:
        raise ValueError(f"a common name takes {RANDOM_OCTETS} random octets")
    number = int.from_bytes(randomness, "big")
    return _sign(applied, number) if kind is Kind.SIGN else _auth(where, applied, number)
