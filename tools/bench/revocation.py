"""Revocation lists of any size: read and checked, looked up, kept in memory; ours and the peers'.

Every figure of a size runs in processes of its own, so that memory is what it alone took; each
loads what it loads a few times, for services load every day. The limit nobody can be under is
reading the file and SHA-256 of it. `load` is into memory, as peers do it; `add` is into an index
on disk, whose two syncs are most of what a small list costs. `crl-empty` is what every list
costs. Times are the best of some runs, ours and the peer's in turns. Lists are written by
`tests.support.big_lists` once a run: 10 million entries are 370 MB and take some 10 seconds to
write. Peers take minutes and gigabytes over these: `cryptography` and OpenSSL are asked up to a
million entries and asn1crypto up to a hundred thousand, or all up to `JPKI_BENCH_LARGEST`.
OpenSSL is a process a list: its command looks no serial number up.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np

from bench import revocation_scripts as scripts
from bench.chip import debian
from bench.figure import Goal, Row
from jpki.verify import Kind
from tests.support import pki
from tests.support.big_lists import big_list

ROOT = Path(__file__).parents[2]
_SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
_LARGEST = int(os.environ.get("JPKI_BENCH_LARGEST", "1000000"))
"""Entries up to which the peers are asked, too."""
_LARGEST_SLOW = int(os.environ.get("JPKI_BENCH_LARGEST", "100000"))
HIGHEST = 200_000_000
"""Serial numbers are drawn below: more than JPKI has issued of a kind (profile 1.6)."""
_PLACES = 1_900
_OF_A_PLACE = 2_600
"""1,900 places and 5 million revoked certificates."""
_RUNS = 5
_LIMIT_NAME = "read and SHA-256"
_LOAD, _ADD, _EMPTY = "load", "add", "crl-empty"


@contextmanager
def _lists(size: int) -> Iterator[tuple[Path, Path, list[int]]]:
    """Give a list of this size, its CA's certificate, and serial numbers to look up."""
    ca = pki.ca(Kind.SIGN)
    serials = drawn(size, seed=size)
    with tempfile.TemporaryDirectory() as directory:
        place, issuer = Path(directory) / "list.crl", Path(directory) / "ca.cer"
        with place.open("wb") as file:
            file.write(big_list(ca, serials))
            # Whoever syncs afterwards shall not wait for the list, too.
            file.flush()
            os.fsync(file.fileno())
        issuer.write_bytes(ca.der)
        chance = np.random.default_rng(2)
        asked = [*chance.choice(serials, 500), *chance.integers(1 << 24, HIGHEST, 500)]
        yield place, issuer, [int(one) for one in asked]


