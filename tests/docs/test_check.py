"""docs/use/check.md, followed."""

from pathlib import Path

from tests.support import pages


def test_a_relying_party_can_follow_the_page_on_checking(tmp_path: Path):
    """Verdicts, explanations, evidence and paths are what the page says."""
    pages.follow(pages.PAGES / "check.md", tmp_path)
