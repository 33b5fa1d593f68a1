"""Strict DER: each rule of X.690 with bytes that break only that rule, and the offset it is at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.verify import der
from jpki.verify.der import MAX_DEPTH, Fields, context, decode, outermost, strict
from jpki.verify.der_rules import Tag
from jpki.verify.errors import DerError, MalformedError

NOT_DER = {
    "nothing at all": ("", 0, "the data ends"),
    "no length": ("02", 0, "the data ends"),
    "indefinite length": ("30800000", 1, "indefinite"),
    "long form for a short length": ("30810302010 1".replace(" ", ""), 1, "longer form"),
    "leading zero in a long length": ("308200800400" + "00" * 126, 1, "longer form"),
    "five length bytes": ("30850000000001", 1, "length field"),
    "length field cut short": ("308201", 1, "length field"),
    "contents cut short": ("300302", 0, "2 bytes more"),
    "child longer than its parent": ("3003020201", 2, "1 bytes more"),
    "bytes left over": ("020101ff", 3, "left over"),
    "high tag number": ("1f0100", 0, "above 30"),
    "primitive SEQUENCE": ("1000", 0, "no type in its DER form"),
    "constructed OCTET STRING": ("2403040100", 0, "no type in its DER form"),
    "end-of-contents": ("30020000", 2, "no type in its DER form"),
    "INTEGER without contents": ("0200", 2, "without contents"),
    "padded positive INTEGER": ("0202007f", 2, "longer than needed"),
    "padded negative INTEGER": ("0202ff80", 2, "longer than needed"),
    "padded ENUMERATED": ("0a020001", 2, "longer than needed"),
    "BOOLEAN of 01": ("010101", 2, "neither 00 nor FF"),
    "BOOLEAN of two bytes": ("0102ffff", 2, "neither 00 nor FF"),
    "BIT STRING without count": ("0300", 2, "unused bits"),
    "BIT STRING with 8 unused bits": ("03020800", 2, "unused bits"),
    "empty BIT STRING with unused bits": ("030101", 2, "unused bits"),
    "BIT STRING with a set unused bit": ("030207ff", 3, "not zero"),
    "NULL with contents": ("050100", 2, "NULL"),
    "OBJECT IDENTIFIER without contents": ("0600", 2, "cut short"),
    "OBJECT IDENTIFIER cut in an arc": ("06022a86", 2, "cut short"),
    "OBJECT IDENTIFIER with a padded arc": ("06032a8001", 3, "padded"),
    "OBJECT IDENTIFIER padded at its start": ("0602802a", 2, "padded"),
    "UTF8String that is no UTF-8": ("0c0341c328", 3, "foreign"),
    "UTF8String with a surrogate": ("0c03eda080", 2, "foreign"),
    "PrintableString with an asterisk": ("13022a41", 2, "foreign"),
    "NumericString with a letter": ("120141", 2, "foreign"),
    "IA5String with an eighth bit": ("160180", 2, "foreign"),
    "BMPString of an odd length": ("1e0130", 2, "foreign"),
    "BMPString with two surrogates": ("1e060041d83dde00", 4, "foreign"),
    "UTCTime without seconds": ("170b" + b"2604010300Z".hex(), 2, "form"),
    "UTCTime with an offset": ("1711" + b"260401030000+0900".hex(), 2, "form"),
    "UTCTime of a 30 February": ("170d" + b"260230030000Z".hex(), 2, "exist"),
    "GeneralizedTime with a fraction": ("1811" + b"20500401030000.5Z".hex(), 2, "form"),
    "SET OF out of order": ("3106020102020101", 5, "out of order"),
}


@pytest.mark.parametrize(("encoded", "offset", "problem"), NOT_DER.values(), ids=NOT_DER)
def test_what_is_not_der_is_refused_with_its_offset(encoded, offset, problem):
    """Every deviation from DER is a `DerError` that says where it is."""
    with pytest.raises(DerError, match=problem) as caught:
        decode(bytes.fromhex(encoded))

    assert caught.value.offset == offset


@pytest.mark.parametrize(
    "encoded",
    [
        "02017f",
        "02020080",
        "020180",
        "010100",
        "0101ff",
        "030100",
        "03020780",
        "0500",
        "06012a",
        "06062a864886f70d",
        "0c03e38182",
        "1301" + "3d",
        "170d" + b"260401030000Z".hex(),
        "180f" + b"20500401030000Z".hex(),
        "3106020101020102",
        "3106020101020101",
        "30818002017f" + "047b" + "00" * 123,
        "a003020102",
        "8100",
    ],
)
def test_der_is_accepted(encoded):
    """What DER allows passes; a reader that refuses everything proves nothing."""
    assert decode(bytes.fromhex(encoded)).der.hex() == encoded


def test_depth_is_limited():
    """Nesting ends at a fixed depth, so that no input makes the reader recurse without end."""
    deep = b"\x05\x00"
    deepest = _wrapped(deep, MAX_DEPTH)

    assert decode(deepest).der == deepest
    with pytest.raises(DerError, match="nested deeper"):
        decode(_wrapped(deepest, 1))


def _wrapped(inner: bytes, times: int) -> bytes:
    return inner if times == 0 else _wrapped(bytes((0x30, len(inner))) + inner, times - 1)


def test_offsets_count_from_the_start_of_the_document():
    """A flaw inside an OCTET STRING is reported where it lies in the whole file."""
    document = bytes.fromhex("300604040202007f")

    (octets,) = decode(document)

    with pytest.raises(DerError) as caught:
        octets.inside()
    assert caught.value.offset == 6


@pytest.mark.parametrize(
    ("encoded", "dotted"),
    [
        ("06072a83088c9a4b08", "1.2.392.200011.8"),
        ("0603550406", "2.5.4.6"),
        ("06028837", "2.999"),
        ("06010 0".replace(" ", ""), "0.0"),
        ("060127", "0.39"),
    ],
)
def test_object_identifiers_are_read(encoded, dotted):
    """The first two arcs share a byte, or more when the second is above 47."""
    assert decode(bytes.fromhex(encoded)).oid() == dotted


def test_implicit_values_follow_the_rules_of_their_type():
    """Under an IMPLICIT tag the walk sees only bytes; the getter applies the type's rule."""
    padded = decode(bytes.fromhex("8202007f"))
    false = decode(bytes.fromhex("810101"))

    with pytest.raises(DerError, match="longer than needed"):
        padded.integer(context(2, constructed=False))
    with pytest.raises(DerError, match="neither"):
        false.boolean(context(1, constructed=False))


