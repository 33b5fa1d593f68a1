"""A world on a disk that takes nothing: whatever only reads works, the rest says why not."""

import os
import subprocess
from datetime import timedelta

import pytest

from cardsim.world import World
from tests.cli.calling import AUTH, CANNOT_TELL, CARD, PROGRAM, USAGE, YES, Said

WITHOUT_PRIVILEGES = ["setpriv", "--bounding-set=-all"] if os.geteuid() == 0 else []
"""Before a command line: root, too, is then held to the modes of files."""


def call(jpki, *words):
    """Run `jpki` as somebody whom file modes bind."""
    done = subprocess.run(
        [*WITHOUT_PRIVILEGES, PROGRAM, *map(str, words)],
        capture_output=True,
        text=True,
        env=jpki.environment(AUTH),
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def set_writable(place, *, writable):
    """Change the mode of a directory and all that is in it."""
    for path in [place, *place.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200 if writable else path.stat().st_mode & ~0o222)


@pytest.fixture
def frozen(jpki, files):
    """Give `jpki` with a world that nobody can change until the test is over."""
    set_writable(jpki.home, writable=False)
    yield jpki
    set_writable(jpki.home, writable=True)


@pytest.mark.parametrize(
    "words",
    [
        ("ca", "list"),
        ("card", "list"),
        ("world", "show"),
        ("pin", "status", "--card", "hanako"),
        ("check-card", "--card", "hanako"),
    ],
    ids=" ".join,
)
def test_what_only_reads_works_in_a_read_only_world(frozen, words):
    """It says the same as where it could write."""
    said = call(frozen, *words)

    assert (said.status in {YES, CANNOT_TELL}, said.stderr) == (True, "")


def test_a_certificate_is_checked_with_a_read_only_world(frozen, files):
    """Anchors and lists are there, and nothing has to be written for a verdict."""
    said = call(frozen, "check", files / "auth.cer")

    assert (said.status, said.stderr) == (YES, "")


def test_old_lists_of_a_read_only_world_cannot_tell(jpki, files):
    """New ones cannot be made: the reason is told, and the verdict is not good."""
    with World.open(jpki.home) as world:
        world.clock.advance(timedelta(days=30))
    set_writable(jpki.home, writable=False)

    said = call(jpki, "check", files / "auth.cer")
    set_writable(jpki.home, writable=True)

    assert (said.status, "register.sqlite is read-only" in said.stderr) == (CANNOT_TELL, True)


@pytest.mark.parametrize(
    "words",
    [("ca", "crl"), ("ca", "revoke", "hanako", "--kind", "auth", "--reason", "superseded")],
    ids=" ".join,
)
def test_what_writes_says_that_the_world_is_read_only(frozen, words):
    """Not that it is damaged: there is nothing to repair."""
    said = call(frozen, *words)

    assert (said.status, "register.sqlite is read-only" in said.error) == (USAGE, True)


@pytest.mark.parametrize(
    "words", [("login", "--card", "hanako"), ("pin", "verify", "auth", "--card", "hanako")]
)
def test_no_try_is_spent_that_cannot_be_written_down(frozen, words):
    """One line names the file; a card that cannot count does not compare."""
    said = call(frozen, *words)

    assert (said.status, "state.lock: cannot be locked" in said.error) == (CARD, True)


def test_a_key_open_to_others_does_not_keep_a_certificate_from_being_checked(jpki, files):
    """Nothing is signed for it, so no private key is read."""
    (jpki.home / "ca" / "sign-g1.key").chmod(0o644)

    said = jpki("check", files / "auth.cer")

    assert said.status == YES
