"""What the facts mean, and what to do about it.

Not here: a look at anything; the same facts always give the same rows. Each module takes the facts
and gives the rows of one stretch of the way, from the program to the card.
Called by `diagnose`.
"""

from cardsim.diagnosis.facts import Facts
from cardsim.diagnosis.findings import Finding
from cardsim.diagnosis.judging.door import judge_door
from cardsim.diagnosis.judging.environment import judge_environment
from cardsim.diagnosis.judging.library import judge_library
from cardsim.diagnosis.judging.opensc import judge_opensc
from cardsim.diagnosis.judging.program import judge_program
from cardsim.diagnosis.judging.readers import judge_readers
from cardsim.diagnosis.judging.sandbox import judge_sandbox
from cardsim.diagnosis.judging.system import judge_system, judge_vpcd

_STRETCHES = (
    judge_program,
    judge_library,
    judge_environment,
    judge_door,
    judge_system,
    judge_vpcd,
    judge_sandbox,
    judge_readers,
    judge_opensc,
)


def judge(facts: Facts) -> tuple[Finding, ...]:
    """Give all rows, from the program to the card."""
    return tuple(finding for stretch in _STRETCHES for finding in stretch(facts))