def drawn(size: int, *, seed: int) -> np.ndarray:
    """Draw so many different serial numbers, ascending."""
    chance = np.random.default_rng(seed)
    found = np.unique(chance.integers(1 << 24, HIGHEST, size + size // 10))
    return np.sort(chance.choice(found, size, replace=False))


def _in_child(script: str, place: Path, ca: Path, asked: list[int]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", script, str(place), str(ca), json.dumps(asked)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tools'}"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _openssl(place: Path, ca: Path, _: list[int]) -> dict[str, float]:
    pem = ca.with_suffix(".pem")
    if not pem.exists():
        as_pem = ["openssl", "x509", "-inform", "DER", "-in", str(ca), "-out", str(pem)]
        subprocess.run(as_pem, check=True)
    command = ["openssl", "crl", "-inform", "DER", "-in", str(place), "-CAfile", str(pem)]
    done = subprocess.run(
        [sys.executable, "-ISc", scripts.ALONE, *command, "-noout", "-verify"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    if "verify OK" not in done.stderr:
        raise RuntimeError(f"OpenSSL did not verify the list: {done.stderr!r}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _best(samples: list[dict[str, float]], key: str) -> float:
    return min(sample[key] for sample in samples)


def _of_size(size: int, smallest: list[dict[str, float]]) -> list[Row]:
    """Load with signature check, look-up, memory, of one list of this many entries.

    `smallest` is given what ours took at the first size, and compared with where no peer is asked.
    """
    programs: dict[str, str | None] = {
        _LOAD: scripts.OURS,
        _ADD: scripts.ADDING,
        _LIMIT_NAME: scripts.LIMIT,
    }
    if size <= _LARGEST:
        programs[f"cryptography {version('cryptography')}"] = scripts.CRYPTOGRAPHY
        programs[f"openssl {debian('openssl')}, a process"] = None
    if size <= _LARGEST_SLOW:
        programs[f"asn1crypto {version('asn1crypto')}, unverified"] = scripts.ASN1CRYPTO
    with _lists(size) as where:
        taken = _in_turns(programs, where)
    label = f"crl-{_short(size)}"
    load, add, limit = taken[_LOAD], taken[_ADD], taken[_LIMIT_NAME]
    rows = [_times(label, _ADD, add, limit, _LIMIT_NAME)]
    for name, samples in taken.items():
        if name not in {_LOAD, _ADD}:
            rows.append(_times(label, _LOAD, load, samples, name))
            rows += _kept(label, add, samples, name)
    smallest.extend(add if not smallest else ())
    if size > _LARGEST:
        rows += _kept(label, add, smallest, f"itself at {_short(_SIZES[0])}")
    each = _best(add, "per_entry")
    rows.append(
        Row(
            f"{label}-bytes", "B", round(each, 2), 37.0, round(each / 37, 2),
            "ours / the list, an entry", "the list itself", Goal("ours", below=10.0),
        )
    )  # fmt: skip
    return [*rows, _processor(label, load, limit)]


def _in_turns(
    programs: dict[str, str | None], where: tuple[Path, Path, list[int]]
) -> dict[str, list[dict[str, float]]]:
    """Run all in turns; peers that take seconds, once."""
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in programs}
    for _ in range(_RUNS):
        for name, script in programs.items():
            if name in {_LOAD, _ADD} or not taken[name] or taken[name][0]["load"] < 1:
                taken[name].append(_in_child(script, *where) if script else _openssl(*where))
    return taken


def _times(
    label: str,
    what: str,
    ours: list[dict[str, float]],
    theirs: list[dict[str, float]],
    name: str,
) -> Row:
    mine, peer = _best(ours, "load") * 1e3, _best(theirs, "load") * 1e3
    is_goal = name == _LIMIT_NAME and label != _EMPTY
    return Row(
        f"{label}-{what}", "ms", round(mine, 2), round(peer, 2), round(mine / peer, 2),
        "ours / peer", name, Goal("ratio", below=3.0) if is_goal else None,
    )  # fmt: skip


def _kept(
    label: str, ours: list[dict[str, float]], theirs: list[dict[str, float]], name: str
) -> list[Row]:
    """Compare look-ups, where the peer has any, and memory, where it is not the limit."""
    rows = []
    if "lookup" in theirs[0]:
        lookup, its_lookup = _best(ours, "lookup") * 1e6, _best(theirs, "lookup") * 1e6
        rows.append(
            Row(
                f"{label}-lookup", "µs", round(lookup, 2), round(its_lookup, 2),
                round(its_lookup / lookup, 2), "peer / ours", name, Goal("ours", below=5.0),
            )
        )  # fmt: skip
    if name != _LIMIT_NAME:
        peak, its_peak = _best(ours, "peak") / 1e6, _best(theirs, "peak") / 1e6
        rows.append(
            Row(
                f"{label}-memory", "MB", round(peak, 1), round(its_peak, 1),
                round(peak / its_peak, 2), "ours / peer, whole process at its most", name,
            )
        )  # fmt: skip
    return rows


def _processor(label: str, ours: list[dict[str, float]], limit: list[dict[str, float]]) -> Row:
    """Compare the time of all cores together: what a machine with one core would take."""
    mine, peer = _best(ours, "used") * 1e3, _best(limit, "used") * 1e3
    return Row(
        f"{label}-processor", "ms", round(mine, 2), round(peer, 2), round(mine / peer, 2),
        "ours / peer, processor time", _LIMIT_NAME,
    )  # fmt: skip


def _empty() -> list[Row]:
    """Load a list without an entry: what every list costs."""
    ca = pki.ca(Kind.SIGN)
    with tempfile.TemporaryDirectory() as directory:
        place, issuer = Path(directory) / "list.crl", Path(directory) / "ca.cer"
        place.write_bytes(pki.crl(ca, point=None))
        issuer.write_bytes(ca.der)
        programs = {_LOAD: scripts.OURS, _ADD: scripts.ADDING, _LIMIT_NAME: scripts.LIMIT}
        taken = _in_turns(programs, (place, issuer, []))
    limit = taken[_LIMIT_NAME]
    return [_times(_EMPTY, what, taken[what], limit, _LIMIT_NAME) for what in (_LOAD, _ADD)]


def _short(size: int) -> str:
    return f"{size // 1000}k" if size < 1_000_000 else f"{size // 1_000_000}m"  # noqa: PLR2004


def sizes() -> list[Row]:
    """All sizes, and none; about two minutes."""
    smallest: list[dict[str, float]] = []
    return [*_empty(), *(row for size in _SIZES for row in _of_size(size, smallest))]


def all_places() -> list[Row]:
    """1,900 municipal lists loaded and checked, and a certificate against them and against one."""
    ca = pki.ca(Kind.SIGN)
    certificate = pki.certificate(ca)
    serials = drawn(_PLACES * _OF_A_PLACE, seed=5)
    serials = np.random.default_rng(6).permutation(serials[serials != pki.SERIAL])
    parts = np.array_split(serials, _PLACES)
    with tempfile.TemporaryDirectory() as directory:
        many, one = Path(directory) / "many", Path(directory) / "one"
        issuer = Path(directory) / "ca.cer"
        issuer.write_bytes(ca.der)
        for place in (many, one):
            place.mkdir()
            (place / "certificate").write_bytes(certificate)
        for number, part in enumerate(parts):
            name = f"Place-{number}" if number else "Kiyose-shi"
            der = big_list(ca, np.sort(part), point=pki.point_name(Kind.SIGN, name))
            (many / f"{number}.crl").write_bytes(der)
        (one / "0.crl").write_bytes((many / "0.crl").read_bytes())
        size = sum(path.stat().st_size for path in many.glob("*.crl"))
        started = time.perf_counter()
        for path in many.glob("*.crl"):
            _digest(path)
        limit = time.perf_counter() - started
        all_of_them, single = (_in_child(scripts.MANY, place, issuer, []) for place in (many, one))
    entries = f"{_PLACES} lists, {len(serials):,} entries, {size // 1_000_000} MB"
    return [
        Row(
            "crl-1900-load", "s", round(all_of_them["load"], 2), round(limit, 2),
            round(all_of_them["load"] / limit, 2), f"ours / peer; {entries}",
            "read and SHA-256", Goal("ours", below=3.0),
        ),
        Row(
            "crl-1900-check", "µs", round(all_of_them["check"] * 1e6, 1),
            round(single["check"] * 1e6, 1), round(all_of_them["check"] / single["check"], 2),
            "with 1,900 lists / with one", "itself", Goal("ratio", below=1.2),
        ),
        Row(
            "crl-1900-open", "ms", round(all_of_them["open"] * 1e3, 1),
            round(single["open"] * 1e3, 1), round(all_of_them["open"] / single["open"], 2),
            "with 1,900 lists / with one", "itself",
        ),
    ]  # fmt: skip


def _digest(path: Path) -> None:
    from hashlib import sha256

    sha256(path.read_bytes()).digest()


FIGURES = {"crl-sizes": sizes, "crl-1900-places": all_places}
