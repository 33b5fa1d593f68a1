"""What a test pays for a card of its own: a copy in memory, beside a copy of its directory."""

import shutil
import tempfile
from pathlib import Path

from bench.figure import Goal, Row, in_turns, times_faster
from cardsim.mynumber import open_card
from cardsim.readers.inprocess import connect
from cardsim.testing import Templates


def reset() -> list[Row]:
    """Put a fresh card into a reader in this process, as the pytest plugin does for each test."""
    with tempfile.TemporaryDirectory() as place:
        templates = Templates(Path(place))
        directory = templates.world.card("hanako").directory
        templates.card("hanako")

        def ours() -> None:
            connect(templates.card("hanako").open()).close()

        def copied() -> None:
            copy = Path(place) / "copy"
            shutil.copytree(directory, copy)
            connect(open_card(copy)).close()
            shutil.rmtree(copy)

        mine, theirs = in_turns(ours, copied, rounds=10, each=20)
        templates.close()
    goal = Goal("ours", below=10_000.0)
    version = "copying the card's directory"
    return [times_faster("reset-per-test", mine, theirs, peer_version=version, goal=goal)]


FIGURES = {"reset-per-test": reset}
