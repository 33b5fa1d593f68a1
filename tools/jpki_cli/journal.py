"""The file that `jpki check-many` writes, and going on with it after whatever stopped it.

Rows are appended in the order of the input, whole lines, and synced batch by batch. Beside it,
in `FILE.state`, is what was asked: a call with --resume must ask the same of the same lists,
cuts off a line that was not finished, counts the rows, which must be those of the input from the
first on, and goes on behind them. The state stays when all is judged, so that the same call again
finds nothing left to do. One call writes at a time, by a lock on the file that ends with it.
Standard: flock(2).
"""

import csv
import fcntl
import io
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from jpki.verify import Verdict
from jpki.verify.names import printable
from jpki.verify.times import iso
from jpki_cli.exits import ExitStatus, Failure, failing_with

FORMATS = ("csv", "jsonl")


class Row(NamedTuple):
    """One verdict; there are millions, so a plain tuple."""

    item: str
    serial: str = ""
    kind: str = ""
    verdict: str = ""
    reason: str = ""
    revoked_at: str = ""
    because: str = ""


COUNTED_AS = {verdict.value: verdict for verdict in Verdict} | {
    "NOT_REVOKED": Verdict.GOOD,
    "REVOKED": Verdict.BAD,
}
"""What the verdict of a row counts as; there are no others."""
_HEADING = Row._fields
_AGAIN = "the same call with --resume goes on"


class Due(NamedTuple):
    """What a row must say that was written of something in the input; `kind` if it is known."""

    item: str
    kind: str = ""


class Moment(NamedTuple):
    """The moment a call judges at; `is_named`: it insists on it."""

    time: datetime
    is_named: bool = False


class Journal:
    """The file while it is written; `done` counts the verdicts that were there."""

    def __init__(self, file: BinaryIO, form: str, moment: datetime, done: Counter[str]) -> None:
        self._file = file
        self._form = form
        self.moment = moment
        self.done = done

    @classmethod
    @contextmanager
    def opened(
        cls,
        path: Path,
        form: str,
        facts: Mapping[str, Any],
        *,
        moment: Moment,
        resume: bool,
        due: Iterator[Due],
    ) -> Iterator["Journal"]:
        """Begin the file, or go on with it; fails when it is another's, or there already.

        Of what is due, as much is taken as there are rows.
        """
        if not path.parent.is_dir():
            raise Failure(f"there is no directory {path.parent}", ExitStatus.USAGE)
        state = path.with_name(f"{path.name}.state")
        with _claimed(path) as (file, is_new):
            try:
                judged_at = _begun(file, state, facts, moment, resume=resume, is_new=is_new)
            except (Failure, OSError):
                if is_new:
                    path.resolve().unlink()
                raise
            try:
                done = _counted(file, form, due)
            except (ValueError, LookupError, TypeError, StopIteration, csv.Error):
                what = f"{path} has a row that this did not write; name another --out"
                raise Failure(what, ExitStatus.USAGE) from None
            journal = cls(file, form, judged_at, done)
            if form == "csv" and file.tell() == 0:
                journal._append(_csv_lines([_HEADING]))
            yield journal
            with failing_with(f"{path} has all rows, and is not marked as done", hint=_AGAIN):
                _write_state(state, facts, judged_at, finished=True)

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows, and return when they are on disk."""
        if self._form == "csv":
            self._append(_csv_lines([tuple(map(_cell, row)) for row in rows]))
        else:
            lines = (json.dumps(row._asdict(), ensure_ascii=False) for row in rows)
            self._append("".join(f"{line}\n" for line in lines))

    def _append(self, text: str) -> None:
        rest = memoryview(text.encode(errors="backslashreplace"))
        with failing_with(f"{self._file.name} is not whole", hint=_AGAIN):
            # Past the buffer: closing the file would try once more, and fail in other words.
            while rest:
                rest = rest[os.write(self._file.fileno(), rest) :]
            os.fsync(self._file.fileno())


@contextmanager
def _claimed(path: Path) -> Iterator[tuple[BinaryIO, bool]]:
    """Open the file as the only one that writes it; say whether it came by that."""
    was_there = path.exists()
    if was_there and not path.is_file():
        raise Failure(f"{path} is there and no file: name another --out", ExitStatus.USAGE)
    with path.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found = os.fstat(file.fileno())
            # Whoever had it until now may have removed it.
            is_ours = os.path.samestat(found, path.stat())
        except (BlockingIOError, FileNotFoundError):
            is_ours = False
        if not is_ours:
            what = f"another call is writing {path}: wait for it, or name another --out"
            raise Failure(what, ExitStatus.USAGE)
        yield file, not (was_there or found.st_size)


def _begun(
    file: BinaryIO,
    state: Path,
    facts: Mapping[str, Any],
    moment: Moment,
    *,
    resume: bool,
    is_new: bool,
) -> datetime:
    """Give the moment to judge at, when this call may begin the file or go on with it."""
    has_state = state.exists()
    if has_state and not state.is_file():
        raise Failure(f"{state} is there and no file: name another --out", ExitStatus.USAGE)
    unfinished = has_state and not _is_finished(state)
    # Empty and without a state it is of a call that was killed before it began, or of nobody.
    is_there = not is_new and (has_state or os.fstat(file.fileno()).st_size > 0)
    if resume and (unfinished or (has_state and is_there)):
        return _require_same(state, facts, moment)
    if is_there:
        what = "was not finished: say --resume, or" if unfinished else "is there:"
        raise Failure(f"{file.name} {what} name another --out", ExitStatus.USAGE)
    _write_state(state, facts, moment.time)
    return moment.time


def _cell(text: str) -> str:
    return text if text.isprintable() else printable(text)


def _csv_lines(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _counted(file: BinaryIO, form: str, due: Iterator[Due]) -> Counter[str]:
    """Count the rows by their verdict, and cut off what was not finished.

    Fails for one that is not of what is due in its place: rows were doubled, lost or added.
    """
    done: Counter[str] = Counter()
    end = 0
    file.seek(0)
    for number, line in enumerate(file):
        if not line.endswith(b"\n"):
            break
        end += len(line)
        place = f"{file.name}, line {number + 1}"
        if form == "csv" and not number:
            if line != _csv_lines([_HEADING]).encode():
                raise _damaged(place, "not the heading")
        else:
            row = _read(line, form, place)
            _require_due(row, next(due, None), form, place)
            done[row.verdict] += 1
    file.truncate(end)
    file.seek(0, os.SEEK_END)
    return done


def _require_due(row: Row, due: Due | None, form: str, place: str) -> None:
    if due is None:
        what = "more rows than the input has to judge"
    elif row.item != (_cell(due.item) if form == "csv" else due.item) or (
        due.kind and row.kind != due.kind
    ):
        what = "a row that is not of what the input has in its place"
    else:
        return
    raise Failure(f"{place}: {what}; begin anew with another --out", ExitStatus.USAGE)


def _read(line: bytes, form: str, place: str) -> Row:
    """Give a row that was written; fail for one that was not written so."""
    try:
        text = line.decode()
        row = Row(**json.loads(text)) if form == "jsonl" else Row(*_fields(text))
    except (ValueError, TypeError, RecursionError, csv.Error):
        row = Row("")
    if row.verdict not in COUNTED_AS:
        raise _damaged(place, "no row")
    return row


def _fields(line: str) -> list[str]:
    """Cut a line of ours; what others write is held to the module's limit of a field."""
    limit = csv.field_size_limit(len(line))
    try:
        return next(csv.reader([line]))
    finally:
        csv.field_size_limit(limit)


