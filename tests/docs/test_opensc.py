"""docs/use/opensc.md, followed."""

from pathlib import Path

from tests.support import pages


def test_a_new_user_can_follow_the_page_for_opensc(tmp_path: Path):
    """OpenSC's tools say on the page what they say here."""
    pages.follow(pages.PAGES / "opensc.md", tmp_path)
