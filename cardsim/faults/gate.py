"""Faults of PC/SC requests, at the gate our service has for them.

Only `fail CODE before REQUEST` is done here: what waits for a command to the card is done by the
card itself (`card`), which hears each command once.
A `cardsim.readers.pcsc.Gate`; made by whoever makes a service.
"""

import logging
from collections.abc import Iterable, Mapping

from cardsim.faults.fault import Fail, Fault
from cardsim.faults.kinds import Request
from cardsim.faults.places import Event
from cardsim.faults.plan import Plan
from cardsim.readers.pcsc import Command, ReturnCode
from cardsim.readers.slot import Slot

_log = logging.getLogger(__name__)
_REQUESTS = {request.command: request for request in Request}


class FaultGate:
    """Refuses requests on readers, as their faults say; made by `gate_for`."""

    def __init__(self, plans: Mapping[str, Plan]) -> None:
        self._plans = plans

    def before(self, command: Command, slot: Slot) -> ReturnCode | None:
        """Count a request; give the code to refuse it with, if one is due."""
        plan, request = self._plans.get(slot.name), _REQUESTS.get(command)
        if plan is None or request is None:
            return None
        for fault, _ in plan.due(Event(request)):
            _log.info("fault: %s", fault)
            if isinstance(fault.effect, Fail):
                return fault.effect.code
        return None

    def after(self, command: Command, slot: Slot) -> ReturnCode | None:  # noqa: ARG002 - Gate's
        """Refuse nothing that was done."""
        return None


def gate_for(faults: Mapping[str, Iterable[Fault]]) -> FaultGate | None:
    """Give the gate for readers, by name, and the faults of each; None when none needs one."""
    plans = {reader: Plan(filter(_is_of_a_request, each)) for reader, each in faults.items()}
    needed = {reader: plan for reader, plan in plans.items() if plan}
    return FaultGate(needed) if needed else None


def _is_of_a_request(fault: Fault) -> bool:
    return fault.when is not None and isinstance(fault.when.kind, Request)
