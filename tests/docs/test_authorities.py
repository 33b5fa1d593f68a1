"""docs/use/authorities.md, followed: passphrases, a token, a country."""

from pathlib import Path

import pytest

from tests.support import pages

pytestmark = pytest.mark.timeout(600)
"""Two worlds are made; how long that takes says something about the machine only."""


def test_a_new_user_can_follow_the_page_for_the_authorities(tmp_path: Path):
    """With SoftHSM's tools as Debian has them."""
    pages.follow(pages.PAGES / "authorities.md", tmp_path)
