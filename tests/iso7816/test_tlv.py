"""BER-TLV as cards write it: ISO/IEC 7816-4 clause 6.3."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.iso7816 import Tlv, TlvError

TAGS = st.sampled_from([0x01, 0x30, 0x6F, 0x84, 0x5F51, 0x7F21, 0xDF22, 0x5F8101])


@given(TAGS, st.binary(max_size=300), st.sampled_from([0, 1, 2, 3]))
def test_an_object_comes_back_from_its_encoding(tag, value, length_bytes):
    """Tag and value survive, whichever length form was asked for."""
    tlv = Tlv(tag, value, length_bytes=max(length_bytes, 2 if len(value) > 255 else 0))

    read = Tlv.parse(bytes(tlv))

    assert (read.tag, read.value, bytes(read)) == (tag, value, bytes(tlv))


@given(st.binary(max_size=40))
def test_any_bytes_parse_or_are_refused(raw):
    """Objects that are accepted cover every byte once; all else is a `TlvError`."""
    try:
        objects = Tlv.parse_list(raw)
    except TlvError:
        return

    assert b"".join(objects) == raw


@pytest.mark.parametrize(
    ("length", "head"),
    [
        (0, "3000"),
        (1, "3001"),
        (127, "307F"),
        (128, "308180"),
        (255, "3081FF"),
        (256, "30820100"),
        (65535, "3082FFFF"),
        (65536, "3083010000"),
    ],
)
def test_the_shortest_length_form_is_written(length, head):
    """127 is the last length in one byte, 255 in two, 65535 in three."""
    tlv = Tlv(0x30, bytes(length))

    assert tlv == bytes.fromhex(head) + bytes(length)
    assert Tlv.parse(tlv).value == bytes(length)


@pytest.mark.parametrize(
    ("length_bytes", "raw"), [(1, "DF2281015A"), (2, "DF228200015A"), (3, "DF22830000015A")]
)
def test_a_longer_length_form_can_be_asked_for(length_bytes, raw):
    """Some cards write 82 00 xx where one byte would do; such files are read as well."""
    tlv = Tlv(0xDF22, b"\x5a", length_bytes=length_bytes)

    assert tlv == bytes.fromhex(raw)
    assert Tlv.unpack(0xDF22, tlv) == b"\x5a"


@pytest.mark.parametrize(
    ("raw", "offset"),
    [
        ("", 0),
        ("30", 1),
        ("3001", 0),
        ("3080", 1),
        ("308401000000", 1),
        ("3082FF", 1),
        ("1F", 0),
        ("5F8181", 0),
        ("5F81818101", 0),
    ],
)
def test_a_broken_object_is_refused_with_its_offset(raw, offset):
    """Cut short, indefinite, four length bytes, endless tag: refused, and the place is said."""
    with pytest.raises(TlvError, match=f"offset {offset}"):
        Tlv.parse(bytes.fromhex(raw))


def test_bytes_left_over_are_refused():
    """One object is one object."""
    with pytest.raises(TlvError, match="1 bytes left over at offset 2"):
        Tlv.parse(bytes.fromhex("300000"))


def test_another_tag_is_refused():
    """Asking for one tag never gives the value of another."""
    with pytest.raises(TlvError, match="tag 31 where 30"):
        Tlv.unpack(0x30, bytes.fromhex("3100"))


@pytest.mark.parametrize("tag", [0x1F, 0x3001, 0x5F, 0x5F81, 0x5F818101, 0xFFFFFF])
def test_a_number_that_is_no_tag_cannot_be_encoded(tag):
    """What would be read back as something else is not written."""
    with pytest.raises(TlvError):
        Tlv(tag, b"")


def test_a_length_beyond_three_bytes_is_refused():
    """No card file is that long."""
    with pytest.raises(TlvError, match="more than 3 bytes"):
        Tlv(0x30, b"", length_bytes=4)


def test_a_data_object_does_not_print_its_value():
    """Files hold names and numbers: the repr tells tag and length only."""
    assert repr(Tlv(0xDF22, b"secret")) == "Tlv(DF22, 6 bytes)"
