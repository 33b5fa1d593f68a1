"""Certificates come out whole, whatever the reader can carry."""

import pytest

from jpki.card.client import (
    CertificateMissingError,
    FileMissingError,
    JpkiSession,
    MalformedFileError,
    SecurityStatusError,
    UnexpectedStatusError,
)
from jpki.card.client.reading import certificate_length
from jpki.card.connection import ConnectionLostError
from jpki.profiles.kinds import Kind
from tests.client.scripted import SELECT_JPKI, certificate, play, select_ef

DER = certificate(700)
HEADER = ("00B0000004", DER[:4].hex() + "9000")
EXTENDED = "00B00004 0002B8"
SHORT_READS = (
    ("00B0000400", DER[4:260].hex() + "9000"),
    ("00B0010400", DER[260:516].hex() + "9000"),
    ("00B00204B8", DER[516:].hex() + "9000"),
)
AGAIN = (SELECT_JPKI, select_ef("000A"), HEADER)


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param("6700", id="wrong length"),
        pytest.param("6D00", id="unknown instruction"),
        pytest.param("6F00", id="no diagnosis"),
        pytest.param(None, id="the transport fails"),
    ],
)
def test_short_reads_follow_when_the_extended_one_fails(refusal):
    """A reader limited to short APDUs gets short reads, after selecting everything again."""
    connection = play(select_ef("000A"), HEADER, (EXTENDED, refusal), *AGAIN, *SHORT_READS)

    read = JpkiSession(connection).read_certificate(Kind.AUTH)

    assert read == DER
    connection.assert_finished()


def test_extended_reads_are_not_tried_twice():
    """Once a long read failed on a connection, the next file is read short from the start."""
    connection = play(
        select_ef("000A"),
        HEADER,
        (EXTENDED, "6700"),
        *AGAIN,
        *SHORT_READS,
        select_ef("000B"),
        HEADER,
        *SHORT_READS,
    )
    session = JpkiSession(connection)
    session.read_certificate(Kind.AUTH)

    read = session.read_ca_certificate(Kind.AUTH)

    assert read == DER
    connection.assert_finished()


def test_extended_answer_cut_to_256_bytes_is_continued():
    """A reader or card that gives only the first part of a long answer is asked for the rest."""
    connection = play(
        select_ef("000A"),
        HEADER,
        (EXTENDED, DER[4:260].hex() + "9000"),
        ("00B00104 0001B8", DER[260:516].hex() + "9000"),
        ("00B00204B8", DER[516:].hex() + "9000"),
    )

    read = JpkiSession(connection).read_certificate(Kind.AUTH)

    assert read == DER
    connection.assert_finished()


def test_chunks_shrink_for_a_reader_that_cannot_carry_256_bytes():
    """When a read of 256 bytes brings no answer, reads of E0 bytes are tried."""
    der = certificate(400)
    connection = play(
        select_ef("000A"),
        ("00B0000004", der[:4].hex() + "9000"),
        ("00B00004 00018C", None),
        SELECT_JPKI,
        select_ef("000A"),
        ("00B0000004", der[:4].hex() + "9000"),
        ("00B0000400", None),
        ("00B00004E0", der[4:228].hex() + "9000"),
        ("00B000E4AC", der[228:].hex() + "9000"),
    )

    read = JpkiSession(connection).read_certificate(Kind.AUTH)

    assert read == der
    connection.assert_finished()


def test_dead_transport_is_not_asked_for_ever():
    """When short reads bring no answer either, the loss of the connection is told."""
    connection = play(select_ef("000A"), ("00B0000004", None))
    session = JpkiSession(connection)

    with pytest.raises(ConnectionLostError):
        session.read_certificate(Kind.AUTH)

    connection.assert_finished()


def test_filler_behind_the_certificate_is_left_on_the_card():
    """Only as many bytes are asked for as the DER header announces."""
    der = certificate(100)
    connection = play(
        select_ef("000A"),
        ("00B0000004", der[:4].hex() + "9000"),
        ("00B0000460", der[4:].hex() + "9000"),
    )

    assert JpkiSession(connection).read_certificate(Kind.AUTH) == der


@pytest.mark.parametrize("filler", ["FFFFFFFF", "00000000", ""])
def test_file_with_nothing_but_filler_is_a_missing_certificate(filler):
    """The file of a certificate that was never issued holds filler, or nothing."""
    connection = play(select_ef("000A"), ("00B0000004", filler + "9000"))
    session = JpkiSession(connection)

    with pytest.raises(CertificateMissingError):
        session.read_certificate(Kind.AUTH)


def test_certificate_longer_than_its_file_is_malformed():
    """A header that promises more bytes than the file has is an error, not a short result."""
    connection = play(
        select_ef("000A"),
        ("00B0000004", "30820010 9000"),
        ("00B0000410", "0102 9000"),
        ("00B000060E", "6B00"),
    )
    session = JpkiSession(connection)

    with pytest.raises(MalformedFileError, match="ends after 6"):
        session.read_certificate(Kind.AUTH)


@pytest.mark.parametrize(
    ("header", "length"),
    [
        ("30820010", 20),
        ("3082FFFF", 65_539),
        ("308180AA", 131),
        ("307FAABB", 129),
        ("30020500", 4),
    ],
)
def test_length_comes_from_the_der_header(header, length):
    """Short form, one and two length bytes give the whole length of the SEQUENCE."""
    assert certificate_length(bytes.fromhex(header), "it") == length


@pytest.mark.parametrize("header", ["31820010", "30800000", "30830100", "3082", "6F108408"])
def test_what_does_not_begin_as_a_certificate_is_malformed(header):
    """Another tag, the indefinite form, a length no card can hold, a cut header."""
    with pytest.raises(MalformedFileError):
        certificate_length(bytes.fromhex(header), "it")


def test_certificate_that_needs_its_pin_says_which():
    """6982 becomes an error that names the secret to present."""
    connection = play(select_ef("0001"), ("00B0000004", "6982"))
    session = JpkiSession(connection)

    with pytest.raises(SecurityStatusError) as caught:
        session.read_certificate(Kind.SIGN)

    assert caught.value.needs == "署名用電子証明書の暗証番号"


def test_missing_file_is_told_by_name():
    """6A82 to SELECT EF says which file the card does not have."""
    connection = play(select_ef("000A", "6A82"))
    session = JpkiSession(connection)

    with pytest.raises(FileMissingError, match="利用者証明用電子証明書"):
        session.read_certificate(Kind.AUTH)


def test_refused_read_says_the_status():
    """A status READ BINARY should not answer is an error with that status and the command."""
    connection = play(select_ef("000A"), ("00B0000004", "6981"))
    session = JpkiSession(connection)

    with pytest.raises(UnexpectedStatusError) as caught:
        session.read_certificate(Kind.AUTH)

    assert caught.value.status.value == 0x6981
    assert caught.value.command.startswith("READ BINARY")
