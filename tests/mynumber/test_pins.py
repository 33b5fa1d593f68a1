"""VERIFY and changing PINs with the bytes clients send (card reference §4.4, §4.6, §5)."""

import pytest

from jpki.card.layout import Ap, JpkiEf
from tests.mynumber.talk import (
    READ_SIGN_CERTIFICATE,
    SIGN_WITH_AUTH_KEY,
    TRIES_AUTH,
    TRIES_SIGN,
    VERIFY_AUTH,
    VERIFY_SIGN,
    WRONG_AUTH,
    WRONG_SIGN,
    adult,
    select_ef,
)


@pytest.mark.parametrize(
    ("tries", "wrong", "right", "answers"),
    [
        (TRIES_AUTH, WRONG_AUTH, VERIFY_AUTH, ["63C2", "63C1", "63C0"]),
        (TRIES_SIGN, WRONG_SIGN, VERIFY_SIGN, ["63C4", "63C3", "63C2", "63C1", "63C0"]),
    ],
    ids=["auth", "sign"],
)
def test_wrong_pins_count_down_and_block(tries, wrong, right, answers):
    """Three tries for authentication, five for signing; then 6984, and the query says 63C0."""
    talk = adult()

    seen = [talk(wrong) for _ in answers]

    assert seen == answers
    assert (talk(wrong), talk(right), talk(tries)) == ("6984", "6984", "63C0")


def test_a_right_pin_gives_the_tries_back():
    """After one wrong PIN the right one sets the counter to three again."""
    talk = adult()

    answers = talk(WRONG_AUTH), talk(TRIES_AUTH), talk(VERIFY_AUTH), talk(TRIES_AUTH)

    assert answers == ("63C2", "63C2", "9000", "63C3")


def test_the_pins_count_apart():
    """Blocking one PIN leaves the other as it was."""
    assert adult()(WRONG_AUTH, WRONG_AUTH, WRONG_AUTH, TRIES_SIGN) == "63C5"


@pytest.mark.parametrize("p2", ["80", "98"])
@pytest.mark.parametrize("proof", [[], [VERIFY_AUTH]], ids=["before", "after success"])
def test_an_empty_verify_always_tells_the_tries(p2, proof):
    """63C3 before and after success, by current EF or short identifier; it costs nothing."""
    talk = adult()
    talk(select_ef(JpkiEf.AUTH_PIN), *proof)

    asked = [talk(f"002000{p2}") for _ in range(5)]

    assert asked == ["63C3"] * 5


@pytest.mark.parametrize("command", ["0020008000", "0020009800", "00200098000000"])
def test_an_empty_verify_with_le_is_refused(command):
    """The 5-byte form answers 6700 and costs nothing."""
    talk = adult()

    assert talk(select_ef(JpkiEf.AUTH_PIN), command) == "6700"
    assert talk(TRIES_AUTH) == "63C3"


@pytest.mark.parametrize(
    "pin", ["1", "123", "12345", "1234\0\0\0\0", "12345678", "ABCD", "1234" * 16]
)
def test_a_pin_of_a_wrong_length_costs_a_try(pin):
    """Whatever is not the PIN is wrong, its length included."""
    talk = adult()

    assert talk(f"00200098{len(pin):02X}{pin.encode().hex()}") == "63C2"


def test_the_card_compares_bytes():
    """Small letters are wrong: making them capital is the client's work."""
    assert adult()("0020009B06" + b"abc123".hex()) == "63C4"


def test_an_extended_verify_is_a_verify():
    """The form on the wire does not matter."""
    talk = adult()

    assert talk("0020009800000431323334") == "9000"
    assert talk("0020009800000431323335") == "63C2"


@pytest.mark.parametrize(
    ("ef", "query", "data"),
    [
        (JpkiEf.KEY_10, "63C3", "63C2"),
        (JpkiEf.TERMINAL_KEY, "6300", "6300"),
        (JpkiEf.UNKNOWN_19, "6300", "6300"),
        (JpkiEf.ISSUER_KEY_1C, "6300", "6300"),
        (JpkiEf.ISSUER_KEY_1E, "6300", "6300"),
        (JpkiEf.TOKEN_INFO, "6981", "6981"),
        (JpkiEf.AUTH_CERTIFICATE, "6981", "6981"),
        (0x1D, "6A82", "6A82"),
    ],
)
def test_verify_on_what_is_no_pin_opens_nothing(ef, query, data):
    """Key files answer without a counter, other files with 6981, absent ones with 6A82."""
    talk = adult()

    assert talk(f"002000{0x80 | ef:02X}") == query
    assert talk(f"002000{0x80 | ef:02X}0431323334") == data
    assert talk.card.session.verified == set()


