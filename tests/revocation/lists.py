"""Lists with entries of every shape, and what others read in them."""

import io
from datetime import UTC

import numpy as np
from asn1crypto import crl as asn1_crl
from cryptography import x509
from hypothesis import strategies as st

from jpki.revocation import read_list
from jpki.revocation.columns import long_entry, serial_of, short_entry
from jpki.revocation.entries import EntryScanner
from jpki.verify import Kind
from jpki.verify.anchors import Anchor
from tests.support import pki
from tests.support.asn1 import enumerated, generalized, integer, seq, time

CA = pki.ca(Kind.SIGN)
ANCHOR = Anchor.load(CA.der)
INVALIDITY = "2.5.29.24"
UNKNOWN = "1.2.392.200149.8.5.99"

SERIALS = st.one_of(
    st.integers(1, 300),
    st.integers(1 << 15, 1 << 17),
    st.integers(1 << 22, 1 << 25),
    st.integers((1 << 31) - 40, (1 << 32) + 40),
    st.integers(1, (1 << 159) - 1),
)
MOMENTS = st.datetimes(
    min_value=pki.datetime(1950, 1, 1), max_value=pki.datetime(2075, 1, 1), timezones=st.just(UTC)
).map(lambda moment: moment.replace(microsecond=0))
REASONS = st.one_of(st.none(), st.sampled_from([0, 1, 2, 3, 4, 5, 6, 9, 10]))
EXTRAS = st.one_of(
    st.just({}),
    st.just({}),
    st.just({}),
    MOMENTS.map(lambda moment: {INVALIDITY: (False, generalized(moment))}),
    st.just({UNKNOWN: (False, b"\x05\x00" * 70)}),
    st.just({pki.REASON: (True, enumerated(1))}),
)


@st.composite
def entry_lists(draw, most=40):
    """Entries of mixed shapes, each serial number once, in any order."""
    serials = draw(st.lists(SERIALS, min_size=1, max_size=most, unique=True))
    return [pki.entry(serial, draw(MOMENTS), draw(REASONS), draw(EXTRAS)) for serial in serials]


def scanned(body: bytes, *, fast: bool = True, piece: int = 1 << 20):
    """Give what a scanner reads in entries handed over in pieces."""
    scanner = EntryScanner(len(body), offset=0, fast=fast)
    cut = b""
    for at in range(0, len(body), piece):
        window = cut + body[at : at + piece]
        cut = window[scanner.feed(window) :]
    return as_dict(scanner.finish())


def as_dict(columns):
    """Give columns as a dictionary of entries."""
    short = {
        int(serial): short_entry(int(when), int(code))
        for serial, when, code in zip(columns.serial, columns.when, columns.code, strict=True)
    }
    return short | {serial_of(one["serial"]): long_entry(one) for one in columns.long}


def facts(entries):
    """Give entries as plain tuples: serial number, date, reason, invalidityDate."""
    return {
        (serial, one.revoked_at, one.reason, one.invalid_since) for serial, one in entries.items()
    }


def by_cryptography(der: bytes):
    """Give what `cryptography` reads in a whole list."""
    return {
        (
            one.serial_number,
            one.revocation_date_utc,
            _reason(one),
            _invalid_since(one),
        )
        for one in x509.load_der_x509_crl(der)
    }


def by_asn1crypto(der: bytes):
    """Give what asn1crypto reads in a whole list."""
    found = asn1_crl.CertificateList.load(der)["tbs_cert_list"]["revoked_certificates"]
    rows = set()
    for one in found:
        reason = one.crl_reason_value
        rows.add(
            (
                one["user_certificate"].native,
                one["revocation_date"].native,
                _ASN1_REASONS.get(reason.native, reason.native) if reason else "unspecified",
                one.invalidity_date_value.native if one.invalidity_date_value else None,
            )
        )
    return rows


def unsigned(body: bytes) -> bytes:
    """Give a list of these entries with a signature of zeros."""
    tbs = seq(
        integer(1),
        pki.SHA256_WITH_RSA,
        CA.name,
        time(pki.NOW),
        time(pki.NOW + pki.DAY),
        seq(body),
    )
    return seq(tbs, pki.SHA256_WITH_RSA, b"\x03\x02\x00\x00")


def read(der: bytes, *anchors: Anchor, **options: bool):
    """Read a list in memory."""
    return read_list(io.BytesIO(der), len(der), anchors or (ANCHOR,), **options)


def uniform(count: int, first: int = 1 << 26) -> list[bytes]:
    """Entries of the usual shape, so many that they are read as one run."""
    return [
        pki.entry(first + 3 * row, pki.NOW - row * pki.DAY / 999, reason=row % 6 + 1)
        for row in range(count)
    ]


def serials_of(count: int, *, seed: int = 1, highest: int = 1 << 28) -> np.ndarray:
    """So many different serial numbers of four octets, ascending."""
    chance = np.random.default_rng(seed)
    return np.unique(chance.integers(1 << 24, highest, count * 2))[:count]


_ASN1_REASONS = {
    "key_compromise": "keyCompromise",
    "ca_compromise": "cACompromise",
    "affiliation_changed": "affiliationChanged",
    "cessation_of_operation": "cessationOfOperation",
    "certificate_hold": "certificateHold",
    "privilege_withdrawn": "privilegeWithdrawn",
    "aa_compromise": "aACompromise",
}


def _reason(one) -> str:
    try:
        flag = one.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return "unspecified"
    return flag.value


def _invalid_since(one):
    try:
        return one.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    except x509.ExtensionNotFound:
        return None
