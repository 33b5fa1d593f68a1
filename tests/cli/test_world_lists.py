"""The world's own lists: what keeps one from being made or read keeps no verdict and no export."""

import os
import shutil
from datetime import timedelta

import pytest

from cardsim.world import World, authorities
from tests.cli.calling import AUTH, USAGE, YES


def in_the_archives_way(home):
    """Put a file where a directory of the archive is: an error of the system."""
    place = home / "ca" / "archive" / "auth" / "g3" / "full"
    shutil.rmtree(place)
    place.touch()
    return f"{place}"


def in_a_lists_place(home):
    """Put a directory in a list's place: all others come out."""
    place = home / "ca" / "crl" / "auth-g3-full.crl"
    place.unlink()
    place.mkdir()
    return f"{place} is a directory"


def no_key(home):
    """Take a key away: no list can be signed."""
    for path in (home / "ca").glob("auth-g*.key"):
        path.unlink()
    return "no key of the auth authority can sign"


@pytest.mark.parametrize("spoil", [in_the_archives_way, in_a_lists_place, no_key])
@pytest.mark.parametrize("words", [("check", "sign.cer"), ("ca", "export", "new")], ids=" ".join)
def test_the_old_lists_stay_where_new_ones_cannot_be_made(jpki, files, spoil, words):
    """They are of yesterday, and good for some days: the verdict says the same, and why it does."""
    with World.open(jpki.home) as world:
        world.clock.advance(timedelta(days=1, hours=1))
    why = spoil(jpki.home)

    said = jpki(*words[:-1], files / words[-1])

    assert (said.status, why in said.stderr) == (YES, True)
    assert said.stderr.startswith("jpki: not every revocation list is new: ")
    assert words[0] == "check" or (files / "new" / "sign-g3-full.crl").exists()


def test_lists_of_which_none_can_be_renewed_are_told_of(jpki, files):
    """By an older register: nothing is due, since nothing could come of it, and nothing is made."""
    register, lists = jpki.home / "ca" / "register.sqlite", jpki.home / "ca" / "crl"
    older = register.read_bytes()
    assert jpki("ca", "crl").status == YES
    register.write_bytes(older)
    out = {path: path.read_bytes() for path in lists.iterdir()}

    said = [jpki("check", files / "sign.cer"), jpki("ca", "export", files / "new")]

    assert [each.status for each in said] == [YES] * 2
    assert all(each.stderr.startswith("jpki: not every revocation list is new: ") for each in said)
    assert all("restore a newer copy of it" in each.stderr for each in said)
    assert {path: path.read_bytes() for path in lists.iterdir()} == out


@pytest.mark.parametrize(
    ("put", "why"),
    [(os.mkdir, ": Is a directory"), (os.mkfifo, " is a pipe or a device and no file")],
    ids=["directory", "pipe"],
)
def test_a_list_that_is_no_file_is_left_out(jpki, files, tmp_path, put, why):
    """Nothing is due; others say what is to be said of this certificate."""
    taken = max((jpki.home / "ca" / "crl").glob("auth-g3-[0-9]*.crl"))
    taken.unlink()
    put(taken)

    said = [
        jpki("check", files / "auth.cer"),
        jpki("login", "--card", "hanako", environment=AUTH),
        jpki("ca", "export", tmp_path / "trust"),
    ]

    told = (
        f"jpki: a revocation list is left out: {taken}{why}; `jpki ca crl` makes it, once nothing"
    )
    told += " is in its way\n"
    assert [(each.status, each.stderr) for each in said] == [(YES, told)] * 3
    assert not (tmp_path / "trust" / taken.name).exists()


def test_a_list_that_may_not_be_read_is_left_out(jpki, files, monkeypatch):
    """Nor is it taken for one that names nobody: others cover the certificate."""
    taken = jpki.home / "ca" / "crl" / "auth-g3-full.crl"
    opened = authorities.open_plain

    def refuse(path):
        if path == taken:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path)

    monkeypatch.setattr(authorities, "open_plain", refuse)

    said = jpki("check", files / "auth.cer")

    told = f"jpki: a revocation list is left out: {taken}: Permission denied; "
    assert (said.status, said.stderr.startswith(told)) == (YES, True)


def test_a_register_that_is_none_ends_a_check(jpki, files):
    """Nobody knows then what the lists ought to say."""
    for path in (jpki.home / "ca").glob("register.sqlite*"):
        path.unlink()
    (jpki.home / "ca" / "register.sqlite").write_text("no register")

    assert jpki("check", files / "auth.cer").status == USAGE
