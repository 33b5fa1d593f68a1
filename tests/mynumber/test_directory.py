"""A card on disk: made whole, opened strictly, refused and left alone when unusable."""

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from cardsim.chip import CardState, KeyDataError, ObjectId, PinState
from cardsim.mynumber import (
    CardExistsError,
    CardFileError,
    CardNotFoundError,
    create_card,
    load_image,
    open_card,
)
from cardsim.mynumber.sealed import _checksum
from cardsim.mynumber.state import seal_state
from jpki.card.layout import Ap, AtrFamily, JpkiEf, PinFormatError, TokenKind
from tests.mynumber.talk import SELECT_JPKI, SIGN_WITH_AUTH_KEY, VERIFY_AUTH, WRONG_AUTH, Talk
from tests.support.cards import adult_image, child_image, pkcs8


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give the directory of an adult's card."""
    path = tmp_path / "hanako"
    create_card(path, adult_image())
    return path


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def opened(directory: Path) -> Talk:
    talk = Talk(open_card(directory, raise_unexpected=True))
    talk(SELECT_JPKI)
    return talk


@pytest.mark.parametrize(
    "image",
    [
        adult_image,
        child_image,
        lambda: replace(adult_image(), token=TokenKind.IPHONE, atr=AtrFamily.TYPE_B_41E0),
        lambda: replace(adult_image(), sign_pin=None, auth_pin=None),
    ],
    ids=["adult", "child", "phone", "without PINs"],
)
def test_an_image_comes_back_from_disk(tmp_path, image):
    """What was written is read again, bytes and names alike."""
    create_card(tmp_path / "card", image())

    assert load_image(tmp_path / "card") == image()


def test_a_card_on_disk_belongs_to_its_owner_alone(directory):
    """Directory 0700, files 0600: the private keys are in there."""
    opened(directory)(WRONG_AUTH)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}

    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert modes == {"image.json": 0o600, "state.json": 0o600, "state.lock": 0o600}


def test_a_card_on_disk_is_a_card(directory):
    """It verifies its PIN, signs, and has the ATR of its image."""
    talk = opened(directory)

    assert talk(VERIFY_AUTH) == "9000"
    assert talk.status(SIGN_WITH_AUTH_KEY) == "9000"
    assert talk.card.atr == adult_image().atr.atr


def test_spent_tries_and_changed_pins_are_there_next_time(directory):
    """A new process finds the counters and PINs as the last one left them."""
    opened(directory)(WRONG_AUTH, "0020009B06" + b"ABC123".hex(), "0024019B06" + b"XYZ987".hex())

    talk = opened(directory)

    assert talk("00200098") == "63C2"
    assert talk("0020009B06" + b"XYZ987".hex()) == "9000"


def test_the_image_is_never_written_again(directory):
    """Using a card changes its state only."""
    before = contents(directory)

    opened(directory)(WRONG_AUTH, VERIFY_AUTH, "0024019804" + b"4321".hex())

    after = contents(directory)
    assert after["image.json"] == before["image.json"]
    assert after["state.json"] != before["state.json"]


def test_a_card_is_not_made_over_another(directory):
    """The one that is there stays as it is."""
    before = contents(directory)

    with pytest.raises(CardExistsError, match="hanako"):
        create_card(directory, child_image())

    assert contents(directory) == before
    assert [path.name for path in directory.parent.iterdir()] == ["hanako"]


def test_a_card_is_not_made_over_something_else(tmp_path):
    """A directory with anything in it, or a file, is not ours to replace."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear diary")
    (tmp_path / "file").write_text("a file")

    with pytest.raises(CardExistsError):
        create_card(tmp_path / "full", adult_image())
    with pytest.raises(CardExistsError):
        create_card(tmp_path / "file", adult_image())

    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "full"]


def test_a_card_needs_a_place(tmp_path):
    """Without a parent directory the error names the card and the reason."""
    with pytest.raises(CardFileError, match="nowhere/card: a card cannot be made here"):
        create_card(tmp_path / "nowhere" / "card", adult_image())


def test_nothing_is_left_of_a_card_that_could_not_be_written(tmp_path, monkeypatch):
    """A full disk leaves no half of a card behind."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(CardFileError, match="No space left on device"):
        create_card(tmp_path / "card", adult_image())

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["image.json", "state.json"])
def test_a_missing_file_is_said(directory, name):
    """A counter that went missing is not made anew."""
    (directory / name).unlink()

    with pytest.raises(CardNotFoundError, match=f"{name}: there is no such file"):
        open_card(directory)

    assert not (directory / name).exists()


