"""Detached CMS signatures: what is accepted, and each rule with a message that breaks it."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from jpki.signing.cms import sign_detached, sign_detached_digest
from jpki.signing.software import SoftwareSigner
from jpki.verify import Kind, Outcome, Verdict, render, rules
from jpki.verify.cms import signing_time, verify_detached, verify_detached_digest
from jpki.verify.cms_checks import CLOCK_SKEW
from jpki.verify.cms_message import CmsMessage
from jpki.verify.errors import (
    BadSignatureError,
    CmsError,
    ContentChangedError,
    MalformedError,
    RevokedError,
    WrongKindError,
)
from tests.support import pki
from tests.support.asn1 import (
    NULL,
    explicit,
    implicit,
    integer,
    octets,
    oid,
    seq,
    set_of,
    tlv,
)
from tests.support.cms import (
    AUTH,
    BARE_SHA256,
    CERTIFICATE,
    CONTENT,
    DATA,
    HOLDER,
    RSA,
    SHA256,
    SHA512,
    SIGN,
    Message,
    attribute,
    attributes,
    by_issuer,
)
from tests.support.pki import DAY, NOW, SHA256_WITH_RSA

SECOND = timedelta(seconds=1)


def judged(message: Message | bytes, content: bytes = CONTENT, *, lists=None, moment=NOW):
    der = message.encode() if isinstance(message, Message) else message
    verifier = pki.verifier(*([pki.crl(SIGN)] if lists is None else lists))
    return verify_detached(der, content, verifier, moment=moment)


def failed(report):
    return [check.rule for check in report.failures]


def ours(**fields) -> bytes:
    return sign_detached(CONTENT, SoftwareSigner(CERTIFICATE, HOLDER), moment=NOW, **fields)


def test_our_signature_is_good():
    """What `jpki.signing` makes, `jpki.verify` accepts, with the certificate's report inside."""
    report = judged(ours())

    assert report.require_good() is report
    assert report.signing_time == NOW
    assert report.certificate_report.attributes.name == "検証　花子"


GOOD = {
    "as OpenSSL makes it": Message(algorithm=RSA),
    "without parameters of the digest": Message(digests=(BARE_SHA256,), digest=BARE_SHA256),
    "by key identifier": Message(
        identifier=implicit(0, pki.key_identifier(pki.key_info(HOLDER))),
        version=3,
        signer_version=3,
    ),
    "without signing time": Message(signed=tuple(attributes()[:2])),
    "with other signed attributes": Message(
        signed=tuple(attributes(CONTENT, attribute("1.2.840.113549.1.9.15", seq())))
    ),
    "with the pinned CA certificate": Message(certificates=(CERTIFICATE, SIGN.der)),
    "without signed attributes": Message(signed=None),
}


@pytest.mark.parametrize("message", GOOD.values(), ids=GOOD)
def test_every_form_the_rules_allow_is_good(message):
    """RFC 5652 leaves some choices; each of them verifies."""
    assert judged(message).verdict is Verdict.GOOD


def reference(certificate: bytes, *more: bytes, digest: bytes | None = None) -> bytes:
    identifier = seq(digest or b"", octets(sha256(certificate).digest()), *more)
    return attribute("1.2.840.113549.1.9.16.2.47", seq(seq(identifier)))


def issuer_serial(serial: int) -> bytes:
    return seq(seq(explicit(4, SIGN.name)), integer(serial))


def protection(digest: bytes = SHA256, algorithm: bytes = SHA256_WITH_RSA) -> bytes:
    return attribute("1.2.840.113549.1.9.52", seq(digest, b"\xa1" + algorithm[1:]))


def signed(*more: bytes) -> Message:
    return Message(signed=tuple(attributes(CONTENT, *more)))


@pytest.mark.parametrize(
    "message",
    [
        signed(reference(CERTIFICATE)),
        signed(reference(CERTIFICATE, issuer_serial(pki.SERIAL))),
        signed(protection()),
    ],
    ids=["signingCertificateV2", "with issuer and serial number", "CMSAlgorithmProtection"],
)
def test_attributes_that_bind_are_accepted_when_they_fit(message):
    """The right certificate and the right algorithms were signed for."""
    assert judged(message).verdict is Verdict.GOOD


