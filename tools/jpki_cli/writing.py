"""Files that commands write: never over another without being told to.

Not here: what is in them. Refusals come before a card is asked or a secret presented.
"""

from collections.abc import Iterable
from pathlib import Path

from jpki_cli.exits import ExitStatus, Failure


def require_writable(paths: Iterable[Path], *, overwrite: bool) -> None:
    """Refuse before anything is done what `write_file` would refuse afterwards."""
    for path in paths:
        if not path.parent.is_dir():
            raise Failure(f"there is no directory {path.parent}", ExitStatus.USAGE)
        if path.exists() and not overwrite:
            raise _exists(path)


def make_directory(path: Path) -> None:
    """Make a directory for what is to be written, unless it is there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"cannot make {path}: {error.strerror}", ExitStatus.USAGE) from None


def write_file(
    path: Path, content: bytes, *, overwrite: bool = False, private: bool = False
) -> None:
    """Write a file that is not there yet, or replace it when asked to; `private` is 0600."""
    try:
        with path.open("wb" if overwrite else "xb") as file:
            if private:
                # Before anything is in it.
                path.chmod(0o600)
            file.write(content)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}", ExitStatus.USAGE) from None


def _exists(path: Path) -> Failure:
    return Failure(f"{path} exists; name another place, or say --force", ExitStatus.USAGE)
