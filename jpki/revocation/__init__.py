"""Revocation lists (失効リスト) of any size, as an index on disk that a verifier asks.

`IndexDirectory(path).add(lists, anchors)` reads, checks and takes lists in; `parts()` maps them;
`IndexSource(parts)` is what a `jpki.verify.Verifier` takes. Nothing in it is older than the lists
it was made from: a list whose time is over makes nothing good.
Not here: lists of a few thousand entries that come with the question (`jpki.verify.CrlSource`).
"""

from jpki.revocation.bulk import SerialAnswer, SerialJudge, is_whole
from jpki.revocation.errors import (
    DamagedIndexError,
    ListRefusedError,
    ListUnreadableError,
    ListUntrustedError,
    ListUnusableError,
    NotKeptError,
    OlderListError,
    RevocationIndexError,
)
from jpki.revocation.lookup import CaIndex
from jpki.revocation.reading import ReadList, read_list
from jpki.revocation.refusals import Refusal, refusals_of
from jpki.revocation.source import IndexSource
from jpki.revocation.store import IndexDirectory, Outcome, in_memory
from jpki.revocation.unnamed import UnnamedKey, unnamed_keys_of

__all__ = [
    "CaIndex",
    "DamagedIndexError",
    "IndexDirectory",
    "IndexSource",
    "ListRefusedError",
    "ListUnreadableError",
    "ListUntrustedError",
    "ListUnusableError",
    "NotKeptError",
    "OlderListError",
    "Outcome",
    "ReadList",
    "Refusal",
    "RevocationIndexError",
    "SerialAnswer",
    "SerialJudge",
    "UnnamedKey",
    "in_memory",
    "is_whole",
    "read_list",
    "refusals_of",
    "unnamed_keys_of",
]
