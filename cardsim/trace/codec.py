r"""A trace as JSON Lines: a line about the trace, then one for each event.

    {"format": "jpki-emu trace", "version": 1, "source": "card"}
    {"time": …, "card": …, "took_us": …, "event": "command", "name": "VERIFY", …}

The names are for readers without this program. Reading a trace back takes only what was said
from it, checks that it is redacted, and finds the names anew.
Not here: files (`files`). Called by whoever writes or reads a trace.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cardsim.trace.events import MAX_LABEL, Conversation, Event, PowerChange, is_label
from cardsim.trace.exchange import Answered, Asked, Exchange
from cardsim.trace.heard import Contacts, PowerKind
from cardsim.trace.state import State
from cardsim.trace.steps import Step
from jpki.iso7816 import StatusWord

FORMAT, VERSION = "jpki-emu trace", 1
MAX_LINE = 16_384
"""Characters: far more than the longest line there can be, whatever is asked of a card."""


class TraceFormatError(ValueError):
    """A line that is no part of a trace; the message names it and never quotes it."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Trace:
    """What was said, and who heard it (`card`: our own recorder; else the log's format)."""

    source: str
    events: tuple[Event, ...]


def opening_line(source: str) -> bytes:
    """Give the first line of a trace, its end included, in UTF-8."""
    opening = {"format": FORMAT, "version": VERSION, "source": source}
    return f"{json.dumps(opening, ensure_ascii=False)}\n".encode()


def event_line(event: Event) -> bytes:
    """Give the line of one event, its end included, in UTF-8."""
    when, took = event.time, event.took
    time = "null"
    if when is not None:
        # As isoformat() has it, at half the cost.
        time = (
            f'"{when.year:04}-{when.month:02}-{when.day:02}T{when.hour:02}:{when.minute:02}'
            f':{when.second:02}.{when.microsecond:06}Z"'
        )
    duration = "null" if took is None else took
    start = f'{{"time": {time}, "card": {_text(event.card)}, "took_us": {duration}, '
    return start.encode() + _rest(event.what)


def event_fields(event: Event) -> dict[str, Any]:
    """Give one event as plain data: what `event_line` writes."""
    fields: dict[str, Any] = json.loads(event_line(event))
    return fields


@lru_cache(maxsize=256)
def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_rendered: dict[int, tuple[Step | PowerChange, bytes]] = {}
"""By identity, which costs nothing; what is in it stays alive, so no other can have its number."""
_RENDERED = 4096


def _rest(what: Step | PowerChange) -> bytes:
    """Give what does not depend on when it was said: everything behind the opening brace."""
    found = _rendered.get(id(what))
    if found is not None:
        return found[1]
    fields = _power_fields(what) if isinstance(what, PowerChange) else _step_fields(what)
    text = f"{json.dumps(fields, ensure_ascii=False)[1:]}\n".encode()
    if len(_rendered) >= _RENDERED:
        _rendered.clear()
    _rendered[id(what)] = what, text
    return text


def _power_fields(change: PowerChange) -> dict[str, Any]:
    return {
        "event": change.kind.value,
        "atr": _hex(change.atr),
        "state": _state_fields(change.after),
    }


def _step_fields(step: Step) -> dict[str, Any]:
    file, pin = step.file, step.pin
    asked, answered = step.exchange.asked, step.exchange.answered
    return {
        "event": "command",
        "name": step.name,
        "ap": step.ap.name if step.ap else None,
        "ap_ja": step.ap.japanese if step.ap else None,
        "ef": None if step.ef is None else f"{step.ef:04X}",
        "ef_name": file.name if file else None,
        "ef_ja": (file.japanese or None) if file else None,
        "pin": pin.name if pin else None,
        "pin_ja": pin.japanese if pin else None,
        "detail": step.detail or None,
        "outcome": step.outcome,
        "outcome_ja": step.outcome_japanese or None,
        "command": {
            "length": asked.length,
            "header": _hex(asked.header),
            "nc": asked.nc,
            "ne": asked.ne,
            "extended": asked.extended,
            "data": _hex(asked.data),
        },
        "answer": answered
        and {
            "length": answered.length,
            "data": _hex(answered.data),
            "sw": answered.status and f"{answered.status.value:04X}",
        },
        "state": _state_fields(step.after),
    }


def _state_fields(state: State) -> dict[str, Any]:
    return {
        "ap": state.ap.name if state.ap else None,
        "ef": None if state.ef is None else f"{state.ef:04X}",
        "verified": state.proven,
        "secure_messaging": state.channel,
    }


def _hex(data: bytes | None) -> str | None:
    return None if data is None else data.hex().upper()


def read_trace(lines: Iterable[str]) -> Trace:
    """Read a trace; `TraceFormatError` names the first line that is no part of one."""
    numbered = enumerate(lines, 1)
    first = next(numbered, (1, ""))[1]
    opening = _parsed(1, first)
    if opening.get("format") != FORMAT:
        raise TraceFormatError(1, "this is no trace; `jpki trace import` reads logs")
    source = opening.get("source")
    if opening.get("version") != VERSION or not isinstance(source, str):
        raise TraceFormatError(1, f"only version {VERSION} of the format can be read")
    if not is_label(source):
        raise TraceFormatError(1, f"a source has 1 to {MAX_LABEL} printable characters")
    return Trace(source, tuple(_events(numbered)))


def _events(numbered: Iterator[tuple[int, str]]) -> Iterator[Event]:
    conversations: dict[str, Conversation] = {}
    for number, line in numbered:
        fields = _parsed(number, line)
        try:
            card = _typed(fields["card"], str)
            talk = conversations.setdefault(card, Conversation(card))
            yield _event(talk, fields)
        except (KeyError, TypeError, ValueError, OverflowError):
            # Without the cause: its message may quote what was found.
            raise TraceFormatError(number, "parts that no event has") from None


def _parsed(number: int, line: str) -> Mapping[str, Any]:
    if len(line) > MAX_LINE:
        raise TraceFormatError(number, f"longer than {MAX_LINE} characters")
    if not line.endswith("\n"):
        raise TraceFormatError(number, "cut short: the end of the line is missing")
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise TraceFormatError(number, "no JSON") from None
    if not isinstance(fields, dict):
        raise TraceFormatError(number, "no JSON object")
    return fields


def _event(talk: Conversation, fields: Mapping[str, Any]) -> Event:
    time = fields["time"]
    moment = None if time is None else datetime.fromisoformat(_typed(time, str)).astimezone(UTC)
    took = _number(fields["took_us"])
    if took is not None and took < 0:
        raise ValueError("an answer that came before its command")
    what: Exchange | Contacts
    if fields["event"] == "command":
        what = _exchange(fields)
    else:
        what = Contacts(PowerKind(fields["event"]), _bytes(fields["atr"]))
    return talk.understood(what, time=moment, took=took)


def _exchange(fields: Mapping[str, Any]) -> Exchange:
    command, answer = fields["command"], fields["answer"]
    asked = Asked(
        _typed(command["length"], int),
        _bytes(command["header"]) or b"",
        _number(command["nc"]),
        _number(command["ne"]),
        _typed(command["extended"], bool),
        _bytes(command["data"]),
    )
    if answer is None:
        return Exchange(asked, None)
    word = None if answer["sw"] is None else StatusWord(int(_typed(answer["sw"], str), 16))
    answered = Answered(_typed(answer["length"], int), word, _bytes(answer["data"]))
    return Exchange(asked, answered)


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError("a part of another type")
    return value


def _number(value: Any) -> int | None:
    found: int | None = None if value is None else _typed(value, int)
    return found


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes.fromhex(_typed(value, str))
