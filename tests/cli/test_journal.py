"""The file of `jpki check-many`: whatever stops a call, the next one can begin it or go on."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jpki.profiles.kinds import Kind
from tests.cli.calling import CANNOT_TELL, PROGRAM, USAGE, YES
from tests.support import pki

MANY = 10_000


@pytest.fixture
def many(homeless, tmp_path):
    """Give what names a CA, its list and serial numbers; where the rows go comes behind it."""
    ca = pki.ca(Kind.SIGN)
    (tmp_path / "ca.cer").write_bytes(ca.der)
    (tmp_path / "ca.crl").write_bytes(pki.crl(ca, point=None))
    (tmp_path / "serials.csv").write_text("serial,kind\n77,sign\n77,sign\n78,sign\n")
    files = ("--ca", tmp_path / "ca.cer", "--crl", tmp_path / "ca.crl")
    at = ("--at", pki.NOW.isoformat())
    return ("check-many", tmp_path / "serials.csv", *files, *at, "--out")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out.csv"


@pytest.mark.parametrize("again", [(), ("--resume",)], ids=["anew", "resume"])
def test_killed_before_it_began_it_begins(homeless, many, out, again):
    """The file is there, and what was asked is not on record yet."""
    script = (
        "import os, signal, sys, jpki_cli.journal, jpki_cli.main\n"
        "jpki_cli.journal._write_state = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        "jpki_cli.main.main(sys.argv[1:])\n"
    )
    words = [sys.executable, "-c", script, *map(str, many), str(out)]
    killed = subprocess.run(words, env=homeless.environment(), check=False)

    assert (killed.returncode, out.read_bytes()) == (-signal.SIGKILL, b"")
    assert homeless(*many, out, *again, "--json").json["judged"] == 3


@pytest.mark.parametrize("again", [(), ("--resume",)], ids=["anew", "resume"])
@pytest.mark.parametrize("put", [os.mkdir, os.mkfifo], ids=["directory", "pipe"])
def test_a_state_that_is_no_file_is_told_and_leaves_no_file(homeless, many, out, put, again):
    """A pipe would be waited for; and the next call would take a file for begun."""
    state = out.with_name("out.csv.state")
    put(state)

    said = homeless.process(*many, out, *again)
    left = sorted(path.name for path in out.parent.glob("out.csv*"))
    state.rename(out.parent / "elsewhere")

    told = f"jpki: {state} is there and no file: name another --out"
    assert (said.status, said.error) == (USAGE, told)
    assert (left, homeless(*many, out).status) == ([state.name], YES)


def test_a_state_is_written_into_a_file_of_its_own(homeless, many, out, tmp_path):
    """Nobody who put something where it is drafted has it written there, or waits for it."""
    draft, theirs = out.with_name("out.csv.state.new"), tmp_path / "theirs"
    theirs.write_bytes(b"theirs")
    draft.symlink_to(theirs)

    assert homeless(*many, out).status == YES
    assert (theirs.read_bytes(), draft.is_symlink()) == (b"theirs", False)


def test_no_draft_of_a_state_stays(homeless, many, out, monkeypatch):
    """Where it could not take its place."""

    def refuse(_, target):
        raise PermissionError(13, "Permission denied", "draft", None, str(target))

    monkeypatch.setattr(type(out), "replace", refuse)

    said = homeless(*many, out)

    assert (said.status, list(out.parent.glob("out.csv*"))) == (USAGE, [])
    assert said.error == f"jpki: {out}.state: Permission denied"


@pytest.mark.parametrize("heading", [b"", b"GOOD GOOD\n"], ids=["lost", "another"])
def test_a_heading_that_is_not_ours_is_refused(homeless, many, out, heading):
    """Where it is lost, a row alike the next one stands in its place."""
    homeless(*many, out)
    whole = out.read_bytes()
    out.write_bytes(heading + whole[whole.index(b"\n") + 1 :])

    said = homeless(*many, out, "--resume")

    told = f"{out}, line 1 is damaged: not the heading that was written here"
    assert (said.status, told in said.error) == (USAGE, True)


def test_a_row_deeper_than_json_is_read_is_told(homeless, many, tmp_path):
    """As any other that was not written here."""
    out = tmp_path / "out.jsonl"
    homeless(*many, out)
    with out.open("ab") as file:
        file.write(b"[" * 100_000 + b"\n")

    said = homeless(*many, out, "--resume")

    assert (said.status, f"{out}, line 4 is damaged" in said.error) == (USAGE, True)


def test_a_row_longer_than_csv_likes_is_known_again(homeless, many, out):
    """Each octet that is none of a text is written as six characters."""
    source = many[1]
    source.write_bytes(b"serial,kind\n" + b"\x01" * 50_000 + b",sign\n77,sign\n")

    first = homeless(*many, out, "--json")
    again = homeless(*many, out, "--resume", "--json")

    assert len(out.read_bytes()) > 131_072
    assert (first.status, again.json) == (CANNOT_TELL, first.json)


@pytest.mark.parametrize("replaced", [True, False], ids=["replaced", "removed"])
def test_a_file_that_is_another_by_the_time_it_is_locked_is_not_written(
    homeless, many, out, monkeypatch, replaced
):
    """Whoever had it has removed it: our rows would go where nobody finds them."""
    lock = fcntl.flock

    def late(file, how):
        out.unlink()
        if replaced:
            out.write_text("theirs\n")
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)

    said = homeless(*many, out)

    assert (said.status, f"another call is writing {out}" in said.error) == (USAGE, True)
    assert (out.exists(), out.exists() and out.read_text()) == (replaced, replaced and "theirs\n")


def test_a_file_that_another_call_wrote_until_it_was_locked_stays(homeless, many, out, monkeypatch):
    """It came after we had looked, and went before we asked for the lock."""
    lock = fcntl.flock

    def late(file, how):
        out.write_text("theirs\n")
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)

    said = homeless(*many, out)

    assert (said.status, said.error) == (USAGE, f"jpki: {out} is there: name another --out")
    assert out.read_text() == "theirs\n"


def test_a_full_disk_is_told_and_the_rest_is_written_later(homeless, many, out):
    """What was written stays; no row is lost or doubled."""
    many[1].write_text("serial,kind\n" + "77,sign\n" * MANY)
    script = 'ulimit -f 64; exec "$@"'
    words = ["sh", "-c", script, "sh", PROGRAM, *map(str, many), str(out)]
    full = subprocess.run(
        words, env=homeless.environment(), capture_output=True, text=True, check=False
    )
    left = out.stat().st_size
    resumed = homeless(*many, out, "--resume", "--json")
    homeless(*many, out.with_name("whole.csv"))

    told = f"jpki: {out} is not whole: File too large; the same call with --resume goes on\n"
    assert (full.returncode, full.stderr, left > 0) == (USAGE, told, True)
    assert (resumed.status, resumed.json["judged"]) == (YES, MANY)
    assert out.read_bytes() == out.with_name("whole.csv").read_bytes()


def test_a_state_that_cannot_say_done_says_that_all_is_judged(homeless, many, out, monkeypatch):
    """Nobody has to judge again for it."""
    replace = type(out).replace

    def refuse_the_second(path, target):
        if out.stat().st_size:
            raise OSError(28, "No space left on device")
        return replace(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(type(out), "replace", refuse_the_second)
        said = homeless(*many, out)
    again = homeless(*many, out, "--resume", "--json")

    told = f"{out} has all rows, and is not marked as done: No space left on device"
    assert (said.status, told in said.error) == (USAGE, True)
    assert (again.status, again.json["judged"]) == (YES, 3)


def test_a_list_that_makes_nothing_good_keeps_no_verdict(homeless, many, out, tmp_path):
    """Nor does it where nobody hears of it: the status says what came of all."""
    (tmp_path / "other.crl").write_bytes(pki.crl(pki.ca(Kind.AUTH)))
    words = map(str, (PROGRAM, *many, out, "--crl", tmp_path / "other.crl"))
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(words, env=homeless.environment(), stderr=full, check=False)
    said = homeless(*many, tmp_path / "again.csv", "--crl", tmp_path / "other.crl")

    assert (done.returncode, said.status) == (YES, YES)
    assert said.stderr.startswith("jpki: a list makes nothing good: ")
