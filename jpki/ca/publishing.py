"""Put revocation lists where others read them: whole or not at all, and never backwards.

What it is: file names, and the rule that a newer list is not overwritten by an older one when two
processes publish at once. A list is written as a stream, whatever its length.
What it is not: a server, LDAP, or the making of lists.
Standard: RFC 5280 section 5.2.3 (cRLNumber says which list is newer).
Called by: `jpki.ca.nightly`, tests.
"""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from jpki.ca.archive import Archive
from jpki.ca.atomic import alone, draft
from jpki.ca.errors import ListFileError
from jpki.ca.listfile import open_list
from jpki.ca.listing import RevocationList
from jpki.ca.records import ListRecord
from jpki.profiles.kinds import Kind


def list_file_name(made: ListRecord) -> str:
    """Give `sign-g1-13221.crl`, or `sign-g1-full.crl` for the list of everything."""
    return list_path(Path(), made.kind, made.generation, made.municipality).name


def list_path(directory: Path, kind: Kind, generation: int, municipality: str | None) -> Path:
    """Give where a list is published; `municipality` is a code, None for everything."""
    return directory / f"{kind.value}-g{generation}-{municipality or 'full'}.crl"


def publish_list(
    directory: Path, revocation_list: RevocationList, *, archive: Archive | None = None
) -> Path:
    """Put a list into a directory unless a newer one of its name is there; give the path."""
    der = revocation_list.der
    return publish_stream(directory, revocation_list, lambda out: out.write(der), archive=archive)


def publish_stream(
    directory: Path,
    made: ListRecord,
    write: Callable[[BinaryIO], object],
    *,
    archive: Archive | None = None,
) -> Path:
    """Have a list written, and put it into a directory as `publish_list` does.

    It is in the archive before anybody can read it: no published list is ever missing there.
    """
    path = directory / list_file_name(made)
    with draft(path) as new:
        write(new.file)
        new.sync()
        if archive is not None:
            archive.add(made, new.path)
        with alone(directory):
            if not path.exists() or _number(path) < made.number:
                new.put_in_place()
    return path


def _number(path: Path) -> int:
    """Give a published list's cRLNumber; what cannot be read counts as older than anything."""
    try:
        with open_list(path) as published:
            return published.number
    except ListFileError:
        return 0
