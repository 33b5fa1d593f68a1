"""Put revocation lists where others read them: whole or not at all, and never backwards.

What it is: file names, an atomic write, and the rule that a newer list is not overwritten by an
older one when two processes publish at once.
What it is not: a server, an archive, or LDAP.
Standard: POSIX rename and fsync; RFC 5280 section 5.2.3 (cRLNumber says which list is newer).
Called by: `cardsim.world`, `tools/jpki_cli`.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509

from jpki.ca.listing import RevocationList

_FILE_MODE = 0o644


def list_file_name(revocation_list: RevocationList) -> str:
    """Give `sign-g1-13221.crl`, or `sign-g1-full.crl` for the list of everything."""
    scope = revocation_list.municipality or "full"
    return f"{revocation_list.kind.value}-g{revocation_list.generation}-{scope}.crl"


def publish_list(directory: Path, revocation_list: RevocationList) -> Path:
    """Put a list into a directory unless a newer one of its name is there; give the path."""
    path = directory / list_file_name(revocation_list)
    with _alone(directory):
        if not path.exists() or _number(path) < revocation_list.number:
            write_atomically(path, revocation_list.der)
    return path


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old or the new whole, also after a loss of power."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(descriptor, _FILE_MODE)
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _number(path: Path) -> int:
    """Give a published list's cRLNumber; what cannot be read counts as older than anything."""
    try:
        published = x509.load_der_x509_crl(path.read_bytes())
        return published.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except (ValueError, x509.ExtensionNotFound):
        return 0


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Hold the directory's lock; it goes with the process."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
