"""A process that issues certificates and says so; the tests kill it.

Arguments: register (path or URL), key file, holder's public key file, place to die, how many to
issue. For each certificate handed out it prints the serial number and the SHA-256 of the DER.
"""

import hashlib
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event

from jpki.ca import Authority, FileKey, Register, make_list, publish_list
from jpki.ca.drafts import IssuingKey
from jpki.profiles import Kind, RevocationReason

from .citizens import KIYOSE, NOON, chance, request


def die() -> None:
    """As by kill -9: nothing is flushed, closed or undone."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingKey:
    """A key that takes the process with it, before or after signing."""

    def __init__(self, key, place: str) -> None:
        self._key = key
        self._place = place
        self.public_key = key.public_key

    def sign(self, message: bytes) -> bytes:
        """Sign, or die around it."""
        if self._place == "before the signature":
            die()
        signature = self._key.sign(message)
        if self._place == "after the signature":
            die()
        return signature

    def sign_digest(self, digest: bytes) -> bytes:
        """Sign a list: the place is one of issuing."""
        return self._key.sign_digest(digest)


def die_at_commit(register: Register, number: int) -> None:
    """Die when the n-th writing transaction is about to be committed."""
    left = [number]

    def committing(connection) -> None:
        left[0] -= connection.get_execution_options().get("jpki_writes", False)
        if left[0] == 0:
            die()

    event.listen(register._engine, "commit", committing)


def main(register_at: str, key_file: str, public_key: str, place: str, count: str) -> None:
    """Issue `count` certificates, or die at the place before the last of them is handed out."""
    with Register.open(register_at) as register:
        key = FileKey(Path(key_file))
        authority = Authority(register, Kind.AUTH, keys=[key])
        wanted = request(Path(public_key).read_bytes())
        for remaining in range(int(count), 0, -1):
            if remaining == 1:
                authority._keys = {key.public_key: IssuingKey(DyingKey(key, place))}
                commits = {"before the first commit": 1, "before the second commit": 2}
                die_at_commit(register, commits.get(place, 0))
            issued = authority.issue(wanted, moment=NOON, randomness=chance)
            if place == "revoking too":
                authority.revoke(issued.serial, RevocationReason.AFFILIATION_CHANGED, moment=NOON)
                made = make_list(authority, KIYOSE, moment=NOON)
                publish_list(Path(key_file).parent, made)
                sys.stdout.write(f"list {made.number} {made.entries}\n")
            digest = hashlib.sha256(issued.der).hexdigest()
            sys.stdout.write(f"{issued.serial} {digest}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
