"""The files of the 住基AP, as far as they are public: a key reference and a PIN.

Not here: 住民票コード; what would open it is not public, and nothing is invented.
Card reference §3.5. Used by the card to build the AP.
"""

from enum import IntEnum, unique

from jpki.sources import Grade, Source


@unique
class JukiEf(IntEnum):
    """EF identifiers of the 住基AP."""

    KEY_ID = 0x02
    """A record file: one 16-byte key identifier, the same as in the 共通AP."""
    PIN = 0x1C

    @property
    def source(self) -> Source:
        """Where this file is known from."""
        return Source("card §3.5: MC", Grade.MEASURED)
