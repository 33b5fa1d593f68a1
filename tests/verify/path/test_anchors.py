"""What an anchor's own certificate says limits it (RFC 5937); OpenSSL is asked where it looks."""

import pytest

from jpki import oids
from jpki.verify import Verdict
from jpki.verify.path import TrustAnchor
from tests.support import openssl, pki
from tests.support.asn1 import NULL, bits, implicit, oid, seq
from tests.support.pki import DAY, NOW
from tests.verify.path.making import (
    CERT_SIGN,
    CRL_SIGN,
    ISSUER,
    ISSUER_CERTIFICATE,
    LISTS,
    POLICY_CONSTRAINTS,
    ROOT,
    SERIAL,
    SUBJECT,
    TARGET,
    certificate,
    judged,
)

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
UNKNOWN = {"1.2.392.200149.8.5.99": (True, NULL)}
POLICY = "1.2.392.200149.8.5.1.2.30"
OWN_POLICY = {pki.POLICIES: (False, seq(seq(oid(POLICY))))}


def usage(stated: bytes):
    return {pki.KEY_USAGE: (True, stated)}


LIMITED = {
    "over": ({"not_after": NOW - DAY}, "expired"),
    "to come": ({"not_before": NOW + DAY}, "valid only from"),
    "no keyCertSign": ({"change": usage(CRL_SIGN)}, "without keyCertSign"),
    "no CA's": ({"ca": False, "change": usage(bits(b"\x80", 7))}, "no CA's"),
    "unknown critical": ({"change": UNKNOWN}, "unknown critical extensions"),
}


@pytest.mark.parametrize(("stated", "seen"), LIMITED.values(), ids=LIMITED)
def test_an_anchor_is_trusted_for_no_more_than_its_certificate_says(stated, seen, tmp_path):
    """OpenSSL refuses each of them too; as a bare name and key it counts, if one insists."""
    root = certificate(ROOT, ROOT, **stated)

    report = judged(lists=LISTS, anchors=[TrustAnchor.of(root)])
    bare = judged(lists=LISTS, anchors=[TrustAnchor.of(root, constrained=False)])
    untrusted = openssl.write_pem(tmp_path / "pool.pem", "CERTIFICATE", [ISSUER_CERTIFICATE])
    opinion = openssl.verify(
        tmp_path,
        TARGET,
        cas=[root],
        lists=LISTS,
        moment=NOW,
        arguments=["-crl_check_all", "-partial_chain", "-untrusted", str(untrusted)],
    )

    assert [one.rule.id for one in report.failures] == ["path.anchor"]
    assert seen in report.failures[0].seen
    assert (report.verdict, opinion.accepts) == (Verdict.BAD, False)
    assert bare.verdict is Verdict.GOOD


def test_an_anchor_without_crl_sign_signs_no_lists():
    """6.3.3 (f) holds for it as for every other signer; revoking asks for no less."""
    root = TrustAnchor.of(certificate(ROOT, ROOT, change=usage(CERT_SIGN)))

    report = judged(lists=LISTS, anchors=[root])

    assert report.verdict is Verdict.CANNOT_TELL
    assert any("key usage lacks cRLSign" in one.seen for one in report.checks)


@pytest.mark.parametrize(
    ("asked", "good"), [(frozenset(), True), ({TIME_STAMPING}, True), ({oids.CLIENT_AUTH}, False)]
)
def test_the_purposes_of_an_anchor_limit_it(asked, good):
    """Trusted for time stamps, it is not for logging in."""
    stated = {oids.EXTENDED_KEY_USAGE: (False, seq(oid(TIME_STAMPING)))}
    root = TrustAnchor.of(certificate(ROOT, ROOT, change=stated))

    report = judged(lists=LISTS, anchors=[root], purposes=frozenset(asked))

    assert [one.rule.id for one in report.failures] == ([] if good else ["path.anchor"])


@pytest.mark.parametrize(
    ("stated", "of_others", "good"),
    [
        ({POLICY_CONSTRAINTS: (True, seq(implicit(0, b"\x00")))}, [], False),
        ({POLICY_CONSTRAINTS: (True, seq(implicit(0, b"\x03")))}, [], True),
        (OWN_POLICY, [POLICY], True),
        (OWN_POLICY, [f"{POLICY}.1"], False),
    ],
    ids=["a policy required", "not yet", "its own policy", "another policy"],
)
def test_the_policies_of_an_anchor_limit_it(stated, of_others, good):
    """Its policy constraints begin with it, and no policy is valid that is not its own."""
    root = TrustAnchor.of(certificate(ROOT, ROOT, change=stated))
    policies = {pki.POLICIES: (False, seq(*(seq(oid(one)) for one in of_others)))}
    change = policies if of_others else {}

    report = judged(
        certificate(ISSUER, SUBJECT, ca=False, serial=SERIAL, change=change),
        certificates=[certificate(ROOT, ISSUER, change=change)],
        lists=LISTS,
        anchors=[root],
        initial_explicit_policy=bool(of_others),
    )

    assert (report.verdict is Verdict.GOOD) is good
    assert {one.rule.id for one in report.failures} <= {"path.policy", "path.user-policy"}


def test_of_two_anchors_of_one_key_the_valid_one_counts():
    """A root that was renewed with its key: the certificate that is over takes nothing away."""
    over, renewed = certificate(ROOT, ROOT, not_after=NOW - DAY), certificate(ROOT, ROOT)

    report = judged(lists=LISTS, anchors=[TrustAnchor.of(over), TrustAnchor.of(renewed)])

    assert report.verdict is Verdict.GOOD
