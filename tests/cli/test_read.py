"""`jpki read`, and what it does to cards in PC/SC readers; readers that are missing or many."""

from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from cardsim.readers.pcsc import PcscService
from tests.cli.calling import AUTH, CARD, SIGN, USAGE, YES
from tests.support.cards import adult_card, adult_image
from tests.support.processes import run

VERIFY, CHANGE = 0x20, 0x24


@dataclass
class RecordingCard:
    """A card that notes the commands it is sent."""

    card: object
    commands: list[bytes] = field(default_factory=list)

    def power_on(self):
        return self.card.power_on()

    def power_off(self):
        self.card.power_off()

    def warm_reset(self):
        return self.card.warm_reset()

    def transmit(self, command):
        self.commands.append(command)
        return self.card.transmit(command)

    @property
    def secrets_sent(self):
        """The commands that carry a PIN: an empty VERIFY (four bytes) only asks for the tries."""
        return [c for c in self.commands if c[1] == CHANGE or (c[1] == VERIFY and len(c) > 4)]


@contextmanager
def readers_with(*cards):
    """Serve readers holding these cards (None: empty); give the variable."""
    with PcscService() as service:
        for number, card in enumerate(cards):
            slot = service.add_reader(f"Reader {number:02d} 00")
            if card is not None:
                slot.insert(card)
        yield service.environment


@pytest.mark.parametrize(
    "words",
    [("read", "info"), ("read", "certs"), ("pin", "status"), ("read", "info", "--json")],
    ids=" ".join,
)
def test_a_look_at_a_card_presents_no_pin(homeless, words):
    """Not even where PINs are set in the environment: they must be asked for by name."""
    card = RecordingCard(adult_card())
    with readers_with(card) as variable:
        said = homeless.process(*words, environment={**variable, **AUTH, **SIGN})

    assert (said.status, len(card.commands) > 3, card.secrets_sent) == (YES, True, [])


def test_a_pin_is_presented_once_when_asked_for(homeless):
    """The named PIN and no other."""
    card = RecordingCard(adult_card())
    with readers_with(card) as variable:
        said = homeless.process(
            *("read", "certs", "--with-pin", "sign"), environment={**variable, **AUTH, **SIGN}
        )

    assert (said.status, card.secrets_sent) == (YES, [bytes.fromhex("0020008006") + b"ABC123"])


@pytest.mark.parametrize("words", [("read", "info"), ("read", "certs"), ("pin", "status")])
def test_a_card_in_a_reader_needs_no_world(homeless, words):
    """Somebody with a real card gets no directory made."""
    with readers_with(adult_card()) as variable:
        homeless.process(*words, environment=variable)

    assert not homeless.home.parent.exists()


def test_info_tells_what_can_be_known_without_a_pin(jpki):
    """The same for programs and people."""
    text = jpki("read", "info", "--card", "jiro").stdout
    data = jpki("read", "info", "--card", "jiro", "--json").json

    assert data["certificates"] == {"sign": False, "auth": True}
    assert data["tries_left"] == {"sign": 0, "auth": 3}
    assert bytes.fromhex(data["atr"]).hex(" ").upper() in text
    assert data["token"]["label"] in text
    assert "署名用電子証明書     not on the card\n" in text
    assert data["card"]["serial"] in text


def test_the_signing_certificate_is_read_only_with_its_password(jpki):
    """It holds name and address; the other three are free."""
    without = jpki("read", "certs", "--card", "hanako", "--json").json["certificates"]
    with_it = jpki(
        *("read", "certs", "--card", "hanako", "--with-pin", "sign", "--json"), environment=SIGN
    ).json["certificates"]

    assert {name: row["readable"] for name, row in without.items()} == {
        "auth": True,
        "auth-ca": True,
        "sign": False,
        "sign-ca": True,
    }
    assert with_it["sign"]["readable"] is True


@pytest.mark.parametrize(
    ("words", "suffix", "form"), [((), "cer", "DER"), (("--pem",), "pem", "PEM")]
)
def test_saved_certificates_are_ones_openssl_reads(jpki, tmp_path, words, suffix, form):
    """Without the filler behind them on the card."""
    jpki("read", "certs", "--card", "hanako", "--save", tmp_path / "out", *words)

    shown = run(
        *("openssl", "x509", "-noout", "-subject", "-inform", form),
        *("-in", tmp_path / "out" / f"auth.{suffix}"),
    )
    assert b"CN = " in shown.stdout
    assert sorted(path.stem for path in (tmp_path / "out").iterdir()) == [
        "auth",
        "auth-ca",
        "sign-ca",
    ]


