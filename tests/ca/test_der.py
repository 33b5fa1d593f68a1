"""The DER writer, against values from the standard and against asn1crypto."""

from datetime import UTC, datetime

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from jpki.ca import der


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, "0400"),
        (0x7F, "047f"),
        (0x80, "048180"),
        (0xFF, "0481ff"),
        (0x100, "04820100"),
        (0xFFFF, "0482ffff"),
        (0x10000, "0483010000"),
    ],
)
def test_lengths_are_minimal(size, head):
    """One octet up to 127, then as few as hold the number (X.690 clause 10.1)."""
    assert der.octet_string(bytes(size))[: len(head) // 2] == bytes.fromhex(head)


@pytest.mark.parametrize(
    ("number", "encoded"),
    [
        (0, "020100"),
        (0x7F, "02017f"),
        (0x80, "02020080"),
        (0x00800000, "020400800000"),
        (0x01000001, "020401000001"),
        (0x7FFFFFFF, "02047fffffff"),
    ],
)
def test_integers_are_shortest_and_positive(number, encoded):
    """A leading zero octet only where the sign would change (X.690 clause 8.3)."""
    assert der.integer(number).hex() == encoded


@given(st.integers(0, 2**160))
def test_integers_read_back(number):
    """Another parser reads the same number."""
    assert core.Integer.load(der.integer(number), strict=True).native == number


@pytest.mark.parametrize(
    ("octet", "encoded"), [(0xC0, "030206c0"), (0x80, "03020780"), (0x06, "03020106")]
)
def test_named_bits_lose_their_trailing_zeros(octet, encoded):
    """The three keyUsage values of the profile, octet for octet (X.690 clause 11.2.2)."""
    assert der.named_bits(octet).hex() == encoded


@given(
    st.tuples(st.integers(0, 2), st.integers(0, 39)),
    st.lists(st.integers(0, 2**40), min_size=1, max_size=12),
)
def test_object_identifiers_read_back(head, tail):
    """Another parser reads the same numbers."""
    dotted = ".".join(map(str, (*head, *tail)))

    assert core.ObjectIdentifier.load(der.object_identifier(dotted), strict=True).dotted == dotted


@pytest.mark.parametrize(
    ("moment", "encoded"),
    [
        (datetime(2030, 2, 17, 14, 59, 59, 999999, tzinfo=UTC), b"\x17\x0d300217145959Z"),
        (datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC), b"\x17\x0d491231235959Z"),
        (datetime(2050, 1, 1, tzinfo=UTC), b"\x18\x0f20500101000000Z"),
    ],
)
def test_times_are_utctime_through_2049(moment, encoded):
    """GeneralizedTime from 2050 on; never a fraction of a second (RFC 5280 4.1.2.5)."""
    assert der.time(moment) == encoded


def test_an_address_outside_ascii_is_refused():
    """IA5String holds ASCII; nothing is replaced in silence."""
    with pytest.raises(UnicodeEncodeError):
        der.ia5_string_content("http://例.invalid")


def test_a_year_utctime_would_read_otherwise_is_refused():
    """Two digits from 50 on are the twentieth century: 1940 would be read as 2040."""
    with pytest.raises(ValueError, match="1950"):
        der.time(datetime(1940, 1, 1, tzinfo=UTC))
