"""What holds for the verifier's tests.

`test_production_roots.py` reads the six public certificates of the real CAs, which are not
shipped. It is collected only where `JPKI_ROOTS_DIR` names a directory that holds them.
"""

import os
from collections.abc import Iterator
from functools import wraps
from typing import Any

import pytest

from jpki.verify.checks import Check
from tests.verify.formats.english import words_left

collect_ignore = [] if "JPKI_ROOTS_DIR" in os.environ else ["test_production_roots.py"]
_CHANCE = ("mutations", "structures", "seeds", "soak", "differences", "peers")
"""Modules whose names and addresses are bent by chance: they say what the others say."""


@pytest.fixture(scope="module", autouse=True)
def everything_said_is_said_in_japanese(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold every row any test of a module makes against the Japanese phrases, at its end."""
    if request.module.__name__.endswith(_CHANCE):
        yield
        return
    said: set[str] = set()
    make = Check.__init__

    @wraps(make)
    def listening(self: Check, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        said.update(text for text in (self.expected, self.seen, self.needed or "") if " " in text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Check, "__init__", listening)
        yield
    left = [f"{text!r}: {words_left(text)}" for text in said if words_left(text)]
    assert not left, "\n".join(left)
