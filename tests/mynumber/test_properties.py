"""Whatever is sent: no crash, no protected byte, no try given back.

The PINs of these cards are not among the bytes the strategies use, so nothing may ever open.
Content behind a PIN consists of one byte that occurs nowhere else on the card.
"""

from dataclasses import replace
from functools import cache

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cardsim.chip import CardState, PinState
from cardsim.mynumber import CardImage, MemoryStore, assemble
from cardsim.mynumber.applications import build_applications, initial_state
from cardsim.mynumber.commands import INSTRUCTIONS
from jpki.card.layout import TokenKind
from jpki.iso7816 import CommandApdu
from tests.mynumber.talk import (
    READ_SIGN_CERTIFICATE,
    SELECT_COMMON,
    SELECT_ISD,
    SELECT_JPKI,
    SIGN_WITH_AUTH_KEY,
    SIGN_WITH_SIGN_KEY,
    TRIES_AUTH,
    VERIFY_AUTH,
    VERIFY_SIGN,
    WRONG_AUTH,
    WRONG_SIGN,
    Talk,
    select_ef,
)
from tests.support.cards import adult_image

PROTECTED = 0xA7
CHALLENGE_BYTE = 0x11
AUTH_PIN, SIGN_PIN = "7391", "QZ81KX"
BYTE = st.integers(0, 255)
KNOWN = [
    SELECT_JPKI,
    SELECT_COMMON,
    SELECT_ISD,
    READ_SIGN_CERTIFICATE,
    SIGN_WITH_AUTH_KEY,
    SIGN_WITH_SIGN_KEY,
    TRIES_AUTH,
    VERIFY_AUTH,
    VERIFY_SIGN,
    WRONG_AUTH,
    WRONG_SIGN,
    *(select_ef(ef) for ef in (0x01, 0x0A, 0x18, 0x1B, 0x1A, 0x17)),
    "00B00000000000",
    "00B08100000000",
    "00B000040006CA",
    "00B2010C00",
    "0084000008",
    "00240180044321".ljust(18, "0"),
    "0024019B06" + b"NEWPIN".hex(),
    "8032009804" + b"4321".hex(),
    "00CA00F8000000",
    "8082009800",
    "0088009704AABBCCDD00",
]


@cache
def image() -> CardImage:
    """Give a card whose sign certificate is one byte repeated."""
    base = adult_image()
    return replace(
        base,
        sign=replace(base.sign, certificate=bytes((PROTECTED,)) * 1742),
        auth=replace(base.auth, certificate=b"\x30" * 1571),
        sign_ca=b"\x31" * 900,
        auth_ca=b"\x32" * 900,
        sign_pin=SIGN_PIN,
        auth_pin=AUTH_PIN,
    )


@cache
def used_state() -> CardState:
    """Give counters that are not full: one that rises would be seen."""
    state = initial_state(image())
    return CardState(
        {name: PinState(pin.value, pin.tries_left - 1) for name, pin in state.pins.items()}
    )


class Suspect:
    """A card that is watched: every answer is checked when it is given."""

    def __init__(self, image: CardImage) -> None:
        self.store = MemoryStore(used_state())
        card = assemble(
            image,
            build_applications(image),
            self.store,
            random=lambda length: bytes((CHALLENGE_BYTE,)) * length,
            raise_unexpected=True,
        )
        self.talk = Talk(card)
        self.counters = self._counters()
        self.talk(SELECT_JPKI)

    def _counters(self) -> list[int]:
        return [pin.tries_left for _, pin in sorted(self.store.state.pins.items())]

    def hear(self, command: bytes) -> None:
        """Send a command: the card answers, opens nothing, gives no try back."""
        answer = self.talk.card.transmit(command)
        before, self.counters = self.counters, self._counters()

        assert len(answer) >= 2
        assert answer[-2] >> 4 in {6, 9}
        assert answer[-2:] == b"\x90\x00" or len(answer) == 2
        assert PROTECTED not in answer[:-2]
        assert command[1:2] != b"\x2a" or answer[-2:] != b"\x90\x00"
        assert all(new <= old for new, old in zip(self.counters, before, strict=True))
        assert self.talk.card.session.verified == set()


@st.composite
def instructions(draw: st.DrawFn) -> bytes:
    """Draw a well-formed command of an instruction the card has, in any form."""
    cla, ins = draw(st.sampled_from(sorted(INSTRUCTIONS)))
    p1 = draw(st.sampled_from([0x00, 0x01, 0x02, 0x04, 0x81, 0x8A, 0x9B]) | BYTE)
    p2 = draw(st.sampled_from([0x00, 0x0C, 0x80, 0x97, 0x98, 0x9A, 0x9B]) | BYTE)
    data = draw(st.binary(max_size=40) | st.sampled_from([b"\x00\x01", b"\x00\x1b", b"\x00\x1a"]))
    ne = draw(st.none() | st.sampled_from([1, 4, 256, 65536]) | st.integers(1, 65536))
    extended = draw(st.booleans()) and (bool(data) or ne is not None)
    return CommandApdu(cla, ins, p1, p2, data, ne, extended).encode()


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """Draw a command clients send, with bytes changed, cut off or put in."""
    raw = bytearray.fromhex(draw(st.sampled_from(KNOWN)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(raw) - 1))
        kind = draw(st.sampled_from(["change", "cut", "insert"]))
        if kind == "change":
            raw[at] = draw(BYTE)
        elif kind == "cut":
            del raw[max(1, at) :]
        else:
            raw.insert(at, draw(BYTE))
    return bytes(raw)


COMMANDS = st.lists(
    instructions() | mutations() | mutations() | st.binary(max_size=300), min_size=1, max_size=12
)


@settings(max_examples=600)
@given(COMMANDS)
@example([bytes.fromhex(command) for command in KNOWN])
def test_no_conversation_without_the_pins_opens_the_card(commands):
    """Random, mutated, short, extended and SFI forms: refused, never crashing."""
    suspect = Suspect(image())

    for command in commands:
        suspect.hear(command)


@settings(max_examples=300)
@given(COMMANDS)
def test_no_conversation_opens_a_phone(commands):
    """The same on a phone, whose auth certificate is protected as well."""
    phone = replace(
        image(),
        token=TokenKind.ANDROID,
        auth=replace(image().auth, certificate=bytes((PROTECTED,)) * 1571),
    )
    suspect = Suspect(phone)

    for command in commands:
        suspect.hear(command)


@settings(max_examples=300)
@given(COMMANDS)
def test_leaving_the_application_closes_what_was_open(commands):
    """With both PINs verified and anything said after it, another AP ends it all."""
    talk = Talk(assemble(image(), build_applications(image()), MemoryStore(used_state())))
    talk(SELECT_JPKI, "0020009804" + AUTH_PIN.encode().hex())
    talk("0020009B06" + SIGN_PIN.encode().hex(), *(command.hex() for command in commands))

    talk(SELECT_ISD, SELECT_JPKI)

    assert talk(READ_SIGN_CERTIFICATE) == "6982"
    assert talk(SIGN_WITH_AUTH_KEY) == "6982"
    assert talk(SIGN_WITH_SIGN_KEY) == "6982"
