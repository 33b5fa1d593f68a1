"""Cards written by earlier versions of this program still load, and stay what they were."""

import shutil
from pathlib import Path

import pytest

from cardsim.mynumber import create_card, load_image, open_card
from jpki.card.layout import Ap
from tests.mynumber.talk import SELECT_JPKI, VERIFY_AUTH, Talk
from tests.support.whole import whole_image

SAMPLES = Path(__file__).parent / "data"


@pytest.fixture
def old(tmp_path) -> Path:
    """Give a copy of the sample of version 1, which is never written again."""
    return Path(shutil.copytree(SAMPLES / "version-1", tmp_path / "card"))


def test_a_card_of_version_1_opens(old):
    """Its PINs and certificates work as before."""
    talk = Talk(open_card(old, raise_unexpected=True))

    assert talk(SELECT_JPKI, VERIFY_AUTH) == "9000"
    assert talk("00B08A0004")[-4:] == "9000"


def test_a_card_of_version_1_has_no_other_applications(old):
    """Without contents the text AP cannot be on the card; the common AP has its record."""
    talk = Talk(open_card(old, raise_unexpected=True))

    assert load_image(old).text is None
    assert talk("00A4040C0A" + Ap.TEXT.aid.hex()) == "6A82"
    assert talk("00A4040C0A" + Ap.COMMON.aid.hex(), "00B2010C00")[-4:] == "9000"
    assert talk("0020009C") == "6A82"


def test_a_whole_image_survives_the_disk(tmp_path):
    """Every file, key and secret of every application comes back."""
    create_card(tmp_path / "card", whole_image())

    assert load_image(tmp_path / "card") == whole_image()


def test_no_secret_shows_in_the_repr_of_an_image():
    """PINs, 個人番号 and keys are in the image and not in what is printed of it."""
    image = whole_image()

    text = f"{image!r} {image.text!r} {image.common!r} {image.juki!r} {image.licence!r}"

    assert not [secret for secret in image.text.secrets.values() if secret in text]
    assert image.common.secrets[0x1C] not in text
    assert image.licence.secrets[0x06] not in text
    assert "BEGIN" not in text
    assert "4d49" not in text
