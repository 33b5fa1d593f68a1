"""What can go wrong with an index of revocation lists, as types.

    RevocationIndexError
    ├── ListRefusedError        a list that was not taken; the index is as before
    │   ├── ListUnreadableError     not a list in strict DER (offset)
    │   ├── ListUntrustedError      no CA certificate named has signed it
    │   ├── ListUnusableError       signed, but it may not be used, or is not understood
    │   └── OlderListError          a newer one of the same scope is there
    ├── DamagedIndexError       a file that is no index, of another version, or not as written
    └── NotKeptError            a list that an index cannot give back as it was published

Called by every module of `jpki.revocation`.
"""

from jpki.errors import PortableError


class RevocationIndexError(PortableError):
    """The root of everything `jpki.revocation` raises on purpose."""


class ListRefusedError(RevocationIndexError):
    """A list that was not taken into the index."""


class ListUnreadableError(ListRefusedError):
    """Octets that are no revocation list; `offset` is where it shows."""

    def __init__(self, problem: str, offset: int) -> None:
        self.problem = problem
        self.offset = offset
        super().__init__(f"offset {offset}: {problem}")


class ListUntrustedError(ListRefusedError):
    """A list that none of the CA certificates named has signed, and whose it says it is."""

    def __init__(self, problem: str, issuer: bytes, key_identifier: bytes | None) -> None:
        self.issuer = issuer
        self.key_identifier = key_identifier
        super().__init__(problem)


class ListUnusableError(ListRefusedError):
    """A list that could never serve, whoever signed it; the words say why."""


class OlderListError(ListRefusedError):
    """A list that is not newer than the one of its scope that is there."""


class DamagedIndexError(RevocationIndexError):
    """A file of the index that does not hold what was written into it."""


class NotKeptError(RevocationIndexError):
    """A list that cannot be given back as it was published; the words say why."""
