"""The index on disk: what replaces what, what readers see, damage, and sudden death."""

import subprocess
import sys
from dataclasses import replace

import pytest

from jpki.revocation import (
    DamagedIndexError,
    IndexDirectory,
    ListUnusableError,
    OlderListError,
    layout,
    merging,
    store,
)
from jpki.verify import Kind
from jpki.verify.anchors import Anchor
from tests.revocation import lists
from tests.support import pki
from tests.support.cache import ROOT

SIGN, AUTH = pki.ca(Kind.SIGN), pki.ca(Kind.AUTH)
ANCHORS = (lists.ANCHOR, Anchor.load(AUTH.der))
ELSEWHERE = pki.point_name(Kind.SIGN, "Hachioji-shi")
HOUR = pki.DAY / 24


def crl(*numbers_of_entries, number=7, ca=SIGN, **fields):
    entries = (pki.entry(serial, reason=4) for serial in numbers_of_entries)
    return pki.crl(ca, *entries, number=number, **fields)


@pytest.fixture
def index(tmp_path):
    return IndexDirectory(tmp_path / "index")


def add(index, *ders):
    """Add lists; give what became of each."""
    return list(index.add([(str(place), der) for place, der in enumerate(ders)], ANCHORS))


def serials(index):
    """Give what the list of each scope says, by CA."""
    return {
        part.issuer: sorted(
            serial for serial in range(200) for slot, _ in part.find(serial) if slot in part.current
        )
        for part in index.parts()
    }


def once(index):
    """Give who is named by lists that are not the list of their scope, and by which number."""
    return [
        (serial, part.parsed(slot).number)
        for part in index.parts()
        for serial in range(200)
        for slot, _ in part.find(serial)
        if slot not in part.current
    ]


def numbers(index):
    """Give the cRLNumber of the list of every scope."""
    return sorted(part.parsed(slot).number for part in index.parts() for slot in part.current)


def test_lists_are_kept_per_ca_and_scope(index):
    """A list of one place says nothing about what another says."""
    outcomes = add(
        index, crl(1, 2), crl(2, 3, point=ELSEWHERE), crl(9, ca=AUTH), crl(4, point=None)
    )

    assert [one.taken for one in outcomes] == [True] * 4
    assert serials(index) == {SIGN.name: [1, 2, 2, 3, 4], AUTH.name: [9]}


def test_a_newer_list_replaces_the_one_of_its_scope_only(index):
    """Whom the new one does not name was once revoked; other places are as before."""
    add(index, crl(1, 2), crl(3, point=ELSEWHERE))
    add(index, crl(2, 5, 1 << 90, number=8))

    assert serials(index) == {SIGN.name: [2, 3, 5]}
    assert once(index) == [(1, 7)]
    assert numbers(index) == [7, 8]
    assert [slot for part in index.parts() for slot, _ in part.find(1 << 90)] == [0]


@pytest.mark.parametrize("there", [crl(1), crl()], ids=["entries", "no entry"])
@pytest.mark.parametrize(
    "older",
    [
        crl(9, number=6),
        crl(9, number=7),
        crl(9, number=8, this_update=pki.NOW - 7 * HOUR),
    ],
    ids=["a lower number", "another list of that number", "a higher number, but issued before"],
)
def test_an_older_list_never_replaces_a_newer_one(index, older, there):
    """Whoever withholds the newest must not bring back an old one; whom that named is kept."""
    add(index, there)
    before = serials(index)
    (outcome,) = add(index, older)

    assert isinstance(outcome.refused, OlderListError)
    assert serials(index) == before
    assert [serial for serial, _ in once(index)] == [9]


def test_the_newest_of_a_scope_wins_within_one_addition(index):
    """In whatever order they come."""
    outcomes = add(index, crl(1, number=7), crl(2, number=9), crl(3, number=8))

    assert [one.taken for one in outcomes] == [True, True, False]
    assert serials(index) == {SIGN.name: [2]}
    assert once(index) == [(1, 7), (3, 8)]


