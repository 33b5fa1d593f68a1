"""The commands' readers of text: PEM, tables, rows that were begun. Nothing crashes or hangs them.

Bent seeds in each run; coverage-guided in `make soak`.
"""

import pytest

from tests.cli.fuzz_targets import CORPUS, TARGETS
from tests.support.fuzzing import fuzz
from tests.verify.test_fuzz_seeds import bent

ROUNDS = 40


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.__name__)
def test_bent_seeds_are_refused_or_read(target):
    """No exception but a refusal in words, and no row that is lost or doubled."""
    for data in bent(CORPUS[target.__name__], ROUNDS):
        target(data)


@pytest.mark.soak
@pytest.mark.parametrize("target", CORPUS)
def test_nothing_crashes_or_hangs(target, tmp_path):
    """An input that takes ten seconds, a gigabyte or another exception ends the run."""
    fuzz("tests.cli.fuzzing", target, CORPUS[target], tmp_path)
