"""What is handed out as source is the project, whole."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOR_CONTRIBUTORS = {".ci", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "docs", "tests", "tools"}
"""Beside what is installed: the rules, and all that `.ci/run` uses."""


def test_the_source_distribution_leaves_out_nothing_a_contributor_needs():
    """Whoever unpacks it can check, test and change it as from a clone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = set(project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"])

    assert FOR_CONTRIBUTORS - included == set()
    assert [name for name in included if not (ROOT / name).exists()] == []
