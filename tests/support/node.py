"""Node's two PC/SC modules, pcsclite and the fork that is maintained, built from source.

Versions and digests are pinned in `tests/foreign/programs/node/package-lock.json`. Packages' own
install scripts are not run: newer npm refuses them, and all they do is the build that we start.
Not here: the tests. `install` is called by `install`, the rest by the tests.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from tests.support.cache import ROOT, fetch_once, fetched
from tests.support.debian import MissingError

PROGRAMS = ROOT / "tests/foreign/programs/node"
_NAME = "node-pcsclite"
_BUILDS = ("build:pcsclite", "build:pokusew")


def install() -> None:
    """Fetch and build the modules into `.cache/` unless they are there for this Node."""
    fetch_once(_NAME, _version(), _build)


def modules() -> Path:
    """Give the directory that Node must search (NODE_PATH)."""
    return fetched(_NAME, _version()) / "node_modules"


def _version() -> str:
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    lock = hashlib.sha256((PROGRAMS / "package-lock.json").read_bytes()).hexdigest()
    return f"{node.stdout.strip()} {lock}"


def _build(place: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PROGRAMS / name, place)
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund")
    try:
        for words in (["ci", *quiet], *(["run", build] for build in _BUILDS)):
            done = subprocess.run(
                ["npm", *words], cwd=place, env=environment, capture_output=True, check=False
            )
            if done.returncode != 0:
                output = (done.stdout + done.stderr).decode(errors="replace")
                raise MissingError(f"npm {words[-1]} failed:\n{output}")
    except OSError as error:
        raise MissingError(f"npm could not be started: {error}") from error