def test_named_bits_end_with_a_one():
    """A list of named bits drops trailing zeros (X.690 11.2.2)."""
    assert decode(bytes.fromhex("030206c0")).named_bits() == {0, 1}
    with pytest.raises(DerError, match="zero bit"):
        decode(bytes.fromhex("030205c0")).named_bits()


def test_generalized_time_before_2050_is_refused():
    """RFC 5280 4.1.2.5 leaves one form for each date."""
    node = decode(b"\x18\x0f20491231235959Z")

    with pytest.raises(MalformedError, match="before 2050"):
        node.time()


@pytest.mark.parametrize(("text", "year"), [(b"500101000000Z", 1950), (b"491231235959Z", 2049)])
def test_the_century_of_utc_time_turns_at_50(text, year):
    """RFC 5280 4.1.2.5.1: 50 to 99 are 1950 to 1999."""
    assert decode(b"\x17\x0d" + text).time().year == year


def test_elements_left_over_are_an_error():
    """A structure read to its end leaves nothing behind."""
    fields = Fields(decode(bytes.fromhex("3006020101020102")), "Pair")

    fields.take(Tag.INTEGER)

    with pytest.raises(MalformedError, match="unexpected tag 02") as caught:
        fields.end()
    assert caught.value.offset == 5


@pytest.mark.parametrize(
    ("encoded", "problem"),
    [
        (b"\x02\x15\x01" + bytes(20), "INTEGER of 21 bytes"),
        (b"\x06\x41" + b"\xff" * 64 + b"\x01", "OBJECT IDENTIFIER of 65 bytes"),
    ],
    ids=["INTEGER", "OBJECT IDENTIFIER"],
)
def test_numbers_have_a_limit(encoded, problem):
    """No INTEGER grows beyond the longest serial number, no arc beyond any sense."""
    node = decode(encoded)

    with pytest.raises(MalformedError, match=problem):
        (node.integer if node.tag == Tag.INTEGER else node.oid)()


@given(st.binary(max_size=64))
def test_any_bytes_are_der_or_a_typed_error(raw):
    """No input raises anything but `MalformedError`."""
    outcome = _read(raw)

    assert outcome == raw or outcome in range(len(raw) + 1)


def _read(raw: bytes) -> bytes | int:
    try:
        return decode(raw).der
    except MalformedError as error:
        return error.offset


@pytest.mark.parametrize("again", range(3))
def test_parts_read_before_are_as_strict_as_at_first(again):
    """What is kept of those that passed lets nothing else pass, however often it is asked."""
    name = bytes.fromhex("310b300906035504061302") + b"JP"
    document = bytes((0x30, len(name))) + name
    bent = document.replace(b"\x31", b"\x11")

    assert strict(outermost(document)) == decode(document)
    with pytest.raises(DerError, match="no type in its DER form"):
        strict(outermost(bent))
    (inside,) = outermost(document)
    assert strict(inside) == inside


def test_few_parts_are_kept():
    """Whoever sends certificates cannot fill the memory with what is in them."""
    for number in range(3 * der._MOST_WALKED):
        strict(decode(b"\x30\x04\x02\x02" + (number + 0x80).to_bytes(2, "big")))
        assert len(der._WALKED) <= der._MOST_WALKED
    strict(decode(b"\x30\x82\x01\x00" + b"\x05\x00" * 128))
    assert max(map(len, der._WALKED)) <= der._LONGEST_WALKED
