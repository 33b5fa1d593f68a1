"""Selecting, what a session knows of the card's memory, small files, signatures."""

import pytest

from jpki.card.client import (
    ApplicationMissingError,
    Channel,
    CommonSession,
    FileMissingError,
    JpkiSession,
    MalformedAnswerError,
    MalformedFileError,
    NotAJpkiCardError,
    SecurityStatusError,
    UnexpectedStatusError,
)
from jpki.card.layout import TokenKind
from jpki.profiles.kinds import Kind
from tests.client.scripted import (
    ASK_TRIES,
    SELECT_AUTH_PIN,
    SELECT_JPKI,
    ScriptedConnection,
    play,
    select_ef,
)

SELECT_COMMON = ("00A4040C0A D3921000310001010100", "9000")
VERIFIED = (SELECT_AUTH_PIN, (ASK_TRIES, "63C3"), ("0020008004 31323334", "9000"))
RECORD = ("00B2010C00", "011C" + (b"4" * 15 + b"13221" + b"20350217").hex() + "9000")
TOKEN = (
    b"JPKIAPICCTOKEN2".ljust(32)
    + b"00000000000000000000000000000001"
    + b"E16R01NJ".ljust(16)
    + b"0000000020500003"
    + bytes.fromhex("0000040D")
    + bytes.fromhex("00000001 00000000 00000001 00000000")
    + bytes.fromhex("00000010 00000006")
    + b"\xff" * 16
    + b"0301"
    + b"9999999999999999"
)


def test_card_without_the_application_is_another_kind_of_card():
    """6A82 to SELECT of the 公的個人認証AP says: not a My Number card."""
    connection = ScriptedConnection([(SELECT_JPKI[0], "6A82")])

    with pytest.raises(NotAJpkiCardError):
        JpkiSession(connection)


def test_phone_token_has_no_common_application():
    """Another application that is missing does not make it another kind of card."""
    connection = ScriptedConnection([(SELECT_COMMON[0], "6A82")])

    with pytest.raises(ApplicationMissingError) as caught:
        CommonSession(connection)

    assert not isinstance(caught.value, NotAJpkiCardError)


def test_first_select_after_power_up_is_repeated_once():
    """One real card answers 6F00 to its first command; the second try succeeds."""
    connection = ScriptedConnection([(SELECT_JPKI[0], "6F00"), SELECT_JPKI])

    JpkiSession(connection)

    connection.assert_finished()


def test_second_6f00_is_not_forgiven():
    """A card that keeps answering 6F00 is not asked a third time."""
    connection = ScriptedConnection([(SELECT_JPKI[0], "6F00")] * 2)

    with pytest.raises(NotAJpkiCardError):
        JpkiSession(connection)

    connection.assert_finished()


def test_token_information_is_parsed():
    """EF 0006 is read in one answer of 160 bytes and taken apart."""
    connection = play(select_ef("0006"), ("00B00000A0", TOKEN.hex() + "9000"))

    info = JpkiSession(connection).token_info()

    assert info.kind is TokenKind.CARD
    assert info.model == "E16R01NJ"


def test_token_information_of_another_length_is_malformed():
    """A file of 32 bytes is not the token information, and is not padded into one."""
    connection = play(
        select_ef("0006"),
        ("00B00000A0", TOKEN[:32].hex() + "9000"),
        ("00B0002080", "6B00"),
    )
    session = JpkiSession(connection)

    with pytest.raises(MalformedFileError, match="160"):
        session.token_info()


@pytest.mark.parametrize(("raw", "sign", "auth"), [("8F8F00", True, True), ("008F00", False, True)])
def test_availability_says_which_certificates_are_there(raw, sign, auth):
    """EF 0008 of an adult's card shows both, that of a child only the one for logging in."""
    connection = play(select_ef("0008"), ("00B0000003", raw + "9000"))

    availability = JpkiSession(connection).availability()

    assert (availability.sign, availability.auth) == (sign, auth)


def test_signing_without_the_pin_is_refused_by_the_card_and_named():
    """6982 says which PIN is missing, and the session no longer believes otherwise."""
    connection = play(*VERIFIED, select_ef("0017"), ("802A008001AA00", "6982"))
    session = JpkiSession(connection)
    session.verify_pin(Kind.AUTH, "1234")

    with pytest.raises(SecurityStatusError) as caught:
        session.sign_digest_info(Kind.AUTH, b"\xaa")

    assert caught.value.needs == "利用者証明用電子証明書の暗証番号"
    assert session.verified == frozenset()


@pytest.mark.parametrize("length", [0, 246])
def test_digest_info_that_cannot_be_padded_is_not_sent(length):
    """1 to 245 bytes fit a 2048-bit key; others are the caller's mistake."""
    connection = play()
    session = JpkiSession(connection)

    with pytest.raises(ValueError, match="1 to 245"):
        session.sign_digest_info(Kind.AUTH, bytes(length))

    connection.assert_finished()


@pytest.mark.parametrize("length", [20, 31, 33, 64])
def test_digest_of_another_length_is_not_sha256(length):
    """Only 32 bytes are wrapped as a SHA-256 digest."""
    session = JpkiSession(play())

    with pytest.raises(ValueError, match="32 bytes"):
        session.sign_sha256(Kind.AUTH, bytes(length))


def test_empty_signature_is_no_signature():
    """9000 without data is not taken for a signature."""
    session = JpkiSession(play(select_ef("0017"), ("802A008001AA00", "9000")))

    with pytest.raises(MalformedAnswerError):
        session.sign_digest_info(Kind.AUTH, b"\xaa")


def test_refused_signature_says_the_status():
    """A status that is not about the PIN is passed on as it is."""
    connection = play(select_ef("0017"), ("802A008001AA00", "6985"))
    session = JpkiSession(connection)

    with pytest.raises(UnexpectedStatusError) as caught:
        session.sign_digest_info(Kind.AUTH, b"\xaa")

    assert caught.value.status.value == 0x6985


def test_sessions_on_one_channel_select_their_own_application_again():
    """After another application came between, the card has forgotten the PIN, and we know it."""
    connection = ScriptedConnection(
        [
            SELECT_JPKI,
            *VERIFIED,
            SELECT_COMMON,
            RECORD,
            SELECT_JPKI,
            *VERIFIED[:1],
            (ASK_TRIES, "63C3"),
        ]
    )
    channel = Channel(connection)
    session = JpkiSession(channel)
    session.verify_pin(Kind.AUTH, "1234")

    CommonSession(channel).card_record()
    session.tries_left(Kind.AUTH)

    assert session.verified == frozenset()
    connection.assert_finished()


def test_leaving_the_session_logs_out():
    """At the end of a with block the card forgets the PIN it was shown."""
    connection = play(*VERIFIED, ("00A4040C07 A0000001510000", "9000"))

    with JpkiSession(connection) as session:
        session.verify_pin(Kind.AUTH, "1234")

    connection.assert_finished()


def test_leaving_a_session_that_showed_no_pin_says_nothing():
    """Without a verified PIN there is nothing to make the card forget."""
    connection = play()

    with JpkiSession(connection):
        pass

    connection.assert_finished()


def test_card_taken_out_does_not_hide_the_error_that_mattered():
    """Logging out of a card that is gone is silent: it has forgotten everything."""
    connection = play(*VERIFIED, select_ef("0006", "6A82"), ("00A4040C07 A0000001510000", None))

    session = JpkiSession(connection)
    session.verify_pin(Kind.AUTH, "1234")

    with pytest.raises(FileMissingError), session:
        session.token_info()

    connection.assert_finished()
