"""Pictures drawn in a terminal with characters, where there is a terminal that can.

Greys are half blocks in the terminal's colours; ink on paper, and greys where there are no
colours, are Braille patterns (U+2800 to U+28FF): eight points a character.
Not here: which pictures (`read_face`). rich knows what the terminal can; Pillow scales.
"""

import sys
from typing import TYPE_CHECKING

from jpki_cli.exits import ExitStatus, Failure

if TYPE_CHECKING:
    from PIL import Image
    from rich.console import Console

_BRAILLE = 0x2800
_POINTS = (
    ((0, 0), 0x01),
    ((0, 1), 0x02),
    ((0, 2), 0x04),
    ((1, 0), 0x08),
    ((1, 1), 0x10),
    ((1, 2), 0x20),
    ((0, 3), 0x40),
    ((1, 3), 0x80),
)
"""Where each point of a pattern is, across and down, and its bit (Unicode, Braille Patterns)."""
_ACROSS, _DOWN = 2, 4
_HALF_BLOCK = "▀"
_WIDEST_PHOTO = 60
"""Columns: a face is known at that size, and the rows still fit on most screens."""
_WHITE = 255
_MIDDLE = 128


def require_terminal(*, in_json: bool) -> None:
    """Refuse, before anything is read, where nothing can be drawn."""
    if in_json:
        raise Failure("--show and --json exclude each other", ExitStatus.USAGE)
    if not sys.stdout.isatty():
        raise Failure(
            "--show draws in a terminal, and standard output is none; write files with --save DIR",
            ExitStatus.USAGE,
        )
    if (sys.stdout.encoding or "").lower() not in {"utf-8", "utf8"}:
        raise Failure(
            "--show needs a terminal that takes UTF-8; write files with --save DIR",
            ExitStatus.USAGE,
        )


def drawn(image: "Image.Image") -> str:
    """Draw a picture for the terminal standard output is; ends without a newline."""
    from rich.console import Console

    console = Console()
    if image.mode == "1":
        return _braille(_ink(image, console.width * _ACROSS))
    if console.color_system is None or console.no_color:
        # Points are light on most terminals, so they stand for what is light.
        grey = _narrowed(image.convert("L"), min(console.width, _WIDEST_PHOTO) * _ACROSS)
        return _braille(grey.convert("1"))
    return _half_blocks(image, console)


def _ink(image: "Image.Image", width: int) -> "Image.Image":
    """Give the ink of a text as points, without the empty paper round it."""
    from PIL import ImageOps

    ink = ImageOps.invert(image.convert("L"))
    box = ink.getbbox()
    if box is None:
        return ink.crop((0, 0, 1, 1)).convert("1")
    shown = _narrowed(ink.crop(box), width)
    return shown.point(lambda grey: _WHITE if grey >= _MIDDLE else 0).convert("1")


def _narrowed(image: "Image.Image", width: int) -> "Image.Image":
    """Scale a picture down to a width; a smaller one stays as it is."""
    if image.width <= width:
        return image
    return image.resize((width, max(1, image.height * width // image.width)))


def _braille(points: "Image.Image") -> str:
    """Write a picture of points, light ones as points, four rows a line."""
    width, height = points.size

    def pattern(column: int, row: int) -> str:
        bits = 0
        for (across, down), bit in _POINTS:
            at = (column * _ACROSS + across, row * _DOWN + down)
            if at[0] < width and at[1] < height and points.getpixel(at):
                bits |= bit
        return chr(_BRAILLE + bits)

    columns, rows = -(-width // _ACROSS), -(-height // _DOWN)
    return "\n".join("".join(pattern(c, r) for c in range(columns)) for r in range(rows))


def _half_blocks(image: "Image.Image", console: "Console") -> str:
    """Write greys as upper half blocks: the character's colour above, the background's below."""
    from rich.color import Color
    from rich.style import Style
    from rich.text import Text

    grey = _narrowed(image.convert("L"), min(console.width, _WIDEST_PHOTO))
    levels = grey.tobytes()

    def colour(column: int, row: int) -> Color | None:
        if row >= grey.height:
            return None
        level = levels[row * grey.width + column]
        return Color.from_rgb(level, level, level)

    text = Text(no_wrap=True, end="")
    for row in range(0, grey.height, 2):
        for column in range(grey.width):
            upper, lower = colour(column, row), colour(column, row + 1)
            text.append(_HALF_BLOCK, Style(color=upper, bgcolor=lower))
        text.append("\n")
    with console.capture() as captured:
        console.print(text, end="")
    return captured.get().rstrip("\n")
