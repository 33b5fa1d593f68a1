"""Elements of a file whose lengths are written in any way: longer than needed, or indefinite.

A CA may have signed what is not DER; it counts as said, though nobody here reads it. Only to see
where what it signed begins and ends: nothing inside is known to be anything.
Not here: strict reading (`der`). X.690 8.1.3 to 8.1.5. Called by `signed_parts`,
`crl_unreadable` and `path.ocsp_unreadable`.
"""

MOST_STEPS = 1 << 17
"""Elements within those of indefinite length that are passed over in a file, altogether, and no
more than it has octets: whoever hands it on can put as many of them into each other as it has
places."""
_INDEFINITE = 0x80
_END_OF_CONTENTS = b"\0\0"


def contents(der: bytes, at: int) -> tuple[int, int | None] | None:
    """Give start and end of the contents of the element at `at`; None when there is none.

    The end is None when the length is indefinite.
    """
    start = at + 2
    if start > len(der):
        return None
    length = der[at + 1]
    if length == _INDEFINITE:
        return start, None
    if length > _INDEFINITE:
        start += length - _INDEFINITE
        length = int.from_bytes(der[at + 2 : start], "big")
    end = start + length
    return (start, end) if end <= len(der) else None


class Elements:
    """The elements of a file, of which those of indefinite length are followed so far."""

    __slots__ = ("_steps", "der")

    def __init__(self, der: bytes) -> None:
        self.der = der
        self._steps = min(MOST_STEPS, len(der))

    def at(self, place: int) -> tuple[int, int, int] | None:
        """Give start and end of an element's contents, and where the next begins, or None."""
        found = contents(self.der, place)
        if found is None:
            return None
        start, end = found
        if end is not None:
            return start, end, end
        behind = self._behind(start)
        return None if behind is None else (start, behind - len(_END_OF_CONTENTS), behind)

    def _behind(self, place: int) -> int | None:
        """Give where contents of indefinite length that begin here are over, and their end."""
        depth = 1
        while depth:
            found = contents(self.der, place) if self._steps else None
            if found is None:
                return None
            self._steps -= 1
            if self.der.startswith(_END_OF_CONTENTS, place):
                depth -= 1
            elif found[1] is None:
                depth += 1
            place = found[0] if found[1] is None else found[1]
        return place
