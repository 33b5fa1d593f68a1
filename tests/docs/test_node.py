"""docs/use/node.md, followed."""

from pathlib import Path

from tests.support import pages

OURS = {
    "npm_config_userconfig": str(Path.home() / ".npmrc"),
    "npm_config_cache": str(Path.home() / ".npm"),
    "npm_config_prefer_offline": "true",
}
"""npm as it is set up here; what `make test-clients` has fetched is not fetched again."""


def test_a_new_user_can_follow_the_page_for_node(tmp_path: Path):
    """The module is installed and built; the program logs in, and fails when it should."""
    environment = {**OURS, **pages.fetching("npm_config_")}

    pages.follow(pages.PAGES / "node.md", tmp_path, environment=environment)
