"""The pinned CA keys for a card's text and face, from key identifiers or from files.

A key enters by the caller's choice alone. Its file is the CA's self-signed CV certificate, 568
bytes (7F21), or several one behind the other: that form carries the key with its identifier, and
its signature shows that neither was damaged. It proves nothing else.
Not here: which anchor issued a certificate (`card_face_checks`).
Card reference §3.6. Called by whoever builds a `CardFaceVerifier`.
"""

from collections.abc import Iterable, Mapping

from jpki.verify.card_evidence import CvAnchors
from jpki.verify.card_face_checks import verifies
from jpki.verify.card_files import KEY_PREFIX, read_certificate
from jpki.verify.errors import AnchorError, MalformedError

CERTIFICATE_LENGTH = 568
_TEXT, _VISUAL = b"000033", b"000023"
"""What follows the first digit (5 production, 6 test cards) in a CA's key identifier."""
_NUMBER = slice(1, 7)
_MODULUS = 256


def sort_keys(keys: Mapping[bytes, bytes]) -> CvAnchors:
    """Pin keys (265 bytes) by their identifiers (16 bytes), each for the application it is of.

    Keys of others, the MF root's for one, sign nothing that is judged here and are left out.
    """
    return CvAnchors(
        text={name: key for name, key in keys.items() if name[_NUMBER] == _TEXT},
        visual={name: key for name, key in keys.items() if name[_NUMBER] == _VISUAL},
    )


def read_anchors(files: Iterable[bytes]) -> CvAnchors:
    """Pin the keys in such files; raises `AnchorError` for anything else."""
    found: dict[bytes, bytes] = {}
    for raw in files:
        anchors = dict(map(_self_signed, _split(raw)))
        known = sort_keys(anchors)
        if len(known.text) + len(known.visual) < len(anchors):
            raise AnchorError("a key of neither CA: text …000033, face …000023")
        found |= anchors
    return sort_keys(found)


def _split(raw: bytes) -> list[bytes]:
    if not raw or len(raw) % CERTIFICATE_LENGTH:
        raise AnchorError(f"a CV certificate has {CERTIFICATE_LENGTH} bytes")
    return [raw[at : at + CERTIFICATE_LENGTH] for at in range(0, len(raw), CERTIFICATE_LENGTH)]


def _self_signed(raw: bytes) -> tuple[bytes, bytes]:
    try:
        certificate = read_certificate(raw)
    except MalformedError as error:
        raise AnchorError(f"no CV certificate: {error}") from error
    if certificate.issuer != certificate.holder:
        raise AnchorError("a CV certificate that is not self-signed")
    if not verifies(certificate.modulus, certificate.body, certificate.signature):
        raise AnchorError("a CV certificate whose signature does not hold")
    modulus = certificate.modulus.to_bytes(_MODULUS, "big")
    return certificate.holder, KEY_PREFIX + modulus
