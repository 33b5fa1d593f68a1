"""Coverage-guided fuzzing of the index's readers; a program, started by `test_fuzz_soak`.

python -m tests.revocation.fuzzing TARGET CORPUS [options of libFuzzer]
"""

import atheris

with atheris.instrument_imports(include=["jpki.revocation", "jpki.verify"]):
    from tests.revocation.fuzz_targets import TARGETS

from tests.support.fuzzing import run_target

if __name__ == "__main__":
    run_target(*TARGETS)
