"""The security rules of the full card, held whatever the order of commands.

Commands are sent in any order to the chip and to a model thought out from the card reference
(`rules`); both must agree on every answer, on every counter, and on what is open.
"""

from collections.abc import Callable
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cardsim.chip import Application
from cardsim.chip.secure_channel import KEY_LENGTH, SecureChannel, expected_length_object
from cardsim.mynumber import MemoryStore, assemble
from cardsim.mynumber.applications import build_applications, initial_state
from jpki.ca.cv import CvRole
from tests.mynumber.fuzz import corpus
from tests.mynumber.rules import CURRENT, OK, Model
from tests.support import reference
from tests.support.cards import rsa_key
from tests.support.faces import authority, card_keys
from tests.support.whole import whole_image

APS = list(reference.AIDS)
BUSY = [*APS, "JPKI", "JPKI", "TEXT", "TEXT", "VISUAL"]
"""Where there is more to do, more is done."""
PICK = st.integers(0, 40)
"""Chooses among what the current application has."""
NEW_VALUES = st.sampled_from([b"5678", b"0000", b"NEWPIN12", b"12", b"abcdef", b"12345"])
WRONG = st.sampled_from([b"9999", b"WRONG1", b"", b"0" * 12, b"9" * 14, b"1", b"12345678"])
DATA = bytes(range(32))
REFUSED = [
    "80A206C1", "80A200C1", "80AE0000", "80FC0000", "80540080", "80500000", "80520000",
    "80060000", "808A2200", "0CB0000000", "10B0000000", "002C008000", "00D6000001AA",
    "01A4040C0AD392F000260100000001", "00A4000C023F00", "00A4090C020001", "0020008000",
    "00840000000100", "00C0000010", "00", "A0A40000023F00",
]  # fmt: skip
"""Whatever the application and whatever was proven."""


@cache
def public_keys() -> dict[tuple[str, int], RSAPublicNumbers]:
    """Give the public half of each key that signs."""
    keys = {
        ("JPKI", 0x17): rsa_key("auth"),
        ("JPKI", 0x1A): rsa_key("sign"),
        ("TEXT", 0x13): card_keys().text,
        ("VISUAL", 0x1A): card_keys().visual,
    }
    return {name: key.public_key().public_numbers() for name, key in keys.items()}


@cache
def applications() -> tuple[Application, ...]:
    """Build them once: they never change."""
    return build_applications(whole_image())


@cache
def files() -> dict[str, Application]:
    """Give the applications by the names of the reference."""
    by_aid = {each.aid.hex().upper(): each for each in applications()}
    return {ap: by_aid[aid] for ap, aid in reference.AIDS.items()}


def new_model() -> Model:
    """Give the model of a fresh card; contents are the card image's, rules are the reference's."""
    return Model(
        contents={
            (ap, ef): files()[ap].files[ef].content
            for ap in APS
            for ef in reference.TRANSPARENT[ap]
        },
        records={
            (ap, ef): files()[ap].files[ef].records[0]
            for ap, efs in reference.RECORDS.items()
            for ef in efs
        },
    )


def command(
    cla: int, ins: int, p1: int, p2: int, /, data: bytes = b"", *, le: bytes = b""
) -> bytes:
    """Put a short command together; an extended one from 256 bytes of data on."""
    length = bytes((len(data),)) if len(data) < 256 else b"\0" + len(data).to_bytes(2, "big")
    return bytes((cla, ins, p1, p2)) + (length + data if data else b"") + le


has_pins = precondition(lambda self: reference.PINS[self.model.ap])
has_session = precondition(lambda self: self.model.session == "alive")
in_jpki = precondition(lambda self: self.model.ap == "JPKI")
in_text = precondition(lambda self: self.model.ap == "TEXT")
elsewhere = precondition(lambda self: self.model.ap not in {"JPKI", "TEXT"})


