"""Lists in the name of a CA under a key of it that no CA certificate at hand has.

Whoever leaves one generation of a CA out cannot check its lists, but they are there: a serial
number alone may be of that generation, and is not known to be good. Anybody can write a list in a
CA's name; one that says it is of a key at hand, which did not sign it, is forged or damaged, and
as if it had not been given. One of another key, or of none, may be that generation's.
Not here: certificates, which say whose key signed them (`source`).
RFC 5280 5.2.1. Called by `bulk`, and by whoever has lists in memory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jpki.revocation.errors import ListRefusedError, ListUntrustedError
from jpki.verify.anchors import Anchor


@dataclass(frozen=True, slots=True)
class UnnamedKey:
    """A key of a CA (its Name, DER) that nobody named; `key_identifier` if it is known."""

    issuer: bytes
    key_identifier: bytes | None


def unnamed_keys_of(
    der: bytes, why: ListRefusedError, anchors: Sequence[Anchor]
) -> list[UnnamedKey]:
    """Say of which other key of these CAs a list may be that none of them signed.

    Of one that cannot be read, it is asked which names and key identifiers occur in it.
    """
    keys: dict[bytes, set[bytes]] = {}
    for anchor in anchors:
        keys.setdefault(anchor.certificate.subject, set()).add(anchor.key_identifier)
    if isinstance(why, ListUntrustedError):
        known = keys.get(why.issuer)
        if known is None or why.key_identifier in known:
            return []
        return [UnnamedKey(why.issuer, why.key_identifier)]
    return [
        UnnamedKey(name, None)
        for name, known in keys.items()
        if name in der and not any(one in der for one in known)
    ]


def needed(keys: Iterable[UnnamedKey]) -> str:
    """Say what these keys' lists leave open, and what would tell."""
    told = {"not known" if one.key_identifier is None else one.key_identifier.hex() for one in keys}
    return (
        f"needs the CA certificate of key {', '.join(sorted(told))}, or whose key issued it:"
        " a list in this CA's name is of a key that nobody named"
    )
