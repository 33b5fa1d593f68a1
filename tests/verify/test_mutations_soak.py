"""Every single-bit change of every byte, which takes minutes: only in `make soak`.

The property tests of `test_mutations` draw from the same changes; here none is left out.
"""

import pytest

from jpki.signing.cms import sign_detached
from jpki.signing.software import SoftwareSigner
from jpki.verify import Kind, OcspSource, TrustAnchors, Verdict, Verifier
from jpki.verify.cms import verify_detached
from tests.support import pki
from tests.support.pki import NOW
from tests.verify.path.answering import answer, cert_id, single
from tests.verify.path.making import Holder

pytestmark = pytest.mark.soak

SIGN = pki.ca(Kind.SIGN)
CONTENT = b"content"
BITS = [1 << bit for bit in range(8)]


def all_bit_flips(raw: bytes):
    return (
        raw[:at] + bytes((raw[at] ^ bit,)) + raw[at + 1 :] for at in range(len(raw)) for bit in BITS
    )


@pytest.mark.parametrize("kind", Kind)
def test_no_bit_of_a_certificate_can_change(kind):
    """No bit flip of a certificate leaves it GOOD."""
    issuer = pki.ca(kind)
    verifier = pki.verifier(pki.crl(issuer))

    verdicts = {
        verifier.check(bent, kind, moment=NOW).verdict
        for bent in all_bit_flips(pki.certificate(issuer))
    }

    assert Verdict.GOOD not in verdicts


@pytest.mark.parametrize("point", [b"", None], ids=["partition", "full"])
def test_no_bit_of_a_list_can_change(point):
    """No bit flip of a list lets it say "good"."""
    der = pki.crl(SIGN, pki.entry(serial=9, reason=4), point=point)
    certificate = pki.certificate(SIGN)

    verdicts = {
        pki.verifier(bent).check(certificate, Kind.SIGN, moment=NOW).verdict
        for bent in all_bit_flips(der)
    }

    assert Verdict.GOOD not in verdicts


def test_no_bit_of_a_message_can_change():
    """No bit flip of a CMS signature with its CA certificate leaves it GOOD."""
    signer = SoftwareSigner(pki.certificate(SIGN), pki.key("sign holder"))
    message = sign_detached(CONTENT, signer, moment=NOW, ca_certificates=[SIGN.der])
    verifier = pki.verifier(pki.crl(SIGN))

    verdicts = {
        verify_detached(bent, CONTENT, verifier, moment=NOW).verdict
        for bent in all_bit_flips(message)
    }

    assert Verdict.GOOD not in verdicts


def test_no_bit_of_an_ocsp_answer_can_change():
    """No bit flip of an answer of the CA lets it say "good"."""
    ca = Holder(SIGN.name, SIGN.key)
    der = answer(single(about=cert_id(ca, pki.SERIAL)), signer=ca)
    certificate = pki.certificate(SIGN)
    anchors = TrustAnchors.load(sign=[SIGN.der])

    verdicts = {
        Verifier(anchors, OcspSource.load([bent])).check(certificate, Kind.SIGN, moment=NOW).verdict
        for bent in all_bit_flips(der)
    }

    assert Verdict.GOOD not in verdicts
