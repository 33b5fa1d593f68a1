"""Coverage-guided fuzzing of the commands' readers; a program, started by `test_fuzz`.

python -m tests.cli.fuzzing TARGET CORPUS [options of libFuzzer]
"""

import atheris

with atheris.instrument_imports(include=["jpki_cli", "asn1crypto.pem"]):
    from tests.cli.fuzz_targets import TARGETS

from tests.support.fuzzing import run_target

if __name__ == "__main__":
    run_target(*TARGETS)
