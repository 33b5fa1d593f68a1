"""The checks of a detached CMS signature, one function a row.

Not here: their order and the certificate's own report (`jpki.verify.cms`), parsing (`cms_message`).
RFC 5652 5.1 to 5.6 and 11, RFC 5035 5.4, RFC 6211 2. Called by `cms`.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from jpki.profiles.kinds import Kind
from jpki.verify import rules
from jpki.verify.anchors import TrustAnchors
from jpki.verify.certificate import Certificate
from jpki.verify.checks import Check, Rule
from jpki.verify.cms_message import (
    ID_DATA,
    SHA256_ALGORITHMS,
    CmsMessage,
    SignedAttributes,
    SignerInfo,
)
from jpki.verify.errors import MalformedError
from jpki.verify.keys import RSA_ENCRYPTION, SHA256_WITH_RSA, PublicKey, SignatureProblem
from jpki.verify.times import show

CLOCK_SKEW = timedelta(minutes=5)
"""How far a signer's clock may be ahead of the verifier's (ours)."""
_SIGNATURE_ALGORITHMS = frozenset({SHA256_WITH_RSA, RSA_ENCRYPTION})


def no_signer(rule: Rule, seen: str, needed: str) -> Check:
    """Make the row of a rule that lacks the signer or its certificate."""
    return rule.unknown(expected="one signer and its certificate", seen=seen, needed=needed)


def detached(message: CmsMessage) -> Check:
    """Check that the content is plain data and elsewhere."""
    return rules.CMS_DETACHED.judged(
        message.content_type == ID_DATA and not message.has_content,
        expected=f"content type id-data ({ID_DATA}), content elsewhere",
        seen=f"{message.content_type}, content {'inside' if message.has_content else 'elsewhere'}",
    )


def versions(message: CmsMessage) -> Check:
    """Check version numbers (RFC 5652 5.1, 5.3) and that SHA-256 is named throughout."""
    digests = set(message.digest_algorithms)
    signers = message.signers
    version = 3 if any(one.key_identifier is not None for one in signers) else 1
    problems = (
        (message.version != version, f"SignedData version {message.version}"),
        (
            any(one.version != (1 if one.key_identifier is None else 3) for one in signers),
            "SignerInfo version that does not fit its identifier",
        ),
        (not digests <= SHA256_ALGORITHMS, "a digest algorithm besides SHA-256"),
        (
            any(one.digest_algorithm not in digests for one in signers),
            "a signer's digest algorithm that the message does not announce",
        ),
        (
            bool(signers) and not digests <= {one.digest_algorithm for one in signers},
            "a digest algorithm announced that no signer uses",
        ),
        (
            any(one.signature_algorithm not in _SIGNATURE_ALGORITHMS for one in signers),
            "a signature algorithm besides RSASSA-PKCS1-v1_5 with SHA-256",
        ),
    )
    found = [text for holds, text in problems if holds]
    return rules.CMS_VERSIONS.judged(
        not found,
        expected=f"version {version}, SHA-256, RSASSA-PKCS1-v1_5",
        seen=", ".join(found) or "as expected",
    )


def find_certificate(message: CmsMessage, signer: SignerInfo) -> tuple[Certificate | None, Check]:
    """Find the certificate the SignerInfo names among those in the message."""
    rule = rules.CMS_SIGNER
    for der in message.certificates:
        try:
            certificate = Certificate.parse(der)
        except MalformedError:
            continue
        by_name = (certificate.issuer, certificate.serial) == (signer.issuer, signer.serial)
        by_key = (
            signer.key_identifier is not None
            and certificate.subject_key_id == signer.key_identifier
        )
        if by_name or by_key:
            seen = "by issuer and serial number" if by_name else "by key identifier"
            return certificate, rule.passed(expected="the certificate of the signer", seen=seen)
    count = len(message.certificates)
    return None, no_signer(
        rule, f"none of {count} certificates is the signer's", "the signer's certificate"
    )


def signed_attributes(attributes: SignedAttributes | None, *, plausible: bool) -> Check:
    """Check the two attributes every signature must cover, or that none are needed."""
    expected = "contentType id-data and messageDigest"
    rule = rules.CMS_ATTRIBUTES
    if attributes is None:
        return rule.judged(
            plausible,
            expected=expected,
            seen="none; the signature covers the content itself"
            if plausible
            else "none, and the content may be a set of attributes signed elsewhere",
        )
    return rule.judged(
        attributes.content_type == ID_DATA and attributes.message_digest is not None,
        expected=expected,
        seen=f"{len(attributes.values)} attributes: {', '.join(sorted(attributes.values))}",
    )


def binding(signer: SignerInfo, certificate: Certificate | None) -> Check:
    """Hold signingCertificateV2 and CMSAlgorithmProtection, when there, against the message."""
    expected = "the signer's own certificate and algorithms, where attributes name them"
    rule = rules.CMS_BINDING
    attributes = signer.attributes
    reference = attributes.certificate if attributes else None
    algorithms = attributes.algorithms if attributes else None
    if reference is not None and certificate is not None:
        facts = (certificate.issuer, certificate.serial)
        named = (reference.issuer, reference.serial)
        if reference.sha256 != certificate.sha256 or named not in {facts, (None, None)}:
            return rule.failed(expected=expected, seen="another certificate was signed for")
    if algorithms is not None and algorithms != (
        signer.digest_algorithm,
        signer.signature_algorithm,
    ):
        return rule.failed(expected=expected, seen="other algorithms were signed for")
    seen = ", ".join(
        text
        for there, text in (
            (reference is not None, "signingCertificateV2"),
            (algorithms is not None, "CMSAlgorithmProtection"),
        )
        if there
    )
    return rule.passed(expected=expected, seen=seen or "neither is there")


def content_digest(attributes: SignedAttributes | None, digest: bytes) -> Check:
    """Check that the content is the one that was signed."""
    expected = f"SHA-256 {digest.hex()}"
    rule = rules.CMS_DIGEST
    if attributes is None:
        return rule.passed(expected=expected, seen="left to the signature")
    claimed = attributes.message_digest or b""
    return rule.judged(
        compare_digest(claimed, digest), expected=expected, seen=f"SHA-256 {claimed.hex()}"
    )


def signature(signer: SignerInfo, certificate: Certificate | None, digest: bytes) -> Check:
    """Verify over the DER of the attributes, or over the content when there are none."""
    expected = "the holder's key signed it (RSASSA-PKCS1-v1_5, SHA-256)"
    rule = rules.CMS_SIGNATURE
    if certificate is None:
        return no_signer(rule, "no certificate to verify with", "the signer's certificate")
    covered = sha256(signer.attributes.encoded).digest() if signer.attributes else digest
    try:
        PublicKey.load(certificate.public_key_info).verify_digest(
            SHA256_WITH_RSA, signer.signature, covered
        )
    except SignatureProblem as problem:
        return rule.failed(expected=expected, seen=str(problem))
    return rule.passed(expected=expected, seen="verified")


def claimed_time(
    attributes: SignedAttributes | None, certificate: Certificate | None, now: datetime
) -> Check:
    """Hold the signer's own word for the time against the certificate and the moment."""
    expected = "none, or one within the certificate's validity and not after the judging"
    rule = rules.CMS_TIME
    claimed = attributes.signing_time if attributes else None
    if claimed is None or certificate is None:
        return rule.passed(expected=expected, seen="none" if claimed is None else show(claimed))
    holds = certificate.not_before <= claimed <= certificate.not_after
    return rule.judged(holds and claimed <= now + CLOCK_SKEW, expected=expected, seen=show(claimed))


def nothing_else(
    message: CmsMessage,
    signer: SignerInfo,
    certificate: Certificate | None,
    anchors: TrustAnchors,
) -> Check:
    """Check that the message carries nothing nobody vouches for."""
    expected = "besides the signature only the signer's and pinned certificates"
    rule = rules.CMS_EXTRAS
    known = {anchor.certificate.der for anchor in anchors.of(Kind.SIGN)}
    known |= {certificate.der} if certificate else set()
    foreign = [der for der in message.certificates if der not in known]
    found = [
        text
        for there, text in (
            (foreign, f"{len(foreign)} certificates that are not pinned"),
            (message.has_revocation_data, "revocation data"),
            (signer.has_unsigned_attributes, "unsigned attributes"),
        )
        if there
    ]
    if found:
        return rule.unknown(
            expected=expected,
            seen=", ".join(found),
            needed="the message without them, or those CA certificates pinned",
        )
    return rule.passed(expected=expected, seen="nothing else")
