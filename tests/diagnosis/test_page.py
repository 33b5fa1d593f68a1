"""The page about `jpki doctor` names each check."""

import importlib
import pkgutil
import re
from pathlib import Path

from cardsim.diagnosis import judging
from cardsim.diagnosis.findings import Check

PAGE = Path(__file__).parents[2] / "docs" / "doctor.md"


def test_the_page_explains_every_check_and_no_other():
    """Whoever reads an id in JSON finds it there."""
    modules = [
        importlib.import_module(f"{judging.__name__}.{found.name}")
        for found in pkgutil.iter_modules(judging.__path__)
    ]
    made = {
        value.id
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Check)
    }

    told = re.findall(r"^\| `([a-z.]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert (len(told), set(told)) == (len(made), made)
