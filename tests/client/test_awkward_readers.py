"""Readers and cards that cut, split or garble answers: the whole certificate or a typed error."""

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardsim.readers.inprocess import connect
from jpki.card.client import CardError, CommonSession, JpkiSession
from jpki.card.connection import ConnectionLostError
from jpki.iso7816 import CommandApdu
from jpki.profiles.kinds import Kind
from tests.support.cards import adult_card, certificate

CERTIFICATE = certificate("auth", 0x061F + 4)
OK = b"\x90\x00"


class Manner(Enum):
    """What a reader does with an answer longer than it can carry."""

    CUT = "gives the beginning with 9000"
    SPLIT = "gives the beginning with 61xx, the rest to GET RESPONSE"
    WRONG_LE = "gives nothing but 6Cxx"


class Extended(Enum):
    """What a reader does with a command of extended length."""

    CARRIED = "passes it on"
    REFUSED = "answers 6700"
    LOST = "answers nothing"


@dataclass
class AwkwardReader:
    """A connection to a virtual card that carries at most `most` bytes of data an answer."""

    most: int
    manner: Manner
    extended: Extended

    def __post_init__(self):
        self._card = connect(adult_card())
        self._rest = b""

    @property
    def atr(self):
        return self._card.atr

    def transmit(self, raw):
        command = CommandApdu.decode(raw)
        if command.extended and self.extended is Extended.LOST:
            raise ConnectionLostError("an extended length")
        if command.extended and self.extended is Extended.REFUSED:
            return b"\x67\x00"
        if command.ins == 0xC0:
            return self._give(self._rest)
        return self._carry(self._card.transmit(raw), command)

    def _carry(self, answer, command):
        data, status = answer[:-2], answer[-2:]
        if status != OK or len(data) <= self.most:
            return answer
        if self.manner is Manner.CUT:
            return data[: self.most] + OK
        if self.manner is Manner.SPLIT:
            return self._give(data)
        return bytes((0x6C, self.most & 0xFF))

    def _give(self, data):
        part, self._rest = data[: self.most], data[self.most :]
        return part + (bytes((0x61, min(len(self._rest), self.most) & 0xFF)) if self._rest else OK)

    def close(self):
        self._card.close()


@given(
    most=st.integers(4, 300),
    manner=st.sampled_from([Manner.CUT, Manner.SPLIT]),
    extended=st.sampled_from(Extended),
)
def test_certificate_comes_out_whole(most, manner, extended):
    """However little an answer carries, the parts make the certificate, byte for byte."""
    session = JpkiSession(AwkwardReader(most, manner, extended))

    assert session.read_certificate(Kind.AUTH) == CERTIFICATE


@given(most=st.integers(4, 256), extended=st.sampled_from(Extended))
def test_wrong_le_leads_to_the_right_one(most, extended):
    """A card that insists on its own Le gets it, file after file."""
    session = JpkiSession(AwkwardReader(most, Manner.WRONG_LE, extended))

    assert session.read_certificate(Kind.AUTH) == CERTIFICATE


class Babbler:
    """A connection that answers whatever it is told to, over and over."""

    atr = b""

    def __init__(self, answers):
        self._answers = answers
        self.told = 0

    def transmit(self, _command):
        self.told += 1
        return self._answers[self.told % len(self._answers)]

    def close(self):
        pass


MANY = 70_000
"""More commands than the longest conversation that gets anywhere: a file of 32 KiB byte by byte."""

STATUS = st.sampled_from([0x9000, 0x63C3, 0x63C0, 0x6300, 0x6100, 0x6C10, 0x6982, 0x6B00, 0x6282])
ANSWERS = st.lists(
    st.builds(
        lambda data, status: data + status.to_bytes(2, "big"),
        st.one_of(st.binary(max_size=40), st.just(b"\x30\x82\x06\x1f"), st.just(b"\xff" * 160)),
        st.one_of(STATUS, st.integers(0, 0xFFFF)),
    ),
    min_size=1,
    max_size=6,
)
OPERATIONS = {
    "token information": lambda c: JpkiSession(c).token_info(),
    "availability": lambda c: JpkiSession(c).availability(),
    "certificate": lambda c: JpkiSession(c).read_certificate(Kind.AUTH),
    "tries": lambda c: JpkiSession(c).tries_left(Kind.SIGN),
    "PIN": lambda c: JpkiSession(c).verify_pin(Kind.AUTH, "1234"),
    "change": lambda c: JpkiSession(c).change_pin(Kind.AUTH, "1234", "4321"),
    "signature": lambda c: JpkiSession(c).sign_sha256(Kind.AUTH, bytes(32)),
    "card record": lambda c: CommonSession(c).card_record(),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@given(answers=ANSWERS)
def test_babble_ends_in_a_typed_error_or_a_result(operation, answers):
    """Whatever a card says, nothing but the errors drawn in `errors` comes out, and it ends."""
    babbler = Babbler(answers)

    with suppress(CardError, ConnectionLostError):
        OPERATIONS[operation](babbler)

    assert babbler.told < MANY
