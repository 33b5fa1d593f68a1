"""The language spoken between a reader and a card: ISO/IEC 7816-3 and 7816-4.

Bytes in, bytes out: no I/O and no knowledge of the My Number card.
"""

from jpki.iso7816.apdu import (
    MAX_NC_EXTENDED,
    MAX_NC_SHORT,
    MAX_NE_EXTENDED,
    MAX_NE_SHORT,
    ApduError,
    CommandApdu,
    ResponseApdu,
)
from jpki.iso7816.atr import Atr, AtrError
from jpki.iso7816.status import SW, StatusWord
from jpki.iso7816.tlv import Tlv, TlvError

__all__ = [
    "MAX_NC_EXTENDED",
    "MAX_NC_SHORT",
    "MAX_NE_EXTENDED",
    "MAX_NE_SHORT",
    "SW",
    "ApduError",
    "Atr",
    "AtrError",
    "CommandApdu",
    "ResponseApdu",
    "StatusWord",
    "Tlv",
    "TlvError",
]
