"""Revocation lists of any size: read and checked, looked up, kept in memory; ours and the peers'.

Every figure of a size runs in processes of its own, so that memory is what it alone took. The
limit nobody can be under is reading the file and SHA-256 of it; of a small list most of the time
is what every list costs (`crl-empty`): signature, index file, and two syncs of the disk. Times
are the best of some runs, ours and the peer's in turns. Lists are written by
`tests.support.big_lists` once a run: 10 million entries are 370 MB and take some 10 seconds to
write. Peers take minutes and gigabytes over these, and are asked up to a million entries, or
with `JPKI_BENCH_LARGEST=10000000` all.
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

from bench.chip import debian
from bench.figure import Goal, Row
from jpki.verify import Kind
from tests.support import pki
from tests.support.big_lists import big_list

ROOT = Path(__file__).parents[2]
_SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
_LARGEST = int(os.environ.get("JPKI_BENCH_LARGEST", "1000000"))
"""Entries up to which the peers are asked, too."""
HIGHEST = 200_000_000
"""Serial numbers are drawn below: more than JPKI has issued of a kind (profile 1.6)."""
_PLACES = 1_900
_OF_A_PLACE = 2_600
"""1,900 places and 5 million revoked certificates."""
_RUNS = 5
_LIMIT_NAME = "read and SHA-256"

_COMMON = """
import json, resource, sys, time
from pathlib import Path
place, ca = Path(sys.argv[1]), Path(sys.argv[2])
serials = json.loads(sys.argv[3])
def report(**figures):
    # Not ru_maxrss: what the runner itself takes would count, for it outlives exec.
    (peak,) = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")]
    print(json.dumps({**figures, "peak": int(peak) * 1024}))
