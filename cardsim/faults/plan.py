"""Which fault strikes at this event: counts events, holds no clock and touches nothing.

Not here: reading faults (`parsing`), carrying them out (`card`, `gate`).
Each fault counts for itself the events that fit it, so faults never disturb one another's count.
Called by `card` and `gate`, with every event exactly once.
"""

from collections.abc import Iterable

from cardsim.faults.fault import Fault, When
from cardsim.faults.kinds import Kind
from cardsim.faults.places import Event


class Plan:
    """Faults and how often what they wait for has happened."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._counters = [_Counter(fault, fault.when) for fault in faults if fault.when is not None]

    def __bool__(self) -> bool:
        return bool(self._counters)

    def due(self, event: Event) -> list[tuple[Fault, When]]:
        """Count the event; give the faults that strike at it, in the order they were given."""
        return [(each.fault, each.when) for each in self._counters if each.strikes(event)]


class _Counter:
    """One fault and the number of events that fitted it."""

    def __init__(self, fault: Fault, when: When) -> None:
        self.fault = fault
        self.when = when
        self._seen = 0

    def strikes(self, event: Event) -> bool:
        if not _fits(self.when, event):
            return False
        self._seen += 1
        return self.when.count.includes(self._seen)


def _fits(when: When, event: Event) -> bool:
    any_command = when.kind is Kind.COMMAND and isinstance(event.kind, Kind)
    return (
        (any_command or when.kind is event.kind)
        and when.ap in {None, event.ap}
        and when.ef in {None, event.ef}
    )
