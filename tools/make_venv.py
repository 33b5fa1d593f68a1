"""Make a virtual environment with pip in it, also where Debian's python3-venv is missing.

Debian keeps `ensurepip` in a package of its own. Without it, pip comes from the system's pip; or
else from Debian's package of pip's wheel, which apt hands out to anybody and which is unpacked
for this one purpose. Nothing is installed outside the environment.
Called by the Makefile, with nothing but Python's own library: `make_venv.py DIRECTORY`.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

_OLDEST = (3, 11)


class NoPipError(Exception):
    """No way to get pip; the text says what was tried and what to do."""


def main() -> int:
    """Make the environment unless it works already."""
    if sys.version_info < _OLDEST:
        print(f"Python {'.'.join(map(str, _OLDEST))} or newer is needed", file=sys.stderr)
        return 1
    place = Path(sys.argv[1])
    python = place / "bin" / "python"
    if _has_pip(python):
        return 0
    try:
        if importlib.util.find_spec("ensurepip"):
            venv.create(place, clear=True, symlinks=True, with_pip=True)
        else:
            venv.create(place, clear=True, symlinks=True)
            _bring_pip(python)
    except NoPipError as error:
        print(f"no virtual environment: {error}", file=sys.stderr)
        return 1
    return 0


def _has_pip(python: Path) -> bool:
    if not python.exists():
        return False
    return _succeeds([python, "-c", "import pip"])


def _bring_pip(python: Path) -> None:
    if importlib.util.find_spec("pip"):
        borrowed = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "pip"]
        if _succeeds(borrowed):
            return
    with tempfile.TemporaryDirectory() as unpacked:
        wheel = _debian_wheel(Path(unpacked))
        if not _succeeds([python, wheel / "pip", "install", "--quiet", "pip"]):
            raise NoPipError("pip could not install itself; is the package index within reach?")


def _debian_wheel(place: Path) -> Path:
    """Let apt give pip's wheel without installing it."""
    download = ["apt-get", "-o", "APT::Sandbox::User=root", "download", "-qq", "python3-pip-whl"]
    if not _succeeds(download, cwd=place):
        # A fresh machine may have no package lists yet; only root can fetch them.
        _succeeds(["apt-get", "update", "-qq"])
        if not _succeeds(download, cwd=place):
            raise NoPipError(
                "Python has no ensurepip here, and apt does not give pip's wheel.\n"
                "As root: apt-get install python3-venv"
            )
    (package,) = place.glob("*.deb")
    if not _succeeds(["dpkg-deb", "--extract", package, place]):
        raise NoPipError(f"{package.name} could not be unpacked")
    return next(place.glob("usr/share/python-wheels/pip-*.whl"))


def _succeeds(command: list[str | Path], cwd: Path | None = None) -> bool:
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
