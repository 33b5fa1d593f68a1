"""What the commands' own readers promise for any bytes: a refusal in words, or values.

One function a reader, as in `tests.verify.fuzz_targets`. Called by `test_fuzz` and `fuzzing`.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from jpki_cli.derfiles import CERTIFICATE, REVOCATION_LIST, SIGNATURE, ders_in
from jpki_cli.exits import Failure
from jpki_cli.journal import FORMATS, Due, Journal, Moment, Row
from jpki_cli.many_inputs import Table

from jpki.verify import Kind
from tests.support import pki

_PLACE = TemporaryDirectory()
_FILE = Path(_PLACE.name) / "file"
_DUE = [Due("line 2", "auth"), Due("a=b.cer"), Due("19088743")]
_WHEN = Moment(pki.NOW)
_BEGIN = b"-----BEGIN CERTIFICATE-----\n"
_END = b"-----END CERTIFICATE-----\n"


def text_with_pem(data: bytes) -> None:
    """Read a file of DER or PEM for each kind of object it may hold."""
    for labels in ((CERTIFICATE,), (REVOCATION_LIST,), SIGNATURE):
        try:
            found = ders_in(data, "a file", *labels)
        except Failure:
            continue
        if not found or not all(isinstance(der, bytes) for der in found):
            raise AssertionError("neither objects nor a refusal")


def table(data: bytes) -> None:
    """Read a CSV table: each row is a certificate, a serial number or what is wrong with it."""
    _FILE.write_bytes(data)
    try:
        found = Table(_FILE)
    except Failure:
        return
    for row in found.rows():
        if sum(each is not None for each in (row.der, row.serial, row.problem)) != 1:
            raise AssertionError(f"{row} is not one of three")


def journal(data: bytes) -> None:
    """Go on behind any bytes: refused, or all whole rows were those that are due."""
    for form in FORMATS:
        _begin(form)
        _FILE.write_bytes(data)
        try:
            with _opened(form, resume=True) as found:
                count = found.done.total()
        except Failure:
            continue
        kept = _FILE.read_bytes()
        lines = kept.splitlines(keepends=True)
        if count != max(len(lines) - (form == "csv"), 0) or count > len(_DUE):
            raise AssertionError(f"{count} rows counted of {lines}")


def _begin(form: str) -> None:
    _FILE.unlink(missing_ok=True)
    _FILE.with_name("file.state").unlink(missing_ok=True)
    with _opened(form, resume=False) as begun:
        begun.write([Row(each.item, kind=each.kind, verdict="GOOD") for each in _DUE])


def _opened(form: str, *, resume: bool):
    due: Iterator[Due] = iter(_DUE)
    return Journal.opened(_FILE, form, {"input": 1}, moment=_WHEN, resume=resume, due=due)


def _written(form: str) -> bytes:
    _begin(form)
    return _FILE.read_bytes()


def _corpus() -> dict[str, list[bytes]]:
    der = pki.certificate(pki.ca(Kind.AUTH))
    block = _BEGIN + b64encode(der) + b"\n" + _END
    headed = _BEGIN + b"Proc-Type: 4,ENCRYPTED\nA: b\n\nMAA=\n" + _END
    return {
        "text_with_pem": [der, block, b"text\r\n" + block * 2, headed, b"\xef\xbb\xbf" + block],
        "table": [
            b"customer,certificate,kind\na," + b64encode(der) + b",auth\n",
            b'certificate\n"' + block + b'"\n"' + block,
            b'serial,kind,issuer\n123,auth,aa:bb\n0x12,sign,\n"x\n",,\n',
        ],
        "journal": [_written(form) for form in FORMATS],
    }


TARGETS: tuple[Callable[[bytes], None], ...] = (text_with_pem, table, journal)
CORPUS = _corpus()
