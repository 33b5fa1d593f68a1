"""Mixed load on one register with kill -9 all the time: nothing acknowledged is lost.

Five processes issue, revoke, publish and answer at once; one after the other is killed and started
again. What they had acknowledged is then looked for, list by list and row by row.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path

import pytest

from jpki.ca import Authority, CertificateState, SoftwareKey, publish_night
from jpki.ca.coverage import check_coverage
from jpki.ca.coverage_report import Verdict
from jpki.profiles import Kind

from .citizens import DAY, FOUNDED, NOON
from .load_process import heard

DATABASES = ["sqlite", "postgresql"]

CREW = ("issue", "issue", "revoke", "publish", "ask")


def start(role: str, register: str | Path, directory: Path, pace: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.ca.load_process", role, register, directory, pace]
    log = (directory / "log").open("ab")
    with log:
        return subprocess.Popen([str(word) for word in command], stdout=log, stderr=log)


@contextmanager
def crew(register: str | Path, directory: Path, pace: float):
    """Let everybody work; they are killed at the end, too."""
    at_work = [start(role, register, directory, pace) for role in CREW]
    try:
        yield at_work
    finally:
        for process in at_work:
            process.kill()
            process.wait()


def has_done_something(process: subprocess.Popen[bytes], directory: Path) -> bool:
    return any(path.stat().st_size for path in directory.glob(f"said/*-{process.pid}"))


def work_and_die(register, directory, *, kills: int, every: float, pace: float) -> None:
    """Kill one of the crew after the other, each when it has done something since it began."""
    with crew(register, directory, pace) as at_work:
        for place in islice(cycle(range(len(CREW))), kills):
            time.sleep(every)
            patience = time.monotonic() + 60
            while not has_done_something(at_work[place], directory):
                said = (directory / "log").read_text()
                assert at_work[place].poll() is None, said
                assert time.monotonic() < patience, f"{CREW[place]} does nothing\n{said}"
                time.sleep(0.02)
            at_work[place].kill()
            at_work[place].wait()
            at_work[place] = start(CREW[place], register, directory, pace)


@pytest.fixture
def place(tmp_path, keys, register):
    """Found the authority, and put down what the crew needs."""
    keys[0].save(tmp_path / "ca.pem")
    keys[2].save(tmp_path / "responder.pem")
    (tmp_path / "holder.pub").write_bytes(keys[3].public_key)
    (tmp_path / "begun").write_text(str(time.time()))
    for name in ("crl", "said"):
        (tmp_path / name).mkdir()
    Authority.found(register, Kind.AUTH, key=keys[0], moment=FOUNDED)
    return tmp_path


def prove_that_nothing_is_lost(register, key: SoftwareKey, place: Path) -> Counter[str]:
    """Look for everything that was acknowledged; give how much there was."""
    authority = Authority(register, Kind.AUTH, keys=[key])
    said = {word: heard(place, word) for word in ("issued", "revoked", "list", "asked", "BAD")}
    later = NOON + 300 * DAY
    authority.recover(moment=later)
    records = {record.serial: record for record in authority.certificates()}
    states = {record.state(later) for record in records.values()}
    list(publish_night(authority, place / "crl", moment=later))
    coverage = check_coverage(authority, place / "crl", moment=later)
    handed_out = {int(serial): digest for _, serial, digest in said["issued"]}

    assert said["BAD"] == []
    assert len(handed_out) == len(said["issued"]), "a serial number was used twice"
    assert handed_out == {s: sha256(records[s].der).hexdigest() for s in handed_out}
    assert all(records[int(words[1])].revocation for words in said["revoked"])
    assert len({tuple(words) for words in said["list"]}) == len(said["list"])
    assert CertificateState.UNFINISHED not in states
    assert (coverage.verdict, coverage.findings) == (Verdict.PROVEN, ())
    return Counter({word: len(lines) for word, lines in said.items()})


def test_nothing_acknowledged_is_lost_whoever_is_killed(place, keys, register, register_at):
    """Each of the crew once and two twice; on both databases."""
    work_and_die(register_at, place, kills=7, every=0.2, pace=600)

    done = prove_that_nothing_is_lost(register, keys[0], place)
    assert min(done[word] for word in ("issued", "revoked", "list", "asked")) > 0, done


@pytest.mark.soak
def test_nothing_acknowledged_is_lost_in_half_an_hour(place, keys, register, register_at, capsys):
    """30 minutes of mixed load, a kill every minute (JPKI_LOAD_MINUTES takes another time)."""
    minutes = int(os.environ.get("JPKI_LOAD_MINUTES", "30"))

    work_and_die(register_at, place, kills=minutes, every=60, pace=60)

    done = prove_that_nothing_is_lost(register, keys[0], place)
    with capsys.disabled():
        print(f"\nin {minutes} minutes, {minutes} killed; acknowledged: {dict(done)}")
    assert min(done[word] for word in ("issued", "revoked", "list", "asked")) > 0, done
