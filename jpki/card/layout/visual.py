"""The files of the 券面事項確認AP and what opens each; the sizes of the images in them.

Not here: the contents of the files (`visual_files`), what the card does with its key.
Card reference §3.3, §3.4. Used by the card to build the AP and by the client to read it.
"""

from dataclasses import dataclass
from enum import IntEnum, unique

from jpki.card.layout.jpki import FileKind
from jpki.card.layout.pins import PinKind
from jpki.sources import Grade, Source


@dataclass(frozen=True, slots=True)
class VisualRow:
    """One elementary file: what it holds, the secrets each of which opens it, the source."""

    kind: FileKind
    japanese: str
    source: Source
    free: bool = False
    opened_by: tuple[PinKind, ...] = ()
    pin: PinKind | None = None


def _file(japanese: str, reference: str, *opened_by: PinKind, free: bool = False) -> VisualRow:
    source = Source(f"card §3.3: {reference}", Grade.MEASURED)
    return VisualRow(FileKind.TRANSPARENT, japanese, source, free, opened_by)


def _pin(kind: PinKind, reference: str) -> VisualRow:
    source = Source(f"card §3.3: {reference}", Grade.RELIED_ON)
    return VisualRow(FileKind.PIN, kind.japanese, source, pin=kind)


def _key(japanese: str, reference: str, grade: Grade, *, free: bool = False) -> VisualRow:
    source = Source(f"card §3.3: {reference}", grade)
    return VisualRow(FileKind.KEY, japanese, source, free)


@unique
class VisualEf(IntEnum):
    """EF identifiers of the 券面事項確認AP; every one is its own short EF identifier as well.

    0014 and 0015, which one prober asked for, are not among those another found: absent
    (`ABSENT_SOURCE`).
    """

    BIRTH_RECORD = 0x01
    FRONT = 0x02
    INFO = 0x03
    CV_CERTIFICATE = 0x04
    NUMBER_IMAGE = 0x05
    UNKNOWN_06 = 0x06
    BIRTH_DATE = 0x11
    NUMBER_B = 0x12
    NUMBER_A = 0x13
    INTERNAL_KEY = 0x1A
    ISSUER_KEY_1C = 0x1C
    ISSUER_KEY_1E = 0x1E

    @property
    def row(self) -> VisualRow:
        """What is known of this file."""
        return VISUAL_FILES[self]

    @property
    def source(self) -> Source:
        """Where this file is known from."""
        return self.row.source


_A_OR_B = (PinKind.NUMBER_A, PinKind.NUMBER_B)

VISUAL_FILES: dict[VisualEf, VisualRow] = {
    VisualEf.BIRTH_RECORD: _file("生年月日", "MC, P8", PinKind.BIRTH_DATE),
    VisualEf.FRONT: _file("券面情報", "MC, MY, JR, AO, RTC", *_A_OR_B),
    VisualEf.INFO: _file("基本情報", "MC, MY", free=True),
    VisualEf.CV_CERTIFICATE: _file("CV証明書", "MC", free=True),
    VisualEf.NUMBER_IMAGE: _file("個人番号（券面）", "MC, P8", PinKind.NUMBER_A),
    # "照合番号A reaches 0002 to 0006, and 照合番号B the same set without 0005".
    VisualEf.UNKNOWN_06: _file("", "MC src/ap/surface.rs", *_A_OR_B),
    VisualEf.BIRTH_DATE: _pin(PinKind.BIRTH_DATE, "MC, RTC, P8"),
    VisualEf.NUMBER_B: _pin(PinKind.NUMBER_B, "MC, JR, RTC, MY"),
    VisualEf.NUMBER_A: _pin(PinKind.NUMBER_A, "MC, JR, RTC, MY"),
    # That a key signs without any secret is measured; that it is this one is a guess: of the
    # three keys there are, the other two exist under the same numbers in every application.
    VisualEf.INTERNAL_KEY: _key("内部認証鍵", "AO, MC: exists", Grade.ASSUMED, free=True),
    VisualEf.ISSUER_KEY_1C: _key("", "AO, MC: exists", Grade.RELIED_ON),
    VisualEf.ISSUER_KEY_1E: _key("", "AO, MC: exists", Grade.RELIED_ON),
}

ABSENT_SOURCE = Source("card §3.3: MC probes 0014 and 0015, AO has neither", Grade.DEDUCED)

NUMBER_IMAGE_SIZE = (72, 12)
CODE_IMAGE_SIZE = (24, 12)
"""Width and height in pixels."""
IMAGE_SOURCE = Source("card §3.3: MC, on one card", Grade.MEASURED)

NAME_IMAGE_SIZE = (320, 48)
ADDRESS_IMAGE_SIZE = (320, 72)
PHOTO_SIZE = (140, 180)
"""Width and height in pixels; no source gives them. 35 mm by 45 mm is the printed photo's shape."""
UNKNOWN_SIZE_SOURCE = Source("card §3.3: silent on these sizes", Grade.ASSUMED)

UNKNOWN_06_CONTENT = b"\xff" * 16
