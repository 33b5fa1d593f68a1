"""Coverage-guided fuzzing of the importers, the reader of traces and the redaction: `make soak`.

What it finds is kept as a case in `test_logs`, `test_codec` or `test_redaction`.
"""

import pytest

from cardsim.trace import event_line
from cardsim.trace.codec import opening_line
from tests.support.fuzzing import fuzz
from tests.trace.logs import LOGS, PIN, TALK
from tests.trace.talk import WHOLE_TALK, Listened

pytestmark = pytest.mark.soak


def corpus(target):
    """Give the inputs to start from."""
    if target == "log":
        return [text.encode() for text in LOGS.values()]
    if target == "trace":
        listened = Listened()
        listened(*WHOLE_TALK)
        return [opening_line("card") + b"".join(map(event_line, listened.events[:12]))]
    talk = [bytes.fromhex(part) for exchange in TALK for part in exchange]
    return [b"".join(len(part).to_bytes(2, "big") + part for part in talk), PIN]


@pytest.mark.parametrize("target", ["log", "trace", "conversation"])
def test_nothing_crashes_hangs_or_lets_a_secret_through(target, tmp_path):
    """An input that takes ten seconds, a gigabyte or another exception ends the run."""
    fuzz("tests.trace.fuzzing", target, corpus(target), tmp_path)
