"""Coverage-guided fuzzing of the index's readers: `make soak`.

What it finds is kept as a case in `test_fuzz_seeds` or beside the rule it breaks.
"""

import pytest

from tests.revocation.fuzz_corpus import CORPUS
from tests.support.fuzzing import fuzz

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("target", CORPUS)
def test_nothing_crashes_hangs_or_disagrees(target, tmp_path):
    """An input that takes ten seconds, a gigabyte or another exception ends the run."""
    fuzz("tests.revocation.fuzzing", target, CORPUS[target], tmp_path)