def edited(raw: bytes, **changes: object) -> bytes:
    return json.dumps({**json.loads(raw), **changes}).encode()


DAMAGE = {
    "empty": (lambda raw: b"", "is not JSON"),
    "cut short": (lambda raw: raw[: len(raw) // 2], "is not JSON"),
    "not UTF-8": (lambda raw: b"\xff" + raw, "is not JSON"),
    "UTF-16": (lambda raw: raw.decode().encode("utf-16"), "is not JSON"),
    "UTF-16 without a mark": (lambda raw: raw.decode().encode("utf-16-le"), "is not JSON"),
    "UTF-32": (lambda raw: raw.decode().encode("utf-32-be"), "is not JSON"),
    "with a byte order mark": (lambda raw: b"\xef\xbb\xbf" + raw, "is not JSON"),
    "nested too deep": (lambda raw: b"[" * 100_000, "is not JSON"),
    "another file": (lambda raw: b'{"format": "something else"}', "is not a file of format"),
    "a list": (lambda raw: b"[]", "is not a file of format"),
    "without version": (lambda raw: edited(raw, version=None), "no usable version"),
    "version true": (lambda raw: edited(raw, version=True), "no usable version"),
    "version 0": (lambda raw: edited(raw, version=0), "no usable version"),
    "from the future": (lambda raw: edited(raw, version=99), "newer than this program knows"),
    "without body": (lambda raw: edited(raw, body=None), "has no body"),
    "with an empty body": (lambda raw: edited(raw, body={}), "checksum does not match"),
    "edited": (lambda raw: raw.replace(b"1", b"2", 3), "checksum does not match|has version"),
    "without checksum": (lambda raw: edited(raw, sha256=None), "checksum does not match"),
}


@pytest.mark.parametrize(("damage", "reason"), DAMAGE.values(), ids=DAMAGE.keys())
@pytest.mark.parametrize("name", ["image.json", "state.json"])
def test_a_damaged_file_is_refused_and_left_alone(directory, name, damage, reason):
    """The error names file and reason; nothing is repaired, overwritten or quoted."""
    path = directory / name
    path.write_bytes(damage(path.read_bytes()))
    before = contents(directory)

    with pytest.raises(CardFileError, match=reason) as caught:
        open_card(directory)

    assert str(path) in str(caught.value)
    assert contents(directory) == before


def jpki(ef: JpkiEf) -> ObjectId:
    return ObjectId(Ap.JPKI.aid, ef)


GOOD = {
    jpki(JpkiEf.AUTH_PIN): PinState(b"1234", 3),
    jpki(JpkiEf.SIGN_PIN): PinState(b"ABC123", 5),
    jpki(JpkiEf.KEY_10): PinState(None, 3),
}
FOREIGN = {
    "another card": ("test-child", GOOD, "belongs to card 'test-child', not to 'test-adult'"),
    "a PIN too few": (
        "test-adult",
        {name: pin for name, pin in GOOD.items() if name.ef != JpkiEf.KEY_10},
        "its PINs are not those of the card",
    ),
    "a PIN too many": (
        "test-adult",
        {**GOOD, jpki(JpkiEf.ISSUER_KEY_1C): PinState(b"1", 1)},
        "its PINs are not those of the card",
    ),
    "too many tries": (
        "test-adult",
        {**GOOD, jpki(JpkiEf.AUTH_PIN): PinState(b"1234", 4)},
        "a counter is out of its range",
    ),
    "fewer than no tries": (
        "test-adult",
        {**GOOD, jpki(JpkiEf.AUTH_PIN): PinState(b"1234", -1)},
        "a counter is out of its range",
    ),
}


@pytest.mark.parametrize(("owner", "pins", "reason"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_well_formed_state_that_cannot_be_this_cards_is_refused(directory, owner, pins, reason):
    """A state copied from another card, or one no card of ours could have written."""
    path = directory / "state.json"
    path.write_bytes(seal_state(owner, CardState(pins)))

    with pytest.raises(CardFileError, match=reason):
        open_card(directory)

    assert path.read_bytes() == seal_state(owner, CardState(pins))


def test_a_state_damaged_in_use_shuts_the_card(directory, caplog):
    """VERIFY on a card whose counter is unreadable: 6F00, and the damage stays to be seen."""
    talk = Talk(open_card(directory))
    talk(SELECT_JPKI, VERIFY_AUTH)
    (directory / "state.json").write_bytes(b"garbage")

    assert talk(VERIFY_AUTH) == "6F00"
    assert talk("00200098") == "6F00"
    assert talk(SIGN_WITH_AUTH_KEY) == "6982"
    assert (directory / "state.json").read_bytes() == b"garbage"
    assert "state.json: is not JSON" in caplog.text
    assert "1234" not in caplog.text


def test_a_disk_that_cannot_be_written_costs_no_secret(directory, monkeypatch):
    """When the try cannot be saved, the right PIN and a wrong one answer the same."""
    talk = Talk(open_card(directory))
    talk(SELECT_JPKI)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    assert talk(VERIFY_AUTH) == "6F00"
    assert talk(WRONG_AUTH) == "6F00"
    assert talk(SIGN_WITH_AUTH_KEY) == "6982"


def test_an_image_prints_no_secret():
    """Neither PINs nor keys are in the repr of a card image."""
    image = adult_image()

    shown = repr(image)

    assert "1234" not in shown.replace(image.record.serial, "")
    assert "ABC123" not in shown
    assert str(image.auth.private_key[40:48]) not in shown


@pytest.mark.parametrize(
    "pins", [{"auth_pin": "12345"}, {"auth_pin": "ABCD"}, {"sign_pin": "SHORT"}]
)
def test_an_image_cannot_have_a_pin_against_the_rules(pins):
    """The error says the rule and not the PIN."""
    with pytest.raises(PinFormatError) as caught:
        replace(adult_image(), **pins)

    assert next(iter(pins.values())) not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (lambda: b"no key at all", "PKCS#8"),
        (lambda: pkcs8(ec.generate_private_key(ec.SECP256R1())), "P-384"),
        (lambda: pkcs8(rsa.generate_private_key(65537, 1024)), "RSA-2048"),
    ],
    ids=["rubbish", "another algorithm", "another size"],
)
def test_a_card_that_could_never_be_opened_is_not_written(tmp_path, key, reason):
    """An unusable private key is found before anything is on disk."""
    image = adult_image()
    unusable = replace(image, auth=replace(image.auth, private_key=key()))

    with pytest.raises(KeyDataError, match=reason):
        create_card(tmp_path / "card", unusable)
    assert not list(tmp_path.iterdir())


def test_an_unusable_key_in_a_sound_file_names_the_file(tmp_path, monkeypatch):
    """The checksum is right, the key is not: image.json is named, the key is not shown."""
    image = adult_image()
    unusable = replace(image, auth=replace(image.auth, private_key=b"secret rubbish"))
    with monkeypatch.context() as patched:
        patched.setattr("cardsim.mynumber.directory.build_applications", lambda _image: ())
        create_card(tmp_path / "card", unusable)

    with pytest.raises(CardFileError, match=r"image\.json.*PKCS#8") as refusal:
        open_card(tmp_path / "card")
    assert "rubbish" not in str(refusal.value)


def test_the_checksum_covers_the_version():
    """A version changed by accident is damage like any other."""
    assert _checksum("a format", 1, {}) != _checksum("a format", 2, {})
