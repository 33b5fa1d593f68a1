"""The Debian packages the tests need, told by what they contain.

A package is only asked for when what we need of it is not there: Node or Java may have come to
this machine by another way.
Not here: Python packages. Called by `install`.
"""

import importlib.util
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PCSCD_DIRECTORY = Path("/run/pcscd")


class MissingError(Exception):
    """Software that the tests need is not here and could not be fetched; the text says which."""


def _program(*names: str) -> Callable[[], bool]:
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])
    return lambda: all(shutil.which(name, path=path) for name in names)


def _file(pattern: str) -> Callable[[], bool]:
    return lambda: any(Path("/usr").glob(pattern))


def _python_headers() -> bool:
    return (Path(sysconfig.get_path("include")) / "Python.h").is_file()


def _python_venv() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


@dataclass(frozen=True, slots=True)
class Package:
    """A Debian package and how to see that its contents are here already."""

    name: str
    is_here: Callable[[], bool]
    why: str


PACKAGES = (
    Package("python3-venv", _python_venv, "to make .venv"),
    Package("gcc", _program("gcc"), "to build pyscard"),
    Package("g++", _program("g++"), "to build Node's pcsclite"),
    Package("make", _program("make"), "to build Node's pcsclite"),
    Package("pkg-config", _program("pkg-config"), "to build pyscard"),
    Package("swig", _program("swig"), "to build pyscard"),
    Package("libpcsclite-dev", _file("include/PCSC/winscard.h"), "to build pyscard"),
    Package("libpcsclite-dev", _file("lib/*/libpcscspy.so.0"), "spying on PC/SC clients"),
    Package("python3-dev", _python_headers, "to build pyscard"),
    Package("pcscd", _program("pcscd"), "the reference PC/SC service"),
    Package("vsmartcard-vpcd", _file("lib/pcsc/drivers/serial/libifdvpcd.so"), "its reader"),
    Package("vsmartcard-vpicc", _program("vicc"), "a peer to measure against"),
    Package("opensc", _program("opensc-tool", "pkcs15-tool", "pkcs11-tool"), "a client"),
    Package("opensc-pkcs11", _file("lib/*/opensc-pkcs11.so"), "a client"),
    Package("openssl", _program("openssl"), "a judge"),
    Package("file", _program("file"), "a judge of images"),
    Package("pngcheck", _program("pngcheck"), "a judge of images"),
    Package("libopenjp2-tools", _program("opj_decompress"), "a judge of photos"),
    Package("libengine-pkcs11-openssl", _file("lib/*/engines-3/pkcs11.so"), "TLS with the card"),
    Package("curl", _program("curl"), "TLS with the card"),
    Package("firefox-esr", _program("firefox-esr"), "a browser with the card"),
    Package("libnss3-tools", _program("certutil", "modutil"), "to make its profile"),
    Package("nginx", _program("nginx"), "what a browser logs in to"),
    Package("apache2-bin", _program("apache2"), "what a browser logs in to"),
    Package("openssh-client", _program("ssh", "ssh-keygen"), "a client"),
    Package("openssh-server", _program("sshd"), "what ssh logs in to"),
    Package("openjdk-17-jdk-headless", _program("java", "javac"), "javax.smartcardio"),
    Package("nodejs", _program("node"), "Node's pcsclite"),
    Package("npm", _program("npm"), "Node's pcsclite"),
    Package("gnutls-bin", _program("certtool", "ocsptool"), "a judge of lists and OCSP answers"),
    Package("faketime", _program("faketime"), "GnuTLS at a moment of the tests"),
    Package("softhsm2", _program("softhsm2-util"), "a PKCS#11 token for the authorities' keys"),
    Package("postgresql", _file("lib/postgresql/*/bin/postgres"), "the register's other database"),
    Package("wrk", _program("wrk"), "load on the authorities' HTTP service"),
    Package("libnode-dev", _file("include/node/node.h"), "to build Node's pcsclite"),
)


def missing() -> list[Package]:
    """Give the packages of which something is not here."""
    return [package for package in PACKAGES if not package.is_here()]


def install() -> None:
    """Install what is missing, as root; raise `MissingError` with the command otherwise."""
    wanted = missing()
    if not wanted:
        if os.geteuid() != 0 and not PCSCD_DIRECTORY.is_dir():
            # Where no systemd has started the package's socket, as in a container.
            raise MissingError(f"pcscd needs a directory.\nAs root: mkdir {PCSCD_DIRECTORY}")
        return
    names = [package.name for package in wanted]
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *names]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        listing = "\n".join(f"  {package.name:26}{package.why}" for package in wanted)
        raise MissingError(
            f"these Debian packages are missing:\n{listing}\nAs root: {' '.join(command)}"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update"], env=environment, check=True)
    subprocess.run(command, env=environment, check=True)
    if still := missing():
        names = [package.name for package in still]
        raise MissingError(f"installed, and yet not found: {', '.join(names)}")
