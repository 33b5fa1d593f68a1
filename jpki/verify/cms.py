"""A detached CMS signature (電子署名) over a file: verified strictly, reported row by row.

The signer's certificate is judged as 署名用 at the moment the caller gives. The signingTime
attribute is the signer's own word: it is shown and held against the certificate, and never
replaces the moment. Exactly one signer, SHA-256, RSASSA-PKCS1-v1_5.
What the signature does not cover must be known: other certificates than pinned ones, CRLs and
unsigned attributes leave the verdict at "cannot tell", for nobody vouches for them.
Not here: parsing (`cms_message`), attached content, several signers, timestamps, PDF.
RFC 5652 5.4 to 5.6 and 11; PKI profile section 5.1. Called by `jpki verify` and programs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from jpki.profiles.kinds import Kind
from jpki.verify import rules
from jpki.verify.certificate import Certificate
from jpki.verify.checks import Check, Rule
from jpki.verify.cms_message import (
    ID_DATA,
    SHA256_ALGORITHMS,
    CmsMessage,
    SignedAttributes,
    SignerInfo,
    is_attribute_set,
)
from jpki.verify.errors import MalformedError
from jpki.verify.keys import RSA_ENCRYPTION, SHA256_WITH_RSA, PublicKey, SignatureProblem
from jpki.verify.report import CertificateReport, Report
from jpki.verify.report_json import Json
from jpki.verify.times import iso, second_of, show
from jpki.verify.verifier import Verifier

CLOCK_SKEW = timedelta(minutes=5)
"""How far a signer's clock may be ahead of the verifier's (ours)."""
_EXPECTED_DER = "one ContentInfo with SignedData in strict DER"
_SIGNATURE_ALGORITHMS = frozenset({SHA256_WITH_RSA, RSA_ENCRYPTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class CmsReport(Report):
    """The report of one signature, with that of the signer's certificate."""

    content_sha256: bytes
    signing_time: datetime | None = None
    """What the signer claims; aware UTC."""
    signer: CertificateReport | None = None

    @property
    def subject(self) -> str:
        """A CMS signature."""
        return "cms"

    @property
    def certificate_report(self) -> CertificateReport | None:
        """The report of the signer's certificate, None when there is none to judge."""
        return self.signer

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Give the content's digest and the claimed time."""
        claimed = show(self.signing_time) if self.signing_time else "none"
        return (
            ("content SHA-256", self.content_sha256.hex()),
            ("claimed signing time (自己申告)", claimed),
        )

    def details(self) -> Json:
        """Give the same for programs."""
        return {
            "content_sha256": self.content_sha256.hex(),
            "signing_time": iso(self.signing_time) if self.signing_time else None,
        }


def verify_detached(
    message: bytes, content: bytes, verifier: Verifier, *, moment: datetime
) -> CmsReport:
    """Judge a DER CMS message over this content at a moment (aware).

    Raises `ValueError` for a moment without a time zone, and nothing else.
    """
    digest = sha256(content).digest()
    return _verify(
        message, digest, verifier, moment=moment, plausible=not is_attribute_set(content)
    )


def verify_detached_digest(
    message: bytes, content_sha256: bytes, verifier: Verifier, *, moment: datetime
) -> CmsReport:
    """Judge a message over content known by its SHA-256 alone, for files too large to hold.

    A message without signed attributes is refused: without the content nobody can rule out that
    it is itself a set of attributes signed elsewhere.
    """
    return _verify(message, content_sha256, verifier, moment=moment, plausible=False)


def signing_time(message: bytes) -> datetime | None:
    """Read the time the signer claims; raise `MalformedError`. Proves nothing."""
    signers = CmsMessage.parse(message).signers
    attributes = signers[0].attributes if signers else None
    return attributes.signing_time if attributes else None


