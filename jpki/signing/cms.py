"""CMS SignedData over content that stays elsewhere (detached), made with any signer.

Signed attributes: contentType, messageDigest, signingTime; signingCertificateV2, so that the
signature cannot be moved to another certificate of the same key (RFC 5035 1); and
CMSAlgorithmProtection, because nothing else signs the algorithm identifiers (RFC 6211 1).
Everything is DER; SHA-256, sha256WithRSAEncryption.
Not here: the key (`Signer`), verification (`jpki.verify.cms`), PDF.
RFC 5652 5 and 11. Called by `jpki sign` and programs.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509

from jpki.signing.signer import Signer, sign_sha256
from jpki.verify.certificate import Certificate
from jpki.verify.times import second_of

_GENERALIZED_FROM = 2050
"""Times from 2050 on are GeneralizedTime (RFC 5652 11.3)."""


def sign_detached(
    content: bytes, signer: Signer, *, moment: datetime, ca_certificates: Iterable[bytes] = ()
) -> bytes:
    """Sign content; give the ContentInfo in DER.

    `moment` (aware) becomes signingTime. The signer's certificate goes in; `ca_certificates`
    (DER) too, for verifiers that want them, though none should trust them. Raises what the
    signer raises.
    """
    return sign_detached_digest(
        sha256(content).digest(), signer, moment=moment, ca_certificates=ca_certificates
    )


def sign_detached_digest(
    content_sha256: bytes,
    signer: Signer,
    *,
    moment: datetime,
    ca_certificates: Iterable[bytes] = (),
) -> bytes:
    """Sign content known by its SHA-256, for files too large to hold.

    Raises `MalformedError` for a signer whose certificate is none, and what the signer raises.
    """
    claimed = second_of(moment)
    certificate = signer.certificate
    parsed = Certificate.parse(certificate)
    attributes = cms.CMSAttributes(
        [
            _attribute("content_type", "data"),
            _attribute("message_digest", content_sha256),
            _attribute("signing_time", _time(claimed)),
            _attribute("signing_certificate_v2", _reference(certificate)),
            _attribute(
                "cms_algorithm_protection",
                cms.CMSAlgorithmProtection(
                    {
                        "digest_algorithm": _digest_algorithm(),
                        "signature_algorithm": _signature_algorithm(),
                    }
                ),
            ),
        ]
    )
    signer_info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                name="issuer_and_serial_number",
                value=cms.IssuerAndSerialNumber(
                    {"issuer": x509.Name.load(parsed.issuer), "serial_number": parsed.serial}
                ),
            ),
            "digest_algorithm": _digest_algorithm(),
            "signed_attrs": attributes,
            "signature_algorithm": _signature_algorithm(),
            "signature": sign_sha256(signer, attributes.dump()),
        }
    )
    choices = [
        cms.CertificateChoices(name="certificate", value=x509.Certificate.load(der, strict=True))
        for der in dict.fromkeys((certificate, *ca_certificates))
    ]
    signed_data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [_digest_algorithm()],
            "encap_content_info": {"content_type": "data"},
            "certificates": cms.CertificateSet(choices),
            "signer_infos": [signer_info],
        }
    )
    encoded: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed_data}).dump()
    return encoded


def _attribute(name: str, value: Any) -> Any:
    return cms.CMSAttribute({"type": name, "values": [value]})


def _digest_algorithm() -> Any:
    return algos.DigestAlgorithm({"algorithm": "sha256"})


def _signature_algorithm() -> Any:
    return algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa", "parameters": core.Null()})


def _reference(certificate: bytes) -> Any:
    """Give SigningCertificateV2 with the hash alone: the identifier names issuer and serial."""
    identifier = tsp.ESSCertIDv2({"cert_hash": sha256(certificate).digest()})
    return tsp.SigningCertificateV2({"certs": [identifier]})


def _time(moment: datetime) -> Any:
    if moment.year >= _GENERALIZED_FROM:
        return cms.Time(name="generalized_time", value=core.GeneralizedTime(moment))
    return cms.Time(name="utc_time", value=core.UTCTime(moment))
