"""The small program with pyscard that sends what it is told, extended APDUs as well.

OpenSC's tools refuse to send those to this card. Not here: the program (`tests/foreign/programs`).
"""

import sys
from pathlib import Path

from tests.support.processes import run
from tests.support.readers import Reader

_PROGRAM = Path(__file__).parents[1] / "foreign" / "programs" / "card_talk.py"


def send(reader: Reader, *apdus: str) -> list[bytes]:
    """Send APDUs in one conversation; give their answers."""
    printed = run(sys.executable, _PROGRAM, *apdus, environment=reader.environment).stdout.decode()
    words = (line.split(" ", 1) for line in printed.splitlines())
    return [bytes.fromhex(rest) for word, rest in words if word == "answer"]
