"""Which faults can happen over which ways: what nobody is there to do is told before, not missed.

    unreachable(parse_all(["crl stale"]), {Way.SERVICE})      # the fault: nobody asks for a list

A fault that never strikes looks like a program that gets over it. Not here: refusing such a fault,
which is for whoever knows the ways that are open.
Called by the command line and by test fixtures.
"""

from collections.abc import Collection, Iterable
from enum import Enum, unique

from cardsim.faults.fault import Fault
from cardsim.faults.kinds import Request
from cardsim.faults.words import Layer, layer_of


@unique
class Way(Enum):
    """How one comes by what goes wrong; the value is for people."""

    IN_PROCESS = "a card in the program's own process"
    SERVICE = "our own PC/SC service"
    VPCD = "vpcd"
    EVIDENCE = "a service that gives revocation lists or answers OCSP"


_EVERY_READER = (Way.IN_PROCESS, Way.SERVICE, Way.VPCD)


def ways_of(fault: Fault) -> tuple[Way, ...]:
    """Give the ways over which a fault can happen, in the order of `Way`; there is always one.

    In a process a card plays by itself what is done to its reader at a command; requests to PC/SC
    are not made there. vpcd's reader is pcscd's own.
    """
    match layer_of(fault):
        case Layer.CARD:
            return _EVERY_READER
        case Layer.AUTHORITY:
            return (Way.EVIDENCE,)
        case Layer.READER:
            asked = fault.when is not None and isinstance(fault.when.kind, Request)
            return (Way.SERVICE,) if asked else (Way.IN_PROCESS, Way.SERVICE)


def unreachable(faults: Iterable[Fault], ways: Collection[Way]) -> tuple[Fault, ...]:
    """Give the faults that can happen over none of these ways, in the order they were given."""
    return tuple(fault for fault in faults if not set(ways) & set(ways_of(fault)))
