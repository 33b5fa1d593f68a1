"""What an authority's service does wrong with its next answer: the words `crl` and `ocsp`, counted.

    service = EvidenceFaults(Evidence.CRL, parse_all(["crl 503 at request 2", "crl late 2s"]))
    trouble = service.next_request()

Not here: services, lists, answers. What a trouble does to a revocation list is done where lists
are (`cardsim.world.evidence`), to an OCSP answer in `cardsim.world.ocsp_evidence`; waiting and
HTTP belong to whoever serves.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cardsim.faults.fault import Evidence, Fault, Mishap, Serve
from cardsim.faults.kinds import Question
from cardsim.faults.places import Event
from cardsim.faults.plan import Plan


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one answer: late by milliseconds, a mishap, an HTTP status instead."""

    late: int = 0
    mishap: Mishap | None = None
    status: int | None = None

    def __bool__(self) -> bool:
        return self != NO_TROUBLE

    def joined(self, effect: Serve) -> "Trouble":
        """Give this and what an effect adds; of two mishaps or statuses the later one counts."""
        return Trouble(
            self.late + (effect.late or 0),
            effect.mishap or self.mishap,
            effect.status or self.status,
        )


NO_TROUBLE = Trouble()


class EvidenceFaults:
    """The faults of one kind of evidence; every request to its service is to be told once."""

    def __init__(self, evidence: Evidence, faults: Iterable[Fault]) -> None:
        own = [
            fault
            for fault in faults
            if isinstance(fault.effect, Serve) and fault.effect.evidence is evidence
        ]
        self._always = [fault for fault in own if fault.when is None]
        self._plan = Plan(own)

    def next_request(self) -> Trouble:
        """Count a request; give what is wrong with its answer."""
        due = [fault for fault, _ in self._plan.due(Event(Question.REQUEST))]
        trouble = NO_TROUBLE
        for fault in (*self._always, *due):
            if isinstance(fault.effect, Serve):
                trouble = trouble.joined(fault.effect)
        return trouble
