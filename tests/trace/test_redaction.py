"""Nothing secret gets into a trace, whatever is said."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardsim.trace import (
    Answered,
    Asked,
    Contacts,
    Conversation,
    Exchange,
    PowerKind,
    UnredactedError,
    event_line,
)
from jpki.iso7816 import CommandApdu, StatusWord
from tests.support.faces import HOLDER, NUMBER, NUMBER_B
from tests.support.whole import JUKI_PIN, LICENCE_PIN, TEXT_PIN, whole_image
from tests.trace.talk import AUTH_PIN, READ, READ_ALL, SIGN_PIN, WHOLE_TALK, Listened

SUCCESS = b"\x90\x00"
SECRET = b"QZ81KX7391"
BYTE = st.integers(0, 255)
OK = StatusWord(0x9000)
VERIFY = bytes.fromhex("00200080")


def written(command: bytes, answer: bytes | None = SUCCESS) -> str:
    return event_line(Conversation("card").exchange(command, answer)).decode().upper()


def shown_status(text: str) -> str | None:
    status: str | None = json.loads(text.lower())["answer"]["sw"]
    return status and status.upper()


def holds(text: str, secret: bytes) -> bool:
    return secret.hex().upper() in text or secret.decode("latin-1").upper() in text


def test_a_conversation_with_every_application_leaves_no_secret_behind():
    """All PINs, the number, the name, the address and both certificates go over this wire."""
    listened = Listened()
    listened(*WHOLE_TALK)
    text = b"".join(map(event_line, listened.events)).decode()
    person, image = HOLDER.person, whole_image()
    secrets = [AUTH_PIN, SIGN_PIN, "NEWPIN", TEXT_PIN, JUKI_PIN, LICENCE_PIN, NUMBER, NUMBER_B]
    texts = [secret.encode() for secret in (*secrets, person.name.text, person.address.text)]
    pieces = [*texts, image.auth.certificate[100:116], image.sign.certificate[100:116]]

    found = [piece for piece in pieces if piece.hex().upper() in text or piece in text.encode()]
    assert found == []


@given(BYTE, BYTE, BYTE, BYTE, st.sampled_from([None, 1, 256, 65_536]))
def test_no_data_field_of_any_instruction_is_kept(cla, ins, p1, p2, ne):
    """A secret in the command is not in the line, whatever the header says."""
    command = CommandApdu(cla, ins, p1, p2, SECRET, ne).encode()

    assert not holds(written(command), SECRET)


@given(BYTE, BYTE, BYTE, BYTE)
def test_no_answer_to_any_instruction_is_kept(cla, ins, p1, p2):
    """A secret in the answer is not in the line, whatever was asked."""
    command = CommandApdu(cla, ins, p1, p2, ne=256).encode()

    assert not holds(written(command, SECRET + SUCCESS), SECRET)


@given(st.binary(max_size=3), st.binary(max_size=3))
def test_a_pin_in_the_wrong_place_is_not_kept(before, after):
    """A client out of step sends its PIN where a header or a length belongs."""
    command = before + SECRET + after

    assert not holds(written(command), SECRET[:4])


@pytest.mark.parametrize(
    "command",
    [
        "31323334",
        "0020313233",
        "00203132",
        "0020008031323334",
        "41424331",
        "31323334353637",
        "0031323334",
        "8031323334",
    ],
)
def test_a_header_that_could_be_a_pin_is_not_kept(command):
    """A PIN sent bare, or where P1 and P2 belong."""
    text = written(bytes.fromhex(command))

    assert [form for form in ("3132", "3233", "4142") if form in text] == []
    assert '"NE": NULL' in text


@pytest.mark.parametrize("instruction", ["0020", "0024", "002C", "0120", "0820", "8032"])
@pytest.mark.parametrize(
    "rest",
    ["05373335323931", "000004373335323931" + "3132", "003733", "0000043733323100003733", "37"],
    ids=["Lc one short", "extended Lc", "extended Le", "both", "Le"],
)
def test_a_part_of_a_pin_is_not_kept_as_an_expected_length(instruction, rest):
    """A length that does not fit makes the end of a PIN an Le."""
    text = written(bytes.fromhex(f"{instruction}0080{rest}"))

    assert '"NE": NULL' in text


@pytest.mark.parametrize("length", ["", "00", "000000"])
def test_an_expected_length_of_all_there_is_stays(length):
    """Nothing, or zeros on the wire: no digit of a PIN, and what clients send."""
    text = written(bytes.fromhex("00200080" + length))

    assert '"HEADER": "00200080"' in text


@pytest.mark.parametrize("header", ["A7F09B8C", "E5B1B1E7", "90F03733", "002C3733", "00CA3733",
    "802A3733", "00B23733", "00223733"])  # fmt: skip
def test_no_header_holds_two_letters_or_comes_from_nowhere(header):
    """A key or a name sent bare, and a PIN in P1 and P2."""
    assert header[4:] not in written(bytes.fromhex(header + "00"))


@pytest.mark.parametrize(
    "name",
    ["山田太郎".encode(), bytes.fromhex("A7F09B8C112233445566778899AABBCC"),
     bytes.fromhex("A07352917352"), bytes.fromhex("D392F0002731323334")],
    ids=["name", "key", "number", "PIN"],
)  # fmt: skip
def test_a_name_is_kept_only_under_a_provider_that_is_known(name):
    """Anything can be sent where the name of an application belongs."""
    command = bytes.fromhex(f"00A4040C{len(name):02X}") + name

    assert not holds(written(command), name[:4])


def test_a_pin_within_a_name_is_not_kept():
    """Found by fuzzing: what begins like the name of an application may go on otherwise."""
    name = bytes.fromhex("D392F006") + SECRET[:6]

    assert not holds(written(bytes.fromhex("00A4040C0A") + name), SECRET[:6])


def test_a_lost_select_does_not_open_a_file():
    """A log that lost a line shows the signing certificate for that of its CA: still nothing."""
    talk = Conversation("card")
    talk.exchange(bytes.fromhex("00A4040C0AD392F000260100000001"), SUCCESS)
    talk.exchange(bytes.fromhex("00A4020C020002"), SUCCESS)
    event = talk.exchange(bytes.fromhex(READ_ALL), whole_image().sign.certificate + SUCCESS)

    assert whole_image().sign.certificate[:16].hex().upper() not in event_line(event).decode()


@pytest.mark.parametrize(
    "build",
    [
        lambda: Asked(9, VERIFY, 4, data=b"1234"),
        lambda: Asked(15, bytes.fromhex("00A4040C"), 10, data=SECRET),
        lambda: Asked(7, bytes.fromhex("00A4020C"), 2, data=b"12"),
        lambda: Asked(4, b"1234", 0),
        lambda: Asked(6, VERIFY[:2] + b"12", 1),
        lambda: Asked(6, VERIFY),
        lambda: Asked(6, VERIFY[:2], 1),
        lambda: Asked(5, b"\x00123", 0, 0x34),
        lambda: Asked(11, VERIFY, 5, 0x31),
        lambda: Asked(5, bytes.fromhex("A7F09B8C"), 0, 256),
        lambda: Exchange(Asked(5, bytes.fromhex("00B00000"), 0, 256), Answered(10, OK, SECRET)),
        lambda: Exchange(Asked(5, bytes.fromhex("80B00000"), 0, 256), Answered(3, OK, b"\0\0\0")),
        lambda: Contacts(PowerKind.ON, SECRET),
        lambda: Answered(3, StatusWord(0x3733)),
        lambda: Answered(3, StatusWord(0x6162)),
    ],
    ids=[
        "PIN",
        "name",
        "identifier",
        "bare PIN",
        "P1 P2",
        "no APDU",
        "short",
        "shifted",
        "expected length",
        "unknown header",
        "data",
        "class",
        "ATR",
        "digits for a status",
        "letters for a status",
    ],
)
def test_a_record_cannot_be_built_from_what_may_not_be_kept(build):
    """Redaction is not a step somebody could forget: the types refuse."""
    with pytest.raises(UnredactedError):
        build()


@pytest.mark.parametrize(
    ("command", "answer", "kept"),
    [
        ("00A4040C0AD392F000260100000001", "9000", "D392F000260100000001"),
        ("00A4040C07A000000116DB00", "6A82", "A000000116DB00"),
        ("00A4020C02000A", "9000", "000A"),
        ("00B0880003", "8F8F009000", "8F8F00"),
        ("00B0000004", "3082061F9000", "3082061F"),
        ("00B09A0003", "C101019000", "C10101"),
        ("00CA5F5100", "E000FF8131FE45149000", "E000FF8131FE4514"),
        ("00A404000AD392F00026010000000100", "6F0C840AD392F0002601000000019000", "6F0C840AD392"),
    ],
)
def test_what_is_public_whatever_it_stands_for_is_kept(command, answer, kept):
    """Names of applications and files, and a few values of public form."""
    assert f'"DATA": "{kept}' in written(bytes.fromhex(command), bytes.fromhex(answer))


@pytest.mark.parametrize("keep", range(1, 18))
def test_an_answer_cut_short_anywhere_shows_no_digit_of_the_number(keep):
    """What arrives last of it stands where a status word belongs."""
    answer = (bytes.fromhex("100C") + NUMBER.encode() + SUCCESS)[:keep]

    text = written(bytes.fromhex(READ), answer)

    assert shown_status(text) in {None, "9000"}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("3733", None),
        ("E5B1B1E7", None),
        ("8E52936394", None),
        ("6F01", None),
        ("73616C6162", None),
        ("6C", None),
        ("6110", "6110"),
        ("6C04", "6C04"),
        ("63C2", "63C2"),
        ("69FC", "69FC"),
        ("1231329000", "9000"),
    ],
)
def test_a_status_is_kept_when_it_is_a_known_word(answer, status):
    """Letters in UTF-8, Shift JIS and ASCII begin like status words: that is not enough."""
    text = written(bytes.fromhex(READ), bytes.fromhex(answer))

    assert shown_status(text) == status
    assert status is not None or f'"LENGTH": {len(answer) // 2}, "DATA": NULL' in text


def test_secured_messages_are_only_counted():
    """What travels encrypted is no less secret for it."""
    command = bytes.fromhex("08200091") + b"\x13\x86\x11\x01" + b"\xab" * 16

    text = written(command, b"\xcd" * 32 + SUCCESS)

    assert ("ABAB" in text, "CDCD" in text, '"NC": 19' in text) == (False, False, True)


def test_no_part_of_a_conversation_is_in_a_repr():
    """Tracebacks and assertion messages show objects."""
    event = Conversation("card").exchange(VERIFY + b"\x041234", SUCCESS)

    assert not holds(repr(event), b"1234")
