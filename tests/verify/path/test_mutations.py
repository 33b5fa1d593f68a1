"""No byte of a path or its lists can change unnoticed, and no shape makes anything but a report."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpki.verify import Verdict
from jpki.verify.der import decode
from jpki.verify.path import PathReport
from tests.support import pki
from tests.support.asn1 import bits, explicit, implicit, oid, seq
from tests.verify.path.making import (
    ISSUER,
    NAME_CONSTRAINTS,
    POLICY_MAPPINGS,
    ROOT,
    ROOT_LIST,
    SUBJECT,
    certificate,
    crl,
    explained,
    judged,
    scope,
)
from tests.verify.test_structures import GRAFTS, TURNS, rebuilt

RICH = {
    NAME_CONSTRAINTS: (True, seq(explicit(1, seq(implicit(2, b"a.example"))))),
    POLICY_MAPPINGS: (True, seq(seq(oid("1.2.3"), oid("1.2.4")))),
    pki.POLICIES: (False, seq(seq(oid("1.2.3")))),
    "2.5.29.36": (True, seq(implicit(1, b"\x05"))),
    "2.5.29.54": (True, b"\x02\x01\x05"),
}
POINT = explicit(0, explicit(0, implicit(6, b"ldap://list.example")))
PARTS = {
    "issuer": certificate(ROOT, ISSUER, change=RICH),
    "target": certificate(
        ISSUER, SUBJECT, ca=False, change={pki.CRL_POINTS: (False, seq(seq(POINT)))}
    ),
    "list": crl(ISSUER, pki.entry(serial=9, reason=4), change=scope(POINT)),
    "delta": crl(
        ISSUER,
        pki.entry(serial=8, reason=1),
        number=8,
        change=scope(POINT) | {"2.5.29.27": (True, b"\x02\x01\x07")},
    ),
}
KEYS = {"issuer": ROOT, "target": ISSUER, "list": ISSUER, "delta": ISSUER}
MANY = settings(max_examples=200, deadline=None)


def whole(**bent: bytes) -> PathReport:
    parts = PARTS | bent
    return judged(
        parts["target"],
        certificates=[parts["issuer"]],
        lists=[ROOT_LIST, parts["list"], parts["delta"]],
    )


def test_what_is_bent_below_is_good_unbent():
    """What the tests below rest on."""
    assert explained(whole()) is Verdict.GOOD


@MANY
@given(st.sampled_from(["issuer", "target", "list"]), st.floats(0, 1), st.integers(1, 255))
def test_no_byte_can_change(part, position, change):
    """One byte changed in a certificate or its list is never GOOD."""
    raw = PARTS[part]
    at = int(position * (len(raw) - 1))
    bent = raw[:at] + bytes((raw[at] ^ change,)) + raw[at + 1 :]

    assert explained(whole(**{part: bent})) is not Verdict.GOOD


@MANY
@given(st.sampled_from(sorted(PARTS)), TURNS, GRAFTS)
def test_a_signed_part_of_any_shape_makes_a_report(part, turns, graft):
    """Perfect DER of the wrong shape, signed by the right key: a report and no exception."""
    tbs = rebuilt(next(iter(decode(PARTS[part]))), turns, graft)
    bent = seq(tbs, pki.SHA256_WITH_RSA, bits(pki.sign(KEYS[part].key, tbs)))

    assert explained(whole(**{part: bent})) in set(Verdict)


@MANY
@given(st.sampled_from(sorted(PARTS)), st.binary(max_size=100))
def test_any_bytes_make_a_report(part, raw):
    """Junk in any place is reported or of no account, never raised."""
    verdict = explained(whole(**{part: raw}))

    assert verdict is not Verdict.GOOD or part == "delta"


@pytest.mark.parametrize("part", sorted(PARTS))
def test_nothing_cut_short_is_read(part):
    """Any prefix is malformed."""
    verdict = explained(whole(**{part: PARTS[part][:-1]}))

    assert verdict is not Verdict.GOOD or part == "delta"
