"""Certificates, revocation lists and signatures in files, in DER or PEM."""

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
