"""Why a program does not see the card: the way from it to the card, looked at step by step.

    diagnosis = diagnose(Machine(os.environ), ("firefox",))
    for finding in diagnosis.wrong:
        print(finding.looked_at, finding.seen, finding.advice)

`looking` gathers facts and judges none; `judging` says what the facts mean and looks at nothing.
Nothing is changed, no PIN is sent, no try is spent, and a card another program uses is let alone.
"""

from cardsim.diagnosis.diagnose import diagnose
from cardsim.diagnosis.findings import Diagnosis, Finding, Outcome
from cardsim.diagnosis.machine import Machine

__all__ = ["Diagnosis", "Finding", "Machine", "Outcome", "diagnose"]
