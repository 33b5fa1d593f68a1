"""Where fetched software is kept between runs: `.cache/` in the project's root, not in git."""

import contextlib
import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CACHE = ROOT / ".cache"


def fetch_once(name: str, version: str, make: Callable[[Path], None]) -> Path:
    """Give the directory `.cache/NAME`, made by `make` unless it is there in that version.

    Made beside and moved into place when complete, under a lock: neither a broken download nor
    two runs at the same time leave half of it behind.
    """
    final, stamp = CACHE / name, CACHE / name / "version"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):
            if stamp.read_text() == version:
                return final
        unfinished = CACHE / f"{name}.unfinished"
        for old in (unfinished, final):
            shutil.rmtree(old, ignore_errors=True)
        unfinished.mkdir()
        make(unfinished)
        (unfinished / "version").write_text(version)
        unfinished.rename(final)
    return final


def fetched(name: str, version: str) -> Path:
    """Give the directory `.cache/NAME`; fail when it is not there in that version."""
    stamp = CACHE / name / "version"
    if not stamp.is_file() or stamp.read_text() != version:
        raise AssertionError(f".cache/{name} is missing or old; run `make test-clients`")
    return CACHE / name
