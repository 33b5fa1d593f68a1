"""Coverage-guided fuzzing of every reader of the verifier: `make soak`.

What it finds is kept as a case in `test_fuzz_seeds` or beside the rule it breaks.
"""

import pytest

from tests.support.fuzzing import fuzz
from tests.verify.fuzz_corpus import CORPUS

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("target", CORPUS)
def test_nothing_crashes_hangs_or_disagrees(target, tmp_path):
    """An input that takes ten seconds, a gigabyte or another exception ends the run."""
    fuzz("tests.verify.fuzzing", target, CORPUS[target], tmp_path)