def _verify(
    message: bytes, digest: bytes, verifier: Verifier, *, moment: datetime, plausible: bool
) -> CmsReport:
    now = second_of(moment)
    try:
        parsed = CmsMessage.parse(message)
    except MalformedError as error:
        row = rules.CMS_DER.malformed(expected=_EXPECTED_DER, error=error)
        return CmsReport(moment=now, checks=(row,), content_sha256=digest)
    checks = [
        rules.CMS_DER.passed(expected=_EXPECTED_DER, seen=f"{len(message)} bytes"),
        _detached(parsed),
        _versions(parsed),
    ]
    if len(parsed.signers) != 1:
        seen = f"{len(parsed.signers)} signers"
        checks.append(_no_signer(rules.CMS_SIGNER, seen, "a message with one signer"))
        return CmsReport(moment=now, checks=tuple(checks), content_sha256=digest)
    signer = parsed.signers[0]
    certificate, chosen = _find_certificate(parsed, signer)
    attributes = signer.attributes
    checks += [
        chosen,
        _signed_attributes(attributes, plausible=plausible),
        _binding(signer, certificate),
        _content_digest(attributes, digest),
        _signature(signer, certificate, digest),
        _claimed_time(attributes, certificate, now),
        _nothing_else(parsed, signer, certificate, verifier),
    ]
    judged = verifier.check(certificate.der, Kind.SIGN, moment=now) if certificate else None
    return CmsReport(
        moment=now,
        checks=tuple(checks),
        content_sha256=digest,
        signing_time=attributes.signing_time if attributes else None,
        signer=judged,
    )


def _no_signer(rule: Rule, seen: str, needed: str) -> Check:
    return rule.unknown(expected="one signer and its certificate", seen=seen, needed=needed)


def _detached(message: CmsMessage) -> Check:
    return rules.CMS_DETACHED.judged(
        message.content_type == ID_DATA and not message.has_content,
        expected=f"content type id-data ({ID_DATA}), content elsewhere",
        seen=f"{message.content_type}, content {'inside' if message.has_content else 'elsewhere'}",
    )


def _versions(message: CmsMessage) -> Check:
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


def _find_certificate(message: CmsMessage, signer: SignerInfo) -> tuple[Certificate | None, Check]:
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
    return None, _no_signer(
        rule, f"none of {count} certificates is the signer's", "the signer's certificate"
    )


def _signed_attributes(attributes: SignedAttributes | None, *, plausible: bool) -> Check:
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


def _binding(signer: SignerInfo, certificate: Certificate | None) -> Check:
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


def _content_digest(attributes: SignedAttributes | None, digest: bytes) -> Check:
    expected = f"SHA-256 {digest.hex()}"
    rule = rules.CMS_DIGEST
    if attributes is None:
        return rule.passed(expected=expected, seen="left to the signature")
    claimed = attributes.message_digest or b""
    return rule.judged(
        compare_digest(claimed, digest), expected=expected, seen=f"SHA-256 {claimed.hex()}"
    )


def _signature(signer: SignerInfo, certificate: Certificate | None, digest: bytes) -> Check:
    """Verify over the DER of the attributes, or over the content when there are none."""
    expected = "the holder's key signed it (RSASSA-PKCS1-v1_5, SHA-256)"
    rule = rules.CMS_SIGNATURE
    if certificate is None:
        return _no_signer(rule, "no certificate to verify with", "the signer's certificate")
    covered = sha256(signer.attributes.encoded).digest() if signer.attributes else digest
    try:
        PublicKey.load(certificate.public_key_info).verify_digest(
            SHA256_WITH_RSA, signer.signature, covered
        )
    except SignatureProblem as problem:
        return rule.failed(expected=expected, seen=str(problem))
    return rule.passed(expected=expected, seen="verified")


def _claimed_time(
    attributes: SignedAttributes | None, certificate: Certificate | None, now: datetime
) -> Check:
    expected = "none, or one within the certificate's validity and not after the judging"
    rule = rules.CMS_TIME
    claimed = attributes.signing_time if attributes else None
    if claimed is None or certificate is None:
        return rule.passed(expected=expected, seen="none" if claimed is None else show(claimed))
    holds = certificate.not_before <= claimed <= certificate.not_after
    return rule.judged(holds and claimed <= now + CLOCK_SKEW, expected=expected, seen=show(claimed))


def _nothing_else(
    message: CmsMessage,
    signer: SignerInfo,
    certificate: Certificate | None,
    verifier: Verifier,
) -> Check:
    expected = "besides the signature only the signer's and pinned certificates"
    rule = rules.CMS_EXTRAS
    known = {anchor.certificate.der for anchor in verifier.anchors.of(Kind.SIGN)}
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
