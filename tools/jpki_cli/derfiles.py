"""Certificates and revocation lists from files, in DER or PEM."""

from pathlib import Path

import click
from asn1crypto import pem

from jpki_cli.exits import ExitStatus, Failure

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
CERTIFICATE, REVOCATION_LIST = "CERTIFICATE", "X509 CRL"


def read_ders(path: Path, label: str) -> list[bytes]:
    """Read a file: every PEM block of this label, or the whole file as one DER object.

    What is not PEM is handed on as it is: whether it is DER is the verifier's to say.
    """
    raw = path.read_bytes()
    if not pem.detect(raw):
        return [raw]
    try:
        blocks = list(pem.unarmor(raw, multiple=True))
    except ValueError as error:
        raise Failure(f"{path} is damaged PEM: {error}", ExitStatus.USAGE) from None
    found = [der for kind, _, der in blocks if kind == label]
    if not found:
        kinds = ", ".join(sorted({kind for kind, _, _ in blocks}))
        raise Failure(f"{path} holds {kinds}, no {label}", ExitStatus.USAGE)
    return found


def write_file(path: Path, content: bytes, *, overwrite: bool = False) -> None:
    """Write a file that is not there yet, or replace it when asked to."""
    try:
        with path.open("wb" if overwrite else "xb") as file:
            file.write(content)
    except FileExistsError:
        raise Failure(f"{path} exists; name another, or say --force", ExitStatus.USAGE) from None
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}", ExitStatus.USAGE) from None
