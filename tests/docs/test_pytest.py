"""docs/use/pytest.md, followed: a project is made in an empty folder, and its tests run."""

from pathlib import Path

import pytest

from tests.support import pages

pytestmark = pytest.mark.timeout(600)
"""Several programs of some size; how long they take says something about the machine only."""


def test_a_new_user_can_follow_the_page_for_pytest(tmp_path: Path):
    """With the plugin that is installed here, alone and in two workers."""
    pages.follow(pages.PAGES / "pytest.md", tmp_path)
