"""The drawn images, looked at by programs that did not draw them."""

import subprocess
from hashlib import sha256
from importlib.resources import files

import pytest

from cardsim.mynumber.face import (
    draw_address,
    draw_code,
    draw_name,
    draw_number,
    draw_photo,
)

FONT_OF_THE_NOTO_PROJECT = "68a3fc98800b2a27b371f2fb79991daf3633bd89309d4ffaa6946fd587f375b5"
"""SHA-256 of NotoSansCJKjp-Regular.otf in the release Sans2.004 of notofonts/noto-cjk."""

NAME, ADDRESS = "見本　花子", "東京都清瀬市架空町１番２号"
LONG_NAME = "ＡＬＥＸＡＮＤＲＩＡ　ＭＡＲＧＡＲＥＴＨＡ　" * 6
IMAGES = {
    "name": (draw_name(NAME), "320x48"),
    "address": (draw_address(ADDRESS), "320x72"),
    "number": (draw_number("123456789010"), "72x12"),
    "code": (draw_code("2285"), "24x12"),
}


def said_by(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout + done.stderr


def saved(directory, name, content):
    path = directory / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("which", IMAGES)
def test_pngcheck_finds_a_sound_one_bit_png_of_the_documented_size(tmp_path, which):
    """Number 72x12 and code 24x12 are measured, one bit of grey is for all."""
    content, size = IMAGES[which]

    said = said_by("pngcheck", saved(tmp_path, "image.png", content))

    assert f"{size}, 1-bit grayscale" in said
    assert said.startswith("OK:")


def test_openjpeg_decodes_the_photo_as_eight_bits_of_grey(tmp_path):
    """DF27 is a greyscale JP2; OpenJPEG's own program opens it."""
    photo, out = saved(tmp_path, "photo.jp2", draw_photo(b"seed")), tmp_path / "photo.pgm"

    said_by("opj_decompress", "-i", photo, "-o", out)

    assert out.read_bytes().startswith(b"P5\n")
    assert b"140 180\n255\n" in out.read_bytes()[:80]
    assert len(out.read_bytes()) > 140 * 180


def test_the_photo_is_a_jp2_file_and_no_bare_codestream():
    """The box structure of ISO/IEC 15444-1 annex I, as clients look for it."""
    photo = draw_photo(b"seed")

    assert photo[:12] == bytes.fromhex("0000000C6A5020200D0A870A")


def test_the_photo_is_small_enough_for_a_card():
    """An EF is below 32 KiB; this one leaves room."""
    assert len(draw_photo(b"seed")) < 8_000


def test_a_seed_always_gives_the_same_photo_and_another_seed_another():
    """Worlds made from one seed look the same; two people do not."""
    assert draw_photo(b"hanako") == draw_photo(b"hanako")
    assert draw_photo(b"hanako") != draw_photo(b"taro")


@pytest.mark.parametrize("draw", [draw_name, draw_address])
def test_a_text_always_gives_the_same_image_and_another_text_another(draw):
    """The images are signed: they have to be what they were."""
    assert draw(NAME) == draw(NAME)
    assert draw(NAME) != draw(ADDRESS)


def test_each_digit_is_drawn_as_itself():
    """Ten different digits make ten different images."""
    assert len({draw_code(str(digit) * 4) for digit in range(10)}) == 10


@pytest.mark.parametrize("draw", [draw_name, draw_address])
def test_a_long_text_is_drawn_smaller_and_keeps_the_size_of_the_image(tmp_path, draw):
    """Names of foreigners and addresses with buildings are long; none may break the card."""
    said = said_by("file", saved(tmp_path, "image.png", draw(LONG_NAME)))

    assert "1-bit grayscale" in said
    assert draw(LONG_NAME) != draw(LONG_NAME[:-8])


@pytest.mark.parametrize("digits", ["", "123", "12345"])
def test_only_the_right_number_of_digits_is_drawn(digits):
    """Cells are of equal width and fill the image."""
    with pytest.raises(ValueError, match="4 digits"):
        draw_code(digits)


def test_the_font_is_the_one_the_noto_project_published():
    """It comes by a package somebody else uploads, so it is compared with the original."""
    font = files("noto_cjk_sans_jp_regular").joinpath("NotoSansCJKjp-Regular.otf").read_bytes()

    assert sha256(font).hexdigest() == FONT_OF_THE_NOTO_PROJECT
