"""The images on the card's face: read by OpenSC, cut out by hand, opened by programs for images.

Offsets are counted by the card reference §3.3; no parser of ours touches a byte.
"""

import re
from pathlib import Path

import pytest

from cardsim.chip import Card
from tests.support import reference
from tests.support.opensc import OpenSC
from tests.support.processes import run
from tests.support.whole import whole_card, whole_image

OPENED = [reference.select("VISUAL"), reference.prove("VISUAL", 0x13)]
PLACES = {"DF25": 3, "DF26": 4, "DF27": 5, "DF2A": 8}
"""Which of the nine objects of EF 0002: name, address, photo, security code."""


@pytest.fixture
def card() -> Card:
    """Put the card with every application into the readers of this module."""
    return whole_card()


def read(opensc: OpenSC, ef: int) -> bytes:
    """Read a file of the 券面事項確認AP whole, after 照合番号A."""
    length = len(whole_image().visual.files[ef])
    reads = [f"00B0{offset:04X}00" for offset in range(0, length, 256)]
    answers = opensc.send(*OPENED, f"00A4020C02{ef:04X}", *reads)
    assert {answer[-2:] for answer in answers} == {b"\x90\x00"}
    return b"".join(answer[:-2] for answer in answers)


def value_at(raw: bytes, at: int) -> bytes:
    """Give the value of the object with a tag of two bytes that stands there."""
    first = raw[at + 2]
    size = first - 0x80 if first > 0x80 else 0
    length = int.from_bytes(raw[at + 3 : at + 3 + size], "big") if size else first
    return raw[at + 3 + size : at + 3 + size + length]


def in_front(raw: bytes, tag: str) -> bytes:
    """Follow the table of offsets: DF21 12 stands behind FF20 82 xxxx."""
    assert raw[:3] + raw[5:8] == bytes.fromhex("FF2082DF2112")
    at = int.from_bytes(raw[8 + 2 * PLACES[tag] : 10 + 2 * PLACES[tag]], "big")
    assert raw[at : at + 2] == bytes.fromhex(tag)
    return value_at(raw, at)


@pytest.mark.parametrize(
    ("tag", "size"), [("DF25", r"\d+x\d+"), ("DF26", r"\d+x\d+"), ("DF2A", "24x12")]
)
def test_pngcheck_opens_the_images_of_the_front(
    opensc: OpenSC, tmp_path: Path, tag: str, size: str
):
    """Name, address and security code: one bit of grey, the code in its measured size."""
    path = tmp_path / "image.png"
    path.write_bytes(in_front(read(opensc, 0x02), tag))

    said = run("pngcheck", path).stdout.decode()

    assert re.match(rf"OK: \S+ \({size}, 1-bit grayscale", said)


def test_pngcheck_opens_the_image_of_the_number(opensc: OpenSC, tmp_path: Path):
    """DF41 of EF 0005: 72 by 12, one bit of grey."""
    raw = read(opensc, 0x05)
    path = tmp_path / "number.png"
    path.write_bytes(value_at(raw, raw.index(bytes.fromhex("DF41"))))

    said = run("pngcheck", path).stdout.decode()

    assert re.match(r"OK: \S+ \(72x12, 1-bit grayscale", said)


def test_openjpeg_opens_the_photo(opensc: OpenSC, tmp_path: Path):
    """DF27: JPEG 2000 of one grey component of eight bits."""
    photo, out = tmp_path / "photo.jp2", tmp_path / "photo.pgm"
    photo.write_bytes(in_front(read(opensc, 0x02), "DF27"))

    run("opj_decompress", "-i", photo, "-o", out)

    assert re.match(rb"P5\n(#.*\n)?\d+ \d+\n255\n", out.read_bytes())
