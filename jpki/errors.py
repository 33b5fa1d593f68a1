"""Exceptions that pass from one process to another, whatever their class is called with.

Python makes an exception anew by calling its class with the message alone: where it takes other
arguments, a pool of processes breaks on the first (`BrokenProcessPool`).
Called by every module of `jpki` that has such exceptions, for the root of them.
"""

from collections.abc import Mapping
from typing import Any


class PortableError(Exception):
    """An exception that is pickled and copied with its message and attributes."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Give how it is made anew: without `__init__`, whose arguments nobody kept."""
        state: Mapping[str, Any] = self.__dict__
        return _made_anew, (type(self), self.args), state


def _made_anew(kind: type[PortableError], args: tuple[Any, ...]) -> PortableError:
    return kind.__new__(kind, *args)