def test_whom_a_list_named_once_stays_named_through_all_that_follow(index):
    """Long serial numbers and dates, too; each with the number of the list that said so."""
    entries = [pki.entry(1, reason=6), pki.entry(1 << 90, pki.datetime(2060, 1, 1), 1)]
    add(index, pki.crl(SIGN, *entries, number=1, this_update=pki.NOW - pki.DAY))
    outcomes = [
        outcome.taken
        for number in range(2, 6)
        for outcome in add(
            index, crl(number, number=number, this_update=pki.NOW - pki.DAY / number)
        )
    ]
    (part,) = index.parts()
    ((slot, entry),) = part.find(1)
    ((long_slot, long),) = part.find(1 << 90)

    assert outcomes == [True] * 4
    assert once(index) == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert (entry.reason, part.parsed(slot).number) == ("certificateHold", 1)
    assert (long.revoked_at.year, part.parsed(long_slot).number) == (2060, 1)


def test_what_every_list_says_again_is_kept_once(index):
    """Or the index would grow with every day."""
    for number in range(1, 6):
        add(index, crl(1, 2, 1 << 90, number=number, this_update=pki.NOW - pki.DAY / number))
    (part,) = index.parts()

    assert (len(part.contents.aside), len(part.frames), len(part.current)) == (0, 2, 1)


def test_an_entry_that_begins_to_count_later_does_not_replace_one_that_did_before(index):
    """The older list spoke of moments of which the newer one does not."""
    add(index, pki.crl(SIGN, pki.entry(1, pki.NOW - 9 * pki.DAY), number=6))
    add(index, pki.crl(SIGN, pki.entry(1, pki.NOW - 2 * pki.DAY), number=7))

    assert once(index) == [(1, 6)]


def test_files_that_changed_names_are_seen(index):
    """Lists of two CAs would be mixed in one file by the next addition."""
    add(index, crl(1), crl(2, ca=AUTH))
    one, other = index.path.glob("*.crlx")
    one.rename(index.path / "aside")
    other.rename(one)
    (index.path / "aside").rename(other)

    with pytest.raises(DamagedIndexError, match="another CA's"):
        index.parts()
    with pytest.raises(DamagedIndexError, match="another CA's"):
        add(index, crl(2, number=8))


def test_a_refused_list_of_the_ca_is_remembered_and_no_other_is(index):
    """Once, however often it comes; one too large to keep as such."""
    delta = crl(1, change={"2.5.29.27": (True, b"\x02\x01\x06")})
    forged = crl(1, signed_by=pki.key("somebody"), number=9)
    add(index, crl(3), delta, b"no list", forged)
    add(index, delta)
    (part,) = index.parts()

    assert [one.der for one in part.contents.refused] == [delta]
    assert "delta" in part.contents.refused[0].why


def test_the_same_list_again_changes_nothing(index):
    """Not even the file."""
    add(index, crl(1))
    (path,) = index.path.glob("*.crlx")
    before = path.stat()
    (outcome,) = add(index, crl(1))

    assert (outcome.taken, outcome.refused) == (False, None)
    assert path.stat() == before


def test_a_refused_list_costs_no_other_its_place(index):
    """Each is judged alone."""
    outcomes = add(index, b"no list", crl(1), pki.crl(SIGN, signed_by=pki.key("somebody")))

    assert [bool(one.refused) for one in outcomes] == [True, True, False]
    assert serials(index) == {SIGN.name: [1]}


def test_a_file_that_cannot_be_read_costs_no_other_its_place(index, tmp_path):
    """It opens, and reading it is an error; it is told with its name."""
    (tmp_path / "unread").symlink_to("/proc/self/mem")
    (tmp_path / "good").write_bytes(crl(1))
    paths = [tmp_path / "unread", tmp_path / "good"]
    unread, good = index.add(paths, ANCHORS)

    assert (unread.source, str(unread.refused)) == (str(paths[0]), "not read: Input/output error")
    assert (good.taken, serials(index)) == (True, {SIGN.name: [1]})


def test_a_list_too_many_of_a_ca_is_refused(index, monkeypatch):
    """Rather than written where it has no room."""
    monkeypatch.setattr(merging, "MOST_LISTS", 1)
    _, outcome = add(index, crl(1), crl(2, point=ELSEWHERE))

    assert isinstance(outcome.refused, ListUnusableError)
    assert serials(index) == {SIGN.name: [1]}


def test_readers_keep_what_they_opened(index):
    """While the file is replaced under them; whoever asks anew sees the new one."""
    add(index, crl(1))
    before = index.parts()
    add(index, crl(2, number=8))

    assert [len(part.find(2)) for part in before] == [0]
    assert [len(part.find(2)) for part in index.parts()] == [1]


