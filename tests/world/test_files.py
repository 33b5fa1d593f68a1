"""Files appear whole, private and versioned; locks keep processes apart."""

import json
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

import pytest

from cardsim.world import DamagedWorldError, WorldVersionError
from cardsim.world.files import locked, make_private_directory, read_json, write_json

FORMAT = "a format"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.json"


def test_fields_come_back(path):
    """What was written is read, with its format and version."""
    write_json(path, FORMAT, 1, {"name": "花子"})

    assert read_json(path, FORMAT, 1)["name"] == "花子"


def test_file_is_its_owners_alone(path):
    """Mode 0600, whatever the umask."""
    before = os.umask(0)
    write_json(path, FORMAT, 1, {})
    os.umask(before)

    assert path.stat().st_mode & 0o777 == 0o600


def test_failed_write_leaves_the_old_file_and_nothing_else(path, monkeypatch):
    """When the disk fails before the rename, the old content stays."""
    write_json(path, FORMAT, 1, {"n": 1})

    def fail(_descriptor):
        raise OSError

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError):
        write_json(path, FORMAT, 1, {"n": 2})

    assert read_json(path, FORMAT, 1)["n"] == 1
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="cut"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"version": 1}', id="no format"),
        pytest.param(b'{"format": "another", "version": 1}', id="another format"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="nested too deep"),
    ],
)
def test_what_is_not_ours_is_damaged(path, content):
    """Neither half a file nor another program's is taken for ours."""
    path.write_bytes(content)

    with pytest.raises(DamagedWorldError):
        read_json(path, FORMAT, 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be"])
def test_another_encoding_is_damage(path, encoding):
    """We write UTF-8 without a mark: what says the same in another way was not written by us."""
    write_json(path, FORMAT, 1, {})
    path.write_bytes(path.read_text("utf-8").encode(encoding))

    with pytest.raises(DamagedWorldError, match="not JSON"):
        read_json(path, FORMAT, 1)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version_is_told(path, version):
    """A file of another version is refused as such, not as damaged."""
    path.write_text(json.dumps({"format": FORMAT, "version": version}))

    with pytest.raises(WorldVersionError):
        read_json(path, FORMAT, 1)


def test_directory_is_its_owners_alone(tmp_path):
    """Mode 0700, whatever the umask."""
    before = os.umask(0)
    make_private_directory(tmp_path / "d")
    os.umask(before)

    assert (tmp_path / "d").stat().st_mode & 0o777 == 0o700


def test_lock_leaves_no_file(tmp_path):
    """Nothing is left beside what it protected."""
    with locked(tmp_path / "lock"):
        assert (tmp_path / "lock").exists()

    assert not (tmp_path / "lock").exists()


def count_up(directory, rounds):
    """Add one to a number in a file, so often: wrong unless every step is alone."""
    for _ in range(rounds):
        with locked(directory / "lock"):
            number = int((directory / "number").read_text())
            (directory / "number").write_text(str(number + 1))


def test_lock_lets_one_process_in_at_a_time(tmp_path):
    """Several processes count together without losing a step."""
    (tmp_path / "number").write_text("0")

    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(count_up, [tmp_path] * 3, [50] * 3))

    assert (tmp_path / "number").read_text() == "150"
