"""Past lists: what there was at a moment, plain or compressed, and for how long."""

from datetime import timedelta

import pytest

from jpki.ca import Archive, make_list, publish_list
from jpki.ca.archive import _NOT_HERE
from jpki.profiles import Kind

from .citizens import DAY, KIYOSE, NOON

SECOND = timedelta(seconds=1)


@pytest.fixture(params=[False, True], ids=["plain", "gzipped"])
def archive(request, tmp_path):
    """Give an archive of each form."""
    return Archive(tmp_path / "archive", compressed=request.param)


@pytest.fixture
def nights(sign, archive, tmp_path):
    """Publish four nights' lists of Kiyose and of everything; give Kiyose's."""
    (tmp_path / "crl").mkdir()
    made = []
    for day in range(4):
        for where in (None, KIYOSE):
            made.append(make_list(sign, where, moment=NOON + day * DAY))
            publish_list(tmp_path / "crl", made[-1], archive=archive)
    return made[1::2]


@pytest.mark.parametrize(
    ("at", "night"),
    [
        (NOON, 0),
        (NOON + DAY - SECOND, 0),
        (NOON + DAY, 1),
        (NOON + 2 * DAY, 2),
        (NOON + 400 * DAY, 3),
    ],
)
def test_a_past_days_list_is_had(archive, nights, at, night):
    """The latest there was at that moment, octet for octet."""
    found = archive.archived_list(Kind.SIGN, KIYOSE.code, at=at)

    assert (found.number, found.this_update) == (night + 1, NOON + night * DAY)
    assert found.read() == nights[night].der


def test_before_the_first_there_was_none(archive, nights):
    """Nor of another authority, place or key."""
    later = NOON + DAY
    assert archive.archived_list(Kind.SIGN, KIYOSE.code, at=NOON - SECOND) is None
    assert archive.archived_list(Kind.AUTH, KIYOSE.code, at=later) is None
    assert archive.archived_list(Kind.SIGN, "01106", at=later) is None
    assert archive.archived_list(Kind.SIGN, KIYOSE.code, at=later, generation=2) is None


def test_each_key_has_lists_of_its_own(sign, keys, archive, nights, tmp_path):
    """Without a wish, the newest key's."""
    sign.add_generation(keys[2], moment=NOON + DAY)
    made = make_list(sign, KIYOSE, moment=NOON + 2 * DAY)
    publish_list(tmp_path / "crl", made, archive=archive)

    asked = {"at": NOON + 2 * DAY}
    newest = archive.archived_list(Kind.SIGN, KIYOSE.code, **asked)
    first = archive.archived_list(Kind.SIGN, KIYOSE.code, generation=1, **asked)
    assert (newest.generation, newest.read()) == (2, made.der)
    assert (first.generation, first.read()) == (1, nights[2].der)


def test_published_lists_stay_where_they_are(archive, nights, tmp_path):
    """The archive is beside; what is published is the last."""
    names = sorted(path.name for path in (tmp_path / "crl").iterdir())

    assert names == ["sign-g1-13221.crl", "sign-g1-full.crl"]
    assert (tmp_path / "crl" / names[0]).read_bytes() == nights[-1].der


def test_what_is_kept_is_not_replaced_by_another_list_of_its_number(sign, archive, tmp_path):
    """A register that numbers once more what it numbered before has been restored."""
    made, other = (make_list(sign, None, moment=NOON) for _ in range(2))
    publish_list(tmp_path, made, archive=archive)
    (again := tmp_path / "again").write_bytes(made.der)
    path = archive.add(made, again)
    (again := tmp_path / "again").write_bytes(other.der)

    with pytest.raises(FileExistsError, match=r"restore a newer copy.*0000000001-") as told:
        archive.add(made, again)

    assert told.value.filename == str(path)
    assert archive.archived_list(Kind.SIGN, None, at=NOON).read() == made.der


def test_a_plain_list_takes_no_room_while_it_is_published(sign, tmp_path):
    """It is the same file under two names."""
    archive = Archive(tmp_path / "archive")
    published = publish_list(tmp_path, make_list(sign, None, moment=NOON), archive=archive)

    assert archive.archived_list(Kind.SIGN, None, at=NOON).path.samefile(published)


@pytest.mark.parametrize("number", _NOT_HERE)
def test_where_files_have_one_name_only_it_is_copied(sign, tmp_path, monkeypatch, number):
    """Another disk, or one that knows no links."""

    def refuse(*_):
        raise OSError(number, "no")

    monkeypatch.setattr("jpki.ca.archive.os.link", refuse)
    archive = Archive(tmp_path / "archive")
    published = publish_list(tmp_path, make_list(sign, None, moment=NOON), archive=archive)
    kept = archive.archived_list(Kind.SIGN, None, at=NOON)
    assert (kept.path.samefile(published), kept.read()) == (False, published.read_bytes())


def test_all_is_kept_by_default(archive, nights):
    """Evidence goes only when somebody says for how long it is needed."""
    assert archive.prune(moment=NOON + 40_000 * DAY) == []


def test_what_is_older_than_it_is_kept_goes(nights, tmp_path):
    """Of every scope, and of each but the latest."""
    archive = Archive(tmp_path / "archive", keep=2 * DAY)

    gone = archive.prune(moment=NOON + 4 * DAY)
    left = archive.lists(Kind.SIGN, KIYOSE.code, generation=1)
    assert len(gone) == 4
    assert [each.number for each in left] == [3, 4]
    archive.prune(moment=NOON + 400 * DAY)
    assert [each.number for each in archive.lists(Kind.SIGN, None, generation=1)] == [4]


def test_what_is_no_list_is_left_alone(archive, nights, tmp_path):
    """A note somebody put there."""
    note = tmp_path / "archive/sign/g1/13221/note.txt"
    note.write_text("shown to the court")

    Archive(tmp_path / "archive", keep=DAY).prune(moment=NOON + 400 * DAY)
    assert note.exists()
    assert archive.archived_list(Kind.SIGN, KIYOSE.code, at=NOON + 400 * DAY).number == 4