def test_any_octet_of_the_file_changed_is_seen(index):
    """Header, table, frames and columns."""
    add(index, crl(1, 1 << 90), crl(2, point=ELSEWHERE))
    (path,) = index.path.glob("*.crlx")
    whole = path.read_bytes()
    written = {0, 9, 20, 30, 60, 100} | {
        at + length // 2 for _, at, length, _ in layout_rows(whole) if length
    }
    damaged = [whole[:at] + bytes((whole[at] ^ 4,)) + whole[at + 1 :] for at in written]

    assert [refused(index, path, one) for one in damaged] == [True] * len(written)
    assert not refused(index, path, whole)


@pytest.mark.parametrize("size", [0, 1, 55, 56, 500, -1])
def test_a_file_cut_short_is_seen(index, size):
    """Wherever it ends."""
    add(index, crl(1))
    (path,) = index.path.glob("*.crlx")

    assert refused(index, path, path.read_bytes()[:size])


def test_a_damaged_index_is_not_added_to(index):
    """Or its lists would be lost without a word."""
    add(index, crl(1))
    (path,) = index.path.glob("*.crlx")
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(DamagedIndexError):
        add(index, crl(2, number=8))


def layout_rows(whole):
    """Give the table of a file."""
    table = whole[56 : 56 + 56 * len(layout.SECTIONS)]
    return [layout._ROW.unpack_from(table, at) for at in range(0, len(table), 56)]


def refused(index, path, octets):
    """Whether a file of these octets is refused."""
    path.unlink()
    path.write_bytes(octets)
    try:
        index.parts()
    except DamagedIndexError:
        return True
    return False


_DYING = """
import os, signal, sys
from pathlib import Path
from jpki.revocation import IndexDirectory
from jpki.verify.anchors import Anchor

place, anchor, new = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
index, anchors = IndexDirectory(place), [Anchor.load(anchor.read_bytes())]

def add_and_die_at(point):
    left = point
    def watch(frame, event, argument):
        nonlocal left
        left -= frame.f_code.co_filename.endswith(("store.py", "layout.py"))
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.setprofile(watch)
    list(index.add([new], anchors))
    sys.setprofile(None)
    os._exit(0)

before = sorted(place.glob("*.crlx"))[0].read_bytes()
point, seen = 0, []
while True:
    child = os.fork()
    if child == 0:
        add_and_die_at(point)
    status = os.waitpid(child, 0)[1]
    found = [part.parsed(slot).number for part in index.parts() for slot in part.current]
    seen.append((status, *found))
    if status == 0:
        break
    if found != [7]:
        (sorted(place.glob("*.crlx"))[0]).write_bytes(before)
    point += 23 if point < 380 else 3
for one in seen:
    print(*one)
"""


def test_sudden_death_at_any_point_leaves_the_old_index_or_the_new_one(index, tmp_path):
    """`kill -9` at every few calls in and out of what touches files, from first to last."""
    add(index, crl(1, 2, 1 << 90))
    anchor, new = tmp_path / "ca.cer", tmp_path / "new.crl"
    anchor.write_bytes(SIGN.der)
    new.write_bytes(crl(2, 5, number=8))
    said = subprocess.run(
        [sys.executable, "-c", _DYING, index.path, anchor, new],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    assert len(said) > 30
    assert set(said[:-1]) <= {"9 7", "9 8"}
    assert said[0] == "9 7"
    assert said[-1] == "0 8"
    assert sorted(path.suffix for path in index.path.iterdir()) == ["", ".crlx"]


def test_frames_and_columns_survive_the_file(index):
    """What is read back is what was written."""
    found = lists.read(crl(1, 5, 1 << 90))
    merge = merging.Merge(b"name", b"key", None)
    merge.take(found)
    contents = merge.result()
    index.path.mkdir()
    with (index.path / store.file_name(b"name", b"key")).open("wb") as file:
        layout.write(file, contents)
    (part,) = index.parts()

    assert part.frames == {0: replace(found.frame)}
    assert lists.as_dict(part.contents.columns()) == lists.as_dict(found.columns)
    assert (part.issuer, part.public_key_info) == (b"name", b"key")
