"""The ISO commands on a card of no particular kind."""

import pytest

from cardsim.chip import Dialect
from jpki.iso7816 import SW
from tests.chip.plain import (
    CONTENT,
    EF_FREE,
    EF_KEY,
    EF_RECORDS,
    FIRST,
    RECORDS,
    ROOT,
    SECOND,
    plain_card,
    send,
    verify,
)

PARTIAL = Dialect(partial_name_minimum=5, empty_name_selects_first=True)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00A4040C06" + SECOND.hex(), "9000"),
        ("00A4040006" + SECOND.hex(), "9000"),
        ("00A4040006" + SECOND.hex() + "00", "6F088406F0000000010B9000"),
        ("00A4040C06" + SECOND.hex() + "00", "9000"),
        ("00A4040C05F000000001", "6A82"),
        ("00A4040C07" + SECOND.hex() + "00", "6A82"),
        ("00A4040C", "6A82"),
        ("00A4040106" + SECOND.hex(), "6A86"),
        ("00A4041C06" + SECOND.hex(), "6A86"),
        ("00A4080C023F00", "6A86"),
        ("00A4090C020001", "6A86"),
        ("00A4000C023F00", "6A82"),
        ("00A4000C", "6A82"),
        ("00A4020C020001", "9000"),
        ("00A4020002000100", "6F04830200019000"),
        ("00A4020C020099", "6A82"),
        ("00A4020C0101", "6700"),
        ("00A4020C03000100", "6700"),
        ("00A4020C", "6700"),
        ("00A4020E020001", "6A86"),
    ],
)
def test_select(command, answer):
    """By whole name or by EF identifier; file information only where Le asks for it."""
    assert send(plain_card(), command) == answer


@pytest.mark.parametrize(
    ("command", "aid"),
    [
        ("00A4040C05F000000001", FIRST),
        ("00A4040C06" + SECOND.hex(), SECOND),
        ("00A4040E05F000000001", SECOND),
        ("00A4040C", ROOT),
    ],
)
def test_a_dialect_may_take_the_beginning_of_a_name(command, aid):
    """The first match, the next one after the current, the start for an empty name."""
    card = plain_card(PARTIAL)

    assert send(card, command) == "9000"
    assert card.session.application.aid == aid


def test_there_is_no_next_application_after_the_last():
    """Going through the matches ends with 6A82 and leaves the last one selected."""
    card = plain_card(PARTIAL)
    send(card, "00A4040E05F000000001")

    assert send(card, "00A4040E05F000000001") == "6A82"
    assert card.session.application.aid == SECOND


def test_the_first_match_is_next_when_another_application_is_current():
    """From outside the matches, the next one is the first one."""
    card = plain_card(PARTIAL)
    send(card, "00A4040C05" + ROOT.hex())

    assert send(card, "00A4040E05F000000001") == "9000"
    assert card.session.application.aid == FIRST


@pytest.mark.parametrize("name", ["F0000000", "F0"])
def test_too_short_a_beginning_selects_nothing(name):
    """Fewer bytes than the dialect asks for are no name."""
    command = f"00A4040C{len(name) // 2:02X}{name}"

    assert send(plain_card(PARTIAL), command) == "6A82"


def test_a_failing_select_changes_nothing():
    """Application, EF and proofs stay as they were."""
    card = plain_card()
    send(card, verify())
    send(card, "00A4020C020003")

    failed = send(card, "00A4040C05A0000000FF"), send(card, "00A4020C020099")

    assert failed == ("6A82", "6A82")
    assert send(card, "00B0000000") == b"behind the PIN".hex().upper() + "9000"


@pytest.mark.parametrize("command", ["00A4040006" + SECOND.hex() + "07", "00A4020002000105"])
def test_a_select_whose_information_does_not_fit_changes_nothing(command):
    """6700 is a refusal like any other: application, EF and proofs stay."""
    card = plain_card()
    send(card, verify())
    send(card, "00A4020C020003")

    assert send(card, command) == "6700"
    assert send(card, "00B0000000") == b"behind the PIN".hex().upper() + "9000"


def test_selecting_an_application_leaves_no_file_current():
    """A command for the current EF has none, even after selecting the same name again."""
    card = plain_card()
    send(card, "00A4020C020001")

    send(card, "00A4040C06" + FIRST.hex())

    assert send(card, "00B0000000") == "6986"


def content(start: int, end: int) -> str:
    return CONTENT[start:end].hex().upper() + "9000"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00B0000001", content(0, 1)),
        ("00B0000000", content(0, 200)),
        ("00B00000000000", content(0, 200)),
        ("00B000000000C8", content(0, 200)),
        ("00B00000000005", content(0, 5)),
        ("00B000C700", content(199, 200)),
        ("00B000C800", "6B00"),
        ("00B0010000", "6B00"),
        ("00B07FFF00", "6B00"),
        ("00B0800400", content(4, 200)),
        ("00B0810402", content(4, 6)),
        ("00B081C801", "6B00"),
        ("00B0990000", "6A82"),
        ("00B09F0000", "6A86"),
        ("00B0A10000", "6A86"),
        ("00B0C10000", "6A86"),
        ("00B00000", "6700"),
        ("00B00000010000", "6700"),
        ("00B0840000", "6981"),
        ("00B0850000", "6981"),
        ("00B0860000", "6981"),
    ],
)
def test_read_binary(command, answer):
    """What there is from the offset on; short, extended, by short identifier."""
    card = plain_card()
    send(card, "00A4020C020001")

    assert send(card, command) == answer


