"""One list in an index: its frame, its columns, and what says that they belong together.

The frame is the list as the CA wrote it without its entries: a small CertificateList, which the
verifier's own parser reads. With the digest of the signed part, entries and all, the CA's signature
can be checked again at any time with any key; with that of the whole list, it is all the evidence
that a report shows.
Not here: reading a list (`reading`), the file (`layout`).
RFC 5280 5.1, 5.2.5. Called by `reading`, `merging`, `lookup`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from hashlib import sha256
from types import MappingProxyType

from jpki.verify.crl import RevocationList, Revoked
from jpki.verify.later import Later

_READ = tuple(each.name for each in fields(RevocationList) if each.init and each.name != "contents")


@dataclass(frozen=True, slots=True)
class Frame:
    """All of a list but its entries; `entries` is how many it has."""

    der: bytes = field(repr=False)
    tbs_sha256: bytes = field(repr=False)
    whole_sha256: bytes | None
    """The SHA-256 of the whole list; None in memory as long as nobody needs it (`named`)."""
    entries: int
    names: tuple[bytes, ...] | None = field(repr=False)
    """The distribution point it is for, each GeneralName in DER; None for one of the whole CA."""

    @property
    def identity(self) -> tuple[bytes, bytes]:
        """What two lists have in common only if they are the same, octet for octet."""
        return self.tbs_sha256, self.der

    @property
    def list_sha256(self) -> bytes:
        """The SHA-256 of the whole list as it was published."""
        if self.whole_sha256 is None:
            raise RuntimeError("nobody has asked for this list's SHA-256")
        return self.whole_sha256

    def parsed(
        self,
        entries: Mapping[int, Revoked] = MappingProxyType({}),
        published: Callable[[], bytes] | None = None,
    ) -> "IndexedList":
        """Read it as the list it was, with these entries; see `of`."""
        return self.of(RevocationList.parse(self.der), entries, published)

    def of(
        self,
        parsed: RevocationList,
        entries: Mapping[int, Revoked] = MappingProxyType({}),
        published: Callable[[], bytes] | None = None,
    ) -> "IndexedList":
        """Make the list of what this was parsed to, with these entries.

        `published` gives it as it was published, for its SHA-256, should that not be known.
        """
        as_read = {name: getattr(parsed, name) for name in _READ}
        looked_up = Later(lambda: (entries, frozenset[str]()))
        as_read["_sha256"] = Later(lambda: self._digest(published))
        return IndexedList(**as_read, contents=looked_up, frame=self)

    def _digest(self, published: Callable[[], bytes] | None) -> bytes:
        if self.whole_sha256 is None and published is not None:
            return sha256(published()).digest()
        return self.list_sha256


@dataclass(frozen=True, slots=True)
class IndexedList(RevocationList):
    """A list as `CrlSource` takes it, whose entries are looked up instead of held."""

    frame: Frame = field(kw_only=True)

    @property
    def tbs_sha256(self) -> bytes:
        """The SHA-256 of the signed part, entries and all; `tbs` is without them."""
        return self.frame.tbs_sha256

    def may_mention(self, serial: int) -> bool:
        """Whether an entry is of the serial number."""
        return serial in self.entries
