"""Revocation lists of a country's size: one of a million entries, and a night of 1,900 places.

The peer of the long list is OpenSSL's own `openssl ca -gencrl` on an index of as many revoked
certificates. That of a night is the signing alone, at the speed `openssl speed` tells for all
cores, and as many lists by `openssl ca -gencrl`. Each side runs in a process of its own, in turns.
"""

import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from bench.chip import debian
from bench.figure import Goal, Row
from jpki.ca import Authority, Register, SoftwareKey
from jpki.profiles import Kind

ROOT = Path(__file__).parents[2]
_MILLION, _TENTH = 1_000_000, 100_000
_ROUNDS = 3
_PLACES, _GENERATIONS = 1_900, 3
_SAMPLE = 20
_SEEN = ["openssl", "crl", "-inform", "der", "-CAfile", "ca.pem", "-noout", "-in"]
_FOUNDED = datetime(2026, 4, 1, tzinfo=UTC)
_NIGHT = datetime(2026, 11, 23, 15, tzinfo=UTC)
_FIRST = 0x0200_0000
_OURS = """
import os
import sys
from datetime import datetime
from pathlib import Path
from jpki.ca import Archive, Authority, FileKey, Register, publish_night
from jpki.profiles import Kind
place = Path(sys.argv[1])
syncs, fsync = [], os.fsync
os.fsync = lambda descriptor: (fsync(descriptor), syncs.append(1))
with Register.open(place / "register.sqlite") as register:
    keys = [FileKey(path) for path in sorted(place.glob("*.key"))]
    authority = Authority(register, Kind.SIGN, keys=keys)
    moment = datetime.fromisoformat(sys.argv[2])
    archive = Archive(place / sys.argv[3]) if sys.argv[3:] else None
    list(publish_night(authority, place, moment=moment, archive=archive))
print(len(syncs))
"""
_CHECK = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from jpki.ca import Authority, FileKey, Register
from jpki.ca.coverage import check_coverage
from jpki.ca.coverage_report import Verdict
from jpki.profiles import Kind
place = Path(sys.argv[1])
with Register.open(place / "register.sqlite") as register:
    keys = [FileKey(path) for path in sorted(place.glob("*.key"))]
    authority = Authority(register, Kind.SIGN, keys=keys)
    moment = datetime.fromisoformat(sys.argv[2]) + timedelta(days=1)
    report = check_coverage(authority, place, moment=moment)
    if report.verdict is not Verdict.PROVEN:
        sys.exit(str(report.findings[:3]))
