"""The issuer security domain (GlobalPlatform), current after power-up: its data objects.

Not here: how GET DATA works. Card reference §3.7, all measured by MC; the coding of the
values beyond what is said there is ours. Used by the card and by the client.
"""

from dataclasses import dataclass
from enum import IntEnum, unique

from jpki.sources import Grade, Source


@dataclass(frozen=True, slots=True)
class DataObjectRow:
    """One data object: what it holds, whether only an extended Le gets it, the source."""

    japanese: str
    needs_extended: bool
    source: Source


def _row(japanese: str, *, needs_extended: bool = False) -> DataObjectRow:
    return DataObjectRow(japanese, needs_extended, Source("card §3.7: MC", Grade.MEASURED))


@unique
class IsdTag(IntEnum):
    """P1-P2 of GET DATA while the ISD is current."""

    ISSUER_ID = 0x0042
    """16 bytes."""
    CARD_ID = 0x0045
    """ASCII."""
    CARD_RECOGNITION = 0x0066
    """GlobalPlatform card recognition data."""
    MUNICIPALITY = 0x00F0
    """市区町村コード, 5 digits."""
    EXPIRY = 0x00F2
    """有効期限, 8 digits."""
    KEY_ID = 0x00F7
    """Key identifier."""
    UPPER_CV_CERTIFICATE = 0x00F8
    """Root to intermediate, without its 7F21 wrapper; a short Le is refused with 6700."""
    CV_CERTIFICATE = 0x7F21
    """Intermediate to card; missing on older cards. Too long for a short Le: 6700, by our guess."""
    ATR = 0x5F51
    """The contact ATR without TS."""

    @property
    def row(self) -> DataObjectRow:
        """What is known of this object."""
        return ISD_OBJECTS[self]

    @property
    def source(self) -> Source:
        """Where this object is known from."""
        return self.row.source


ISD_OBJECTS: dict[IsdTag, DataObjectRow] = {
    IsdTag.ISSUER_ID: _row("発行者ID"),
    IsdTag.CARD_ID: _row("カードID"),
    IsdTag.CARD_RECOGNITION: _row("カード認識データ"),
    IsdTag.MUNICIPALITY: _row("市区町村コード"),
    IsdTag.EXPIRY: _row("有効期限"),
    IsdTag.KEY_ID: _row("鍵ID"),
    IsdTag.UPPER_CV_CERTIFICATE: _row("上位CV証明書", needs_extended=True),
    IsdTag.CV_CERTIFICATE: _row("CV証明書"),
    IsdTag.ATR: _row("ATR (TSを除く)"),
}
ISD_KEY_SOURCE = Source("card §3.7: MC", Grade.MEASURED)
ISD_KEY_FILE = 0x001E
"""The one EF that can be selected there; a key, so READ BINARY answers 6981 (MC, measured)."""