def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
def per_lookup(find):
    # Some peers go through the whole list at each look-up: a second is enough of that.
    times, clock = [], time.perf_counter
    end = clock() + 1
    while clock() < end:
        for serial in serials:
            started = clock()
            find(serial)
            times.append(clock() - started)
            if clock() > end:
                break
    return sorted(times)[len(times) // 2]
"""
_BEGIN = """
clock = time.perf_counter
used, started = processor(), clock()
"""
_OURS = f"""{_COMMON}
import shutil, tempfile
from jpki.revocation import IndexDirectory
from jpki.verify.anchors import Anchor
anchors = [Anchor.load(ca.read_bytes())]
index = IndexDirectory(Path(tempfile.mkdtemp()))
{_BEGIN}
(outcome,) = index.add([place], anchors)
loaded, used = clock() - started, processor() - used
assert outcome.taken
entries = outcome.read.frame.entries
(part,) = index.parts()
size = sum(path.stat().st_size for path in index.path.iterdir())
lookup = per_lookup(part.find) if serials else 0
report(load=loaded, used=used, lookup=lookup, per_entry=size / max(entries, 1))
shutil.rmtree(index.path)
"""
_LIMIT = f"""{_COMMON}
import hashlib
{_BEGIN}
digest = hashlib.sha256()
with place.open("rb", buffering=0) as file:
    while piece := file.read(1 << 20):
        digest.update(piece)
digest.digest()
report(load=clock() - started, used=processor() - used)
"""
_CRYPTOGRAPHY = f"""{_COMMON}
from cryptography import x509
issuer = x509.load_der_x509_certificate(ca.read_bytes())
{_BEGIN}
found = x509.load_der_x509_crl(place.read_bytes())
assert found.is_signature_valid(issuer.public_key())
found.get_revoked_certificate_by_serial_number(serials[0])
loaded = clock() - started
report(load=loaded, lookup=per_lookup(found.get_revoked_certificate_by_serial_number))
"""
_ASN1CRYPTO = f"""{_COMMON}
from asn1crypto.crl import CertificateList
{_BEGIN}
found = CertificateList.load(place.read_bytes())["tbs_cert_list"]["revoked_certificates"]
entries = {{
    one["user_certificate"].native: (one["revocation_date"].native, one.crl_reason_value)
    for one in found
}}
loaded = clock() - started
report(load=loaded, lookup=per_lookup(entries.get))
"""
_MANY = f"""{_COMMON}
from jpki.revocation import IndexDirectory, IndexSource
from jpki.verify import Kind, TrustAnchors, Verifier
from jpki.verify.anchors import Anchor
from tests.support import pki
import tempfile, shutil
anchors = [Anchor.load(ca.read_bytes())]
index = IndexDirectory(Path(tempfile.mkdtemp()))
certificate = (place / "certificate").read_bytes()
{_BEGIN}
taken = sum(one.taken for one in index.add(sorted(place.glob("*.crl")), anchors))
loaded = clock() - started
assert taken == len(list(place.glob("*.crl")))
trust = TrustAnchors(sign=tuple(anchors))
started = clock()
verifier = Verifier(trust, IndexSource(index.parts()))
opened = clock() - started
times = []
for _ in range(300):
    started = clock()
    verdict = verifier.check(certificate, Kind.SIGN, moment=pki.NOW).verdict
    times.append(clock() - started)
assert verdict.value == "GOOD"
report(load=loaded, open=opened, check=sorted(times)[len(times) // 2])
shutil.rmtree(index.path)
"""


@contextmanager
def _lists(size: int) -> Iterator[tuple[Path, Path, list[int]]]:
    """Give a list of this size, its CA's certificate, and serial numbers to look up."""
    ca = pki.ca(Kind.SIGN)
    serials = drawn(size, seed=size)
    with tempfile.TemporaryDirectory() as directory:
        place, issuer = Path(directory) / "list.crl", Path(directory) / "ca.cer"
        place.write_bytes(big_list(ca, serials))
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
    started = time.perf_counter()
    done = subprocess.run([*command, "-noout", "-verify"], check=True, capture_output=True)
    took = time.perf_counter() - started
    if b"verify OK" not in done.stderr:
        raise RuntimeError(f"OpenSSL did not verify the list: {done.stderr!r}")
    return {"load": took}


def _best(samples: list[dict[str, float]], key: str) -> float:
    return min(sample[key] for sample in samples)


def _of_size(size: int, smallest: list[dict[str, float]]) -> list[Row]:
    """Load with signature check, look-up, memory, of one list of this many entries.

    `smallest` is given what ours took at the first size, and compared with where no peer is asked.
    """
    peers: dict[str, str | None] = {_LIMIT_NAME: _LIMIT}
    if size <= _LARGEST:
        peers[f"cryptography {version('cryptography')}"] = _CRYPTOGRAPHY
        peers[f"openssl {debian('openssl')}, a process"] = None
    if size <= 100_000:  # noqa: PLR2004 - minutes and gigabytes beyond
        peers[f"asn1crypto {version('asn1crypto')}, unverified"] = _ASN1CRYPTO
    with _lists(size) as where:
        ours, theirs = _in_turns(peers, where)
    label = f"crl-{_short(size)}"
    rows = []
    for name, samples in theirs.items():
        rows.append(_load(label, ours, samples, name))
        if "lookup" in samples[0]:
            rows += _kept(label, ours, samples, name)
    smallest.extend(ours if not smallest else ())
    if size > _LARGEST:
        rows += _kept(label, ours, smallest, f"itself at {_short(_SIZES[0])}")
    each = _best(ours, "per_entry")
    starts = 4 * ((1 << 16) + 1)
    rows.append(
        Row(
            f"{label}-bytes", "B", round(each, 2), 37.0, round(each / 37, 2),
            f"ours / the list, an entry; {starts // 1024} kB of it are fixed", "the list itself",
            Goal("ours", below=10.0) if size >= 1_000_000 else None,  # noqa: PLR2004
        )
    )  # fmt: skip
    return [*rows, _processor(label, ours, theirs[_LIMIT_NAME])]


def _in_turns(
    peers: dict[str, str | None], where: tuple[Path, Path, list[int]]
) -> tuple[list[dict[str, float]], dict[str, list[dict[str, float]]]]:
    """Run ours and the peers in turns; those that take seconds, once."""
    ours: list[dict[str, float]] = []
    theirs: dict[str, list[dict[str, float]]] = {name: [] for name in peers}
    for _ in range(_RUNS):
        ours.append(_in_child(_OURS, *where))
        for name, script in peers.items():
            if theirs[name] and theirs[name][0]["load"] > 1:
                continue
            theirs[name].append(_in_child(script, *where) if script else _openssl(*where))
    return ours, theirs


def _load(
    label: str, ours: list[dict[str, float]], theirs: list[dict[str, float]], name: str
) -> Row:
    mine, peer = _best(ours, "load") * 1e3, _best(theirs, "load") * 1e3
    # What a small list costs is not its entries: see `crl-empty`.
    is_goal = name == _LIMIT_NAME and label in {"crl-1m", "crl-10m"}
    return Row(
        f"{label}-load", "ms", round(mine, 2), round(peer, 2), round(mine / peer, 2),
        "ours / peer", name, Goal("ratio", below=3.0) if is_goal else None,
    )  # fmt: skip


def _kept(
    label: str, ours: list[dict[str, float]], theirs: list[dict[str, float]], name: str
) -> list[Row]:
    lookup, its_lookup = _best(ours, "lookup") * 1e6, _best(theirs, "lookup") * 1e6
    peak, its_peak = _best(ours, "peak") / 1e6, _best(theirs, "peak") / 1e6
    return [
        Row(
            f"{label}-lookup", "µs", round(lookup, 2), round(its_lookup, 2),
            round(its_lookup / lookup, 2), "peer / ours", name, Goal("ours", below=5.0),
        ),
        Row(
            f"{label}-memory", "MB", round(peak, 1), round(its_peak, 1),
            round(peak / its_peak, 2), "ours / peer, whole process at its most", name,
        ),
    ]  # fmt: skip


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
        ours, theirs = _in_turns({_LIMIT_NAME: _LIMIT}, (place, issuer, []))
    return [_load("crl-empty", ours, theirs[_LIMIT_NAME], _LIMIT_NAME)]


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
        all_of_them, single = (_in_child(_MANY, place, issuer, []) for place in (many, one))
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