def test_saved_certificates_are_not_overwritten(jpki, tmp_path):
    """Refused before a PIN is presented; --force does it."""
    (tmp_path / "sign.cer").write_text("mine")
    words = ("read", "certs", "--card", "hanako", "--with-pin", "sign", "--save", tmp_path)

    refused = jpki(*words, environment={"JPKI_SIGN_PIN": "WRONG99"})
    left = jpki("pin", "status", "--card", "hanako", "--json").json["tries_left"]["sign"]
    forced = jpki(*words, "--force", environment=SIGN)

    assert (refused.status, "say --force" in refused.error, left) == (USAGE, True, 5)
    assert (forced.status, (tmp_path / "sign.cer").read_bytes()[:1]) == (YES, b"\x30")


def test_a_place_that_cannot_be_made_is_named(jpki, letter):
    """A file stands where a directory was wanted."""
    said = jpki("read", "certs", "--card", "hanako", "--save", letter / "below")

    assert (said.status, f"cannot make {letter / 'below'}" in said.error) == (USAGE, True)


def test_without_a_service_it_says_what_to_start(homeless, tmp_path):
    """The next thing to type stands in the message."""
    nowhere = {"PCSCLITE_CSOCK_NAME": str(tmp_path / "no-socket")}

    said = homeless.process("read", "info", environment=nowhere)

    assert (said.status, "start pcscd" in said.error) == (CARD, True)
    assert "jpki card serve" in said.error


def test_without_a_reader_it_says_so(homeless):
    """The service is there, and nothing is plugged in."""
    with readers_with() as variable:
        said = homeless.process("read", "info", environment=variable)

    assert (said.status, "PC/SC knows no reader" in said.error) == (CARD, True)


def test_without_a_card_the_reader_is_named(homeless):
    """So that the card goes into the right one."""
    with readers_with(None) as variable:
        said = homeless.process("read", "info", environment=variable)

    assert (said.status, said.error) == (
        CARD,
        "jpki: there is no card in the reader 'Reader 00 00'",
    )


@pytest.mark.parametrize("selector", ["Acme", "7", "Reader 00 00 "])
def test_an_unknown_reader_is_answered_with_those_there_are(homeless, selector):
    """The next thing to type stands in the message."""
    with readers_with(adult_card(), None) as variable:
        said = homeless.process("read", "info", "--reader", selector, environment=variable)

    assert said.status == CARD
    assert said.error.endswith("there are: 0: Reader 00 00, 1: Reader 01 00")


@pytest.mark.parametrize("selector", ["1", "Reader 01 00", "01 0", "reader 01"])
def test_a_reader_is_chosen_by_number_name_or_part_of_it(homeless, selector):
    """The second of two cards, whichever way it is called."""
    first, second = RecordingCard(adult_card()), RecordingCard(adult_card())
    with readers_with(first, second) as variable:
        said = homeless.process("read", "info", "--reader", selector, environment=variable)

    assert (said.status, first.commands, len(second.commands) > 3) == (YES, [], True)


def test_two_cards_are_not_chosen_between(homeless):
    """A guess could show, or lock, a stranger's card."""
    first, second = RecordingCard(adult_card()), RecordingCard(adult_card())
    with readers_with(first, second) as variable:
        said = homeless.process("pin", "verify", "auth", environment={**variable, **AUTH})

    assert (said.status, "2 readers have a card; name one of" in said.error) == (CARD, True)
    assert first.commands + second.commands == []


def test_the_only_card_is_found_among_empty_readers(homeless):
    """Then there is nothing to guess."""
    with readers_with(None, adult_card(), None) as variable:
        said = homeless.process("read", "info", "--json", environment=variable)

    assert (said.status, said.json["card"]["serial"]) == (YES, adult_image().record.serial)


class OtherCard(RecordingCard):
    """A card of another kind: it knows none of our applications."""

    def transmit(self, command):
        self.commands.append(command)
        return b"\x6a\x82"


@pytest.mark.parametrize(
    "words", [("read", "info"), ("pin", "status"), ("pin", "verify", "auth"), ("login",)]
)
def test_a_card_of_another_kind_is_told_as_one(homeless, words):
    """A transit or bank card in the reader gets no PIN."""
    card = OtherCard(adult_card())
    with readers_with(card) as variable:
        said = homeless.process(*words, environment={**variable, **AUTH})

    assert (said.status, "公的個人認証AP" in said.error, card.secrets_sent) == (CARD, True, [])


class LeavingCard(RecordingCard):
    """A card that is pulled out at the third command."""

    slot = None

    def transmit(self, command):
        answer = super().transmit(command)
        if len(self.commands) == 3:
            self.slot.eject()
        return answer


def test_a_card_pulled_out_half_way_is_told_in_one_line(homeless):
    """No traceback for a hand that was too quick."""
    card = LeavingCard(adult_card())
    with PcscService() as service:
        card.slot = service.add_reader("Reader 00 00")
        card.slot.insert(card)
        said = homeless.process("read", "certs", environment=service.environment)

    assert (said.status, said.error) == (CARD, "jpki: the card was taken out")
