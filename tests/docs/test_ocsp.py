"""docs/use/ocsp.md, followed: OpenSSL asks, a script of twenty lines answers."""

from pathlib import Path

from tests.support import pages


def test_a_new_user_can_follow_the_page_for_ocsp(tmp_path: Path):
    """In a new world."""
    pages.follow(pages.PAGES / "ocsp.md", tmp_path)
