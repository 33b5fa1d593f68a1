"""Revocation lists of a country's size: one of a million entries, and a night of 1,900 places.

The peer of the long list is OpenSSL's own `openssl ca -gencrl` on an index of as many revoked
certificates. That of a night is the signing alone, at the speed `openssl speed` tells: a night in
which nothing was revoked is little else. Each side runs in a process of its own, in turns.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bench.chip import debian
from bench.figure import Goal, Row
from jpki.ca import Authority, Register, SoftwareKey
from jpki.profiles import Kind

ROOT = Path(__file__).parents[2]
_MILLION, _TENTH = 1_000_000, 100_000
_ROUNDS = 3
_PLACES, _GENERATIONS, _EACH = 1_900, 3, 500
_FOUNDED = datetime(2026, 4, 1, tzinfo=UTC)
_NIGHT = datetime(2026, 11, 23, 15, tzinfo=UTC)
_FIRST = 0x0200_0000
_OURS = """
import sys
from datetime import datetime
from pathlib import Path
from jpki.ca import Authority, FileKey, Register, publish_night
from jpki.profiles import Kind
place = Path(sys.argv[1])
with Register.open(place / "register.sqlite") as register:
    keys = [FileKey(path) for path in sorted(place.glob("*.key"))]
    authority = Authority(register, Kind.SIGN, keys=keys)
    moment = datetime.fromisoformat(sys.argv[2])
    print(sum(each.rebuilt for each in publish_night(authority, place, moment=moment)))
"""
# As the commands of an authority leave it; a million of them would take hours.
_FILL = """
WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < :count)
INSERT INTO certificate (kind, serial, generation, municipality, holder, not_before, not_after,
  key_digest, der)
SELECT 'sign', :first + n, 1, {place}, '', :issued, :ends, zeroblob(32), zeroblob(1) FROM counted
"""
_REVOKE = """
INSERT INTO revocation (kind, serial, municipality, not_after, reason, revoked_at, number)
SELECT kind, serial, municipality, not_after, 3, not_before + serial % 2000000, serial
FROM certificate WHERE serial >= :first
"""
_CONFIGURATION = """
[ca]
default_ca = here
[here]
database = index.txt
crlnumber = crlnumber
default_md = sha256
private_key = key.pem
certificate = ca.pem
default_crl_days = 2
"""


class Cost(NamedTuple):
    """What one process took: seconds, and megabytes at its largest."""

    seconds: float
    megabytes: float


def million_entries() -> list[Row]:
    """Time and memory of one list, and whether memory grows with the list."""
    with tempfile.TemporaryDirectory() as directory:
        tenth, million, peer = (Path(directory) / name for name in ("tenth", "million", "peer"))
        _register(tenth, _TENTH)
        _register(million, _MILLION)
        _index(peer, _MILLION)
        ours, theirs, less = [], [], []
        for _ in range(_ROUNDS):
            ours.append(_list_of(million))
            theirs.append(_cost(["openssl", "ca", "-config", "ca.cnf", "-gencrl", "-out", "l.pem"],
                                peer))  # fmt: skip
            less.append(_list_of(tenth))
    mine, his, small = map(_median, (ours, theirs, less))
    version = f"openssl ca {debian('openssl')}"
    return [
        _row("crl-million-time", "s", mine.seconds, his.seconds, version=version,
             goal=Goal("ratio", below=1.0)),
        _row("crl-million-memory", "MB", mine.megabytes, his.megabytes, version=version,
             goal=Goal("ratio", below=0.5)),
        _row("crl-memory-growth", "MB", mine.megabytes, small.megabytes,
             version="itself, 100,000 entries", goal=Goal("ratio", below=1.1)),
    ]  # fmt: skip


def night() -> list[Row]:
    """Seconds for a night in which nothing was revoked, beside its signatures alone."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory) / "night"
        _register(place, _PLACES * _EACH, places=_PLACES, generations=_GENERATIONS)
        first, second = (
            _cost([sys.executable, "-c", _OURS, str(place), f"{_NIGHT + day}"], ROOT)
            for day in (timedelta(), timedelta(days=1))
        )
    lists = (_PLACES + 1) * _GENERATIONS
    spoken = subprocess.run(
        ["openssl", "speed", "-seconds", "2", "rsa2048"], capture_output=True, text=True, check=True
    ).stdout
    a_second = float(re.findall(r"rsa 2048 bits .* ([\d.]+) +[\d.]+$", spoken, re.MULTILINE)[0])
    signing = lists / a_second
    version = f"openssl speed {debian('openssl')}, {lists:,} signatures"
    return [
        _row("crl-night-unchanged", "s", second.seconds, signing, version=version),
        _row("crl-night-all-new", "s", first.seconds, signing, version=version),
    ]


