"""Coverage-guided fuzzing of the responder: `make soak`. Finds become cases of the tests beside."""

import pytest

from tests.ca.ocsp.targets import Target
from tests.support.fuzzing import fuzz

pytestmark = pytest.mark.soak


@pytest.mark.timeout(600)
@pytest.mark.parametrize("target", ["answers", "glances"])
def test_no_input_crashes_or_hangs_it(target, tmp_path, keys):
    """Whatever the bytes are, an answer comes out."""
    place = tmp_path / "seeds"
    place.mkdir()
    seeds = Target(place, keys)
    fuzz("tests.ca.ocsp.fuzzing", target, seeds.seeds, tmp_path)
    seeds.close()
