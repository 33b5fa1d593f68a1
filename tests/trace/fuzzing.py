"""Coverage-guided fuzzing of what reads foreign bytes; a program, started by `test_fuzz_soak`.

    python -m tests.trace.fuzzing TARGET CORPUS [options of libFuzzer]

Any exception but the documented refusals is a finding, and so is a secret that came through.
"""

import contextlib

import atheris

with atheris.instrument_imports(include=["cardsim.trace", "jpki.iso7816"]):
    from cardsim.trace import Conversation, TraceFormatError, event_line, read_trace
    from cardsim.trace.importing import LogFormat, LogFormatError, UnknownLogError, import_log

from tests.support.faces import NUMBER
from tests.support.fuzzing import run_target
from tests.trace.logs import PIN

REFUSALS = (LogFormatError, TraceFormatError, UnknownLogError)
_LENGTH_BYTES = 2
_PARTS = [
    f'"sw": "{secret[at : at + 2].hex().upper()}"'.encode()
    for secret in (PIN, NUMBER.encode())
    for at in range(len(secret) - 1)
]


def no_secret(text: bytes) -> None:
    """Raise when a secret of the corpus is in what was written, or two of its bytes as a status."""
    if PIN.hex().upper().encode() in text:
        raise AssertionError("the PIN came through")
    if any(part in text for part in _PARTS):
        raise AssertionError("a part of a secret came through as a status word")


def log(data: bytes) -> None:
    """Import bytes as a log, of each kind and of any."""
    lines = data.decode("utf-8", errors="replace").splitlines(keepends=True)
    for kind in (None, *LogFormat):
        with contextlib.suppress(*REFUSALS):
            no_secret(b"".join(map(event_line, import_log(lines, kind).events)))


def trace(data: bytes) -> None:
    """Read bytes as a trace; what is read is written as it was read."""
    lines = data.decode("utf-8", errors="replace").splitlines(keepends=True)
    with contextlib.suppress(*REFUSALS):
        found = read_trace(lines)
        again = [line.decode() for line in map(event_line, found.events)]
        if read_trace([lines[0], *again]) != found:
            raise AssertionError("another trace came back")


def conversation(data: bytes) -> None:
    """Take bytes for commands and answers, each with its length in front."""
    talk, parts = Conversation("card"), list[bytes]()
    while len(data) > _LENGTH_BYTES:
        length = int.from_bytes(data[:_LENGTH_BYTES], "big")
        parts.append(data[_LENGTH_BYTES : _LENGTH_BYTES + length])
        data = data[_LENGTH_BYTES + length :]
    for command, answer in zip(parts[::2], parts[1::2], strict=False):
        no_secret(event_line(talk.exchange(command, answer)))


if __name__ == "__main__":
    run_target(log, trace, conversation)
