"""The targets of fuzzing with bent seeds: quick, and the same in every run.

The long runs are in `test_fuzz_soak`; what they find is kept here as a case.
"""

import pytest

from tests.revocation.fuzz_corpus import CORPUS
from tests.revocation.fuzz_targets import TARGETS
from tests.verify.test_fuzz_seeds import bent

ROUNDS = 120


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.__name__)
def test_bent_seeds_are_refused_or_read(target):
    """No exception but the documented refusals, and no two readers that disagree."""
    for data in bent(CORPUS[target.__name__], ROUNDS):
        target(data)


def test_every_target_has_seeds():
    """A target without seeds would be tried with noise alone."""
    assert set(CORPUS) == {target.__name__ for target in TARGETS}
