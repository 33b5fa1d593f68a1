"""Coverage-guided fuzzing of verifier and linter; a program, started by `test_fuzz_soak`.

python -m tests.verify.fuzzing TARGET CORPUS [options of libFuzzer]
"""

import atheris

with atheris.instrument_imports(include=["jpki.verify", "jpki.lint"]):
    from tests.verify.fuzz_targets import TARGETS

from tests.support.fuzzing import run_target

if __name__ == "__main__":
    run_target(*TARGETS)
