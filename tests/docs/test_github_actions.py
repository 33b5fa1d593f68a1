"""docs/use/github-actions.md, followed: its workflow is read, and its steps are run in order.

What stands in for GitHub: a folder, a new virtual environment, and the packages that `make test`
has installed. Not executed are the actions of others (`uses:`); what they give is there already.
GitHub's "Workflow syntax for GitHub Actions": `run` without a `shell` is `bash -e`, `$GITHUB_ENV`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.support import pages
from tests.support.cache import ROOT
from tests.support.debian import PACKAGES, missing

pytestmark = pytest.mark.timeout(600)
"""Several programs of some size; how long they take says something about the machine only."""

PAGE = pages.PAGES / "github-actions.md"
WORKFLOW = ".github/workflows/card.yml"
ACTIONS = {"actions/checkout@v4", "actions/setup-python@v5"}
"""What `runner` stands in for."""


def steps() -> list[dict]:
    """Give the steps of the one job."""
    workflow = YAML(typ="safe", pure=True).load(pages.file(PAGE, WORKFLOW))
    [job] = workflow["jobs"].values()
    return job["steps"]


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """Give a folder with the project of the page, jpki-emu and a new virtual environment."""
    for block in pages.blocks(PAGE):
        place = tmp_path / block.name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(block.text, encoding="utf-8")
    (tmp_path / "jpki-emu").symlink_to(ROOT)
    subprocess.run([sys.executable, ROOT / "tools/make_venv.py", tmp_path / "venv"], check=True)
    return tmp_path


def test_the_workflow_uses_no_action_that_is_not_stood_in_for():
    """What is not executed here is known by name."""
    assert {step["uses"] for step in steps() if "uses" in step} == ACTIONS


def test_the_packages_of_the_workflow_are_those_the_suite_runs_with():
    """A step of apt is the only one that is not run: what it brings is here."""
    [line] = re.findall(r"apt-get install --yes (.+)", pages.file(PAGE, WORKFLOW))

    assert set(line.split()) <= {package.name for package in PACKAGES}
    assert not missing()


def test_every_step_of_the_workflow_succeeds(runner: Path):
    """In order, each in a shell of its own that knows what the ones before said to GITHUB_ENV."""
    settings = runner / "github-env"
    script = "\n".join(
        f"bash -e step-{n}.sh; set -a; . ./{settings.name}; set +a" for n in range(len(steps()))
    )
    for n, step in enumerate(steps()):
        commands = step.get("run", ":").splitlines()
        kept = [line for line in commands if not line.startswith("sudo apt-get")]
        (runner / f"step-{n}.sh").write_text("\n".join(kept) + "\n")
    settings.touch()

    printed = pages.shell(
        script,
        runner,
        environment={
            # pip as it is set up here, with what it has fetched for this suite.
            "XDG_CONFIG_HOME": str(Path.home() / ".config"),
            "PIP_CACHE_DIR": str(Path.home() / ".cache/pip"),
            **pages.fetching("pip_"),
            "PATH": f"{runner / 'venv/bin'}:{os.environ['PATH']}",
            "GITHUB_ENV": str(settings),
        },
    )

    assert "2 passed" in printed
    assert "PIN [User Authentication PIN]" in printed
    assert printed.endswith("jpki\n")