def _row(
    name: str, unit: str, ours: float, peer: float, *, version: str, goal: Goal | None = None
) -> Row:
    return Row(
        name, unit, round(ours, 2), round(peer, 2), round(ours / peer, 2), "ours / peer", version,
        goal,
    )  # fmt: skip


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(*map(statistics.median, zip(*costs, strict=True)))


def _list_of(place: Path) -> Cost:
    # Otherwise the list would be signed anew, which takes a tenth of the time.
    for published in place.glob("*.crl"):
        published.unlink()
    return _cost([sys.executable, "-c", _OURS, str(place), f"{_NIGHT}"], ROOT)


def _cost(command: list[str], directory: Path) -> Cost:
    """Run a program; give what it alone took."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with status {process.returncode}")
    return Cost(seconds, usage.ru_maxrss / 1024)


def _register(place: Path, count: int, *, places: int = 0, generations: int = 1) -> None:
    """Make a register with so many revoked certificates."""
    place.mkdir()
    keys = [SoftwareKey.generate() for _ in range(generations)]
    for number, key in enumerate(keys):
        key.save(place / f"{number}.key")
    with Register.create(place / "register.sqlite") as register:
        authority = Authority.found(register, Kind.SIGN, key=keys[0], moment=_FOUNDED)
        for key in keys[1:]:
            authority.add_generation(key, moment=_FOUNDED)
        values = {
            "count": count,
            "first": _FIRST,
            "issued": int(_FOUNDED.timestamp()),
            "ends": int((_FOUNDED + timedelta(days=1800)).timestamp()),
        }
        where = f"printf('%05d', 10000 + n % {places})" if places else "NULL"
        with register.writing() as change:
            connection = change._connection  # noqa: SLF001 - no command issues a million
            for number in range(places):
                code = f"{10000 + number:05}"
                connection.exec_driver_sql(
                    "INSERT INTO municipality VALUES (?, '架空県', ?, 'Kaku-ken', ?)",
                    (code, f"架空{number}", f"Kaku{number}-shi"),
                )
            connection.exec_driver_sql(_FILL.format(place=where), values)
            connection.exec_driver_sql(_REVOKE, {"first": _FIRST})


def _index(place: Path, count: int) -> None:
    """Make the index of `openssl ca` with so many revoked certificates."""
    place.mkdir()
    (place / "ca.cnf").write_text(_CONFIGURATION)
    (place / "crlnumber").write_text("01\n")
    with (place / "index.txt").open("w") as index:
        for n in range(count):
            index.write(
                f"R\t310331145959Z\t2604{1 + n % 28:02}030000Z,affiliationChanged"
                f"\t{_FIRST + n:08X}\tunknown\t/C=JP/CN={n}\n"
            )
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem",
         "-out", "ca.pem", "-subj", "/C=JP/O=JPKI-EMU", "-days", "3000"],
        cwd=place, check=True, capture_output=True,
    )  # fmt: skip


FIGURES = {"crl-million": million_entries, "crl-night": night}
