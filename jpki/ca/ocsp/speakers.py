"""Which generation a certID means, and under which certificate the responder speaks for it.

What it is: the issuers as certIDs write them, octets to generation. All generations share one name,
so that the key's hash decides; the name's must fit too.
What it is not: the issue of those certificates (`jpki.ca.ocsp.delegation`).
Standard: RFC 6960 sections 4.1.1 and 4.2.2.3.
Called by: `jpki.ca.ocsp.responder`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from jpki import oids
from jpki.ca import der
from jpki.ca.authority import Authority
from jpki.ca.errors import NoUsableKeyError
from jpki.ca.generations import Generation, key_identifier
from jpki.ca.keys import SigningKey
from jpki.ca.ocsp.delegation import Delegation, delegate
from jpki.ca.ocsp.encoding import responder_by_key, responder_by_name
from jpki.ca.ocsp.requests import CertId
from jpki.ca.reading import Reading
from jpki.profiles.ocsp import ResponderProfile
from jpki.verify.certificate import Certificate
from jpki.verify.der import decode


@unique
class CertIdHash(Enum):
    """Digests by which an issuer may be named; the value is the object identifier."""

    SHA1 = oids.SHA1
    SHA256 = oids.SHA256

    def of(self, octets: bytes) -> bytes:
        """Hash."""
        # SHA-1 finds an issuer among ours here and protects nothing (RFC 5019 2.1.1).
        return hashlib.new(self.name, octets, usedforsecurity=False).digest()


@dataclass(frozen=True, slots=True)
class Speaker:
    """A generation with the responder's certificate from it."""

    generation: Generation
    delegation: Delegation


def issuer_octets(
    generation: Generation, algorithm: CertIdHash, *, with_null: bool = True
) -> bytes:
    """Give what certIDs of a generation's certificates begin with.

    Parameters of the digest are NULL or left out: both are seen, both are right (RFC 5754 2).
    """
    certificate = Certificate.parse(generation.certificate)
    _, key_bits = decode(certificate.public_key_info)
    return (
        der.sequence(der.object_identifier(algorithm.value), der.NULL if with_null else b"")
        + der.octet_string(algorithm.of(certificate.subject))
        + der.octet_string(algorithm.of(key_bits.whole_bytes()))
    )


def cert_id(issuer: bytes, serial: int) -> CertId:
    """Give the certID of a certificate of that issuer."""
    return CertId(der.sequence(issuer, der.integer(serial)), issuer, serial)


class Speakers:
    """The generations an authority has, with the certificates that let one key speak for them."""

    def __init__(
        self, authority: Authority, key: SigningKey, profile: ResponderProfile, *, by_key: bool
    ) -> None:
        self._authority = authority
        self._key = key
        self._profile = profile
        self._since: datetime | None = None
        self._issuers: dict[bytes, Generation] = {}
        self._speakers: dict[int, Speaker] = {}
        self.responder_id = (
            responder_by_key(key_identifier(key.public_key))
            if by_key
            else responder_by_name(authority.naming.responder(authority.kind))
        )

    def refresh(self, asked: Reading, *, since: datetime) -> None:
        """Look the generations up again; certificates are asked for when first needed."""
        self._since = since
        self._speakers = {}
        self._issuers = {
            issuer_octets(generation, algorithm, with_null=with_null): generation
            for generation in self._authority.known_generations(asked)
            for algorithm in CertIdHash
            for with_null in (True, False)
        }

    @property
    def issuers(self) -> tuple[bytes, ...]:
        """All beginnings of certIDs that mean a generation of this authority."""
        return tuple(self._issuers)

    @property
    def generations(self) -> dict[int, Generation]:
        """The generations by number."""
        return {generation.number: generation for generation in self._issuers.values()}

    @property
    def serials(self) -> set[int]:
        """The serial numbers of the responder's certificates in use."""
        return {speaker.delegation.serial for speaker in list(self._speakers.values())}

    def generation_of(self, issuer: bytes) -> Generation | None:
        """Give the generation that a certID's beginning means."""
        return self._issuers.get(issuer)

    def speaker(self, generation: Generation, *, moment: datetime) -> Speaker:
        """Give who speaks for a generation; raises `NoUsableKeyError` when nobody can."""
        known = self._speakers.get(generation.number)
        if known is None or not known.delegation.holds(moment):
            found = delegate(
                self._authority,
                generation,
                self._key,
                self._profile,
                not_before=moment if self._since is None else self._since,
                moment=moment,
            )
            known = self._speakers[generation.number] = Speaker(generation, found)
        if not known.delegation.holds(moment):
            raise NoUsableKeyError(f"nobody speaks for generation {generation.number}")
        return known
