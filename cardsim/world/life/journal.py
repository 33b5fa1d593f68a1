"""Everything that happened in a world, in one file that only grows: `life.jsonl` (0600).

    {"format": ..., "version": 1}
    {"number": 1, "at": ..., "event": {...}, "steps": [...]}     it happened; these are its steps
    {"done": 1}                                                  and they are done
    {"done": 2, "lapsed": "why"}                                 or an authority would not do them

What it is: written and synced before the first step, marked when the last one is on disk. So
after a crash an event is known with all of its steps, to be done again (`office`), or it never
happened: a last line without its end was never whole, and goes.
What it is not: the place where a step is done, or one for secrets: PINs and keys wait beside it
(`pending`).
POSIX append, fsync. Called by `office`, `view` and the command line.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cardsim.world import files
from cardsim.world.errors import DamagedWorldError, WorldVersionError
from cardsim.world.life.codec import effect_of, effect_row, event_of, event_row
from cardsim.world.life.effects import Apply, Effect, Issue, Lapse
from cardsim.world.life.events import Event
from cardsim.world.life.lives import Application

_FORMAT = "jpki-emu life"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the journal: its number, moment and steps, and whether they are done."""

    number: int
    moment: datetime
    event: Event
    effects: tuple[Effect, ...]
    done: bool


class Journal:
    """The journal of a world. Only the holder of the world's issuing lock writes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self) -> list[Entry]:
        """Give all entries, oldest first; none where there is no file yet.

        Raises `DamagedWorldError` or `WorldVersionError`.
        """
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return []
        return list(self._parsed(content))

    def unfinished(self) -> list[Entry]:
        """Give the entries whose steps may not all be done."""
        return [entry for entry in self.entries() if not entry.done]

    def begin(
        self, number: int, moment: datetime, event: Event, effects: Sequence[Effect]
    ) -> Entry:
        """Put an event on record before its steps are done; one without steps is done by it."""
        self._append(
            {
                "number": number,
                "at": moment.isoformat(),
                "event": event_row(event),
                "steps": [effect_row(effect) for effect in effects],
            }
        )
        return Entry(number, moment, event, tuple(effects), done=not effects)

    def finish(self, entry: Entry, lapsed: str | None = None) -> Entry:
        """Put on record that all steps are done, or why an authority would not; give it so."""
        self._append({"done": entry.number} | ({} if lapsed is None else {"lapsed": lapsed}))
        return replace(entry, effects=_steps(entry.event, entry.effects, lapsed), done=True)

    def _append(self, row: dict[str, Any]) -> None:
        is_new = not self._path.exists()
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, files.PRIVATE_FILE)
        with os.fdopen(descriptor, "r+b") as file:
            whole = _whole(file.read())
            if not whole:
                row_of_format = {"format": _FORMAT, "version": _VERSION}
                whole = _line(row_of_format)
                file.seek(0)
                file.write(whole)
            # What a crash left of a line is written over.
            file.seek(len(whole))
            file.write(_line(row))
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            files.sync_directory(self._path.parent)

    def _parsed(self, content: bytes) -> Iterator[Entry]:
        lines = _whole(content).splitlines()
        if not lines:
            return
        try:
            rows = [json.loads(line.decode("utf-8")) for line in lines]
            head = rows[0]
            if head.get("format") != _FORMAT:
                raise DamagedWorldError(self._path, f"not a {_FORMAT!r} file")
            if head.get("version") != _VERSION:
                raise WorldVersionError(self._path, head.get("version"), _VERSION)
            done = {row["done"]: row.get("lapsed") for row in rows[1:] if "done" in row}
            for row in rows[1:]:
                if "done" not in row:
                    yield _entry(row, done)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
            # The cause could quote a name.
            raise DamagedWorldError(self._path, "no journal of events") from None


def lived_until(entries: Iterable[Entry], started: datetime) -> datetime:
    """Give up to when everything that came due has happened, in a world that began then."""
    return max((entry.moment for entry in entries), default=started)


def open_applications(entries: Iterable[Entry], who: str | None = None) -> list[Application]:
    """Give what was applied for and not settled yet, oldest first."""
    asked: dict[int, Application] = {}
    for entry in entries:
        for effect in entry.effects:
            if isinstance(effect, Apply) and who in {None, entry.event.who}:
                asked[entry.number] = Application(
                    entry.number, effect.card, effect.kinds, effect.new_card, entry.moment
                )
            if isinstance(effect, Issue | Lapse) and effect.application in asked:
                before = asked[effect.application]
                gone = effect.kinds if isinstance(effect, Lapse) else ()
                left = tuple(kind for kind in before.kinds if gone and kind not in gone)
                if left:
                    asked[before.number] = replace(before, kinds=left)
                else:
                    del asked[before.number]
    return list(asked.values())


def cards_on_their_way(entries: Iterable[Entry]) -> list[str]:
    """Give the names of cards that were asked for and are not made yet."""
    return [asked.card for asked in open_applications(entries) if asked.new_card]


def _steps(event: Event, steps: tuple[Effect, ...], lapsed: str | None) -> tuple[Effect, ...]:
    """Give the steps of an event; what an authority would not do is not told as done."""
    return steps if lapsed is None else (Lapse(event.application or 0, lapsed),)


def _entry(row: dict[str, Any], done: dict[int, str | None]) -> Entry:
    event = event_of(row["event"])
    steps = tuple(effect_of(step) for step in row["steps"])
    moment = datetime.fromisoformat(row["at"])
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    number = row["number"]
    finished = number in done or not steps
    return Entry(number, moment, event, _steps(event, steps, done.get(number)), done=finished)


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def _whole(content: bytes) -> bytes:
    """Give the lines that were written to their end."""
    return content[: content.rfind(b"\n") + 1]