ANOTHER = pki.certificate(SIGN, serial=0x01234568)
BAD = {
    "content inside": (Message(content=CONTENT), [rules.CMS_DETACHED]),
    "another content type": (
        Message(content_type="1.2.840.113549.1.9.16.1.4"),
        [rules.CMS_DETACHED],
    ),
    "SignedData version 3": (Message(version=3), [rules.CMS_VERSIONS]),
    "SignerInfo version 3": (Message(signer_version=3), [rules.CMS_VERSIONS]),
    "digest not announced": (Message(digests=()), [rules.CMS_VERSIONS]),
    "one digest announced in both its forms": (
        Message(digests=(SHA256, BARE_SHA256)),
        [rules.CMS_VERSIONS],
    ),
    "digest announced otherwise": (Message(digest=BARE_SHA256), [rules.CMS_VERSIONS]),
    "a weaker digest beside": (
        Message(digests=(SHA256, seq(oid("1.3.14.3.2.26"), NULL))),
        [rules.CMS_VERSIONS],
    ),
    "SHA-512": (Message(digests=(SHA512,), digest=SHA512), [rules.CMS_VERSIONS]),
    "RSA-PSS": (
        Message(algorithm=seq(oid("1.2.840.113549.1.1.10"), seq())),
        [rules.CMS_VERSIONS],
    ),
    "no contentType": (Message(signed=tuple(attributes()[1:])), [rules.CMS_ATTRIBUTES]),
    "another contentType": (
        Message(signed=tuple(attributes(content_type="1.2.840.113549.1.7.2"))),
        [rules.CMS_ATTRIBUTES],
    ),
    "no messageDigest": (
        Message(signed=(attributes()[0], attributes()[2])),
        [rules.CMS_ATTRIBUTES, rules.CMS_DIGEST],
    ),
    "another content": (
        Message(signed=tuple(attributes(b"another"))),
        [rules.CMS_DIGEST],
    ),
    "signed for another certificate": (signed(reference(ANOTHER)), [rules.CMS_BINDING]),
    "signed for another serial number": (
        signed(reference(CERTIFICATE, issuer_serial(1))),
        [rules.CMS_BINDING],
    ),
    "signed for another digest": (signed(protection(digest=SHA512)), [rules.CMS_BINDING]),
    "signed for another algorithm": (signed(protection(algorithm=RSA)), [rules.CMS_BINDING]),
    "signed before the certificate began": (
        Message(signed=tuple(attributes(moment=NOW - 400 * DAY))),
        [rules.CMS_TIME],
    ),
    "signed in the future": (
        Message(signed=tuple(attributes(moment=NOW + CLOCK_SKEW + SECOND))),
        [rules.CMS_TIME],
    ),
    "a signature of zeros": (Message(signature=bytes(256)), [rules.CMS_SIGNATURE]),
    "a signature by another key": (
        Message(signature=pki.sign(pki.key("somebody"), set_of(*attributes()))),
        [rules.CMS_SIGNATURE],
    ),
    "a signature over the content instead": (
        Message(signature=pki.sign(HOLDER, CONTENT)),
        [rules.CMS_SIGNATURE],
    ),
}


@pytest.mark.parametrize(("message", "expected"), BAD.values(), ids=BAD)
def test_each_rule_fails_alone(message, expected):
    """One deviation, one row, BAD, and a typed error."""
    report = judged(message)

    assert failed(report) == expected
    with pytest.raises(expected[0].error):
        report.require_good()


UNKNOWN = {
    "two signers": Message(copies=2),
    "no signer": Message(copies=0),
    "no certificate": Message(certificates=()),
    "another certificate": Message(certificates=(ANOTHER,)),
    "named by another serial number": Message(identifier=by_issuer(serial=1)),
    "named by another CA": Message(identifier=by_issuer(AUTH)),
    "a certificate nobody pinned": Message(certificates=(CERTIFICATE, pki.ca(Kind.SIGN, 3).der)),
    "revocation data": Message(crls=explicit(1, pki.crl(SIGN))),
    "unsigned attributes": Message(unsigned=explicit(1, attribute("1.2.3", NULL))),
}


@pytest.mark.parametrize("message", UNKNOWN.values(), ids=UNKNOWN)
def test_what_nobody_vouches_for_cannot_be_told(message):
    """Missing certificates and unsigned extras leave the verdict open, with what would help."""
    report = judged(message)

    assert report.verdict is Verdict.CANNOT_TELL
    assert report.needed


def test_a_message_with_the_content_changed_is_bad():
    """The reason people sign."""
    report = judged(ours(), CONTENT + b" ")

    assert failed(report) == [rules.CMS_DIGEST]
    with pytest.raises(ContentChangedError):
        report.require_good()


def test_signed_attributes_cannot_be_passed_off_as_content():
    """The DER of a message's attributes, taken as content without attributes, is refused.

    The signature over the attributes is then one over the "content": only its form betrays it.
    """
    set_of_attributes = set_of(*attributes())
    forged = replace(Message(signed=None), signature=pki.sign(HOLDER, set_of_attributes)).encode()

    report = judged(forged, set_of_attributes)

    assert report.check("cms.signature").outcome is Outcome.PASS
    assert failed(report) == [rules.CMS_ATTRIBUTES]


def test_attributes_we_would_refuse_are_attributes_all_the_same():
    """The guard looks at the form alone: other software signs attributes we do not read."""
    odd = set_of(*attributes(CONTENT, attribute("1.2.840.113549.1.9.16.2.47", NULL)))
    forged = replace(Message(signed=None), signature=pki.sign(HOLDER, odd)).encode()

    assert failed(judged(forged, odd)) == [rules.CMS_ATTRIBUTES]


@pytest.mark.parametrize("content", [b"", b"1", set_of(), set_of(integer(1)), b"\x31\x80"])
def test_content_that_only_looks_like_attributes_is_content(content):
    """Only a set that parses as attributes is suspicious."""
    message = replace(Message(signed=None), signature=pki.sign(HOLDER, content)).encode()

    assert judged(message, content).verdict is Verdict.GOOD


