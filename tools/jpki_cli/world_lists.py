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
    for kind in Kind:
        yield from world.published.published_files(kind, warn=_left_out).items()


def _left_out(why: str) -> None:
    warn(
        f"a revocation list is left out: {why}; `jpki ca crl` makes it, once nothing is in its way"
    )