def _damaged(place: str, what: str) -> Failure:
    told = f"{place} is damaged: {what} that was written here; begin anew with another --out"
    return Failure(told, ExitStatus.USAGE)


def _is_finished(state: Path) -> bool:
    try:
        return json.loads(state.read_text(encoding="utf-8"))["finished"] is True
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def _write_state(
    state: Path, facts: Mapping[str, Any], moment: datetime, *, finished: bool = False
) -> None:
    unfinished = state.with_name(f"{state.name}.new")
    try:
        # A draft of a call that was killed, or whatever else; nothing is written into it.
        unfinished.unlink(missing_ok=True)
        with unfinished.open("x", encoding="utf-8") as file:
            json.dump({"moment": iso(moment), "finished": finished, **facts}, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(state)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        raise


def _require_same(state: Path, facts: Mapping[str, Any], asked: Moment) -> datetime:
    """Give the moment the first call judged at, when this one asks the same."""
    try:
        kept = json.loads(state.read_text(encoding="utf-8"))
        moment = datetime.fromisoformat(kept.pop("moment"))
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Failure(
            f"{state} is damaged; begin anew with another --out", ExitStatus.USAGE
        ) from None
    changed = sorted(name for name in facts if kept.get(name) != facts[name])
    if changed:
        raise Failure(
            f"cannot go on: other {', '.join(changed)} than when it began;"
            " begin anew with another --out",
            ExitStatus.USAGE,
        )
    if asked.is_named and asked.time != moment:
        raise Failure(
            f"cannot go on at {iso(asked.time)}: it began at {iso(moment)};"
            " leave --at out, or begin anew with another --out",
            ExitStatus.USAGE,
        )
    return moment
