"""Structure-aware mutations: valid DER of the wrong shape, put anywhere into what we parse.

A flipped byte mostly breaks DER; a hostile certificate is perfect DER with other things in it.
Whatever element is replaced, doubled or left out: a report comes out, and never GOOD.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpki.signing.cms import sign_detached
from jpki.signing.software import SoftwareSigner
from jpki.verify import Kind, Verdict, render
from jpki.verify.cms import verify_detached
from jpki.verify.crl import RevocationList
from jpki.verify.der import Node, decode
from jpki.verify.errors import MalformedError
from tests.support import pki
from tests.support.asn1 import (
    NULL,
    bits,
    boolean,
    explicit,
    implicit,
    integer,
    octets,
    oid,
    seq,
    set_of,
    tlv,
    utf8,
)
from tests.support.pki import NOW

SIGN = pki.ca(Kind.SIGN)
CERTIFICATE = pki.certificate(SIGN)
CRL = pki.crl(SIGN, pki.entry(serial=9, reason=4))
SIGNER = SoftwareSigner(CERTIFICATE, pki.key("sign holder"))
MESSAGE = sign_detached(b"content", SIGNER, moment=NOW)
VERIFIER = pki.verifier(pki.crl(SIGN))

LEAVES = [
    b"",
    NULL,
    seq(),
    set_of(),
    integer(0),
    integer(-1),
    integer(1 << 4000),
    boolean(True),
    boolean(False),
    octets(),
    octets(NULL),
    octets(seq(NULL)),
    bits(b""),
    bits(b"\x80", 7),
    oid("2.5.29.15"),
    tlv(0x06, b"\xff" * 8000 + b"\x01"),
    utf8(""),
    utf8("\u0000\u202e"),
    tlv(0x0A, b"\x07"),
    tlv(0x16, b"a"),
    tlv(0x17, b"500101000000Z"),
    tlv(0x18, b"99991231235959Z"),
    tlv(0x1C, b"\x00\x01\xf6\x00"),
    tlv(0x1E, b"\xd8\x3d\xde\x00"),
    explicit(0),
    explicit(0, NULL),
    explicit(3, seq()),
    explicit(4, NULL),
    implicit(0),
    implicit(1, b"\xff"),
    implicit(9),
    seq(oid("1.2.3"), NULL),
    seq(seq(seq(NULL))),
]


def rebuilt(node: Node, turns: list[int], graft: bytes) -> bytes:
    """Write an element again with what `turns` lead to replaced by `graft`.

    Elements inside OCTET STRINGs are reached too, so that extensions are bent from within.
    """
    inside = list(node) or wrapped(node)
    if not turns or not inside:
        return graft
    chosen = turns[0] % len(inside)
    parts = [
        rebuilt(one, turns[1:], graft) if at == chosen else one.der for at, one in enumerate(inside)
    ]
    return tlv(node.tag, *(sorted(parts) if node.tag == 0x31 else parts))


def wrapped(node: Node) -> list[Node]:
    try:
        return [node.inside()] if node.tag == 0x04 else []
    except MalformedError:
        return []


TURNS = st.lists(st.integers(min_value=0, max_value=11), min_size=1, max_size=12)
GRAFTS = st.one_of(
    st.sampled_from(LEAVES),
    st.lists(st.sampled_from(LEAVES), max_size=4).map(b"".join),
    st.lists(st.sampled_from(LEAVES), max_size=4).map(lambda parts: seq(*parts)),
)
MANY = settings(max_examples=200, deadline=None)


@MANY
@given(TURNS, GRAFTS)
def test_a_certificate_of_any_shape_makes_a_report(turns, graft):
    """Parsing happens before any signature is known to be good: nothing may escape it."""
    bent = rebuilt(decode(CERTIFICATE), turns, graft)

    report = VERIFIER.check(bent, Kind.SIGN, moment=NOW)

    assert report.verdict is not Verdict.GOOD or bent == CERTIFICATE
    assert render(report)
    assert report.to_json()


@MANY
@given(TURNS, GRAFTS)
def test_a_signed_certificate_of_any_shape_makes_a_report(turns, graft):
    """The same, signed by the CA itself, so that only the profile can object."""
    tbs = rebuilt(next(iter(decode(CERTIFICATE))), turns, graft)
    bent = seq(tbs, pki.SHA256_WITH_RSA, bits(pki.sign(SIGN.key, tbs)))

    report = VERIFIER.check(bent, Kind.SIGN, moment=NOW)

    assert render(report)
    assert report.to_json()


@MANY
@given(TURNS, GRAFTS)
def test_a_list_of_any_shape_makes_a_report(turns, graft):
    """A list bent anywhere proves nothing and breaks nothing."""
    bent = rebuilt(decode(CRL), turns, graft)

    report = pki.verifier(bent).check(CERTIFICATE, Kind.SIGN, moment=NOW)

    assert report.verdict is not Verdict.GOOD or bent == CRL
    assert render(report)
    assert report.to_json()


@MANY
@given(TURNS, GRAFTS)
def test_a_signed_list_of_any_shape_never_crashes(turns, graft):
    """The same, signed by the CA itself: readable or a typed error."""
    tbs = rebuilt(next(iter(decode(CRL))), turns, graft)
    bent = seq(tbs, pki.SHA256_WITH_RSA, bits(pki.sign(SIGN.key, tbs)))

    assert _parsed(bent) in {bent, None}
    assert render(pki.verifier(bent).check(CERTIFICATE, Kind.SIGN, moment=NOW))


def _parsed(der: bytes) -> bytes | None:
    try:
        return RevocationList.parse(der).der
    except MalformedError:
        return None


@MANY
@given(TURNS, GRAFTS)
def test_a_message_of_any_shape_makes_a_report(turns, graft):
    """A CMS message bent anywhere is never GOOD, for nothing in it can be left out."""
    bent = rebuilt(decode(MESSAGE), turns, graft)

    report = verify_detached(bent, b"content", VERIFIER, moment=NOW)

    assert report.verdict is not Verdict.GOOD or bent == MESSAGE
    assert render(report)
    assert report.to_json()


def doubled(signed: bytes, path: list[int]) -> bytes:
    """Write the signed part again with the element at `path` twice, and have the CA sign it."""
    tbs = target = next(iter(decode(signed)))
    for turn in path:
        target = list(target)[turn]
    bent = rebuilt(tbs, path, target.der * 2)
    return seq(bent, pki.SHA256_WITH_RSA, bits(pki.sign(SIGN.key, bent)))


@pytest.mark.parametrize("which", range(7))
def test_an_extension_twice_makes_a_certificate_malformed(which):
    """RFC 5280 4.2: no certificate has two of one kind, be they equal and signed by the CA."""
    bent = doubled(CERTIFICATE, [7, 0, which])

    report = VERIFIER.check(bent, Kind.SIGN, moment=NOW)

    (check,) = report.checks
    assert "occurs twice" in check.seen
    assert report.verdict is Verdict.BAD


@pytest.mark.parametrize("path", [[6, 0, 0], [6, 0, 1], [6, 0, 2], [5, 0, 2, 0]])
def test_an_extension_twice_makes_a_list_malformed(path):
    """The same for a list's extensions and those of its entries (RFC 5280 5.2, 5.3)."""
    with pytest.raises(MalformedError, match="occurs twice"):
        RevocationList.parse(doubled(CRL, path))
