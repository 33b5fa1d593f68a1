"""The checks of one application's files: certificate, signatures, digests, the card's answer.

Each function gives the row of one rule. A file that is missing makes a row undecided, one that
is malformed makes it fail.
Not here: which rules belong together (`card_face`), the files' form (`card_files`).
Card reference §3.2, §3.3, §3.6, §4.5. RFC 8017 8.2.2.
"""

from collections.abc import Callable, Mapping
from hmac import compare_digest

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from jpki.verify.card_evidence import Answer, NoAnswer
from jpki.verify.card_files import CvCertificate, File, read_certificate, read_key
from jpki.verify.checks import Check, Rule
from jpki.verify.errors import MalformedError

CHALLENGE_BYTES = 16
"""The shortest challenge that proves anything."""

CERTIFICATE_FILE = 0x04
_EXPONENT = 65537
_BY_SIGNER = "the signature of the key certified in EF 0004"
_ANSWERED = "a fresh challenge answered by a key that was signed for this card"

Reader = Callable[[bytes], File]


def issuer(
    rule: Rule, files: Mapping[int, bytes], anchors: Mapping[bytes, bytes]
) -> tuple[Check, CvCertificate | None]:
    """Judge EF 0004 under the pinned keys; give the certificate when it can be read at all."""
    expected = "a certificate issued by a pinned CA key"
    raw = files.get(CERTIFICATE_FILE)
    if raw is None:
        return missing(rule, CERTIFICATE_FILE), None
    try:
        certificate = read_certificate(raw)
    except MalformedError as error:
        return rule.malformed(expected=expected, error=error), None
    names = f"{_name(certificate.issuer)} for {_name(certificate.holder)}"
    if not anchors:
        seen = f"by {names}; no CA key is pinned"
        return rule.unknown(expected=expected, seen=seen, needed="a CV CA key to pin"), certificate
    pinned = anchors.get(certificate.issuer)
    if pinned is None:
        return rule.failed(expected=expected, seen=f"by {names}, which is not pinned"), certificate
    holds = verifies(read_key(pinned), certificate.body, certificate.signature)
    seen = f"by {names}" if holds else f"said to be by {names}; that key did not sign it"
    return rule.judged(holds, expected=expected, seen=seen), certificate


def signature(
    rule: Rule, certificate: CvCertificate | None, message: bytes, signed: bytes
) -> Check:
    """Judge an ordinary signature of the certified key: sha256WithRSAEncryption."""
    if certificate is None:
        return _no_signer(rule)
    return _judged(rule, holds=verifies(certificate.modulus, message, signed))


def block(rule: Rule, certificate: CvCertificate | None, content: bytes, signed: bytes) -> Check:
    """Judge a signature over a block no hash function made: recover it, compare the whole."""
    if certificate is None:
        return _no_signer(rule)
    try:
        found = _key(certificate.modulus).recover_data_from_signature(
            signed, padding.PKCS1v15(), None
        )
    except (InvalidSignature, ValueError):
        return _judged(rule, holds=False)
    return _judged(rule, holds=compare_digest(found, content))


def present(rule: Rule, modulus: int | None, answer: Answer | NoAnswer | None) -> Check:
    """Judge the answer to a challenge under a key that was proven to be signed for the card."""
    if modulus is None:
        return rule.unknown(
            expected=_ANSWERED,
            seen="no proven key to verify with",
            needed=f"{rule.title}: a record with the card's key whose signature holds",
        )
    if answer is None or isinstance(answer, NoAnswer):
        seen = "the card was not asked" if answer is None else f"no signature: {answer.why}"
        needed = f"{rule.title}: the card's answer to a fresh challenge"
        return rule.unknown(expected=_ANSWERED, seen=seen, needed=needed)
    if len(answer.challenge) < CHALLENGE_BYTES:
        seen = f"a challenge of {len(answer.challenge)} bytes proves nothing"
        return rule.failed(expected=_ANSWERED, seen=seen)
    holds = verifies(modulus, answer.challenge, answer.signature)
    seen = "answered" if holds else "not answered by that key: a copy, or another card"
    return rule.judged(holds, expected=_ANSWERED, seen=seen)


def missing(rule: Rule, ef: int) -> Check:
    """Make the row of a rule whose file was not read."""
    return rule.unknown(
        expected=f"EF {ef:04X}",
        seen=f"EF {ef:04X} was not read",
        needed=f"{rule.title}: EF {ef:04X} and the secret that opens it",
    )


def verifies(modulus: int, message: bytes, signed: bytes) -> bool:
    """Whether a key made an RSASSA-PKCS1-v1_5 signature with SHA-256 over a message."""
    try:
        _key(modulus).verify(signed, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _key(modulus: int) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(_EXPONENT, modulus).public_key()


def _judged(rule: Rule, *, holds: bool) -> Check:
    seen = "verified" if holds else "not the signature of that key over these bytes"
    return rule.judged(holds, expected=_BY_SIGNER, seen=seen)


def _no_signer(rule: Rule) -> Check:
    needed = f"{rule.title}: a certificate (EF 0004) that can be read"
    return rule.unknown(expected=_BY_SIGNER, seen="no key to verify with", needed=needed)


def _name(key_id: bytes) -> str:
    """Write a key identifier as people do: seven digits, a slash, three digits."""
    number, group = key_id[:7], key_id[9:12]
    if number.isdigit() and group.isdigit():
        return f"{number.decode('ascii')}/{group.decode('ascii')}"
    return key_id.hex()