def test_a_login_certificate_signs_no_document():
    """利用者証明用 keys log in; a document signed with one is refused."""
    signer = SoftwareSigner(pki.certificate(AUTH), pki.key("auth holder"))

    report = judged(sign_detached(CONTENT, signer, moment=NOW), lists=[pki.crl(AUTH)])

    assert report.check("cms.signature").outcome is Outcome.PASS
    with pytest.raises(WrongKindError):
        report.require_good()


def test_a_revoked_signer_is_bad_even_for_what_was_signed_before():
    """The claimed signing time is the signer's word: without a timestamp it proves nothing."""
    revoked = pki.crl(SIGN, pki.entry(revoked_at=NOW + DAY), this_update=NOW + DAY)

    report = judged(ours(), lists=[revoked], moment=NOW + DAY)

    assert report.signing_time == NOW
    with pytest.raises(RevokedError):
        report.require_good()


def test_a_past_moment_is_judged_by_the_lists_of_then():
    """Who has reason to trust a time gives it as the moment, with the lists of that day."""
    revoked = pki.crl(SIGN, pki.entry(revoked_at=NOW + DAY), this_update=NOW + DAY)

    report = judged(ours(), lists=[pki.crl(SIGN), revoked], moment=signing_time(ours()))

    assert report.verdict is Verdict.GOOD


def test_large_files_are_verified_by_their_digest():
    """Signing and verifying need no more than the SHA-256 of the content."""
    digest = sha256(CONTENT).digest()
    message = sign_detached_digest(digest, SoftwareSigner(CERTIFICATE, HOLDER), moment=NOW)

    report = verify_detached_digest(message, digest, pki.verifier(pki.crl(SIGN)), moment=NOW)

    assert report.verdict is Verdict.GOOD


def test_by_digest_alone_signed_attributes_are_required():
    """Without the content nobody can see that it is not itself a set of attributes."""
    report = verify_detached_digest(
        Message(signed=None).encode(),
        sha256(CONTENT).digest(),
        pki.verifier(pki.crl(SIGN)),
        moment=NOW,
    )

    assert failed(report) == [rules.CMS_ATTRIBUTES]


MALFORMED = {
    "empty": b"",
    "not signed-data": seq(oid(DATA), explicit(0, seq())),
    "bytes left over": Message().encode() + b"\x00",
    "attributes out of order": Message()
    .encode()
    .replace(b"".join(sorted(attributes())), b"".join(sorted(attributes(), reverse=True))),
    "an attribute twice": Message(signed=(*attributes(), attributes()[2])).encode(),
    "two message digests": Message(
        signed=(
            attributes()[0],
            attribute("1.2.840.113549.1.9.4", octets(b"a"), octets(b"b")),
        )
    ).encode(),
    "no attributes in the set": Message(signed=()).encode(),
    "certificates out of order": Message(certificates=(CERTIFICATE, SIGN.der))
    .encode()
    .replace(
        b"".join(sorted((CERTIFICATE, SIGN.der))),
        b"".join(sorted((CERTIFICATE, SIGN.der), reverse=True)),
    ),
    "the signer's certificate twice": Message(certificates=(CERTIFICATE, CERTIFICATE)).encode(),
    "a CA certificate twice": Message(certificates=(CERTIFICATE, SIGN.der, SIGN.der)).encode(),
    "a digest algorithm twice": Message(digests=(SHA256, SHA256)).encode(),
    "BER": b"\x30\x80" + Message().encode()[4:] + b"\x00\x00",
    "SHA-256 written out in signingCertificateV2": signed(
        reference(CERTIFICATE, digest=SHA256)
    ).encode(),
    "no certificate in signingCertificateV2": signed(
        attribute("1.2.840.113549.1.9.16.2.47", seq(seq()))
    ).encode(),
    "signer named by nothing": Message(identifier=tlv(0x81, b"x")).encode(),
    "too large": bytes(2_000_000),
}


@pytest.mark.parametrize("der", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_message_is_reported_with_its_offset(der):
    """Not DER or not the structure: one row, with the offset."""
    report = judged(der)

    (check,) = report.checks
    assert check.rule is rules.CMS_DER
    assert check.offset is not None
    with pytest.raises(MalformedError):
        CmsMessage.parse(der)


def test_a_cms_report_reads_well():
    """Text and JSON show content, claimed time, both parts and one verdict."""
    report = judged(ours())
    text, data = render(report), report.to_json()

    assert "claimed signing time (自己申告): 2026-04-01T03:00:00Z" in text
    assert text.count("Verdict:") == 1
    assert data["signing_time"] == "2026-04-01T03:00:00Z"
    assert data["content_sha256"] == sha256(CONTENT).hexdigest()
    assert data["certificate_report"]["attributes"]["gender"] == "2"


def test_the_errors_of_cms_have_a_common_type():
    """One `except` catches what is wrong with the message itself."""
    with pytest.raises(CmsError):
        judged(Message(version=3)).require_good()
    with pytest.raises(BadSignatureError):
        judged(Message(signature=bytes(256))).require_good()
