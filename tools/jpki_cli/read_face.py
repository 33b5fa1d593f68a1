"""`jpki read face` and `photo`: what 券面事項確認AP holds of the card's face.

Pictures go into files or onto the terminal; JSON holds their sizes only: one of them shows the
個人番号, another a part of 照合番号B.
Not here: decoding (`pictures`), drawing (`drawing`), whether it is genuine (`jpki check-card`).
Card reference §3.3, §3.4.
"""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from jpki.card.client import VisualSession
from jpki.card.layout import PinKind
from jpki.card.layout.visual_files import FrontRecord
from jpki.people import Gender
from jpki.verify.names import printable
from jpki_cli import pictures
from jpki_cli.answer import Answer, answers, as_json
from jpki_cli.connecting import card_connection
from jpki_cli.drawing import drawn, require_terminal
from jpki_cli.options import (
    SECRETS,
    card_options,
    day_of_digits,
    refuse_without_effect,
    with_option,
)
from jpki_cli.pictures import Picture, PictureError
from jpki_cli.secrets import PinSource, pin_options

Command = Callable[..., Any]

_PHOTO_FILES = ("photo.jp2", "photo.png")
_FACE_FILES = ("name.png", "address.png", "code.png", *_PHOTO_FILES)
_NUMBER_FILE = "number.png"


def picture_options(command: Command) -> Command:
    """Add --save, --force and --show."""

    @click.option(
        "--save",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help="Write the pictures into DIR; the photo (photo.jp2) as photo.png too.",
    )
    @click.option("--force", is_flag=True, help="Overwrite files that are there.")
    @click.option("--show", is_flag=True, help="Draw the pictures in the terminal.")
    @functools.wraps(command)
    def with_pictures(*args: Any, **kwargs: Any) -> Any:
        return command(*args, **kwargs)

    return with_pictures


@click.command()
@with_option("number-b", "number-a")
@pin_options()
@picture_options
@card_options
@answers
def face(
    *,
    with_secret: str,
    pin: PinSource,
    save: Path | None,
    force: bool,
    show: bool,
    reader: str | None,
    card_name: str | None,
) -> Answer:
    """Read the card's face: dates, gender, pictures of name, address, code, photo (券面).

    照合番号A also opens the picture of the 個人番号 (number.png). $JPKI_NUMBER_B or
    $JPKI_NUMBER_A holds the secret, else it is asked for. A wrong one costs a try; the last one
    is never spent.

    \b
    Example:
      jpki read face --card hanako --save face
      jpki read face --card hanako --with number-a --show
    """
    kind = SECRETS[with_secret]
    opens_number = kind is PinKind.NUMBER_A
    names = (*_FACE_FILES, _NUMBER_FILE) if opens_number else _FACE_FILES
    _refuse_early(names, save=save, force=force, show=show)
    secret = pin.read(kind)
    with (
        card_connection(reader=reader, card_name=card_name) as connection,
        VisualSession(connection) as session,
    ):
        session.verify(kind, secret)
        front = session.front()
        number = session.number_image().image if opens_number else None
    gender, born = Gender(front.gender), day_of_digits(front.birth_date)
    expires = day_of_digits(front.expires)
    found = _pictures(front)
    if number is not None:
        found.append(Picture("number", "個人番号", number))
    data = {
        "birth_date": born,
        "gender": {"code": gender.value, "meaning": gender.meaning.value},
        "expires": expires,
    }
    lines = [
        f"birth date   生年月日: {born}",
        f"gender       性別: {gender.meaning.value} ({gender.value})",
        f"expires      有効期限: {expires}",
    ]
    return _answer(data, lines, found, save=save, force=force, show=show)


@click.command()
@with_option("number-b", "number-a")
@pin_options()
@picture_options
@card_options
@answers
def photo(
    *,
    with_secret: str,
    pin: PinSource,
    save: Path | None,
    force: bool,
    show: bool,
    reader: str | None,
    card_name: str | None,
) -> Answer:
    """Read the photo (顔写真), JPEG 2000.

    $JPKI_NUMBER_B or $JPKI_NUMBER_A holds the secret, else it is asked for. A wrong one costs a
    try; the last one is never spent.

    \b
    Example:
      jpki read photo --card hanako --show
      jpki read photo --card hanako --save face
    """
    _refuse_early(_PHOTO_FILES, save=save, force=force, show=show)
    kind = SECRETS[with_secret]
    secret = pin.read(kind)
    with (
        card_connection(reader=reader, card_name=card_name) as connection,
        VisualSession(connection) as session,
    ):
        session.verify(kind, secret)
        front = session.front()
    return _answer({}, [], [pictures.photo(front.photo)], save=save, force=force, show=show)


def _pictures(front: FrontRecord) -> list[Picture]:
    return [
        Picture("name", "氏名", front.name),
        Picture("address", "住所", front.address),
        Picture("code", "セキュリティコード", front.code),
        pictures.photo(front.photo),
    ]


def _refuse_early(names: Sequence[str], *, save: Path | None, force: bool, show: bool) -> None:
    """Refuse what cannot be done before a secret is presented."""
    if save is None:
        refuse_without_effect("without --save", "--force")
    if show:
        require_terminal(in_json=as_json())
    pictures.make_room(save, names, overwrite=force)


def _answer(
    data: dict[str, Any],
    lines: list[str],
    found: Sequence[Picture],
    *,
    save: Path | None,
    force: bool,
    show: bool,
) -> Answer:
    rows = {}
    for picture in found:
        row = picture.row()
        if save is not None:
            places = pictures.save(save, picture, overwrite=force)
            row["files"] = [str(place) for place in places]
        rows[picture.name] = row
        lines.append(printable(pictures.line(picture, row)))
        if show:
            lines += _shown(picture)
    return Answer({**data, "pictures": rows}, "\n".join(lines))


def _shown(picture: Picture) -> list[str]:
    try:
        return [drawn(picture.image())]
    except PictureError:
        # Its line says so already.
        return []
