"""Where the world of a user lives."""

from pathlib import Path

import pytest

from cardsim.world import home_directory

HOME = {"HOME": "/home/someone"}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param(
            {**HOME, "JPKI_HOME": "/a/world", "XDG_DATA_HOME": "/data"}, "/a/world", id="named"
        ),
        pytest.param({**HOME, "XDG_DATA_HOME": "/data"}, "/data/jpki-emu", id="XDG"),
        pytest.param(HOME, "/home/someone/.local/share/jpki-emu", id="default"),
        pytest.param(
            {**HOME, "JPKI_HOME": "", "XDG_DATA_HOME": ""},
            "/home/someone/.local/share/jpki-emu",
            id="empty is unset",
        ),
        pytest.param(
            {**HOME, "XDG_DATA_HOME": "not/absolute"},
            "/home/someone/.local/share/jpki-emu",
            id="a relative XDG_DATA_HOME is ignored",
        ),
    ],
)
def test_home_follows_the_environment(environ, expected):
    """JPKI_HOME, else XDG_DATA_HOME/jpki-emu, else ~/.local/share/jpki-emu."""
    assert home_directory(environ) == Path(expected)


def test_relative_home_is_made_absolute():
    """A world named relatively stays the same one when the process changes its directory."""
    assert home_directory({"JPKI_HOME": "w"}) == Path.cwd() / "w"
