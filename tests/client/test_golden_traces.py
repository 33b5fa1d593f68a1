"""The client says byte for byte what published traces of real cards show (card reference §10)."""

from jpki.card.client import CommonSession, JpkiSession
from jpki.profiles.kinds import Kind
from tests.client.scripted import (
    ASK_TRIES,
    SELECT_AUTH_PIN,
    SELECT_SIGN_PIN,
    ScriptedConnection,
    certificate,
    play,
    select_ef,
)

DIGEST = bytes(range(32))
SIGNATURE = bytes(range(256))


def test_auth_certificate_is_read_as_in_the_published_trace():
    """Trace 1 (TEX): header, then the rest in one answer of 061F bytes with extended Le."""
    der = certificate(4 + 0x61F)
    connection = play(
        select_ef("000A"),
        ("00B0000004", "3082061F 9000"),
        ("00B00004 00061F", der[4:].hex() + "9000"),
    )

    read = JpkiSession(connection).read_certificate(Kind.AUTH)

    assert read == der
    connection.assert_finished()


def test_sign_certificate_is_read_as_in_the_published_trace():
    """Trace 2 (TEX): the password in EF 001B, then EF 0001; the question before is ours."""
    der = certificate(4 + 0x6CA)
    connection = play(
        SELECT_SIGN_PIN,
        (ASK_TRIES, "63C5"),
        ("0020008006 313233343536", "9000"),
        select_ef("0001"),
        ("00B0000004", "308206CA 9000"),
        ("00B00004 0006CA", der[4:].hex() + "9000"),
    )
    session = JpkiSession(connection)

    session.verify_pin(Kind.SIGN, "123456")
    read = session.read_certificate(Kind.SIGN)

    assert read == der
    connection.assert_finished()


def test_signature_is_asked_for_as_in_the_published_trace():
    """Trace 3 (TEX): the key's EF, then 80 2A 00 80 with the DigestInfo of SHA-256 and Le 00."""
    digest_info = "3031300D060960864801650304020105000420" + DIGEST.hex()
    connection = play(
        select_ef("001A"),
        ("802A008033" + digest_info + "00", SIGNATURE.hex() + "9000"),
    )

    signature = JpkiSession(connection).sign_sha256(Kind.SIGN, DIGEST)

    assert signature == SIGNATURE
    connection.assert_finished()


def test_tries_are_asked_for_with_four_bytes_and_counted_after_success_too():
    """Trace 5 (OSC#959): after a VERIFY that succeeded the question still answers 63C3."""
    connection = play(
        SELECT_AUTH_PIN,
        (ASK_TRIES, "63C3"),
        ("0020008004 31323334", "9000"),
        SELECT_AUTH_PIN,
        (ASK_TRIES, "63C3"),
    )
    session = JpkiSession(connection)

    session.verify_pin(Kind.AUTH, "1234")
    left = session.tries_left(Kind.AUTH)

    assert left == 3
    connection.assert_finished()


def test_logging_out_selects_the_issuers_application():
    """Trace 9 (MC): SELECT ISD, which makes a real card forget the PINs it was shown."""
    connection = play(
        SELECT_AUTH_PIN,
        (ASK_TRIES, "63C3"),
        ("0020008004 31323334", "9000"),
        ("00A4040C07 A0000001510000", "9000"),
    )
    session = JpkiSession(connection)
    session.verify_pin(Kind.AUTH, "1234")

    session.log_out()

    assert session.verified == frozenset()
    connection.assert_finished()


def test_card_record_is_read_by_short_identifier():
    """Trace 10 (MC, MY): READ RECORD 1 of SFI 1 in the common application."""
    digits = b"400000012719843" + b"13221" + b"20350217"
    connection = ScriptedConnection(
        [
            ("00A4040C0A D3921000310001010100", "9000"),
            ("00B2010C00", "011C" + digits.hex() + "9000"),
        ]
    )

    record = CommonSession(connection).card_record()

    assert record.serial == "400000012719843"
    assert record.municipality == "13221"
    assert record.expires.isoformat() == "2035-02-17"
    assert record.manufacturing_number == "0000012719843"
    connection.assert_finished()
