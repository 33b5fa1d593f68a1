"""`jpki read face` and `photo`: pictures as files and in the terminal, looked at by others."""

from dataclasses import replace

import pytest
from PIL import Image

from cardsim.mynumber import create_card, load_image
from tests.cli.calling import NO, PROGRAM, USAGE, YES
from tests.cli.terminal import Terminal
from tests.support.processes import run

FACE = ("read", "face", "--card", "hanako")
PHOTO = ("read", "photo", "--card", "hanako")
SIZES = {
    "name": "320x48",
    "address": "320x72",
    "code": "24x12",
    "number": "72x12",
}
PHOTO_FILES = {"photo.jp2", "photo.png"}
WITHOUT_NUMBER = {"name.png", "address.png", "code.png"} | PHOTO_FILES
EVERYTHING = {*WITHOUT_NUMBER, "number.png"}


@pytest.fixture
def out(tmp_path):
    """Give a directory for what is saved; it is not there yet."""
    return tmp_path / "out"


def saved(directory):
    return {path.name for path in directory.iterdir()}


@pytest.mark.parametrize("secret", ["number-b", "number-a"])
def test_the_face_says_what_is_printed(jpki, hanako, secrets, secret):
    """By 照合番号B or A the same dates and gender, for programs and people."""
    data = jpki(*FACE, "--with", secret, "--json", environment=secrets).json
    text = jpki(*FACE, "--with", secret, environment=secrets).stdout

    born = hanako.person.birth_date.calendar_date.isoformat()
    expires = load_image(jpki.home / "cards" / "hanako").record.expires.isoformat()
    assert (data["birth_date"], data["gender"]["code"], data["expires"]) == (born, "2", expires)
    assert [part in text for part in (born, "女 (2)", expires)] == [True, True, True]


@pytest.mark.parametrize(
    ("secret", "files"), [("number-b", WITHOUT_NUMBER), ("number-a", EVERYTHING)]
)
def test_the_pictures_saved_are_those_the_secret_opens(jpki, out, secrets, secret, files):
    """照合番号A opens the number's picture too; the files stand in the answer."""
    words = (*FACE, "--with", secret, "--save", out, "--json")

    rows = jpki(*words, environment=secrets).json["pictures"]

    assert saved(out) == files
    assert {path for row in rows.values() for path in row["files"]} == {
        str(out / name) for name in files
    }


@pytest.mark.parametrize("name", SIZES)
def test_pngcheck_finds_each_saved_text_sound(jpki, out, secrets, name):
    """One bit of grey in the documented sizes, as it lies on the card."""
    jpki(*FACE, "--with", "number-a", "--save", out, environment=secrets)

    said = run("pngcheck", out / f"{name}.png").stdout.decode()

    assert said.startswith("OK:")
    assert f"{SIZES[name]}, 1-bit grayscale" in said


def test_openjpeg_decodes_the_saved_photo_to_the_png_beside_it(jpki, out, secrets):
    """Two decoders, one picture: every pixel of our PNG is that of OpenJPEG's own program."""
    jpki(*PHOTO, "--save", out, environment=secrets)

    run("opj_decompress", "-i", out / "photo.jp2", "-o", out / "theirs.png")
    run("pngcheck", out / "photo.png")
    ours, theirs = (_pixels(out / name) for name in ("photo.png", "theirs.png"))

    assert saved(out) == PHOTO_FILES | {"theirs.png"}
    assert (ours, ours[0]) == (theirs, (140, 180))


def test_the_photo_is_read_through_a_reader(jpki, out, secrets):
    """Over our PC/SC service, as from a card in any reader."""
    read = (PROGRAM, "read", "photo", "--save", out)

    said = jpki.process("card", "run", "hanako", "--", *read, environment=secrets)

    assert (said.status, saved(out)) == (YES, PHOTO_FILES)


@pytest.mark.parametrize(
    ("words", "file"), [(FACE, "code.png"), (FACE, "photo.png"), (PHOTO, "photo.jp2")]
)
def test_files_are_not_overwritten(jpki, out, secrets, words, file):
    """Refused before a secret is presented; --force does it."""
    out.mkdir()
    (out / file).write_text("mine")

    wrong = {"JPKI_NUMBER_B": "0" * 14}
    refused = jpki(*words, "--save", out, environment=wrong)
    kept = (out / file).read_text()
    forced = jpki(*words, "--save", out, "--force", environment=secrets)

    assert (refused.status, "say --force" in refused.error, kept) == (USAGE, True, "mine")
    assert (forced.status, (out / file).read_bytes() == b"mine") == (YES, False)
    assert _tries(jpki) == 10


