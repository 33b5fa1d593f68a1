"""Certificates, revocation lists and signatures in files, in DER or PEM."""

import re
from codecs import BOM_UTF8
from pathlib import Path
from typing import BinaryIO

from asn1crypto import pem

from jpki.verify.certificate import MAX_CERTIFICATE_BYTES
from jpki.verify.cms_message import MAX_MESSAGE_BYTES
from jpki.verify.path.ocsp import MAX_ANSWER_BYTES
from jpki_cli.exits import ExitStatus, Failure

CERTIFICATE, REVOCATION_LIST, OCSP_RESPONSE = "CERTIFICATE", "X509 CRL", "OCSP RESPONSE"
SIGNATURE = ("CMS", "PKCS7")
_BOUNDARY = re.compile(rb"-----(BEGIN|END) ([^-]+)-----[ \t]*")
_LIKE_A_BOUNDARY = re.compile(rb"[ \t]*-+[ \t]*(BEGIN|END)[ \t]")
_SEQUENCE, _LONG = 0x30, 0x80
_LENGTH = rb"(?:[\0-\x7f]|\x81.|\x82.{2}|\x83.{3}|\x84.{4})"
_LIKE_A_LIST = re.compile(rb"\x30%b\x30%b[\x02\x30]" % (_LENGTH, _LENGTH), re.DOTALL)
"""What is signed begins with a version or, in a list of version 1, with the algorithm."""
_HEAD = 16
"""As many octets as tell a list, and more."""
_PIECE = 1 << 20
_MOST_OCTETS = {
    CERTIFICATE: MAX_CERTIFICATE_BYTES,
    OCSP_RESPONSE: MAX_ANSWER_BYTES,
    **dict.fromkeys(SIGNATURE, MAX_MESSAGE_BYTES),
}
"""What may be read of an object in DER."""
_MOST_TEXT = 1 << 24
"""Octets of a file that is not DER, in which only certificates are looked for: thousands of them
in PEM, with the text that `openssl x509 -text` writes. A list in PEM begins within as many."""
_MOST_PEM = 1 << 30
"""Octets of text with lists in it, of twenty million entries: a pipe may have no end."""


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
    Fails for a file larger than these may be, without reading it.
    """
    return ders_in(read_file(path, *labels), path, *labels)


def read_file(path: Path, *labels: str) -> bytes:
    """Read a file that holds objects of these labels; fails when it is larger than they may be.

    Lists in DER may be of any size; among others, or alone, a file is one by its first octets, or
    is text. Little more is read than it says it has, so that reading ends.
    """
    limits = [_MOST_OCTETS[label] for label in labels if label in _MOST_OCTETS]
    lists = REVOCATION_LIST in labels
    with path.open("rb") as file:
        head = file.read(_HEAD)
        begin = head.removeprefix(BOM_UTF8)
        is_der = begins_as_der(begin)
        is_list = lists and is_der and _LIKE_A_LIST.match(begin)
        most = max(limits, default=_MOST_TEXT) if is_der else _MOST_TEXT
        if is_list:
            # What a CA signed may stand behind the end it says it has, however that came about.
            most = _whole(begin) + _MOST_TEXT
        raw = _some(file, head, most + 1)
        if len(raw) <= most:
            return raw
        what = labels[0].lower()
        if is_list:
            what = "a list that says it has less"
        elif lists and not is_der and pem.detect(raw) and b"\0" not in raw:
            most, what = _MOST_PEM, "lists in PEM: name them in DER"
            raw = _some(file, raw, most + 1)
            if len(raw) <= most:
                return raw
        elif lists:
            what = "anything but a list (in DER, or in PEM that begins within them)"
    raise Failure(f"{path} has more than {most} octets, too many for {what}", ExitStatus.USAGE)


def _some(file: BinaryIO, head: bytes, most: int) -> bytes:
    """Read on behind a head; piece by piece, since what a length says may be anything."""
    pieces, size = [head], len(head)
    while size < most and (piece := file.read(min(_PIECE, most - size))):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _whole(head: bytes) -> int:
    """Give how many octets an object has by its length, which is in the long form."""
    count = head[1] & ~_LONG
    return 2 + count + int.from_bytes(head[2 : 2 + count], "big")


def ders_in(raw: bytes, where: Path | str, *labels: str) -> list[bytes]:
    """Give what `read_ders` gives for what was read of a file, or of somewhere else."""
    raw = raw.removeprefix(BOM_UTF8)
    if not is_pem(raw):
        return [raw]
    _require_whole(where, raw)
    try:
        blocks = list(pem.unarmor(raw, multiple=True))
    except ValueError as error:
        raise Failure(f"{where} is damaged PEM: {error}", ExitStatus.USAGE) from None
    found = [der for kind, _, der in blocks if kind in labels]
    if not found:
        kinds = ", ".join(sorted({kind for kind, _, _ in blocks}))
        raise Failure(f"{where} holds {kinds}, no {labels[0]}", ExitStatus.USAGE)
    return found


def _require_whole(where: Path | str, raw: bytes) -> None:
    """Fail unless every block begins and ends: one that does not would be passed over silently."""
    label, begun = b"", 0
    for number, line in enumerate(raw.splitlines(), 1):
        if not _LIKE_A_BOUNDARY.match(line):
            continue
        found = _BOUNDARY.fullmatch(line)
        expected = b"END" if label else b"BEGIN"
        if not found or found[1] != expected or (label and found[2] != label):
            what = f"the block of line {begun} has no END" if label else "no BEGIN of a block"
            raise Failure(f"{where} is damaged PEM: line {number}: {what}", ExitStatus.USAGE)
        label, begun = (b"", 0) if label else (found[2], number)
    if label:
        raise Failure(
            f"{where} is damaged PEM: the block of line {begun} has no END", ExitStatus.USAGE
        )
