"""Commands and answers found in a log, in order, made into the events of a trace.

Not here: how each kind of log is written. Secrets stay in here no longer than from a command to
its answer. Called by the modules beside this one.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cardsim.trace.events import Conversation, Event
from cardsim.trace.heard import PowerKind
from cardsim.trace.importing.lines import LogFormatError

MAX_EVENTS = 1_000_000
MAX_CARDS = 256


@dataclass
class _Talk:
    conversation: Conversation
    command: bytes = field(default=b"", repr=False)
    asked_at: int = 0
    """The line of the command without an answer yet; 0 when there is none."""


@dataclass
class Hearing:
    """What was heard so far. Readers are told apart by what the log calls them, and renamed."""

    events: list[Event] = field(default_factory=list)
    _talks: dict[str, _Talk] = field(default_factory=dict)

    def asked(self, line: int, command: bytes, reader: str = "") -> None:
        """Hear a command; one before it that had no answer got none."""
        talk = self._talk(line, reader)
        self._unanswered(line, talk)
        talk.command, talk.asked_at = command, line

    def answered(self, line: int, answer: bytes, reader: str = "") -> None:
        """Hear the answer to the last command."""
        talk = self._talk(line, reader)
        if not talk.asked_at:
            raise LogFormatError(line, "an answer without a command before it")
        self._note(line, talk.conversation.exchange(talk.command, answer))
        talk.command, talk.asked_at = b"", 0

    def exchanged(
        self,
        line: int,
        command: bytes,
        answer: bytes | None,
        reader: str = "",
        *,
        time: datetime | None = None,
        took: int | None = None,
    ) -> None:
        """Hear a command together with its answer (None: the log says that none came)."""
        talk = self._talk(line, reader).conversation
        self._note(line, talk.exchange(command, answer, time=time, took=took))

    def powered(
        self,
        line: int,
        kind: PowerKind,
        atr: bytes | None = None,
        reader: str = "",
        *,
        time: datetime | None = None,
    ) -> None:
        """Hear of the contacts."""
        talk = self._talk(line, reader)
        self._unanswered(line, talk)
        self._note(line, talk.conversation.power(kind, atr, time=time))

    def finished(self) -> tuple[Event, ...]:
        """Give all events; a log must not end between a command and its answer."""
        for talk in self._talks.values():
            if talk.asked_at:
                raise LogFormatError(talk.asked_at, "the log ends before the answer to this")
        return tuple(self.events)

    def _talk(self, line: int, reader: str) -> _Talk:
        if reader not in self._talks:
            if len(self._talks) >= MAX_CARDS:
                raise LogFormatError(line, f"more than {MAX_CARDS} readers")
            # The log's own name may be anything, a serial number for instance.
            number = len(self._talks) + 1
            name = "card" if number == 1 else f"card {number}"
            self._talks[reader] = _Talk(Conversation(name))
        return self._talks[reader]

    def _unanswered(self, line: int, talk: _Talk) -> None:
        if talk.asked_at:
            self._note(line, talk.conversation.exchange(talk.command, None))
        talk.command, talk.asked_at = b"", 0

    def _note(self, line: int, event: Event) -> None:
        if len(self.events) >= MAX_EVENTS:
            raise LogFormatError(line, f"more than {MAX_EVENTS} events")
        self.events.append(event)
