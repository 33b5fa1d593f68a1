"""A project of somebody's own, written into a folder, and what pytest says of it."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.pages import WITHOUT_OURS

PYTEST = [sys.executable, "-m", "pytest", *WITHOUT_OURS.split()]


@dataclass(frozen=True)
class Run:
    """What one run of pytest said."""

    text: str
    outcomes: dict[str, str]
    """Outcome by name of test: `passed`, `failed`, `error`."""

    def section(self, test: str) -> str:
        """Give what was printed about a test that failed."""
        return self.text.partition(f"_ {test} _")[2].partition("\n____")[0]


def run(directory: Path, content: str, *options: str) -> Run:
    """Write tests into a folder and run pytest there, with no configuration of ours."""
    (directory / "test_theirs.py").write_text(content, encoding="utf-8")
    done = subprocess.run(
        [*PYTEST, "-rA", "-p", "no:cacheprovider", *options],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    found = re.findall(r"^(PASSED|FAILED|ERROR) \S+?::(?:\w+::)?(\w+)", done.stdout, re.MULTILINE)
    return Run(done.stdout + done.stderr, {name: outcome.lower() for outcome, name in found})
