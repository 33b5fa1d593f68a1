"""The index as a source of revocation for the verifier: the same findings as from the lists.

Which lists can matter for a certificate is looked up: those of its distribution points, those of
the whole CA, any that names its serial number, be it replaced long ago, and those that a CA signed
and the index refused. These few are handed to the verifier's own `CrlSource`, which decides as it
does about lists given whole.

What is trusted: the CA's signature is checked again with the verifier's anchor, over the digest
that was reckoned when the list was added. That the columns are what the list of that digest said
is trusted to whoever may write the index; a checksum shows damage, not malice.
PKI profile section 2.1; RFC 5280 6.3.3. Called by `jpki.verify.Verifier`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice

from jpki.revocation.errors import NotKeptError
from jpki.revocation.lookup import CaIndex
from jpki.revocation.partition import IndexedList
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.crl import RevocationList
from jpki.verify.crl_source import CrlSource
from jpki.verify.crl_unreadable import UnreadableList
from jpki.verify.policy import CrlRules
from jpki.verify.revocation import Finding

_SHOWN_ELSEWHERE = 3
"""Lists of other places that are handed over, to be shown when there is nothing better."""


@dataclass(frozen=True, slots=True)
class IndexSource:
    """The parts of an index, one a CA key; each answers for certificates of its CA's name."""

    parts: tuple[CaIndex, ...] = field(default=(), repr=False)

    def status(
        self, certificate: Certificate, issuer: Anchor, *, moment: datetime, crl_rules: CrlRules
    ) -> Finding:
        """Ask the lists that matter; see the module."""
        lists: list[RevocationList] = list(self._lists(certificate, issuer))
        unreadable: list[UnreadableList] = []
        for part in self.parts:
            doubts = part.doubts
            if doubts is not None:
                lists += doubts.lists
                unreadable += doubts.unreadable
        source = CrlSource(tuple(lists), tuple(unreadable))
        return source.status(certificate, issuer, moment=moment, crl_rules=crl_rules)

    def cover(
        self, certificate: Certificate, issuer: Anchor, *, crl_rules: CrlRules
    ) -> "IndexCover":
        """Say once for a CA and distribution point when its lists say *not revoked*."""
        lists = CrlSource(tuple(self._lists(certificate, issuer)))
        windows = lists.cover(certificate, issuer, crl_rules=crl_rules).windows
        return IndexCover(windows, self.parts)

    def published(self, digest: bytes) -> bytes:
        """Give the list of this SHA-256 as its CA published it, taken or refused.

        Raises `NotKeptError` where the index has none, or not all of it: see `published`.
        """
        problem = NotKeptError("the index has no list of this SHA-256")
        for part in self.parts:
            for one in part.contents.refused:
                if one.sha256 == digest == sha256(one.der).digest():
                    return one.der
            for slot, frame in part.frames.items():
                if (frame.whole_sha256 or part.parsed(slot).sha256) == digest:
                    try:
                        return part.published(slot)
                    except NotKeptError as not_kept:
                        problem = not_kept
        raise problem

    def _lists(self, certificate: Certificate, issuer: Anchor) -> Iterator[IndexedList]:
        points = certificate.distribution_points or ()
        names = {name for point in points for name in point.names}
        own = issuer.certificate
        for part in self.parts:
            slots = {slot for slot, _ in part.find(certificate.serial)}
            if part.issuer == own.subject:
                slots.update(part.everywhere)
                for name in names:
                    slots.update(part.by_name.get(name, ()))
                others = (slot for slot in part.current if slot not in slots)
                slots.update(list(islice(others, _SHOWN_ELSEWHERE)))
            elif part.public_key_info != own.public_key_info:
                # Another CA's: its lists are not signed by this key.
                continue
            yield from (part.parsed(slot) for slot in sorted(slots))


@dataclass(frozen=True, slots=True)
class IndexCover:
    """When the lists of one CA and distribution point clear whom no list in the index names."""

    windows: tuple[tuple[datetime, datetime], ...]
    parts: tuple[CaIndex, ...] = field(repr=False)

    def clears(self, serial: int, moment: datetime) -> bool:
        """Whether a list that covers it is fresh, and none of any CA names it."""
        fresh = any(first <= moment <= last for first, last in self.windows)
        return fresh and self.is_silent(serial)

    def is_silent(self, serial: int) -> bool:
        """Whether no list names it, nor may one that was refused."""
        return not any(part.may_mention(serial) for part in self.parts)
