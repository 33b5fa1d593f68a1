"""Cards of a world with faults: of their own, and given when they are opened."""

import json

import pytest

from cardsim.faults import parse_all
from cardsim.readers.inprocess import connect
from cardsim.world import DamagedWorldError
from cardsim.world.catalogue import load, make
from jpki.card.client import JpkiSession
from jpki.card.connection import ConnectionLostError
from jpki.profiles.kinds import Kind

ODD = """
format: jpki-emu catalogue
version: 1
entries:
  - number: MY-001
    title: A card of another kind that falls silent
    japanese: 別の種類のカード
    holder: {}
    card: {kind: other, faults: [cut before select]}
    verdicts: {auth: absent, sign: absent, login: absent, signature: absent, face: absent}
    advice: {english: Try again., japanese: もう一度。}
"""


def test_a_card_is_opened_with_faults(world):
    """From Python, in the words of the command line; the try they cost is on the disk."""
    faults = parse_all(["cut after-save-of verify on auth-pin"])
    session = JpkiSession(connect(world.open_card("hanako", faults=faults)))

    with pytest.raises(ConnectionLostError):
        session.verify_pin(Kind.AUTH, "1234")

    assert JpkiSession(connect(world.open_card("hanako"))).tries_left(Kind.AUTH) == 2


def test_a_card_has_its_own_faults_whenever_it_is_opened(world, tmp_path):
    """Also one that is no My Number card."""
    (tmp_path / "own.yaml").write_text(ODD, encoding="utf-8")
    make(world, load(tmp_path / "own.yaml").entries)

    for _ in range(2):
        card = world.open_card("my-001")
        card.power_on()
        assert [card.transmit(bytes.fromhex("00A4040C")) for _ in range(2)] == [b"", b""]


def test_a_fault_nobody_can_read_is_a_damaged_card(world, place):
    """With its place; the card is not used as if it had none."""
    path = place / "cards/hanako/card.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"faults": ["explode"]}))

    with pytest.raises(DamagedWorldError, match="fault 'explode'"):
        world.open_card("hanako")
