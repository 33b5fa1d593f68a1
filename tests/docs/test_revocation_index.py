"""docs/use/revocation-index.md, followed."""

from pathlib import Path

from tests.support import pages


def test_a_new_user_can_follow_the_page_for_the_index(tmp_path: Path):
    """Lists are taken, asked, refused, and many are judged, as the page says."""
    pages.follow(pages.PAGES / "revocation-index.md", tmp_path)
