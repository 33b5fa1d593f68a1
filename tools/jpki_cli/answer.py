"""How a command answers: one value, printed for people or as JSON, and an exit status.

Every command returns an `Answer`; the `answers` decorator adds --json and does the printing, so
that both forms always say the same. Expected failures end here too.
"""

import contextlib
import functools
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from jpki_cli.exits import (
    CRASHED,
    CUT_OFF,
    NOTHING,
    STOPPED,
    ExitStatus,
    Failure,
    status_of,
    words_of,
)

Command = Callable[..., Any]

_AS_JSON = "jpki.json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found out: data for --json, text for people, the exit status."""

    data: Mapping[str, Any]
    text: str
    status: ExitStatus = ExitStatus.YES


def answers(command: Callable[..., Answer]) -> Callable[..., None]:
    """Give a command the option --json and print what it returns."""

    @json_option()
    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        answer = command(*args, **kwargs)
        try:
            if as_json():
                say_json(answer.data)
            else:
                click.echo(answer.text)
        except BrokenPipeError:
            raise
        except OSError as error:
            # Whoever took it for not done would do it twice.
            told = f"it is done, and its answer cannot be written: {words_of(error)}"
            raise Failure(told, ExitStatus.USAGE) from error
        sys.exit(int(answer.status))

    return run


def json_option(text: str = "Answer in JSON on standard output.") -> Callable[[Command], Command]:
    """Add --json; a command asks for it with `as_json()`."""

    def note(context: click.Context, _: click.Parameter, value: bool) -> None:
        context.meta[_AS_JSON] = value

    # Eager: what is wrong with the other options is then said in JSON too.
    return click.option(
        "--json", is_flag=True, is_eager=True, expose_value=False, callback=note, help=text
    )


def as_json() -> bool:
    """Whether the running command shall answer in JSON."""
    return bool(click.get_current_context().meta.get(_AS_JSON))


def say_json(data: Mapping[str, Any], *, indent: int | None = 2) -> None:
    """Print one JSON object; Japanese as it is where the output takes it."""
    ascii_only = (sys.stdout.encoding or "").lower() not in {"utf-8", "utf8"}
    click.echo(json.dumps(data, ensure_ascii=ascii_only, indent=indent))


def warn(message: str) -> None:
    """Say one line on standard error, that something went otherwise than it should."""
    if not message.isprintable():
        # A file's name may have a line end in it. Only here: it loads much.
        from jpki.verify.names import printable

        message = printable(message)
    # The status says it, too.
    with contextlib.suppress(OSError):
        click.echo(f"jpki: {message}", err=True)


@contextmanager
def failing_cleanly(context: click.Context) -> Iterator[None]:
    """Turn an expected failure into one line (or a JSON object) and its exit status."""
    try:
        yield
    except (click.Abort, EOFError, KeyboardInterrupt):
        click.echo("jpki: stopped", err=True)
        sys.exit(STOPPED)
    except BrokenPipeError:
        # As every program at the beginning of a pipe: whoever reads has seen enough.
        _output_works()
        sys.exit(CUT_OFF)
    except click.UsageError as error:
        if not context.meta.get(_AS_JSON):
            raise
        _fail(error.format_message(), ExitStatus.USAGE, in_json=True)
    except Exception as error:
        status = status_of(error)
        if status is None:
            raise
        done = error.done if isinstance(error, Failure) else NOTHING
        _fail(words_of(error), status, in_json=bool(context.meta.get(_AS_JSON)), done=done)


@contextmanager
def crashing_openly() -> Iterator[None]:
    """End a defect with its traceback and a status that is no answer."""
    try:
        yield
    except OSError as error:
        # The help page, say, which is written before any command runs.
        _fail(words_of(error), ExitStatus.USAGE, in_json=False)
    except Exception:  # noqa: BLE001 - whatever it is, it must not end as 1, which means no
        with contextlib.suppress(OSError):
            traceback.print_exc()
        _output_works()
        sys.exit(CRASHED)


def _fail(
    message: str, status: ExitStatus, *, in_json: bool, done: Mapping[str, Any] = NOTHING
) -> None:
    """Print one failure: to standard error for people, as an object for programs."""
    is_said = False
    if _output_works() and in_json:
        with contextlib.suppress(OSError):
            say_json({**done, "error": message, "status": status.name.lower()})
            is_said = True
    if not is_said:
        _output_works()
        warn(message)
    sys.exit(int(status))


def _output_works() -> bool:
    """Whether standard output takes what is written; else drop what it has not taken."""
    try:
        sys.stdout.flush()
    except OSError:
        # Python would try once more at its end, and end with a status of its own.
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        return False
    return True
