"""Certificates, revocation lists and signatures in files, in DER or PEM."""

import re
from codecs import BOM_UTF8
from pathlib import Path

import click
from asn1crypto import pem

from jpki_cli.exits import ExitStatus, Failure

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
CERTIFICATE, REVOCATION_LIST = "CERTIFICATE", "X509 CRL"
SIGNATURE = ("CMS", "PKCS7")
_BOUNDARY = re.compile(rb"-----(BEGIN|END) ([^-]+)-----[ \t]*")
_LIKE_A_BOUNDARY = re.compile(rb"[ \t]*-+[ \t]*(BEGIN|END)[ \t]")
_SEQUENCE, _LONG = 0x30, 0x80


def begins_as_der(head: bytes) -> bool:
    """Whether the first two octets are those of a SEQUENCE of 128 octets or more.

    So begins every certificate, list and signature, and no text; whatever PEM stands further on
    is a part of the object, which its maker put there.
    """
    return len(head) > 1 and head[0] == _SEQUENCE and head[1] >= _LONG


def is_pem(raw: bytes) -> bool:
    """Whether these octets are text with PEM in it."""
    return not begins_as_der(raw) and pem.detect(raw)


def read_ders(path: Path, *labels: str) -> list[bytes]:
    """Read a file: every PEM block of these labels, or the whole file as one DER object.

    What is not PEM is handed on as it is: whether it is DER is the verifier's to say.
    """
    raw = path.read_bytes().removeprefix(BOM_UTF8)
    if not is_pem(raw):
        return [raw]
    _require_whole(path, raw)
    try:
        blocks = list(pem.unarmor(raw, multiple=True))
    except ValueError as error:
        raise Failure(f"{path} is damaged PEM: {error}", ExitStatus.USAGE) from None
    found = [der for kind, _, der in blocks if kind in labels]
    if not found:
        kinds = ", ".join(sorted({kind for kind, _, _ in blocks}))
        raise Failure(f"{path} holds {kinds}, no {labels[0]}", ExitStatus.USAGE)
    return found


def _require_whole(path: Path, raw: bytes) -> None:
    """Fail unless every block begins and ends: one that does not would be passed over silently."""
    label, begun = b"", 0
    for number, line in enumerate(raw.splitlines(), 1):
        if not _LIKE_A_BOUNDARY.match(line):
            continue
        found = _BOUNDARY.fullmatch(line)
        expected = b"END" if label else b"BEGIN"
        if not found or found[1] != expected or (label and found[2] != label):
            what = f"the block of line {begun} has no END" if label else "no BEGIN of a block"
            raise Failure(f"{path} is damaged PEM: line {number}: {what}", ExitStatus.USAGE)
        label, begun = (b"", 0) if label else (found[2], number)
    if label:
        raise Failure(
            f"{path} is damaged PEM: the block of line {begun} has no END", ExitStatus.USAGE
        )
