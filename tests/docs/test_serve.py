"""docs/use/serve.md, followed: a service, its clients, its troubles, its end."""

from pathlib import Path

import pytest

from tests.support import pages

pytestmark = pytest.mark.timeout(600)
"""A world is made; how long that takes says something about the machine only."""


def test_a_new_user_can_follow_the_page_for_the_service(tmp_path: Path):
    """With OpenSSL and curl as Debian has them."""
    pages.follow(pages.PAGES / "serve.md", tmp_path)