"""
# Started from a process with nothing in it: what a program is started by counts as its own memory.
_ALONE = """
import json, os, sys, time
quiet = os.open(os.devnull, os.O_WRONLY)
started = time.perf_counter()
actions = [(os.POSIX_SPAWN_DUP2, quiet, 2)]
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=actions)
_, status, used = os.wait4(child, 0)
seconds = time.perf_counter() - started
code = os.waitstatus_to_exitcode(status)
print(json.dumps([code, seconds, used.ru_maxrss, used.ru_oublock]), file=sys.stderr)
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
    """What one process took: seconds, and megabytes at its largest.

    `written` are megabytes that went to files, the database's among them; `syncs` the calls of
    fsync it tells of, the database's not among them.
    """

    seconds: float
    megabytes: float
    written: float
    syncs: int


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
    """Seconds for whole nights, all lists new and then none, and for the check of all of them.

    Beside the signatures alone, on all cores; beside `openssl ca -gencrl`, a process a list, of
    which a sample of the places is timed and the list of everything left out; and the check
    beside `openssl crl`, a process a list too, which looks at signatures alone.
    """
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory) / "night"
        entries = _register(place, _MILLION, places=_PLACES, generations=_GENERATIONS)
        first, second = (
            _cost([sys.executable, "-c", _OURS, str(place), f"{_NIGHT + day}", "archive"], ROOT)
            for day in (timedelta(), timedelta(days=1))
        )
        check = _cost([sys.executable, "-c", _CHECK, str(place), f"{_NIGHT}"], ROOT)
        octets = sum(path.stat().st_size for path in place.glob("*.crl")) / 1e6
        sample = sorted(entries)[:: _PLACES // _SAMPLE]
        made = statistics.mean(_gencrl(Path(directory) / f"of-{n}", n) for n in sample)
        seen = statistics.mean(
            _cost([*_SEEN, str(path)], place).seconds
            for path in sorted(place.glob("*-g1-[0-9]*.crl"))[:: _PLACES // _SAMPLE]
        )
    lists = (_PLACES + 1) * _GENERATIONS
    signing = lists / _signatures_a_second()
    version = debian("openssl")
    signed = f"openssl speed {version}, {lists:,} signatures on {os.cpu_count()} cores"
    itself = f"{lists:,} lists"
    return [
        _row("crl-night-unchanged", "s", second.seconds, signing, version=signed),
        _row("crl-night-all-new", "s", first.seconds, signing, version=signed),
        _row("crl-night-gencrl", "s", first.seconds, made * _PLACES * _GENERATIONS,
             version=f"openssl ca {version}, {len(sample)} lists of {lists:,} timed",
             goal=Goal("ratio", below=1.0)),
        _row("crl-night-check", "s", check.seconds, seen * lists,
             version=f"openssl crl {version}, a sample timed", goal=Goal("ratio", below=1.0)),
        _row("crl-night-memory", "MB", first.megabytes, second.megabytes,
             version="itself, nothing changed", goal=Goal("ours", below=200)),
        _row("crl-night-written", "MB", first.written, octets, version=f"octets of {itself}"),
        _row("crl-night-fsync", "calls", second.syncs, lists, version=itself,
             goal=Goal("ratio", below=2.1)),
    ]  # fmt: skip


def _signatures_a_second() -> float:
    spoken = subprocess.run(
        ["openssl", "speed", "-seconds", "2", "-multi", str(os.cpu_count()), "rsa2048"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return float(re.findall(r"rsa 2048 bits .* ([\d.]+) +[\d.]+$", spoken, re.MULTILINE)[0])


def _gencrl(place: Path, count: int) -> float:
    """Give the seconds OpenSSL takes for one list of so many."""
    _index(place, count)
    return _cost(["openssl", "ca", "-config", "ca.cnf", "-gencrl", "-out", "l.pem"], place).seconds


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
    done = subprocess.run(
        [sys.executable, "-ISc", _ALONE, *command],
        cwd=directory, capture_output=True, text=True, check=True,
    )  # fmt: skip
    status, seconds, kilobytes, blocks = json.loads(done.stderr)
    if status:
        raise RuntimeError(f"{command[0]} ended with status {status}")
    said = done.stdout.strip()
    return Cost(seconds, kilobytes / 1024, blocks * 512 / 1e6, int(said) if said.isdecimal() else 0)


def _register(place: Path, count: int, *, places: int = 0, generations: int = 1) -> list[int]:
    """Make a register with so many revoked certificates; give how many each place has.

    Their serial numbers lie mixed, and places differ: the largest of 1,900 has a hundredth of
    all, as 世田谷区 has of Japan, the smallest a hundredth of that.
    """
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
        weights = [1 / (rank + 20) for rank in range(places)]
        chance = random.Random(1)  # noqa: S311 - the same every time
        drawn = chance.choices(range(places), weights, k=count) if places else []
        where = "place_of(n)" if places else "NULL"
        with register.writing() as change:
            connection = change._connection  # noqa: SLF001 - no command issues a million
            connection.connection.driver_connection.create_function(
                "place_of", 1, lambda n: f"{10000 + drawn[n]:05}"
            )
            for number in range(places):
                code = f"{10000 + number:05}"
                connection.exec_driver_sql(
                    "INSERT INTO municipality VALUES (?, '架空県', ?, 'Kaku-ken', ?)",
                    (code, f"架空{number}", f"Kaku{number}-shi"),
                )
            connection.exec_driver_sql(_FILL.format(place=where), values)
            connection.exec_driver_sql(_REVOKE, {"first": _FIRST})
        (place / "ca.pem").write_bytes(
            x509.load_der_x509_certificate(authority.generations[0].certificate).public_bytes(
                serialization.Encoding.PEM
            )
        )
    return list(Counter(drawn).values())


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
