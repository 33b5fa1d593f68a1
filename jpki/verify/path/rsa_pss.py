"""RSASSA-PSS: which AlgorithmIdentifiers are known, and what a key's own parameters allow.

Known are SHA-2 with MGF1 of the same digest and a salt as long as the digest, in each of the ways
RFC 4055 2.1 lets a digest be written (parameters NULL or absent). Everything else (SHA-1 and its
defaults, two digests, other salts) is unknown, so nothing has to be computed from what a signer
chose. Accepting any of it is the caller's decision (`Algorithms`); by default none is.
Not here: verifying (`keys`). RFC 4055 1.2, 3.1 and 3.3; RFC 8017 A.2.3. Called by `keys`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from cryptography.hazmat.primitives import hashes

from jpki.verify.der import Fields, Node, context, decode
from jpki.verify.der_rules import Tag
from jpki.verify.errors import DerError, MalformedError

RSA_PSS = "1.2.840.113549.1.1.10"
MGF1 = "1.2.840.113549.1.1.8"
_DEFAULT_SALT = 20
_NULL = "0500"
_DIGESTS: tuple[tuple[str, str, hashes.HashAlgorithm], ...] = (
    ("SHA256", "0609608648016503040201", hashes.SHA256()),
    ("SHA384", "0609608648016503040202", hashes.SHA384()),
    ("SHA512", "0609608648016503040203", hashes.SHA512()),
)
_OIDS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


@dataclass(frozen=True, slots=True)
class PssParameters:
    """RSASSA-PSS-params: digest and MGF1's by hashlib's names, and the (least) salt length."""

    digest: str
    mask_digest: str
    salt_bytes: int

    @classmethod
    def parse(cls, der: bytes) -> "PssParameters":
        """Read RSASSA-PSS-params; raise `MalformedError` for what is none or unknown here."""
        node = decode(der)
        fields = Fields(node, "RSASSA-PSS-params")
        digest = fields.optional(context(0))
        mask = fields.optional(context(1))
        salt = fields.optional(context(2))
        fields.end()  # trailerField may only be 1, its default, which DER leaves out
        read = cls(
            _digest(digest.only("hashAlgorithm")) if digest else "sha1",
            _mask_digest(mask.only("maskGenAlgorithm")) if mask else "sha1",
            salt.only("saltLength").integer() if salt else _DEFAULT_SALT,
        )
        written = ((digest, read.digest), (mask, read.mask_digest))
        if any(given and name == "sha1" for given, name in written) or (
            salt and read.salt_bytes == _DEFAULT_SALT
        ):
            raise DerError("a default that must be left out", node.offset)
        if read.salt_bytes < 0:
            raise MalformedError(f"saltLength {read.salt_bytes} is negative", node.offset)
        return read

    def allow(self, digest: hashes.HashAlgorithm, salt_bytes: int) -> bool:
        """Whether a key so restricted makes such signatures (RFC 4055 3.3)."""
        return self.digest == self.mask_digest == digest.name and salt_bytes >= self.salt_bytes


def algorithms() -> Iterator[tuple[str, str, hashes.HashAlgorithm]]:
    """Give each known AlgorithmIdentifier in hex, its name, its digest."""
    for name, oid, digest in _DIGESTS:
        for inner, mask in product((_NULL, ""), repeat=2):
            chosen = _tlv("30", oid + inner)
            generator = _tlv("30", "06092a864886f70d010108" + _tlv("30", oid + mask))
            salt = f"0201{digest.digest_size:02x}"
            parameters = _tlv("a0", chosen) + _tlv("a1", generator) + _tlv("a2", salt)
            identifier = _tlv("30", "06092a864886f70d01010a" + _tlv("30", parameters))
            yield identifier, f"RSASSA-PSS-{name}", digest


def _tlv(tag: str, contents: str) -> str:
    return f"{tag}{len(contents) // 2:02x}{contents}"


def _digest(node: Node) -> str:
    fields = Fields(node, "hashAlgorithm")
    oid = fields.take(Tag.OID).oid()
    fields.optional(Tag.NULL)
    fields.end()
    if oid not in _OIDS:
        raise MalformedError(f"digest {oid}", node.offset)
    return _OIDS[oid]


def _mask_digest(node: Node) -> str:
    fields = Fields(node, "maskGenAlgorithm")
    if fields.take(Tag.OID).oid() != MGF1:
        raise MalformedError("a mask generation that is not MGF1", node.offset)
    digest = _digest(fields.take())
    fields.end()
    return digest
