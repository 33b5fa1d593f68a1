"""One line of a trace for people, the same in `jpki trace show` and in the live view."""

from dataclasses import dataclass

from cardsim.trace import Event, PowerChange, event_in_words
from jpki.iso7816 import SW

STYLES = {"good": "green", "warning": "yellow", "bad": "red", "plain": ""}


@dataclass(frozen=True, slots=True)
class Told:
    """The parts of a line: when, by which card, what; and how well it went."""

    time: str
    words: str
    mood: str

    def __str__(self) -> str:
        return f"{self.time}  {self.words}"


def tell(event: Event) -> Told:
    """Put an event into a line."""
    time = f"{event.time:%H:%M:%S.%f}" if event.time else "--:--:--.------"
    took = f" ({event.took} µs)" if event.took else ""
    return Told(time, f"{event.card}  {event_in_words(event)}{took}", _mood(event))


def _mood(event: Event) -> str:
    if isinstance(event.what, PowerChange):
        return "plain"
    status = event.what.exchange.status
    if status is None:
        return "bad"
    if status.is_success:
        return "good"
    return "warning" if status.kind is SW.TRIES_LEFT else "bad"
