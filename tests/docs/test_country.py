"""docs/use/country.md, followed."""

from pathlib import Path

from tests.support import pages


def test_a_new_user_can_follow_the_page_about_a_country(tmp_path: Path):
    """Residents by name: their past, an event, a card."""
    pages.follow(pages.PAGES / "country.md", tmp_path)
