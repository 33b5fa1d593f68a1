"""Coverage-guided fuzzing (atheris, libFuzzer) in a process of its own, with limits.

Not here: targets; they stand beside the tests of what they try, in modules that call
`run_target`. Called by the soak tests.
"""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.support.processes import run

SECONDS = int(os.environ.get("JPKI_FUZZ_SECONDS", "120"))
"""For each target."""
ROOT = Path(__file__).parents[2]


def fuzz(module: str, target: str, inputs: Iterable[bytes], place: Path) -> None:
    """Fuzz a target of a module, starting from these inputs.

    An input that takes ten seconds, a gigabyte, or raises ends it with `ProgramFailedError`.
    """
    corpus = place / "corpus"
    corpus.mkdir()
    for number, data in enumerate(inputs):
        (corpus / str(number)).write_bytes(data)
    limits = (f"-max_total_time={SECONDS}", "-timeout=10", "-rss_limit_mb=1024", "-max_len=65536")
    run(
        *(sys.executable, "-m", module, target, corpus, *limits),
        f"-artifact_prefix={place}/",
        cwd=ROOT,
        seconds=SECONDS + 120.0,
    )


def run_target(*targets: Callable[[bytes], None]) -> None:
    """Be the fuzzing program: the first argument names the target, the rest is libFuzzer's."""
    import atheris

    target = {each.__name__: each for each in targets}[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
