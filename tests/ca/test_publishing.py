"""Lists on disk: whole or not at all, and never backwards."""

import os
import subprocess
import sys
from io import BytesIO

import pytest

from jpki.ca import list_file_name, make_list, publish_list, write_atomically
from jpki.ca.listfile import read_list
from jpki.profiles import RevocationReason

from . import reading
from .citizens import KIYOSE, NOON, chance, request
from .nights import published_number


def test_names_say_authority_generation_and_place(sign, auth):
    """One file a list, replaced by the next."""
    assert list_file_name(make_list(sign, KIYOSE, moment=NOON)) == "sign-g1-13221.crl"
    assert list_file_name(make_list(auth, None, moment=NOON)) == "auth-g1-full.crl"


def test_a_list_is_published_and_replaced(sign, holder_key, tmp_path):
    """The newer list takes the older one's place; nothing else lies about."""
    directory = tmp_path / "crl"
    directory.mkdir()
    issued = sign.issue(request(holder_key), moment=NOON, randomness=chance)
    publish_list(directory, make_list(sign, KIYOSE, moment=NOON))
    sign.revoke(issued.serial, RevocationReason.SUPERSEDED, moment=NOON)

    path = publish_list(directory, make_list(sign, KIYOSE, moment=NOON))
    assert list(reading.entries(path.read_bytes())) == [issued.serial]
    assert list(directory.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o644


def test_an_older_list_does_not_take_a_newer_ones_place(sign, tmp_path):
    """Two processes that publish at once cannot make a revocation forgotten."""
    older, newer = (make_list(sign, KIYOSE, moment=NOON) for _ in range(2))
    publish_list(tmp_path, newer)

    path = publish_list(tmp_path, older)
    assert path.read_bytes() == newer.der


CRL_NUMBER, DELTA_NUMBER = b"\x06\x03\x55\x1d\x14", b"\x06\x03\x55\x1d\x1b"
DAMAGES = {
    "other octets": lambda _: b"\x30\x03dam",
    "nothing": lambda _: b"",
    "the beginning": lambda der: der[:-1],
    "more": lambda der: der + b"\0",
    "no number": lambda der: der.replace(CRL_NUMBER, DELTA_NUMBER),
    "a length of more than there is memory": lambda der: b"\x30\x85" + b"\x7f" * 5 + der[4:],
    "a length of more than a machine can count": lambda der: b"\x30\x89" + b"\x7f" * 9 + der[4:],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_replaced(sign, tmp_path, damage):
    """What cannot be read is older than anything."""
    older, made = (make_list(sign, KIYOSE, moment=NOON) for _ in range(2))
    path = tmp_path / list_file_name(made)
    path.write_bytes(damage(made.der))

    assert published_number(path) == 0
    assert publish_list(tmp_path, older).read_bytes() == older.der


def test_a_pipe_is_replaced_and_not_waited_for(sign, tmp_path):
    """Until somebody writes into it: nobody will."""
    made = make_list(sign, KIYOSE, moment=NOON)
    os.mkfifo(tmp_path / list_file_name(made))

    assert publish_list(tmp_path, made).read_bytes() == made.der


def test_a_length_beyond_the_end_costs_no_memory(sign, holder_key):
    """A file of any size is refused by its beginning."""
    issued = sign.issue(request(holder_key), moment=NOON, randomness=chance)
    sign.revoke(issued.serial, RevocationReason.SUPERSEDED, moment=NOON)
    der = make_list(sign, KIYOSE, moment=NOON).der
    start, _ = read_list(BytesIO(der)).entries
    asked = []

    class Counted(BytesIO):
        def read(self, size=-1):
            asked.append(size)
            return super().read(size)

    with pytest.raises(ValueError, match="ends"):
        read_list(Counted(der[: start - 2] + b"\x30\x84\x7f\xff\xff\xff" + der[start:]))
    assert min(asked) > 0


def test_a_writer_killed_halfway_leaves_the_old_file(tmp_path):
    """Readers see the old whole, whatever happens before the rename."""
    path = tmp_path / "list.crl"
    path.write_bytes(b"old")
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from jpki.ca import atomic\n"
        "atomic.os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "atomic.write_atomically(Path(sys.argv[1]), b'new')\n"
    )

    ended = subprocess.run([sys.executable, "-c", program, path], check=False)
    assert ended.returncode == -9
    assert path.read_bytes() == b"old"


def test_a_write_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    """The temporary file goes, the old one stays, the error comes out."""
    path = tmp_path / "list.crl"
    path.write_bytes(b"old")
    monkeypatch.setattr("jpki.ca.atomic.os.fsync", _full_disk)

    with pytest.raises(OSError, match="full"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def _full_disk(descriptor):
    raise OSError("the disk is full")
