"""Where other validators say good and this one does not: the same bytes, both answers.

OpenSSL, GnuTLS and pyHanko's validator judge lists and OCSP answers that prove nothing. Each row
is a leniency seen in the version at hand; a row that no longer differs is a row to take out.
"""

import asyncio
import subprocess

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathValidationError

from jpki.verify import Verdict
from tests.support import openssl
from tests.support.asn1 import implicit, oid, seq
from tests.support.pki import NOW
from tests.verify.path import test_lists, test_ocsp
from tests.verify.path.answering import RESPONDER, answer, delegate, revoked, single
from tests.verify.path.making import (
    ISSUER,
    ISSUER_CERTIFICATE,
    ROOT_CERTIFICATE,
    ROOT_LIST,
    SERIAL,
    SUBJECT,
    TARGET,
    certificate,
    crl,
    judged,
)

OCSP_PLACE = seq(seq(oid("1.3.6.1.5.5.7.48.1"), implicit(6, b"http://ocsp.invalid")))
WITH_PLACE = certificate(
    ISSUER, SUBJECT, ca=False, serial=SERIAL, change={"1.3.6.1.5.5.7.1.1": (False, OCSP_PLACE)}
)
"""The target again, saying where to ask: otherwise pyHanko looks at no answer."""


def by_openssl(place, lists) -> bool:
    untrusted = openssl.write_pem(place / "pool.pem", "CERTIFICATE", [ISSUER_CERTIFICATE])
    asked = ("-crl_check_all", "-extended_crl", "-untrusted", str(untrusted))
    opinion = openssl.verify(
        place, TARGET, cas=[ROOT_CERTIFICATE], lists=lists, moment=NOW, arguments=asked
    )
    return opinion.accepts


def by_pyhanko(target=TARGET, *, lists=(), ocsp=(), certificates=(ISSUER_CERTIFICATE,)) -> bool:
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(ROOT_CERTIFICATE)],
        other_certs=list(map(asn1_x509.Certificate.load, certificates)),
        crls=list(map(asn1_crl.CertificateList.load, lists)),
        ocsps=list(map(asn1_ocsp.OCSPResponse.load, ocsp)),
        moment=NOW,
        revocation_mode="require",
        allow_fetching=False,
    )
    validator = CertificateValidator(asn1_x509.Certificate.load(target), validation_context=context)
    try:
        asyncio.run(validator.async_validate_path())
    except PathValidationError:
        return False
    return True


OPENSSL_TAKES = [
    "v1 with extensions",
    "v1 with entry extensions",
    "v1 without number",
    "empty revokedCertificates",
    "empty issuingDistributionPoint",
    "no cRLNumber",
    "negative cRLNumber",
    "thisUpdate long ago",
    "no nextUpdate",
    "removeFromCRL without delta",
    "entry of another issuer",
]
PYHANKO_TAKES = [
    "unknown critical entry extension",
    "v1 with extensions",
    "v1 with entry extensions",
    "v1 without number",
    "empty revokedCertificates",
    "empty issuingDistributionPoint",
    "no cRLNumber",
    "critical cRLNumber",
    "negative cRLNumber",
    "thisUpdate long ago",
    "removeFromCRL without delta",
    "entry of another issuer",
]
NEVER_MIND_THE_CLOCK = ("-validity_period", "2000000000")
"""OpenSSL's command holds an answer against the machine's clock: with this, against none."""


def answer_by_openssl(place, sent: bytes) -> bool:
    (place / "answer").write_bytes(sent)
    opinion = openssl.run(
        *("ocsp", "-respin", place / "answer", *NEVER_MIND_THE_CLOCK, "-no_nonce"),
        *("-issuer", openssl.write_pem(place / "i.pem", "CERTIFICATE", [ISSUER_CERTIFICATE])),
        *("-cert", openssl.write_pem(place / "target.pem", "CERTIFICATE", [TARGET])),
        *("-CAfile", openssl.write_pem(place / "ca.pem", "CERTIFICATE", [ROOT_CERTIFICATE])),
        *("-verify_other", place / "i.pem", "-attime", str(int(NOW.timestamp()))),
    )
    return "Response verify OK" in opinion.text and "target.pem: good" in opinion.text


