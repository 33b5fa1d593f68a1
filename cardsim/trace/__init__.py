"""What was said to a card and what it answered: recorded, read from logs, replayed, compared.

    bytes → exchange (redacted) → step (named) → event → file, terminal, test

Redaction comes first and by construction: an `Exchange` holds header, lengths, status and a few
values of public form, and refuses to be built from more. So whatever is made of it (names, files,
diagrams) can hold no PIN, number, name or key. Card and readers know nothing of it.
"""

from cardsim.trace.codec import Trace, TraceFormatError, event_fields, event_line, read_trace
from cardsim.trace.comparing import Difference, TooLongError, compare, explain
from cardsim.trace.events import Conversation, Event, Naming, PowerChange, named
from cardsim.trace.exchange import Answered, Asked, Exchange, UnredactedError, overhear
from cardsim.trace.files import TraceFile, load_trace, save_trace
from cardsim.trace.heard import Contacts, Heard, Listener, PowerKind
from cardsim.trace.mermaid import diagram
from cardsim.trace.recorder import Clock, RecordedCard
from cardsim.trace.replaying import Replayed, Secrets, replay
from cardsim.trace.state import State
from cardsim.trace.steps import Step
from cardsim.trace.telling import event_in_words

__all__ = [
    "Answered",
    "Asked",
    "Clock",
    "Contacts",
    "Conversation",
    "Difference",
    "Event",
    "Exchange",
    "Heard",
    "Listener",
    "Naming",
    "PowerChange",
    "PowerKind",
    "RecordedCard",
    "Replayed",
    "Secrets",
    "State",
    "Step",
    "TooLongError",
    "Trace",
    "TraceFile",
    "TraceFormatError",
    "UnredactedError",
    "compare",
    "diagram",
    "event_fields",
    "event_in_words",
    "event_line",
    "explain",
    "load_trace",
    "named",
    "overhear",
    "read_trace",
    "replay",
    "save_trace",
]
