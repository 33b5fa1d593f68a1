"""docs/use/lint.md, followed; docs/lint.md, compared."""

import subprocess
import sys
from pathlib import Path

from jpki.lint import RULES
from tests.support import pages
from tests.support.cache import ROOT


def test_a_new_user_can_follow_the_page_for_lint(tmp_path: Path):
    """What the page shows is what is printed."""
    pages.follow(pages.PAGES / "lint.md", tmp_path)


def test_the_page_of_rules_is_the_registry():
    """Whoever changes a rule runs `make docs`."""
    done = subprocess.run([sys.executable, "tools/lint_page.py", "--check"], cwd=ROOT, check=False)

    assert done.returncode == 0


def test_the_page_of_rules_has_each_rule():
    """With its id and its citation's clause."""
    page = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")

    assert [rule.id for rule in RULES if f"| `{rule.id}` |" not in page] == []
