"""What must stand before the names of a signing certificate, reckoned from one length alone."""

from jpki.verify.shape_cut import _before_names
from tests.support.asn1 import octets, oid, tlv

SUBJECT_ALT_NAME = "2.5.29.17"


def test_the_octets_before_the_names_follow_from_the_length_of_the_extension():
    """As long as names may be, in all three forms of length; None where nothing is so long."""
    made = {}
    for size in range(700):
        names = b"n" * size
        extension = oid(SUBJECT_ALT_NAME) + octets(tlv(0x30, names))
        made[len(extension)] = extension.removesuffix(names) if names else extension

    asked = {length: _before_names(length) for length in range(700)}
    assert asked == {length: made.get(length) for length in asked}
