"""Entries encoded in bulk: octet for octet what another encoder writes, one at a time."""

from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from hypothesis import example, given
from hypothesis import strategies as st

from jpki.ca.entries import encode_entries
from jpki.ca.errors import RegisterError
from jpki.profiles import RevocationReason

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = int(datetime(2026, 11, 23, 3, tzinfo=UTC).timestamp())
FIRST = int(datetime(1950, 1, 1, tzinfo=UTC).timestamp())
LAST_UTC_TIME = int(datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
LAST = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
LARGEST = (1 << 63) - 1


def by_asn1crypto(serial: int, seconds: int, reason: int) -> bytes:
    moment = EPOCH + timedelta(seconds=seconds)
    form = "utc_time" if moment.year < 2050 else "general_time"
    fields = {
        "user_certificate": serial,
        "revocation_date": asn1_x509.Time({form: moment}),
    }
    extension = {"extn_id": "crl_reason", "extn_value": asn1_crl.CRLReason(reason)}
    extensions = [{"crl_entry_extensions": [extension]}] if reason else []
    return asn1_crl.RevokedCertificate(fields | dict(*extensions)).dump()


ROWS = st.tuples(
    st.one_of(st.integers(1, 0x7FFF_FFFF), st.integers(1, LARGEST)),
    st.integers(FIRST, LAST),
    st.sampled_from(sorted(map(int, RevocationReason))),
)


@given(st.lists(ROWS, max_size=20))
@example([(serial, NOON, 3) for serial in (1, 127, 128, 32_767, 32_768, 2**31 - 1, LARGEST)])
@example([(1, seconds, 0) for seconds in (FIRST, -1, 0, LAST_UTC_TIME, LAST_UTC_TIME + 1, LAST)])
@example([(0x0100_0001, NOON, reason) for reason in range(7)])
def test_entries_are_what_another_encoder_writes(rows):
    """Whatever serial numbers, moments and reasons come together in a chunk."""
    assert encode_entries(rows) == b"".join(by_asn1crypto(*row) for row in rows)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ((1, NOON, 7), "unknown reason, 7"),
        ((1, NOON, 8), "unknown reason, 8"),
        ((0, NOON, 1), "serial number of 0"),
        ((-5, NOON, 1), "serial number of -5"),
        ((1, FIRST - 1, 1), "a year no list can name"),
        ((1, LAST + 1, 1), "a year no list can name"),
    ],
)
def test_what_no_list_can_name_is_refused(row, told):
    """Wherever in a chunk it stands: a list is right or is not made."""
    with pytest.raises(RegisterError, match=told):
        encode_entries([(1, NOON, 1), row, (2, NOON, 1)])
