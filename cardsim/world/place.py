"""The directory of a world: made whole in one step, described by world.json.

Not here: what is in it (`founding`), what is done with it (`world`). A directory that is no world
of ours is refused and left untouched. Called by `world`.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from cardsim.world import files
from cardsim.world.clock import ClockSetting, system_time
from cardsim.world.errors import (
    ForeignDirectoryError,
    NoWorldError,
    WorldError,
    WorldExistsError,
)
from cardsim.world.keeping import CaSecrets, Keeping
from cardsim.world.paths import Paths
from jpki.profiles.naming import Naming

_FORMAT = "jpki-emu world"
_VERSION = 1


def resolve(directory: Path) -> Path:
    """Follow links, so that a world is made where one points to and never in its place."""
    return directory.resolve()


def read_description(place: Path) -> dict[str, Any]:
    """Read world.json; raises `NoWorldError`, `ForeignDirectoryError`, `DamagedWorldError`."""
    if not place.exists():
        raise NoWorldError(place)
    if not place.is_dir():
        raise ForeignDirectoryError(place, "it is a file")
    try:
        return files.read_json(Paths(place).world, _FORMAT, _VERSION)
    except FileNotFoundError:
        if not any(place.iterdir()):
            raise NoWorldError(place) from None
        raise ForeignDirectoryError(place, "it has no world.json") from None


@contextlib.contextmanager
def making(place: Path) -> Iterator[None]:
    """Keep other processes from making the same world, and clear away what killed ones left."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with files.locked(place.with_name(f".{place.name}.lock")):
            for left in place.parent.glob(f"{_draft_prefix(place)}*"):
                if not left.is_symlink() and left.stat().st_uid == os.getuid():
                    shutil.rmtree(left)
            yield
    except OSError as error:
        raise WorldError(f"a world cannot be made in {place}: {error.strerror or error}") from error


def make(
    place: Path,
    *,
    seed: int,
    moment: datetime | None,
    naming: Naming,
    keeping: Keeping,
    secrets: CaSecrets,
) -> None:
    """Make the world beside its place and move it there in one step."""
    from cardsim.world.founding import Founding, found

    if os.path.lexists(place) and (not place.is_dir() or any(place.iterdir())):
        raise WorldExistsError(place)
    keeping.check()
    clock = ClockSetting() if moment is None else ClockSetting.standing_at(moment)
    started = clock.now(system_time)
    draft = Path(tempfile.mkdtemp(prefix=_draft_prefix(place), dir=place.parent))
    try:
        found(
            draft,
            Founding(
                seed=seed,
                moment=started,
                naming=naming,
                clock=clock,
                keeping=keeping,
                secrets=secrets,
            ),
        )
        fields = {"seed": seed, "started": started.isoformat(), "naming": naming.label}
        files.write_json(Paths(draft).world, _FORMAT, _VERSION, fields)
        draft.rename(place)
        files.sync_directory(place.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _draft_prefix(place: Path) -> str:
    return f".{place.name}.new-"
