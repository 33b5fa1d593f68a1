"""A photo of nobody: a face drawn by program, as greyscale JPEG 2000 (JP2).

Everything in it comes from a seed, so the same person looks the same each time and different
people look different. Not here: the other images (`text`), what is signed (`contents`).
ISO/IEC 15444-1 (written by OpenJPEG); card reference §3.3, DF27.
"""

from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

from jpki.card.layout.visual import PHOTO_SIZE

_OVER = 4
"""Drawn this many times larger and scaled down, which smooths the edges."""
_COMPRESSION = 8
"""Some 3,000 bytes: a card has little room and contactless readers little patience."""

_Box = tuple[float, float, float, float]


class _Traits:
    """Numbers that make one face differ from another, taken from the seed one by one."""

    def __init__(self, seed: bytes) -> None:
        self._bytes = iter(sha256(b"face 1" + seed).digest())

    def between(self, low: int, high: int) -> int:
        """Give the next trait, `low` and `high` included."""
        return low + next(self._bytes) * (high - low + 1) // 256


def draw_photo(seed: bytes) -> bytes:
    """Draw the face that belongs to a seed; gives a JP2 file of `PHOTO_SIZE`, 8-bit grey."""
    packed = BytesIO()
    _portrait(_Traits(seed)).save(
        packed,
        "JPEG2000",
        irreversible=True,
        quality_mode="rates",
        quality_layers=[_COMPRESSION],
        no_jp2=False,
    )
    return packed.getvalue()


def _portrait(traits: _Traits) -> Image.Image:
    width, height = PHOTO_SIZE[0] * _OVER, PHOTO_SIZE[1] * _OVER
    image = Image.new("L", (width, height), 228)
    canvas = ImageDraw.Draw(image)
    unit = width / 100
    across, down = traits.between(24, 29) * unit, traits.between(33, 39) * unit
    middle, centre = width / 2, height * 0.44
    hair, skin = traits.between(20, 110), traits.between(176, 208)
    _shoulders(canvas, traits, (middle, height, unit), skin)
    _hair_behind(canvas, traits, (middle, centre, across, down, unit), hair)
    canvas.ellipse(_around(middle, centre, across, down), fill=skin)
    for side in (-1, 1):
        ear = _around(middle + side * across, centre + 2 * unit, 4 * unit, 7 * unit)
        canvas.ellipse(ear, fill=skin - 12)
    _fringe(canvas, traits, (middle, centre, across, down, unit), hair)
    _features(canvas, traits, (middle, centre, across, down, unit), hair)
    small = image.resize(PHOTO_SIZE, Image.Resampling.LANCZOS)
    return small.filter(ImageFilter.GaussianBlur(0.5))


def _around(x: float, y: float, across: float, down: float) -> _Box:
    return (x - across, y - down, x + across, y + down)


def _shoulders(
    canvas: ImageDraw.ImageDraw, traits: _Traits, place: tuple[float, float, float], skin: int
) -> None:
    middle, height, unit = place
    wide, cloth = traits.between(40, 48) * unit, traits.between(40, 140)
    canvas.ellipse(_around(middle, height + 12 * unit, wide, 38 * unit), fill=cloth)
    neck = (middle - 11 * unit, height * 0.6, middle + 11 * unit, height - 22 * unit)
    canvas.rounded_rectangle(neck, 10 * unit, fill=skin - 16)


def _hair_behind(
    canvas: ImageDraw.ImageDraw,
    traits: _Traits,
    head: tuple[float, float, float, float, float],
    hair: int,
) -> None:
    middle, centre, across, down, unit = head
    canvas.ellipse(
        _around(middle, centre - 4 * unit, across + 5 * unit, down + 4 * unit), fill=hair
    )
    if traits.between(0, 1):
        length = traits.between(10, 34) * unit
        long_hair = (
            middle - across - 5 * unit,
            centre,
            middle + across + 5 * unit,
            centre + down * 0.6 + length,
        )
        canvas.rounded_rectangle(long_hair, 8 * unit, fill=hair)


def _fringe(
    canvas: ImageDraw.ImageDraw,
    traits: _Traits,
    head: tuple[float, float, float, float, float],
    hair: int,
) -> None:
    middle, centre, across, down, unit = head
    tilt, low = traits.between(-9, 9), traits.between(12, 34)
    crown = _around(middle, centre - 3 * unit, across + 4 * unit, down + 4 * unit)
    canvas.chord(crown, 180 + low + tilt, 360 - low + tilt, fill=hair)


def _features(
    canvas: ImageDraw.ImageDraw,
    traits: _Traits,
    head: tuple[float, float, float, float, float],
    hair: int,
) -> None:
    middle, centre, _, down, unit = head
    apart, eye = traits.between(10, 13) * unit, traits.between(2, 3) * unit
    brow = traits.between(6, 9) * unit
    glasses = traits.between(0, 3) == 0
    for side in (-1, 1):
        at = middle + side * apart
        canvas.ellipse(_around(at, centre, 5 * unit, eye), fill=240)
        canvas.ellipse(_around(at, centre, eye, eye), fill=30)
        raised = (at - 6 * unit, centre - brow, at + 6 * unit, centre - brow + 5 * unit)
        canvas.arc(raised, 200, 340, fill=hair, width=int(2 * unit))
        if glasses:
            rim = _around(at, centre, 8 * unit, 7 * unit)
            canvas.ellipse(rim, outline=50, width=int(1.2 * unit))
    if glasses:
        bridge = (middle - apart + 8 * unit, centre, middle + apart - 8 * unit, centre)
        canvas.line(bridge, fill=50, width=int(1.2 * unit))
    nose = traits.between(10, 14) * unit
    canvas.arc((middle - 4 * unit, centre + nose - 5 * unit, middle + 4 * unit, centre + nose),
               20, 160, fill=120, width=int(1.2 * unit))  # fmt: skip
    wide, smile = traits.between(7, 12) * unit, traits.between(2, 6) * unit
    mouth = centre + down * 0.55
    canvas.arc((middle - wide, mouth - smile, middle + wide, mouth + smile),
               10, 170, fill=90, width=int(1.6 * unit))  # fmt: skip
