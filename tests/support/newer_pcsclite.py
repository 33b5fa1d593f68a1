"""libpcsclite of newer Debian releases, unpacked beside the system's.

Debian 12 has pcsc-lite 1.9, which speaks protocol 4:4. Trixie's speaks 4:5, and sid's 4:6 or
whatever is newer on the day, for sid changes daily: a suite that must pass cannot rest on it, so it
is for `make soak` alone. Both run here, sid's only with its own C library and loader.
The packages come from the machine's own Debian mirror, over apt with a state of its own, so that
signatures are checked and the system's package lists stay as they are.
Not here: the tests. `install` is called by `install`, `NewerClient` by the tests.
"""

import platform
import shutil
import subprocess
from dataclasses import dataclass
from enum import Enum, unique
from pathlib import Path

from tests.support.cache import fetch_once, fetched
from tests.support.debian import MissingError

_PACKAGES = ("libpcsclite1", "libc6")
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_LAYOUT = "1"


@unique
class Release(Enum):
    """A Debian release newer than this machine's; the value is what apt calls it."""

    TRIXIE = "trixie"
    SID = "sid"


@dataclass(frozen=True, slots=True)
class NewerClient:
    """How to start a program of this machine with a newer libpcsclite."""

    root: Path

    @classmethod
    def of(cls, release: Release) -> "NewerClient":
        """Give the one that `make test-clients`, or for sid `make soak`, fetched."""
        return cls(fetched(_directory(release), _LAYOUT))

    def command(self, program: str, *arguments: str) -> list[str]:
        """Give the command line: the newer loader, told to look for libraries there first."""
        path = shutil.which(program)
        if path is None:
            raise MissingError(f"{program} is not installed")
        (library,) = self.root.glob("usr/lib/*/libpcsclite.so.1")
        (loader,) = library.parent.glob("ld-linux*.so.*")
        return [str(loader), "--library-path", str(library.parent), path, *arguments]


def install(release: Release) -> None:
    """Fetch that release's package into `.cache/` unless it is there."""
    fetch_once(_directory(release), _LAYOUT, lambda place: _fetch(release, place))


def _directory(release: Release) -> str:
    return f"pcsclite-{release.value}"


def _fetch(release: Release, place: Path) -> None:
    apt = place / "apt"
    for directory in ("state/lists/partial", "cache/archives/partial", "packages"):
        (apt / directory).mkdir(parents=True)
    (apt / "state/status").touch()
    (apt / "sources.list").write_text(
        f"deb [signed-by={_KEYRING}] {_mirror()} {release.value} main\n"
    )
    options = {
        "Dir::State": apt / "state",
        "Dir::State::status": apt / "state/status",
        "Dir::Cache": apt / "cache",
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Acquire::Languages": "none",
        # A mirror may be a snapshot. Signatures are checked; an old list does no harm here.
        "Acquire::Check-Valid-Until": "false",
        # Else root downloads as a user who may not write here, and apt complains.
        "APT::Sandbox::User": "root",
    }
    settings = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    try:
        for command in (["update"], ["download", *_PACKAGES]):
            subprocess.run(
                ["apt-get", *settings, "-qq", *command], cwd=apt / "packages", check=True
            )
        for package in (apt / "packages").glob("*.deb"):
            subprocess.run(["dpkg-deb", "--extract", package, place], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingError(
            f"libpcsclite1 of Debian {release.value} could not be fetched: {error}"
        ) from error
    shutil.rmtree(apt)


def _mirror() -> str:
    """Give the address of the Debian mirror this machine's apt takes its own release from."""
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(RELEASE) $(COMPONENT) $(SITE)"],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in listing.stdout.splitlines():
        suite, component, site = line.split(maxsplit=2)
        if (suite, component) == (codename, "main"):
            return site
    raise MissingError(f"apt knows no mirror for this machine's own release {codename!r}")
