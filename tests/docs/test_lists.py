"""docs/use/lists.md, followed."""

from pathlib import Path

from tests.support import pages


def test_a_new_user_can_follow_the_page_for_lists(tmp_path: Path):
    """What is published, proven and kept is what the page says."""
    pages.follow(pages.PAGES / "lists.md", tmp_path)
