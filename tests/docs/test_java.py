"""docs/use/java.md, followed."""

from pathlib import Path

from tests.support import pages


def test_a_new_user_can_follow_the_page_for_java(tmp_path: Path):
    """The program logs in under `jpki card run` and under pytest, and fails when it should."""
    pages.follow(pages.PAGES / "java.md", tmp_path)
