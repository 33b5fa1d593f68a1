"""docs/use/java.md, followed."""

from pathlib import Path

import pytest

from tests.support import pages

pytestmark = pytest.mark.timeout(600)
"""Several programs of some size; how long they take says something about the machine only."""


def test_a_new_user_can_follow_the_page_for_java(tmp_path: Path):
    """The program logs in under `jpki card run` and under pytest, and fails when it should."""
    pages.follow(pages.PAGES / "java.md", tmp_path)
