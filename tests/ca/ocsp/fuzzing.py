"""Coverage-guided fuzzing of the responder; a program, started by `test_fuzz_soak`."""

import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["jpki.ca.ocsp", "jpki.verify"]):
    from tests.ca.ocsp.targets import Target

from jpki.ca import SoftwareKey
from tests.support.fuzzing import run_target

_directory = tempfile.TemporaryDirectory()
_target = Target(Path(_directory.name), [SoftwareKey.generate() for _ in range(4)])


def answers(data: bytes) -> None:
    """Answer: a status or a signed answer, and no defect."""
    _target.answer(data)


def glances(data: bytes) -> None:
    """Read in both ways."""
    _target.same_at_a_glance(data)


if __name__ == "__main__":
    run_target(answers, glances)