class SecurityRules(RuleBasedStateMachine):
    """A full card, and the model beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.model = new_model()
        self.store = MemoryStore(initial_state(whole_image()))
        self.card = assemble(whole_image(), applications(), self.store, raise_unexpected=True)
        self.card.power_on()

    @initialize(ap=st.sampled_from(BUSY))
    def begin(self, ap: str) -> None:
        """Begin in any application: the ISD has little to do."""
        self.select_application(ap)

    # --- help

    def existing(self, pick: int) -> int:
        """Choose an EF the current application has; now and then one it does not have."""
        ap = self.model.ap
        efs = [*reference.TRANSPARENT[ap], *reference.RECORDS.get(ap, ())]
        efs += [*reference.PINS[ap], *reference.KEYS[ap], 0x1D]
        return efs[pick % len(efs)]

    def pin(self, pick: int) -> int:
        """Choose a PIN file; any file where there is none."""
        pins = list(reference.PINS[self.model.ap])
        return pins[pick % len(pins)] if pins else self.existing(pick)

    def hears(self, raw: bytes, expected: str | bytes) -> bytes:
        """Send a command; it must be answered as expected."""
        answer = self.card.transmit(raw)
        if isinstance(expected, bytes):
            assert answer == expected + b"\x90\x00"
        else:
            assert answer[-2:].hex().upper() == expected
            assert expected == OK or len(answer) == 2
        return answer[:-2]

    # --- power and selection

    @rule()
    def warm_reset(self) -> None:
        """Under power: nothing is forgotten (§7)."""
        self.card.warm_reset()

    @rule()
    def cold_reset(self) -> None:
        """Without power: everything but the counters is."""
        self.card.power_off()
        self.card.power_on()
        self.model.power_on()

    @rule(ap=st.sampled_from(BUSY))
    def select_application(self, ap: str) -> None:
        """By whole name."""
        self.hears(bytes.fromhex(reference.select(ap)), self.model.select_ap(ap))

    @rule(
        name=st.sampled_from(
            [("D392100031000101", "TEXT"), ("", "ISD"), ("D392F000260100000002", None)]
        )
    )
    def select_by_other_names(self, name: tuple[str, str | None]) -> None:
        """By the beginning of a name, by none, by one nobody has."""
        aid, ap = bytes.fromhex(name[0]), name[1]
        self.hears(command(0, 0xA4, 4, 0x0C, aid), self.model.select_ap(ap))

    @rule(pick=PICK)
    def select_file(self, pick: int) -> None:
        """By identifier."""
        ef = self.existing(pick)
        self.hears(command(0, 0xA4, 2, 0x0C, ef.to_bytes(2, "big")), self.model.select_ef(ef))

    @rule()
    def select_again(self) -> None:
        """Name the application that is current: what was proven stays (§11 row 4)."""
        self.select_application(self.model.ap)

    @rule()
    def select_master_file(self) -> None:
        """00 A4 00 00: 6A86 in the ISD, 9000 and no change elsewhere."""
        self.hears(command(0, 0xA4, 0, 0), "6A86" if self.model.ap == "ISD" else OK)

    # --- reading

    @rule(pick=PICK, current=st.booleans(), offset=st.sampled_from([0, 0, 1, 16, 17, 255]))
    def read(self, pick: int, offset: int, *, current: bool) -> None:
        """READ BINARY of the current EF, or by short identifier; all that is there."""
        ef = CURRENT if current else self.existing(pick)
        p1 = 0x80 | ef if ef else 0
        expected = self.model.read(ef, offset)
        self.hears(command(0, 0xB0, p1, offset, le=bytes(3)), expected)

    @rule(le=st.sampled_from([b"\0", bytes(3)]))
    def read_everything(self, le: bytes) -> None:
        """READ BINARY of each file of the application, open or not."""
        for ef in reference.TRANSPARENT[self.model.ap]:
            expected = self.model.read(ef, 0)
            short = expected[:256] if len(le) == 1 and isinstance(expected, bytes) else expected
            self.hears(command(0, 0xB0, 0x80 | ef, 0, le=le), short)

    @rule(pick=PICK, current=st.booleans(), number=st.integers(0, 2))
    def read_record(self, pick: int, number: int, *, current: bool) -> None:
        """READ RECORD by number."""
        ef = CURRENT if current else self.existing(pick)
        expected = self.model.read_record(ef, number)
        self.hears(command(0, 0xB2, number, ef << 3 | 4, le=b"\0"), expected)

    # --- secrets

    @rule(pick=PICK, current=st.booleans())
    def query(self, pick: int, *, current: bool) -> None:
        """VERIFY without data costs nothing."""
        ef = CURRENT if current else self.pin(pick)
        self.hears(command(0, 0x20, 0, 0x80 | ef), self.model.query(ef))

    def offered(self, ef: int) -> bytes:
        """Give what is right for a PIN file now, or something where nothing is."""
        meant = ef or self.model.ef or 0
        return self.model.values.get((self.model.ap, meant)) or b"1234"

    @has_pins
    @rule(pick=PICK, current=st.sampled_from([False, False, True]))
    def verify_right(self, pick: int, *, current: bool) -> None:
        """Present the right secret."""
        ef = CURRENT if current else self.pin(pick)
        right = self.offered(ef)
        self.hears(command(0, 0x20, 0, 0x80 | ef, right), self.model.verify(ef, right))

    @rule(pick=PICK, wrong=WRONG, current=st.booleans())
    def verify_wrong(self, pick: int, wrong: bytes, *, current: bool) -> None:
        """Present a wrong one, of any length; the empty one is a question."""
        ef = CURRENT if current else self.pin(pick)
        expected = self.model.verify(ef, wrong) if wrong else self.model.query(ef)
        self.hears(command(0, 0x20, 0, 0x80 | ef, wrong), expected)

    @rule(pick=PICK)
    def verify_with_another_secret(self, pick: int) -> None:
        """Present the secret of another file of the application, which opens that one only."""
        here = [value for (ap, _), value in self.model.values.items() if ap == self.model.ap]
        ef, other = self.pin(pick), here[pick % len(here)] if here else None
        offered = other or b"1234"
        self.hears(command(0, 0x20, 0, 0x80 | ef, offered), self.model.verify(ef, offered))

    @has_pins
    @rule()
    def verify_everything(self) -> None:
        """Present every right secret of the application, and so open all there is."""
        for pick in range(len(reference.PINS[self.model.ap])):
            self.verify_right(pick, current=False)

    @has_pins
    @rule(pick=PICK)
    def verify_until_blocked(self, pick: int) -> None:
        """Present wrong ones until none is left; then the right one is refused as well."""
        ef = self.pin(pick)
        for _ in range(self.model.tries[self.model.ap, ef] + 1):
            self.verify_wrong(pick, b"9999", current=False)
        self.verify_right(pick, current=False)

    @rule(pick=PICK, new=NEW_VALUES, ins=st.sampled_from([0x24, 0x32]), current=st.booleans())
    def change(self, pick: int, new: bytes, ins: int, *, current: bool) -> None:
        """CHANGE REFERENCE DATA, CHANGE KEY."""
        ef = CURRENT if current else self.pin(pick)
        cla, p1 = (0x00, 1) if ins == 0x24 else (0x80, 0)
        expected = self.model.change(ef, new, command=ins)
        self.hears(command(cla, ins, p1, 0x80 | ef, new), expected)

    @has_pins
    @rule(pick=PICK, new=NEW_VALUES, ins=st.sampled_from([0x24, 0x32]))
    def verify_and_change(self, pick: int, new: bytes, ins: int) -> None:
        """Change what was just proven; the new value is the right one from then on."""
        self.verify_right(pick, current=False)
        self.change(pick, new, ins, current=False)
        self.verify_right(pick, current=False)

    # --- keys

    @rule(pick=PICK, how=st.sampled_from(["named", "current", "default"]), mode=st.integers(0, 5))
    def sign(self, pick: int, how: str, mode: int) -> None:
        """COMPUTE DIGITAL SIGNATURE; what comes back was made by the key that was meant."""
        ef = {"named": self.existing(pick), "current": CURRENT, "default": None}[how]
        p2 = 0 if ef is None else 0x80 | ef
        signature = self.hears(command(0x80, 0x2A, mode, p2, DATA, le=b"\0"), self.model.sign(ef))
        if signature and mode == 0:
            meant = {"TEXT": 0x13, "VISUAL": 0x1A}[self.model.ap] if ef is None else ef
            key = public_keys()[self.model.ap, meant or self.model.ef]
            block = pow(int.from_bytes(signature, "big"), key.e, key.n).to_bytes(256, "big")
            assert block.endswith(b"\0" + DATA)

    @rule(pick=PICK, how=st.sampled_from(["named", "current", "default"]))
    def internal_authenticate(self, pick: int, how: str) -> None:
        """Have a challenge answered: INTERNAL AUTHENTICATE."""
        ef = {"named": self.existing(pick), "current": CURRENT, "default": None}[how]
        p2 = 0 if ef is None else 0x80 | ef
        self.hears(command(0, 0x88, 0, p2, DATA, le=b"\0"), self.model.authenticate(ef))

    # --- 特定機関認証

    @rule(length=st.sampled_from([8, 16, 32]))
    def get_challenge(self, length: int) -> None:
        """GET CHALLENGE: another number each time."""
        challenge = self.hears(command(0, 0x84, 0, 0, le=bytes((length,))), OK)
        assert challenge != self.model.challenge
        self.model.challenge = challenge

    @in_jpki
    @rule(last=st.booleans(), genuine=st.sampled_from([True, True, True, False]))
    def present_certificate(self, *, last: bool, genuine: bool) -> None:
        """One part of an institution's certificate, or as many bytes without meaning."""
        raw = corpus.proof("institution")[2 if last else 1]
        raw = raw if genuine else raw[:7] + bytes(len(raw) - 7)
        self.hears(raw, self.model.present_certificate(last=last, genuine=genuine))

    @in_jpki
    @rule(genuine=st.sampled_from([True, True, False]))
    def answer_challenge(self, *, genuine: bool) -> None:
        """Sign the last number given out, as the institution; a forger signs something else."""
        signed = self.model.challenge if genuine else bytes(16)
        signature = authority().sign(CvRole.TERMINAL, signed or b"")
        expected = self.model.answer_challenge(genuine=genuine)
        self.hears(command(0x80, 0x82, 0, 0x96, signature), expected)

    @in_jpki
    @rule(length=st.sampled_from([8, 16, 32]), interrupted=st.sampled_from([False, False, True]))
    def institution(self, length: int, *, interrupted: bool) -> None:
        """Do all of it in the right order; short numbers and a re-SELECT in between spoil it."""
        self.present_certificate(last=False, genuine=True)
        self.present_certificate(last=True, genuine=True)
        self.get_challenge(length)
        if interrupted:
            self.select_application("JPKI")
        self.answer_challenge(genuine=True)

    # --- secure messaging

    @elsewhere
    @rule()
    def in_the_wrong_place(self) -> None:
        """Send what only one application understands to another."""
        self.present_certificate(last=False, genuine=True)
        self.answer_challenge(genuine=True)
        self.set_session_key(None)
        self.secured_select_file(0)
        self.secured_read(0, 0)

    @in_text
    @rule(wrong=st.sampled_from([None, None, None, "6700", "6F00", "6A80"]))
    def set_session_key(self, wrong: str | None) -> None:
        """Deliver a key, too few bytes, a number beyond the modulus, what does not decrypt."""
        raw = corpus.deliver()
        bent = {"6700": b"\x80\xae\0\0\x10" + bytes(16), "6F00": raw[:7] + b"\xff" * 256}
        bent["6A80"] = raw[:7] + bytes(256)
        self.hears(raw if wrong is None else bent[wrong], self.model.set_session_key(wrong))

    @in_text
    @rule(pick=PICK)
    def begin_session(self, pick: int) -> None:
        """Present the PIN, deliver a key, and use it for two commands."""
        right = self.offered(0x11)
        self.hears(command(0, 0x20, 0, 0x91, right), self.model.verify(0x11, right))
        self.set_session_key(None)
        self.secured_select_file(pick)
        self.secured_read(pick, 0)

    def _channel(self) -> SecureChannel:
        return SecureChannel(corpus.SEED[:KEY_LENGTH], self.model.counter)

    def secured(
        self, ins: int, p1: int, p2: int, data: bytes, answer: Callable[[], str | bytes]
    ) -> None:
        """Send a command encrypted; refusals by the command itself come in clear."""
        body = bytes(self._channel().encrypt(data) if data else expected_length_object(0))
        raw = command(8, ins, p1, p2, body, le=b"\0")
        if ins == 0xB0:
            # A long answer needs an extended Le, and that an extended Lc.
            raw = bytes((8, ins, p1, p2, 0)) + len(body).to_bytes(2, "big") + body + bytes(2)
        refusal = self.model.without_session(ins)
        if refusal is not None:
            self.hears(raw, refusal)
            return
        channel, expected = self._channel(), answer()
        if isinstance(expected, bytes):
            expected = bytes(channel.encrypt(expected))
        self.hears(raw, expected)
        if self.model.session is not None:
            self.model.counter += 1

    @has_session
    @rule(pick=PICK)
    def secured_select_file(self, pick: int) -> None:
        """SELECT of a file under secure messaging."""
        ef = self.existing(pick)
        self.secured(0xA4, 2, 0x0C, ef.to_bytes(2, "big"), lambda: self.model.select_ef(ef))

    @has_session
    @rule(ap=st.sampled_from(APS))
    def secured_select_application(self, ap: str) -> None:
        """SELECT of an application under secure messaging: its last command."""
        aid = bytes.fromhex(reference.AIDS[ap])
        self.secured(0xA4, 4, 0x0C, aid, lambda: self.model.select_ap(ap))

    @has_session
    @rule(pick=PICK, right=st.booleans())
    def secured_verify(self, pick: int, *, right: bool) -> None:
        """VERIFY under secure messaging counts like any other."""
        ef = self.pin(pick)
        offered = self.offered(ef) if right else b"9999"
        self.secured(0x20, 0, 0x80 | ef, offered, lambda: self.model.verify(ef, offered))

    @has_session
    @rule(pick=PICK, offset=st.sampled_from([0, 0, 16, 17]))
    def secured_read(self, pick: int, offset: int) -> None:
        """READ BINARY under secure messaging opens nothing that was closed."""
        ef = self.existing(pick)
        self.secured(0xB0, 0x80 | ef, offset, b"", lambda: self.model.read(ef, offset))

    @rule(ins=st.sampled_from([0xA4, 0x20, 0xB0]))
    def garbled(self, ins: int) -> None:
        """Send a secured command nobody encrypted."""
        body = b"\x86\x11\x02" + bytes(16)
        self.hears(command(8, ins, 2, 0x0C, body, le=b"\0"), self.model.garbled(ins))

    # --- noise

    @rule(raw=st.sampled_from(REFUSED))
    def something_refused(self, raw: str) -> None:
        """Send commands for issuers, other classes, unknown ones: no effect on anything."""
        sent = bytes.fromhex(raw)
        if self.model.ap == "JPKI" and sent[1:2] == b"\xa2":
            self.model.present_certificate(last=True, genuine=False)
        answer = self.card.transmit(sent)
        assert len(answer) == 2
        assert answer[0] >> 4 == 6

    # --- what always holds

    @invariant()
    def counters_are_those_of_the_model(self) -> None:
        """They fall by one on a wrong try, return on a right one, and never otherwise."""
        pins = {(pin.aid, pin.ef): kept for pin, kept in self.store.state.pins.items()}
        for (ap, ef), tries in self.model.tries.items():
            assert pins[bytes.fromhex(reference.AIDS[ap]), ef].tries_left == tries

    @invariant()
    def what_the_card_remembers_is_what_the_model_does(self) -> None:
        """Compare selection, proofs and secure messaging with what the chip itself says."""
        session, model = self.card.session, self.model
        assert session is not None
        assert session.application.aid.hex().upper() == reference.AIDS[model.ap]
        assert (session.current_ef, session.verified) == (model.ef, model.verified)
        assert session.challenge == model.challenge
        channel = session.channel
        assert (channel is None) == (model.session is None)
        assert channel is None or channel.broken == (model.session == "broken")

    @invariant()
    def what_is_closed_stays_shut(self) -> None:
        """No file and no key of the application opens without its secret, asked after each step."""
        for ef in self.model.closed_files():
            self.hears(command(0, 0xB0, 0x80 | ef, 0, le=b"\0"), "6982")
        for ef in self.model.closed_keys():
            self.hears(command(0x80, 0x2A, 0, 0x80 | ef, DATA, le=b"\0"), "6982")


def test_no_order_of_commands_opens_what_no_secret_opened():
    """Card and model agree on every answer, counter and open file; the same run every time."""
    quick = settings(max_examples=200, stateful_step_count=50, derandomize=True, database=None)

    run_state_machine_as_test(SecurityRules, settings=quick)


@pytest.mark.soak
def test_no_long_order_of_commands_opens_what_no_secret_opened():
    """The same by chance, and for longer."""
    run_state_machine_as_test(
        SecurityRules, settings=settings(max_examples=3_000, stateful_step_count=100)
    )
