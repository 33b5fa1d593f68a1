"""The bytes of revocation lists: a scope and its entries' octets in, a signed list out.

What it is: RFC 5280 section 5 for a list of one municipality or of everything, written as a
stream: the digest that is signed grows with what is written, and nothing is held.
What it is not: a choice of entries (the register's), their octets (`jpki.ca.entries`), or a key.
Standard: RFC 5280 section 5; PKI profile reference section 2.1, where the form is unknown.
Called by: `jpki.ca.listing`, `jpki.ca.nightly`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import chain
from typing import BinaryIO

from jpki import oids
from jpki.ca import der
from jpki.ca.certificates import IssuerFacts, authority_key_identifier, extension_list
from jpki.ca.spooling import EntryOctets
from jpki.profiles.certificates import RSA_BITS
from jpki.profiles.lists import ListProfile
from jpki.profiles.names import DistinguishedName

_V2 = der.integer(1)
_ALGORITHM = der.algorithm(oids.SHA256_WITH_RSA)
_SIGNATURE_SIZE = len(der.bit_string(bytes(RSA_BITS // 8)))


@dataclass(frozen=True, slots=True)
class ListFrame:
    """What stands before and after the entries in a TBSCertList, DER."""

    before: bytes
    after: bytes

    def tbs_head(self, entries: int) -> bytes:
        """Give a TBSCertList up to its entries, which take so many octets.

        An empty list leaves revokedCertificates out (RFC 5280 section 5.1.2.6).
        """
        head = self.before + (der.header(0x30, entries) if entries else b"")
        return der.header(0x30, len(head) + entries + len(self.after)) + head

    def without_entries(self) -> bytes:
        """Give the TBSCertList that it is with no entry."""
        return self.tbs_head(0) + self.after


def list_frame(
    profile: ListProfile,
    *,
    issuer_name: DistinguishedName,
    issuer: IssuerFacts,
    distribution_point: DistinguishedName | None,
    number: int,
    this_update: datetime,
) -> ListFrame:
    """Give the frame of a list; `distribution_point` is the scope's name, None for everything."""
    values = {
        oids.AUTHORITY_KEY_IDENTIFIER: authority_key_identifier(issuer_name, issuer),
        oids.CRL_NUMBER: der.integer(number),
    }
    if distribution_point is not None:
        values[oids.ISSUING_DISTRIBUTION_POINT] = der.sequence(
            der.distribution_point_name(distribution_point)
        )
    return ListFrame(
        before=b"".join(
            (
                _V2,
                _ALGORITHM,
                der.name(issuer_name),
                der.time(this_update),
                der.time(this_update + profile.lifetime),
            )
        ),
        after=der.tagged(0, extension_list(profile.extensions, values)),
    )


def write_list(
    out: BinaryIO,
    frame: ListFrame,
    entries: EntryOctets,
    *,
    sign_digest: Callable[[bytes], bytes],
) -> None:
    """Write a signed CertificateList, DER.

    Raises what `entries.pieces` and the key raise; what was written by then is no list.
    """
    head = frame.tbs_head(entries.size)
    tbs_size = len(head) + entries.size + len(frame.after)
    out.write(der.header(0x30, tbs_size + len(_ALGORITHM) + _SIGNATURE_SIZE))
    digest = sha256()
    for piece in chain((head,), entries.pieces(), (frame.after,)):
        digest.update(piece)
        out.write(piece)
    out.write(_ALGORITHM + der.bit_string(sign_digest(digest.digest())))
