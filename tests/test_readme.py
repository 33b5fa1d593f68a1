"""The README's examples are run as they stand, so that they cannot go stale."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def block(language: str) -> str:
    """Give the one example of a language under "A tour"."""
    tour = (ROOT / "README.md").read_text(encoding="utf-8").split("## A tour", 1)[1]
    found = re.search(rf"```{language}\n(.*?)```", tour.split("\n## ", 1)[0], re.DOTALL)
    if found is None:
        raise AssertionError(f"the tour has no {language} example")
    return found[1]


def test_shell_tour_runs_from_its_first_line_to_the_refusal(tmp_path: Path) -> None:
    """Every line of the shell tour works, and the last one is refused with status 1."""
    # The environment is the one this suite runs in, wherever it was made.
    script = block("sh").replace(". .venv/bin/activate", ":")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        check=False,
        env={"PATH": path, "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=110,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "\njpki\n" in done.stdout
    assert done.stdout.rstrip().endswith("exit status 1")
    assert (tmp_path / "signature").stat().st_size == 256


def test_tour_has_about_twenty_lines() -> None:
    """A newcomer reads the whole shell tour at a glance."""
    assert len(block("sh").splitlines()) <= 20


def test_pytest_example_passes(tmp_path: Path) -> None:
    """The example for Python is a test that passes."""
    example = tmp_path / "test_example.py"
    example.write_text(block("python"), encoding="utf-8")

    assert pytest.main(["-q", "-p", "no:cacheprovider", str(example)]) == 0
