"""Faults on cue: one small language for what goes wrong, and where and when.

    card = world.open_card("hanako", faults=[parse("status 6F00 before verify 2")])

From text to trouble: `parsing` reads the `words` into a `fault`, a `plan` counts what happens and
says which fault strikes, `card` and `gate` carry it out. Where a fault can happen at
all is said by `reach`. docs/faults.md lists the language.
"""

from cardsim.faults.card import AroundStore, FaultyCard
from cardsim.faults.evidence import EvidenceFaults, Trouble
from cardsim.faults.fault import Count, Effect, Evidence, Fault, Mishap, Moment, When
from cardsim.faults.gate import FaultGate, gate_for
from cardsim.faults.kinds import Kind, Request
from cardsim.faults.parsing import FaultSyntaxError, parse, parse_all
from cardsim.faults.plan import Plan
from cardsim.faults.reach import Way, unreachable
from cardsim.faults.surroundings import ServiceHand, Surroundings, VpcdHand

__all__ = [
    "AroundStore",
    "Count",
    "Effect",
    "Evidence",
    "EvidenceFaults",
    "Fault",
    "FaultGate",
    "FaultSyntaxError",
    "FaultyCard",
    "Kind",
    "Mishap",
    "Moment",
    "Plan",
    "Request",
    "ServiceHand",
    "Surroundings",
    "Trouble",
    "VpcdHand",
    "Way",
    "When",
    "gate_for",
    "parse",
    "parse_all",
    "unreachable",
]
