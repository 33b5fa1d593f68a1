"""Making the whole catalogue in an existing world, beside what nobody can do without: its keys.

The peer is OpenSSL making as many RSA-2048 keys, on as many cores.
"""

import os
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.chip import debian
from bench.figure import Goal, Row
from cardsim.world import World
from cardsim.world.catalogue import built_in, make
from cardsim.world.catalogue.making import keys_of


def whole_catalogue() -> list[Row]:
    """Seconds for all of it."""
    entries = built_in().entries
    with (
        tempfile.TemporaryDirectory() as directory,
        World.create(Path(directory) / "world") as world,
    ):
        started = time.perf_counter()
        make(world, entries)
        ours = time.perf_counter() - started
    keys = sum(map(keys_of, entries))
    started = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_openssl_key, range(keys)))
    peer = time.perf_counter() - started
    return [
        Row(
            "make-catalogue", "s", round(ours, 2), round(peer, 2), round(ours / peer, 2),
            f"ours / peer, {len(entries)} cards", f"openssl {debian('openssl')}, {keys} keys",
            Goal("ours", below=10.0),
        )
    ]  # fmt: skip


def _openssl_key(_: int) -> None:
    command = ["openssl", "genrsa", "2048"]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


FIGURES = {"make-catalogue": whole_catalogue}
