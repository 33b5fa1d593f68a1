"""A detached CMS signature (電子署名) over a file: verified strictly, reported row by row.

The signer's certificate is judged as 署名用 at the moment the caller gives. The signingTime
attribute is the signer's own word: it is shown and held against the certificate, and never
replaces the moment. Exactly one signer, SHA-256, RSASSA-PKCS1-v1_5.
What the signature does not cover must be known: other certificates than pinned ones, CRLs and
unsigned attributes leave the verdict at "cannot tell", for nobody vouches for them.
Not here: the rows (`cms_checks`), parsing (`cms_message`), attached content, several signers,
timestamps, PDF.
RFC 5652 5.4 to 5.6 and 11; PKI profile section 5.1. Called by `jpki verify` and programs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from jpki.profiles.kinds import Kind
from jpki.verify import cms_checks, rules
from jpki.verify.cms_message import CmsMessage, is_attribute_set
from jpki.verify.errors import MalformedError
from jpki.verify.policy import Medium
from jpki.verify.report import CertificateReport, Report
from jpki.verify.report_json import Json
from jpki.verify.times import iso, second_of, show
from jpki.verify.verifier import Verifier, claimed_medium

_EXPECTED_DER = "one ContentInfo with SignedData in strict DER"


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
    message: bytes,
    content: bytes,
    verifier: Verifier,
    *,
    moment: datetime,
    media: Sequence[Medium] = (Medium.CARD,),
) -> CmsReport:
    """Judge a DER CMS message over this content at a moment (aware).

    `media` is what may have signed; phones must be asked for. Raises `ValueError` for a moment
    without a time zone, and nothing else.
    """
    digest = sha256(content).digest()
    return _verify(
        message,
        digest,
        verifier,
        moment=moment,
        media=media,
        plausible=not is_attribute_set(content),
    )


def verify_detached_digest(
    message: bytes,
    content_sha256: bytes,
    verifier: Verifier,
    *,
    moment: datetime,
    media: Sequence[Medium] = (Medium.CARD,),
) -> CmsReport:
    """Judge a message over content known by its SHA-256 alone, for files too large to hold.

    A message without signed attributes is refused: without the content nobody can rule out that
    it is itself a set of attributes signed elsewhere.
    """
    return _verify(message, content_sha256, verifier, moment=moment, media=media, plausible=False)


def signing_time(message: bytes) -> datetime | None:
    """Read the time the signer claims; raise `MalformedError`. Proves nothing."""
    signers = CmsMessage.parse(message).signers
    attributes = signers[0].attributes if signers else None
    return attributes.signing_time if attributes else None


def _verify(
    message: bytes,
    digest: bytes,
    verifier: Verifier,
    *,
    moment: datetime,
    media: Sequence[Medium],
    plausible: bool,
) -> CmsReport:
    now = second_of(moment)
    try:
        parsed = CmsMessage.parse(message)
    except MalformedError as error:
        row = rules.CMS_DER.malformed(expected=_EXPECTED_DER, error=error)
        return CmsReport(moment=now, checks=(row,), content_sha256=digest)
    checks = [
        rules.CMS_DER.passed(expected=_EXPECTED_DER, seen=f"{len(message)} bytes"),
        cms_checks.detached(parsed),
        cms_checks.versions(parsed),
    ]
    if len(parsed.signers) != 1:
        seen = f"{len(parsed.signers)} signers"
        checks.append(cms_checks.no_signer(rules.CMS_SIGNER, seen, "a message with one signer"))
        return CmsReport(moment=now, checks=tuple(checks), content_sha256=digest)
    signer = parsed.signers[0]
    certificate, chosen = cms_checks.find_certificate(parsed, signer)
    attributes = signer.attributes
    checks += [
        chosen,
        cms_checks.signed_attributes(attributes, plausible=plausible),
        cms_checks.binding(signer, certificate),
        cms_checks.content_digest(attributes, digest),
        cms_checks.signature(signer, certificate, digest),
        cms_checks.claimed_time(attributes, certificate, now),
        cms_checks.nothing_else(parsed, signer, certificate, verifier.anchors),
    ]
    judged = None
    if certificate:
        medium = claimed_medium(certificate.der, media)
        judged = verifier.check(certificate.der, Kind.SIGN, moment=now, medium=medium)
    return CmsReport(
        moment=now,
        checks=tuple(checks),
        content_sha256=digest,
        signing_time=attributes.signing_time if attributes else None,
        signer=judged,
    )
