"""Certificates, revocation lists and signatures in files, in DER or PEM."""

from collections.abc import Iterable
from pathlib import Path

import click
from asn1crypto import pem

from jpki_cli.exits import ExitStatus, Failure

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
CERTIFICATE, REVOCATION_LIST = "CERTIFICATE", "X509 CRL"
SIGNATURE = ("CMS", "PKCS7")


def read_ders(path: Path, *labels: str) -> list[bytes]:
    """Read a file: every PEM block of these labels, or the whole file as one DER object.

    What is not PEM is handed on as it is: whether it is DER is the verifier's to say.
    """
    raw = path.read_bytes()
    if not pem.detect(raw):
        return [raw]
    try:
        blocks = list(pem.unarmor(raw, multiple=True))
    except ValueError as error:
        raise Failure(f"{path} is damaged PEM: {error}", ExitStatus.USAGE) from None
    found = [der for kind, _, der in blocks if kind in labels]
    if not found:
        kinds = ", ".join(sorted({kind for kind, _, _ in blocks}))
        raise Failure(f"{path} holds {kinds}, no {labels[0]}", ExitStatus.USAGE)
    return found


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


def write_file(path: Path, content: bytes, *, overwrite: bool = False) -> None:
    """Write a file that is not there yet, or replace it when asked to."""
    try:
        with path.open("wb" if overwrite else "xb") as file:
            file.write(content)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}", ExitStatus.USAGE) from None


def _exists(path: Path) -> Failure:
    return Failure(f"{path} exists; name another place, or say --force", ExitStatus.USAGE)
