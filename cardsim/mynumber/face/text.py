"""What is printed on a card as the chip holds it: 1-bit greyscale PNG, black on white.

The same text gives the same bytes, as long as the libraries that draw and pack stay the same.
Not here: what is signed (`contents`), the photo (`photo`). Card reference §3.3.
The font is Noto Sans CJK JP (SIL Open Font License 1.1), which comes as a package of its own.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from jpki.card.layout.visual import (
    ADDRESS_IMAGE_SIZE,
    CODE_IMAGE_SIZE,
    NAME_IMAGE_SIZE,
    NUMBER_IMAGE_SIZE,
)

_FONT = ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf")
_LARGEST, _SMALLEST = 24, 6
_DIGIT_SIZE = 10
"""The size at which a digit of the font leaves a gap in a cell of 6 pixels."""
_DIGIT_CELL = 6
_WHITE, _BLACK = 1, 0


def draw_name(name: str) -> bytes:
    """Draw 氏名 (DF25)."""
    return _draw_lines(name, NAME_IMAGE_SIZE)


def draw_address(address: str) -> bytes:
    """Draw 住所 (DF26)."""
    return _draw_lines(address, ADDRESS_IMAGE_SIZE)


def draw_number(number: str) -> bytes:
    """Draw 個人番号 (DF41): twelve digits."""
    return _draw_digits(number, NUMBER_IMAGE_SIZE)


def draw_code(code: str) -> bytes:
    """Draw セキュリティコード (DF2A): four digits."""
    return _draw_digits(code, CODE_IMAGE_SIZE)


def _draw_lines(text: str, size: tuple[int, int]) -> bytes:
    """Draw a text as large as it fits, in as many lines as it needs."""
    points, lines = _fitted(text, size)
    image, canvas = _blank(size)
    pitch = _pitch(points)
    top = (size[1] - pitch * len(lines)) // 2
    for row, line in enumerate(lines):
        middle = top + pitch * row + pitch // 2
        canvas.text((0, middle), line, fill=_BLACK, font=_font(points), anchor="lm")
    return _png(image)


def _fitted(text: str, size: tuple[int, int]) -> tuple[int, list[str]]:
    """Choose the largest type in which the text fits; what still does not is cut, as on paper."""
    for points in range(_LARGEST, _SMALLEST, -1):
        lines = _broken(text, points, size[0])
        if len(lines) * _pitch(points) <= size[1]:
            return points, lines
    return _SMALLEST, _broken(text, _SMALLEST, size[0])[: size[1] // _pitch(_SMALLEST)]


def _broken(text: str, points: int, width: int) -> list[str]:
    """Break a text into lines of at most `width` pixels, anywhere: Japanese has no spaces."""
    lines, used = [""], 0.0
    for character in text:
        # The font has no kerning, so widths add up.
        advance = _advance(points, character)
        if lines[-1] and used + advance > width:
            lines.append("")
            used = 0.0
        lines[-1] += character
        used += advance
    return lines


@cache
def _advance(points: int, character: str) -> float:
    return _font(points).getlength(character)


def _pitch(points: int) -> int:
    """Give the height of a line, in pixels."""
    return points + points // 8


def _draw_digits(digits: str, size: tuple[int, int]) -> bytes:
    """Draw digits in cells of equal width, filling the image."""
    if len(digits) * _DIGIT_CELL != size[0]:
        raise ValueError(f"{size[0] // _DIGIT_CELL} digits are needed")
    image, canvas = _blank(size)
    for place, digit in enumerate(digits):
        middle = (place * _DIGIT_CELL + _DIGIT_CELL // 2, size[1] // 2)
        canvas.text(middle, digit, fill=_BLACK, font=_font(_DIGIT_SIZE), anchor="mm")
    return _png(image)


def _blank(size: tuple[int, int]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("1", size, _WHITE)
    canvas = ImageDraw.Draw(image)
    canvas.fontmode = "1"
    return image, canvas


def _png(image: Image.Image) -> bytes:
    packed = BytesIO()
    image.save(packed, "PNG", optimize=True)
    return packed.getvalue()


@cache
def _font(points: int) -> ImageFont.FreeTypeFont:
    package, name = _FONT
    # Read whole: the package may lie in an archive, where FreeType cannot go.
    raw = BytesIO(_font_file(package, name))
    return ImageFont.truetype(raw, points, layout_engine=ImageFont.Layout.BASIC)


@cache
def _font_file(package: str, name: str) -> bytes:
    return files(package).joinpath(name).read_bytes()
