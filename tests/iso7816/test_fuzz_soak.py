"""Coverage-guided fuzzing of the language: `make soak`. Finds become cases of the tests beside."""

import pytest

from tests.support.fuzzing import fuzz

pytestmark = pytest.mark.soak

CORPUS = [
    "00A4040C0AD392F000260100000001",
    "00B000040006 1F",
    "802A0080333031300D060960864801650304020105000420" + "00" * 32 + "00",
    "0020008000",
    "00B0000000000001",
    "3BDA13FF8131FB468012392F31C173C601C03B",
    "FF20827FDF2108000E",
    "9000",
]


@pytest.mark.parametrize("target", ["command", "response", "structures"])
def test_no_input_crashes_or_hangs_it(target, tmp_path):
    """Whatever the bytes are, decoding ends in a value or in its own error."""
    fuzz("tests.iso7816.fuzzing", target, map(bytes.fromhex, CORPUS), tmp_path)
