"""What is read once, when it is first asked for, and may turn out to be malformed.

So nobody pays for what is never asked for: the entries of a list whose signer is not proven.
Called by `crl`, `crl_source`, `path.crl`, `path.ocsp_data`, and by `jpki.revocation`.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from jpki.verify.errors import MalformedError

_Read = TypeVar("_Read")


class Later(Generic[_Read]):
    """Reads at most once, whatever comes of it (threads that ask at the same time aside)."""

    __slots__ = ("_found", "_read")

    def __init__(self, read: Callable[[], _Read]) -> None:
        self._read: Callable[[], _Read] | None = read
        self._found: _Read | MalformedError

    @property
    def is_read(self) -> bool:
        """Whether it was asked for."""
        return self._read is None

    def get(self) -> _Read:
        """Give what was read; raise `MalformedError`, each time, for what could not be."""
        read = self._read
        if read is not None:
            try:
                self._found = read()
            except MalformedError as error:
                self._found = error
            # Only now: whoever asks meanwhile reads it, too. What was needed to read is let go.
            self._read = None
        found = self._found
        if isinstance(found, MalformedError):
            # One that is raised again keeps where it was raised before, and all that was there.
            raise found.with_traceback(None)
        return found
