"""docs/catalogue.md is as the data has it, and its example works."""

import subprocess
import sys
from pathlib import Path

from cardsim.world.catalogue import load, make
from cardsim.world.catalogue.rehearsal import Rehearsal

ROOT = Path(__file__).parents[3]


def test_the_page_is_as_the_data_has_it():
    """Whoever changes an entry runs `make docs`."""
    check = [sys.executable, "tools/catalogue_page.py", "--check"]

    done = subprocess.run(check, cwd=ROOT, check=False)

    assert done.returncode == 0


def test_the_example_of_ones_own_file_works(world, tmp_path):
    """What the page shows can be copied, made and rehearsed."""
    page = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    [entry] = load(path).entries

    make(world, [entry])

    assert all(finding.holds for finding in Rehearsal(world).play(entry))