def test_reading_by_short_identifier_makes_the_file_current():
    """The next READ BINARY without an identifier goes on in the same file."""
    card = plain_card()

    first, second = send(card, f"00B0{0x80 | EF_FREE:02X}0004"), send(card, "00B0000402")

    assert (first, second) == (content(0, 4), content(4, 6))


def test_a_refused_read_does_not_make_its_file_current():
    """Only a command that succeeded moves the current EF."""
    card = plain_card()
    send(card, "00A4020C020001")

    send(card, "00B0830000")

    assert send(card, "00B0000001") == content(0, 1)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00B2010400", RECORDS[0].hex().upper() + "9000"),
        ("00B2020400", RECORDS[1].hex().upper() + "9000"),
        ("00B2020C00", "6981"),
        ("00B2022400", RECORDS[1].hex().upper() + "9000"),
        ("00B2022C00", "6981"),
        ("00B202CC00", "6A82"),
        ("00B2030400", "6A83"),
        ("00B2000400", "6A83"),
        ("00B2010500", "6A81"),
        ("00B2010600", "6A81"),
        ("00B2010000", "6A81"),
        ("00B201FC00", "6A86"),
        ("00B20104", "6700"),
        ("00B2010403", "6700"),
        ("00B20104010000", "6700"),
    ],
)
def test_read_record(command, answer):
    """One record by its number, in the current EF or by short identifier."""
    card = plain_card()
    send(card, f"00A4020C0200{EF_RECORDS:02X}")

    assert send(card, command) == answer


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("0084000008", "5A" * 8 + "9000"),
        ("0084000000", "5A" * 256 + "9000"),
        ("0084000001", "5A9000"),
        ("00840000000001", "5A9000"),
        ("00840000000101", "5A" * 257 + "9000"),
        ("00840000", "6700"),
        ("0084000001AA00", "6700"),
        ("0084010008", "6A86"),
        ("0084000108", "6A86"),
    ],
)
def test_get_challenge(command, answer):
    """As many bytes from the random source as Le asks for."""
    assert send(plain_card(), command) == answer


@pytest.mark.parametrize("command", ["00840000000001", "00840000000101"])
def test_a_dialect_may_refuse_a_long_challenge(command):
    """Some cards take no extended Le here."""
    card = plain_card(Dialect(extended_challenge=SW.CONDITIONS_NOT_SATISFIED))

    assert send(card, command) == "6985"


@pytest.mark.parametrize("p2", ["04", "08"])
def test_other_kinds_of_file_information_are_refused(p2):
    """P2 = 04 (FCP) and 08 (FMD) are forms of ISO 7816-4 this chip does not give."""
    assert send(plain_card(), f"00A404{p2}06F0000000010A00") == "6A86"
    assert send(plain_card(), f"00A402{p2}02000100") == "6A86"


def test_a_warm_reset_starts_anew_unless_the_dialect_keeps_the_session():
    """ISO's card forgets selection and PIN at every reset."""
    plain, keeping = plain_card(), plain_card(Dialect(warm_reset_keeps_session=True))
    plain.warm_reset()
    keeping.warm_reset()

    assert send(plain, "00A4020C020001") == "6A82"
    assert send(keeping, "00A4020C020001") == "9000"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00CA004200", b"object".hex().upper() + "9000"),
        ("00CA004205", "6700"),
        ("00CA0042", "6700"),
        ("00CA00420100", "6700"),
        ("00CA00F800", "6700"),
        ("00CA00F8000000", b"long object".hex().upper() + "9000"),
        ("00CA006600", "6A88"),
        ("00CA004300", "6A88"),
    ],
)
def test_get_data(command, answer):
    """Data objects of the current application by tag; one of them by extended Le only."""
    card = plain_card()
    send(card, "00A4040C05" + ROOT.hex())

    assert send(card, command) == answer


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (f"008800{0x80 | EF_KEY:02X}04AABBCCDD00", "6982"),
        (f"008800{0x80 | EF_FREE:02X}04AABBCCDD00", "6981"),
        ("0088008004AABBCCDD00", "6986"),
        ("0088000004AABBCCDD00", "6985"),
        ("0088008000", "6700"),
        ("0088008004AABBCCDD", "6700"),
        ("0088018004AABBCCDD00", "6A86"),
        ("0088004004AABBCCDD00", "6A86"),
    ],
)
def test_internal_authenticate_without_a_key_that_allows_it(command, answer):
    """A key must be named, be a key, and have a rule for this use."""
    assert send(plain_card(), command) == answer


@pytest.mark.parametrize(
    ("dialect", "answer"),
    [
        (Dialect(), "6981"),
        (Dialect(verify_on_key=SW.VERIFICATION_FAILED), "6300"),
    ],
)
def test_verify_on_a_key_answers_as_the_dialect_says(dialect, answer):
    """A key file has no counter to report."""
    card = plain_card(dialect)

    assert send(card, f"002000{0x80 | EF_KEY:02X}") == answer
    assert send(card, verify(b"1234", 0x80 | EF_KEY)) == answer
