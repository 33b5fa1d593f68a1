"""A CMS SignedData writer for tests, in which every field can be wrong.

Nothing of `jpki.signing` is used. The signer is the holder of `tests.support.pki`.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from jpki.verify import Kind
from tests.support import pki
from tests.support.asn1 import NULL, explicit, integer, octets, oid, seq, set_of, time
from tests.support.pki import NOW, SHA256_WITH_RSA

SIGN, AUTH = pki.ca(Kind.SIGN), pki.ca(Kind.AUTH)
HOLDER = pki.key("sign holder")
CERTIFICATE = pki.certificate(SIGN)
CONTENT = "委任状\n".encode()
SHA256 = seq(oid("2.16.840.1.101.3.4.2.1"), NULL)
BARE_SHA256 = seq(oid("2.16.840.1.101.3.4.2.1"))
SHA512 = seq(oid("2.16.840.1.101.3.4.2.3"), NULL)
RSA = seq(oid("1.2.840.113549.1.1.1"), NULL)
DATA = "1.2.840.113549.1.7.1"


def attribute(dotted: str, *values: bytes) -> bytes:
    return seq(oid(dotted), set_of(*values))


def attributes(
    content: bytes = CONTENT, *more: bytes, moment=NOW, content_type=DATA
) -> list[bytes]:
    return [
        attribute("1.2.840.113549.1.9.3", oid(content_type)),
        attribute("1.2.840.113549.1.9.4", octets(sha256(content).digest())),
        attribute("1.2.840.113549.1.9.5", time(moment)),
        *more,
    ]


def by_issuer(certificate_issuer=SIGN, serial=pki.SERIAL) -> bytes:
    return seq(certificate_issuer.name, integer(serial))


@dataclass(frozen=True)
class Message:
    """A SignedData in which every field can be wrong; `signed` are the attributes."""

    signed: tuple[bytes, ...] | None = tuple(attributes())
    version: int = 1
    digests: tuple[bytes, ...] = (SHA256,)
    content_type: str = DATA
    content: bytes | None = None
    certificates: tuple[bytes, ...] = (CERTIFICATE,)
    crls: bytes = b""
    signer_version: int = 1
    identifier: bytes = field(default_factory=by_issuer)
    digest: bytes = SHA256
    algorithm: bytes = SHA256_WITH_RSA
    signature: bytes | None = None
    unsigned: bytes = b""
    copies: int = 1

    def encode(self) -> bytes:
        covered = CONTENT if self.signed is None else set_of(*self.signed)
        implicit_set = b"" if self.signed is None else explicit(0, *sorted(self.signed))
        signer = seq(
            integer(self.signer_version),
            self.identifier,
            self.digest,
            implicit_set,
            self.algorithm,
            octets(pki.sign(HOLDER, covered) if self.signature is None else self.signature),
            self.unsigned,
        )
        inner = b"" if self.content is None else explicit(0, octets(self.content))
        signed_data = seq(
            integer(self.version),
            set_of(*self.digests),
            seq(oid(self.content_type), inner),
            explicit(0, *sorted(self.certificates)) if self.certificates else b"",
            self.crls,
            set_of(*[signer] * self.copies),
        )
        return seq(oid("1.2.840.113549.1.7.2"), explicit(0, signed_data))
