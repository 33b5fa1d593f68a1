"""Where a certificate's fields lie: also in what is none, for reports show where it fails."""

import pytest

from jpki.verify.places import places
from tests.support.asn1 import NULL, bits, explicit, integer, octets, oid, seq, tlv

EXTENSION = seq(oid("2.5.29.15"), octets(b""))
NO_EXTENSIONS = {
    "nothing": b"",
    "an empty one": seq(),
    "no sequence": NULL,
    "an empty type": seq(tlv(0x06, b""), octets(b"")),
    "a type without an end": seq(tlv(0x06, b"\xff"), octets(b"")),
    "a padded type": seq(tlv(0x06, b"\x80\x01"), octets(b"")),
    "another type of type": seq(octets(b"\x55\x1d\x0f"), octets(b"")),
}


def fields_with(*extensions: bytes) -> set[str]:
    """Give the fields found in what begins like a certificate and is none."""
    names = (integer(1), *[seq()] * 5)
    tbs = seq(explicit(0, integer(2)), *names, explicit(3, seq(*extensions)))
    return set(places(seq(tbs, seq(), bits(b""))))


@pytest.mark.parametrize("none", NO_EXTENSIONS.values(), ids=NO_EXTENSIONS)
def test_what_is_no_extension_ends_the_fields_that_are_found(none):
    """Whatever it is instead."""
    found = fields_with(EXTENSION)

    assert {"extensions", "keyUsage"} <= found
    assert fields_with(EXTENSION, none, EXTENSION) == found
    assert fields_with(none) == found - {"keyUsage"}