@pytest.mark.parametrize("command", ["00200080", "0020008004 31323334"])
def test_verify_needs_a_current_file(command):
    """Right after the AP was selected there is none: 6986."""
    assert adult()(command) == "6986"


@pytest.mark.parametrize("header", ["00200001", "00200018", "00200100", "002000A0", "002000C0"])
def test_other_references_are_refused(header):
    """P2 is 80 or 80 + short identifier, P1 is 00."""
    talk = adult()

    assert talk(header + "0431323334") == "6A86"
    assert talk(TRIES_AUTH) == "63C3"


@pytest.mark.parametrize("p2", ["80", "98"])
def test_a_verified_pin_is_changed(p2):
    """00 24 01 with the new PIN alone, as clients send it; the old one is wrong then."""
    talk = adult()
    talk(select_ef(JpkiEf.AUTH_PIN), VERIFY_AUTH)

    assert talk(f"002401{p2}04" + b"4321".hex()) == "9000"
    assert talk(VERIFY_AUTH) == "63C2"
    assert talk("0020009804" + b"4321".hex()) == "9000"


def test_a_changed_pin_outlives_power():
    """The new value is part of what is saved."""
    talk = adult()
    talk(VERIFY_SIGN, "0024019B08" + b"NEWPASS1".hex())

    talk.card.power_off()
    talk.card.power_on()

    assert talk("00A4040C0AD392F000260100000001", VERIFY_SIGN) == "63C4"
    assert talk("0020009B08" + b"NEWPASS1".hex()) == "9000"


@pytest.mark.parametrize(
    ("before", "command", "answer"),
    [
        ([], "0024019804" + b"4321".hex(), "6982"),
        ([VERIFY_SIGN], "0024019804" + b"4321".hex(), "6982"),
        ([VERIFY_AUTH], "0024019B06" + b"NEW123".hex(), "6982"),
        ([VERIFY_AUTH], "0024019805" + b"54321".hex(), "6A80"),
        ([VERIFY_AUTH], "0024019804" + b"ABCD".hex(), "6A80"),
        ([VERIFY_SIGN], "0024019B05" + b"SHORT".hex(), "6A80"),
        ([VERIFY_SIGN], "0024019B06" + b"small1".hex(), "6A80"),
        ([VERIFY_AUTH], "0024009808" + b"12344321".hex(), "6A86"),
        ([VERIFY_AUTH], "0024019704" + b"4321".hex(), "6300"),
        ([VERIFY_AUTH], "0024019004" + b"4321".hex(), "6982"),
        ([VERIFY_AUTH], "8032009804" + b"4321".hex(), "6982"),
        ([VERIFY_AUTH], "8032009704" + b"4321".hex(), "6982"),
        ([VERIFY_AUTH], "8032008A04" + b"4321".hex(), "6981"),
        ([VERIFY_AUTH], "8032019804" + b"4321".hex(), "6A86"),
        ([VERIFY_AUTH], "80320098", "6700"),
    ],
)
def test_a_pin_is_not_changed_otherwise(before, command, answer):
    """Not proven, another PIN proven, a value against the rule, another command."""
    talk = adult()

    assert talk(*before, command) == answer
    assert talk(VERIFY_AUTH) == "9000"
    assert talk(VERIFY_SIGN) == "9000"


def test_a_wrong_pin_closes_what_the_right_one_opened():
    """The proof is gone with the next wrong try."""
    talk = adult()
    talk(VERIFY_SIGN, VERIFY_AUTH)

    talk(WRONG_SIGN, WRONG_AUTH)

    assert talk(READ_SIGN_CERTIFICATE) == "6982"
    assert talk(SIGN_WITH_AUTH_KEY) == "6982"


def test_the_session_knows_which_pins_were_verified():
    """Two PINs may be verified side by side."""
    talk = adult()

    talk(VERIFY_AUTH, VERIFY_SIGN)

    assert talk.card.session.application.aid == Ap.JPKI.aid
    assert talk.card.session.verified == {JpkiEf.AUTH_PIN, JpkiEf.SIGN_PIN}