def answer_by_gnutls(place, sent: bytes) -> bool:
    (place / "answer").write_bytes(sent)
    trusted = [ROOT_CERTIFICATE, ISSUER_CERTIFICATE]
    trust = openssl.write_pem(place / "trust.pem", "CERTIFICATE", trusted)
    command = ["ocsptool", "-e", "-S", place / "answer", "--load-trust", trust, "--inder"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    return done.returncode == 0 and b"Response: Success" in done.stdout + done.stderr


DELEGATED = test_ocsp.NOT_DELEGATED
ANSWERS_PYHANKO_TAKES = {
    **{
        name: test_ocsp.USELESS[name]
        for name in (
            "made in the future",
            "made before thisUpdate",
            "old",
            "unknown critical extension",
            "unknown critical single extension",
            "cutoff after it was made",
            "good and unknown",
        )
    },
    "revoked behind good": answer(single(), single(revoked())),
    **{
        f"responder: {name}": answer(signer=RESPONDER, certificates=[DELEGATED[name]])
        for name in ("key usage", "two algorithms")
    },
}
ANSWERS_OPENSSL_TAKES = {
    **{
        name: test_ocsp.USELESS[name]
        for name in (
            "made in the future",
            "made before thisUpdate",
            "no nextUpdate",
            "old",
            "unknown critical extension",
            "unknown critical single extension",
            "cutoff after it was made",
            "good and unknown",
        )
    },
    "revoked behind good": answer(single(), single(revoked())),
    **{
        f"responder: {name}": answer(signer=RESPONDER, certificates=[DELEGATED[name]])
        for name in ("key usage", "nocheck is no NULL")
    },
    "responder not vouched for": test_ocsp.BY_CHECKED,
}
ANSWERS_GNUTLS_TAKES = {
    **{
        f"responder: {name}": answer(signer=RESPONDER, certificates=[DELEGATED[name]])
        for name in ("key usage", "by the root", "nocheck is no NULL")
    },
    "responder not vouched for": test_ocsp.BY_CHECKED,
}


def test_both_peers_accept_what_is_sound(tmp_path):
    """Otherwise the rows below would show nothing."""
    lists = [ROOT_LIST, crl(ISSUER)]
    delegated = answer(signer=RESPONDER, certificates=[delegate(ISSUER, RESPONDER)])

    assert by_openssl(tmp_path, lists)
    assert by_pyhanko(lists=lists)
    assert answer_by_openssl(tmp_path, delegated)
    assert answer_by_gnutls(tmp_path, delegated)
    assert by_pyhanko(WITH_PLACE, lists=[ROOT_LIST], ocsp=[delegated])
    assert judged(WITH_PLACE, lists=[ROOT_LIST], ocsp=[delegated]).verdict is Verdict.GOOD


@pytest.mark.parametrize("name", OPENSSL_TAKES)
def test_lists_that_openssl_takes_prove_nothing_here(name, tmp_path):
    """It says good; here the state is not known."""
    lists = [ROOT_LIST, test_lists.USELESS[name]]

    assert by_openssl(tmp_path, lists)
    assert judged(lists=lists).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("name", PYHANKO_TAKES)
def test_lists_that_pyhanko_takes_prove_nothing_here(name):
    """It says good; here the state is not known."""
    lists = [ROOT_LIST, test_lists.USELESS[name]]

    assert by_pyhanko(lists=lists)
    assert judged(lists=lists).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("sent", ANSWERS_PYHANKO_TAKES.values(), ids=ANSWERS_PYHANKO_TAKES)
def test_answers_that_pyhanko_takes_are_not_good_here(sent):
    """It says good, be it that the very answer says revoked further on."""
    assert by_pyhanko(WITH_PLACE, lists=[ROOT_LIST], ocsp=[sent])
    assert judged(WITH_PLACE, lists=[ROOT_LIST], ocsp=[sent]).verdict is not Verdict.GOOD


@pytest.mark.parametrize("sent", ANSWERS_OPENSSL_TAKES.values(), ids=ANSWERS_OPENSSL_TAKES)
def test_answers_that_openssl_takes_are_not_good_here(sent, tmp_path):
    """It says good and verified, of the first single answer it finds."""
    assert answer_by_openssl(tmp_path, sent)
    assert judged(lists=[ROOT_LIST], ocsp=[sent]).verdict is not Verdict.GOOD


@pytest.mark.parametrize("sent", ANSWERS_GNUTLS_TAKES.values(), ids=ANSWERS_GNUTLS_TAKES)
def test_responders_that_gnutls_takes_may_not_speak_here(sent, tmp_path):
    """It verifies the signer under what is trusted, not below the CA that issued."""
    assert answer_by_gnutls(tmp_path, sent)
    assert judged(lists=[ROOT_LIST], ocsp=[sent]).verdict is Verdict.CANNOT_TELL


def test_openssl_s_answer_depends_on_the_order_of_lists(tmp_path):
    """Two generations of one name, lists without key identifiers: it tries one key a name."""
    plain = {"drop": [test_lists.pki.AUTHORITY_KEY]}
    old, new = test_lists.ROOTS
    target = certificate(old, SUBJECT, ca=False, serial=SERIAL, **plain)
    lists = [crl(old, **plain), crl(new, **plain)]
    cas = [certificate(one, one) for one in (old, new)]

    opinions = [
        openssl.verify(tmp_path, target, cas=cas, lists=order, moment=NOW).accepts
        for order in (lists, lists[::-1])
    ]

    assert opinions == [True, False]
