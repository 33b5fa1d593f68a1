"""The applications on the card and the names (AID) they are selected by.

Not here: the files inside them (one module per application), how SELECT works (the chip).
Card reference §2. Called by the card to build itself and by the client to select.
"""

from dataclasses import dataclass
from enum import Enum, unique

from jpki.sources import Grade, Source


@dataclass(frozen=True, slots=True)
class ApplicationName:
    """One application: AID (5 to 16 bytes), the name Japanese documents use, the source."""

    aid: bytes
    japanese: str
    source: Source


def _name(aid: str, japanese: str, reference: str, grade: Grade) -> ApplicationName:
    return ApplicationName(bytes.fromhex(aid), japanese, Source(f"card §2: {reference}", grade))


@unique
class Ap(Enum):
    """An application (AP) of the card."""

    JPKI = _name("D392F000260100000001", "公的個人認証AP", "all clients", Grade.RELIED_ON)
    TEXT = _name("D3921000310001010408", "券面入力補助AP", "n>=15", Grade.RELIED_ON)
    VISUAL = _name("D3921000310001010402", "券面事項確認AP", "MY, MC, JR, AO", Grade.RELIED_ON)
    JUKI = _name("D3921000310001010401", "住基AP", "MC; TR, CX list it", Grade.RELIED_ON)
    COMMON = _name("D3921000310001010100", "共通AP", "MC, MY, TR, CX, C3, AO", Grade.RELIED_ON)
    ISD = _name("A0000001510000", "発行者セキュリティドメイン", "MC, MS", Grade.MEASURED)
    LICENCE = _name(
        "A0000002310600000000000000000000", "マイナ免許証", "JPD on a real card", Grade.MEASURED
    )

    @property
    def aid(self) -> bytes:
        """The application identifier."""
        return self.value.aid

    @property
    def japanese(self) -> str:
        """The name in Japanese documents."""
        return self.value.japanese

    @property
    def source(self) -> Source:
        """Where the AID is known from."""
        return self.value.source