def test_nothing_is_saved_with_a_wrong_secret(jpki, out):
    """The answer is no, and a try is gone."""
    said = jpki(*FACE, "--save", out, environment={"JPKI_NUMBER_B": "0" * 14})

    assert (said.status, "wrong 照合番号B" in said.error, _tries(jpki)) == (NO, True, 9)
    assert saved(out) == set()


@pytest.mark.parametrize("words", [FACE, PHOTO], ids=["face", "photo"])
def test_nothing_is_drawn_where_there_is_no_terminal(jpki, secrets, words):
    """A file full of escape sequences helps nobody; what to type instead is said."""
    said = jpki(*words, "--show", environment=secrets)

    assert (said.status, "standard output is none; write files with --save" in said.error) == (
        USAGE,
        True,
    )


def test_a_program_that_wants_json_gets_no_drawing(jpki, secrets):
    """The two exclude each other, in JSON."""
    said = jpki(*FACE, "--show", "--json", environment=secrets)

    assert (said.status, "exclude each other" in said.json["error"]) == (USAGE, True)


def test_a_terminal_shows_ink_in_braille_and_the_photo_in_greys(jpki, secrets):
    """Half blocks in the terminal's colours, Braille patterns for text."""
    environment = jpki.environment({**secrets, "TERM": "xterm-256color", "COLUMNS": "100"})
    with Terminal([PROGRAM, *FACE, "--show"], environment) as terminal:
        status = terminal.wait_end()

    name, _, photo = terminal.shown.partition("photo ")
    assert (status, "▀" in name, _braille(name) > 100) == (YES, False, True)
    assert (photo.count("▀") > 1000, "\x1b[38;5;" in photo) == (True, True)


@pytest.mark.parametrize("plain", [{"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}])
def test_a_terminal_without_colours_gets_points(jpki, secrets, plain):
    """Whoever asked for no colours gets none."""
    environment = jpki.environment({**secrets, "COLUMNS": "80", **plain})
    with Terminal([PROGRAM, *PHOTO, "--show"], environment) as terminal:
        status = terminal.wait_end()

    assert (status, "\x1b[" in terminal.shown, _braille(terminal.shown) > 1000) == (
        YES,
        False,
        True,
    )


def test_a_terminal_that_takes_no_utf_8_is_told_so(jpki, secrets):
    """It could show none of the characters."""
    environment = jpki.environment({**secrets, "PYTHONIOENCODING": "euc_jp"})
    with Terminal([PROGRAM, *PHOTO, "--show"], environment) as terminal:
        status = terminal.wait_end()

    assert (status, "needs a terminal that takes UTF-8" in terminal.shown) == (USAGE, True)


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_pictures_never_stand_in_the_answer(jpki, secrets, form):
    """One shows the 個人番号, another a part of 照合番号B: they go where --save says."""
    said = jpki(*FACE, "--with", "number-a", *form, environment=secrets)

    assert (said.status, len(said.stdout) < 2000) == (YES, True)


@pytest.fixture
def strange(jpki):
    """Give the name of a card with no picture where the photo should be."""
    image = load_image(jpki.home / "cards" / "hanako")
    front = image.visual.files[0x02]
    broken = front.replace(bytes.fromhex("0000000C6A502020"), b"NOPHOTO!")
    visual = replace(image.visual, files={**image.visual.files, 0x02: broken})
    place = jpki.home / "cards" / "strange"
    create_card(place, replace(image, visual=visual))
    entry = (jpki.home / "cards" / "hanako" / "card.json").read_text()
    (place / "card.json").write_text(entry)
    return "strange"


def test_what_is_no_picture_is_saved_as_it_is_and_said_to_be_none(jpki, out, secrets, strange):
    """Whoever looks for the fault needs the bytes."""
    said = jpki("read", "photo", "--card", strange, "--save", out, environment=secrets)

    assert (said.status, "no JPEG2000 that can be read" in said.stdout) == (YES, True)
    assert (out / "photo.jp2").read_bytes().startswith(b"NOPHOTO!")
    assert saved(out) == {"photo.jp2"}


def _tries(jpki):
    rows = jpki("read", "counters", "--card", "hanako", "--json").json["counters"]
    return {(row["application"], row["secret"]): row["tries_left"] for row in rows}[
        "visual", "number-b"
    ]


def _braille(text):
    return sum("\u2800" < character <= "\u28ff" for character in text)


def _pixels(path):
    """Give size and pixels of a PNG."""
    with Image.open(path) as image:
        return image.size, image.convert("L").tobytes()
