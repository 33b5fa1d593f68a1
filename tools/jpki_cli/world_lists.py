"""The world's published revocation lists, for whoever checks with them or hands them on.

What cannot be renewed or read is told on standard error, and the others are there all the same.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jpki.profiles.kinds import Kind
from jpki_cli.answer import warn
from jpki_cli.exits import status_of, words_of

if TYPE_CHECKING:
    from cardsim.world import World


def renew_lists(world: "World") -> None:
    """Publish the world's lists if they are due; what expected failure keeps the old ones is told.

    Raises what opening the register to read raises.
    """
    # What is public can be used from here on, or this fails as it should.
    _ = world.published
    try:
        world.publish_lists(only_due=True)
    except Exception as error:
        if status_of(error) is None:
            raise
        warn(f"not every revocation list is new: {words_of(error)}")


def published_lists(world: "World") -> Iterator[tuple[Path, bytes]]:
    """Read the published lists (DER), with their files; those that cannot be read are left out."""
    directory = world.published.lists_directory
    for path in (each for kind in Kind for each in sorted(directory.glob(f"{kind.value}-*.crl"))):
        if not path.is_file():
            # To read a pipe could wait for ever.
            warn(f"{path} is no file, and left out: take it away, and `jpki ca crl` makes it")
            continue
        try:
            yield path, path.read_bytes()
        except OSError as error:
            warn(f"a revocation list is left out: {words_of(error)}")
