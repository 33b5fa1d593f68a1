"""The pictures on a card's face: looked at with Pillow, written into files.

A card may hold anything where a picture should be; what Pillow cannot read is still written as
it is, and the answer says why there is nothing to see.
Not here: drawing in a terminal (`drawing`), reading the card. Card reference §3.3.
"""

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jpki_cli.writing import make_directory, require_writable, write_file

if TYPE_CHECKING:
    from PIL import Image

_PNG, _JPEG_2000 = "PNG", "JPEG2000"
_SUFFIX = {_PNG: "png", _JPEG_2000: "jp2"}
_MOST_PIXELS = 4_000_000
"""More than any face needs, and little enough to be decoded without harm."""


class PictureError(Exception):
    """The bytes are no picture of their form."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as it lies on the card: its name in file names, and what it shows."""

    name: str
    japanese: str
    raw: bytes = field(repr=False)
    form: str = _PNG

    @property
    def file_name(self) -> str:
        """The file it is saved in as it is."""
        return f"{self.name}.{_SUFFIX[self.form]}"

    def image(self) -> "Image.Image":
        """Decode it; raises `PictureError`."""
        # Pillow takes longer to load than most commands to run.
        from PIL import Image

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                image = Image.open(BytesIO(self.raw), formats=(self.form,))
                if image.width * image.height > _MOST_PIXELS:
                    raise PictureError(f"{image.width}x{image.height} is too large")
                image.load()
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise PictureError(f"no {self.form} that can be read") from error
        return image

    def files(self) -> dict[str, bytes]:
        """Give what is saved: the picture as it is, and as PNG too when it can be turned into it.

        Most programs that show pictures know nothing of JPEG 2000.
        """
        found = {self.file_name: self.raw}
        if self.form != _PNG:
            turned = BytesIO()
            try:
                self.image().save(turned, _PNG)
            except PictureError:
                return found
            found[f"{self.name}.png"] = turned.getvalue()
        return found

    def row(self) -> dict[str, Any]:
        """Describe it for people and programs: its form and size, never what it shows."""
        row: dict[str, Any] = {"form": self.form, "bytes": len(self.raw)}
        try:
            image = self.image()
        except PictureError as error:
            return row | {"readable": False, "why": str(error)}
        return row | {"readable": True, "width": image.width, "height": image.height}


def photo(raw: bytes) -> Picture:
    """Give the photo (JPEG 2000)."""
    return Picture("photo", "顔写真", raw, _JPEG_2000)


def make_room(directory: Path | None, names: Iterable[str], *, overwrite: bool) -> None:
    """Make the directory, and refuse files that are there, before anything is read."""
    if directory is not None:
        make_directory(directory)
        require_writable((directory / name for name in names), overwrite=overwrite)


def save(directory: Path, picture: Picture, *, overwrite: bool) -> list[Path]:
    """Write the files of a picture; give their places."""
    places = []
    for name, content in picture.files().items():
        write_file(directory / name, content, overwrite=overwrite)
        places.append(directory / name)
    return places


def line(picture: Picture, row: Mapping[str, Any]) -> str:
    """Tell one picture for people."""
    size = f"{row['width']}x{row['height']} " if row["readable"] else ""
    why = "" if row["readable"] else f", {row['why']}"
    saved = f" -> {', '.join(row['files'])}" if "files" in row else ""
    told = f"{size}{row['form']}, {row['bytes']} bytes{why}{saved}"
    return f"{picture.name:<12} {picture.japanese}: {told}"
