"""One list in an index: its frame, its columns, and what says that they belong together.

The frame is the list as the CA wrote it without its entries: a small CertificateList, which the
verifier's own parser reads. With the two digests of the whole list it is all the evidence that a
report shows, and the CA's signature can be checked again at any time with any key.
Not here: reading a list (`reading`), the file (`layout`).
RFC 5280 5.1, 5.2.5. Called by `reading`, `merging`, `lookup`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from jpki.verify.crl import RevocationList, Revoked
from jpki.verify.later import Later

_READ = tuple(each.name for each in fields(RevocationList) if each.init and each.name != "contents")


@dataclass(frozen=True, slots=True)
class Frame:
    """All of a list but its entries; `entries` is how many it has."""

    der: bytes = field(repr=False)
    tbs_sha256: bytes = field(repr=False)
    list_sha256: bytes
    entries: int
    names: tuple[bytes, ...] | None = field(repr=False)
    """The distribution point it is for, each GeneralName in DER; None for one of the whole CA."""

    def parsed(self, entries: Mapping[int, Revoked] = MappingProxyType({})) -> "IndexedList":
        """Read it as the list it was, with these entries."""
        return self.of(RevocationList.parse(self.der), entries)

    def of(
        self, parsed: RevocationList, entries: Mapping[int, Revoked] = MappingProxyType({})
    ) -> "IndexedList":
        """Make the list of what this was parsed to, with these entries."""
        as_read = {name: getattr(parsed, name) for name in _READ}
        looked_up = Later(lambda: (entries, frozenset[str]()))
        return IndexedList(**as_read, contents=looked_up, frame=self)


@dataclass(frozen=True, slots=True)
class IndexedList(RevocationList):
    """A list as `CrlSource` takes it, whose entries are looked up instead of held."""

    frame: Frame = field(kw_only=True)

    @property
    def sha256(self) -> bytes:
        """The SHA-256 of the whole list as it was published."""
        return self.frame.list_sha256

    @property
    def tbs_sha256(self) -> bytes:
        """The SHA-256 of the signed part, entries and all; `tbs` is without them."""
        return self.frame.tbs_sha256

    def may_mention(self, serial: int) -> bool:
        """Whether an entry is of the serial number."""
        return serial in self.entries
