"""docs/use/life.md, followed; its table is the one the rules use."""

import subprocess
import sys
from pathlib import Path

from tests.support import pages

ROOT = Path(__file__).parents[2]


def test_a_new_user_can_follow_the_page_about_people_and_time(tmp_path: Path):
    """A life told in commands, with what they print."""
    pages.follow(pages.PAGES / "life.md", tmp_path)


def test_the_table_is_the_one_the_rules_use():
    """Whoever changes a row runs `make docs`."""
    check = [sys.executable, "tools/life_page.py", "--check"]

    done = subprocess.run(check, cwd=ROOT, check=False)

    assert done.returncode == 0
