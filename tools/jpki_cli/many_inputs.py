"""What `jpki check-many` is to judge: a directory's certificates, or a CSV file's, or its serials.

Rows come in an order that is the same each time, and one after the other. Not here: judging.
"""

import csv
import os
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Protocol, TextIO

from jpki.profiles.kinds import Kind
from jpki.verify.serials import read_serial
from jpki_cli.derfiles import CERTIFICATE, ders_in, is_pem, read_ders
from jpki_cli.exits import ExitStatus, Failure

_MOST = 1 << 20
"""Octets of a file that is looked at as a certificate; those of JPKI have at most 2 KB."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to judge: `der`, or `serial`, or a `problem` that it is neither."""

    item: str
    der: bytes | None = field(default=None, repr=False)
    serial: int | None = None
    kind: Kind | None = None
    issuer: str = ""
    problem: str | None = None


class Input(Protocol):
    """Where rows come from."""

    def fingerprint(self) -> str:
        """Say by what a later call knows that it is the same."""
        ...

    def count(self) -> int | None:
        """Say how many rows there are if that is known beforehand."""
        ...

    def rows(self) -> Iterator[Asked]:
        """Give the rows."""
        ...


class Certificates:
    """The files of a directory in the order of their names, DER or PEM; what is none, a problem."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._names = sorted(each.name for each in directory.iterdir())

    def fingerprint(self) -> str:
        """Say which files there are, and what is in them: another content gets another verdict."""
        digest = sha256()
        for name in self._names:
            digest.update(sha256(os.fsencode(name)).digest())
            digest.update(_content(self._directory / name))
        return digest.hexdigest()

    def count(self) -> int | None:
        """Say how many files there are; one may hold several certificates."""
        return len(self._names)

    def rows(self) -> Iterator[Asked]:
        """Give each certificate."""
        for name in self._names:
            path = self._directory / name
            if problem := _problem(path):
                yield Asked(name, problem=problem)
                continue
            try:
                found = read_ders(path, CERTIFICATE)
            except (OSError, Failure) as error:
                yield Asked(name, problem=f"not read: {error}")
                continue
            for number, der in enumerate(found, 1):
                yield Asked(name if len(found) == 1 else f"{name}#{number}", der=der or b"\0")


class Table:
    """A CSV file with a column `serial` or `certificate`, and perhaps `kind` and `issuer`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            _, heading = next(iter(_Rows(file)), ("", []))
        self._columns = _columns(path, [] if isinstance(heading, str) else heading)
        self.holds_serials = "serial" in self._columns

    def fingerprint(self) -> str:
        """Say which file it is: its content."""
        digest = sha256()
        with self._path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        return digest.hexdigest()

    def count(self) -> int | None:
        """Say how many lines there are but for the heading, where each is a row."""
        if not self.holds_serials:
            return None
        with self._path.open("rb") as file:
            lines = sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
        return max(lines - 1, 0)

    def rows(self) -> Iterator[Asked]:
        """Give each serial number, or each certificate by the line on which its row begins."""
        serial, certificate, kind, issuer = (self._columns.get(each, -1) for each in _COLUMNS)
        with self._path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            for place, row in islice(_Rows(file), 1, None):
                if isinstance(row, str):
                    yield Asked(place, problem=row)
                elif row:
                    of_kind = _cell(row, kind).lower()
                    if self.holds_serials:
                        yield _of_serial(_cell(row, serial), of_kind, _cell(row, issuer).lower())
                    else:
                        yield _of_certificate(place, _cell(row, certificate), of_kind)


class _Rows:
    """The rows of a CSV file, each with the line on which it begins, or what is wrong with it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._line = 0
        self._is_quoted = False
        """Whether the row goes on within quotes."""

    def __iter__(self) -> Iterator[tuple[str, list[str] | str]]:
        lines = self._lines()
        rows = csv.reader(lines, strict=True)
        row: list[str] | str | None = []
        while row is not None:
            begin, self._is_quoted = self._line + 1, False
            try:
                row = next(rows, None)
            except csv.Error as error:
                while self._is_quoted and next(lines, None) is not None:
                    # What somebody wrote into a cell is no row.
                    pass
                upto = f", up to line {self._line}" if self._line > begin else ""
                row = f"not read{upto}: {error}"
            if row is not None:
                yield f"line {begin}", row

    def _lines(self) -> Iterator[str]:
        for line in self._file:
            self._line += 1
            self._is_quoted ^= line.count('"') % 2 == 1
            yield line


def _content(path: Path) -> bytes:
    """Give a digest of what `rows` looks at in a file, or of why it does not."""
    problem = _problem(path)
    try:
        return sha256(problem.encode() if problem else path.read_bytes()).digest()
    except OSError:
        return b"not read"


def _problem(path: Path) -> str | None:
    """Say why something in the directory is not read as a certificate; None for what is."""
    try:
        found = path.stat()
    except OSError as error:
        return f"not read: {error.strerror}"
    if S_ISDIR(found.st_mode):
        return "a directory: what is in it was not judged; name it in a call of its own"
    if not S_ISREG(found.st_mode):
        # To read one could wait for ever.
        return "not read: no regular file"
    return f"more than {_MOST} octets" if found.st_size > _MOST else None


_JUDGED = ("serial", "certificate")
_COLUMNS = (*_JUDGED, "kind", "issuer")
_KINDS: Mapping[str, Kind | None] = {"": None, **{kind.value: kind for kind in Kind}}


def _of_certificate(place: str, text: str, kind: str) -> Asked:
    if kind not in _KINDS:
        return Asked(place, problem=_no_kind(kind))
    try:
        octets = text.encode("ascii")
        ders = (
            ders_in(octets, place, CERTIFICATE)
            if is_pem(octets)
            else [b64decode(octets, validate=True)]
        )
    except Failure as error:
        return Asked(place, problem=f"not read: {error}")
    except ValueError:
        return Asked(place, problem="neither PEM nor DER in base64")
    if len(ders) > 1:
        return Asked(place, problem=f"{len(ders)} certificates, where there is one in a row")
    return Asked(place, der=ders[0] or b"\0", kind=_KINDS[kind])


def _no_kind(kind: str) -> str:
    return f"kind {kind!r} is neither sign nor auth"


def _of_serial(serial: str, kind: str, issuer: str) -> Asked:
    value = read_serial(serial)
    if value is None:
        return Asked(serial, problem="not a serial number")
    if not value:
        return Asked(serial, problem="not a serial number: they are positive")
    if kind not in _KINDS:
        return Asked(serial, problem=_no_kind(kind))
    return Asked(serial, serial=value, kind=_KINDS[kind], issuer=issuer.replace(":", ""))


def _cell(line: list[str], place: int) -> str:
    return line[place].strip() if 0 <= place < len(line) else ""


def _columns(path: Path, heading: list[str]) -> dict[str, int]:
    names = [name.strip().lower() for name in heading]
    there = [name for name in _JUDGED if name in names]
    if not there:
        raise Failure(
            f"{path}: the first line names no column serial, nor certificate (beside it may be kind"
            " and issuer); columns are separated by commas, the text is UTF-8",
            ExitStatus.USAGE,
        )
    if len(there) > 1:
        both = " and ".join(there)
        raise Failure(
            f"{path}: the first line names columns {both}: leave one out", ExitStatus.USAGE
        )
    twice = [name for name in _COLUMNS if names.count(name) > 1]
    if twice:
        raise Failure(f"{path}: the first line names {twice[0]} twice", ExitStatus.USAGE)
    return {name: place for place, name in enumerate(names)}
