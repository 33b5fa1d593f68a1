"""How a command answers: one value, printed for people or as JSON, and an exit status.

Every command returns an `Answer`; the `answers` decorator adds --json and does the printing, so
that both forms always say the same. Expected failures end here too.
"""

import functools
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from jpki_cli.exits import ExitStatus, status_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found out: data for --json, text for people, the exit status."""

    data: Mapping[str, Any]
    text: str
    status: ExitStatus = ExitStatus.YES


def answers(command: Callable[..., Answer]) -> Callable[..., None]:
    """Give a command the option --json and print what it returns."""

    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON on standard output.")
    @functools.wraps(command)
    def run(*args: Any, as_json: bool, **kwargs: Any) -> None:
        click.get_current_context().meta["jpki.json"] = as_json
        with failing_cleanly(as_json=as_json):
            answer = command(*args, **kwargs)
        if as_json:
            click.echo(json.dumps(answer.data, ensure_ascii=False, indent=2))
        else:
            click.echo(answer.text)
        sys.exit(int(answer.status))

    return run


@contextmanager
def failing_cleanly(*, as_json: bool = False) -> Iterator[None]:
    """Turn an expected failure into one line (or a JSON object) and its exit status."""
    try:
        yield
    except Exception as error:
        status = status_of(error)
        if status is None:
            raise
        say_failure(str(error), status, as_json=as_json)
        sys.exit(int(status))


def say_failure(message: str, status: ExitStatus, *, as_json: bool) -> None:
    """Print one failure: to standard error for people, as an object for programs."""
    if as_json:
        failure = {"error": message, "status": status.name.lower()}
        click.echo(json.dumps(failure, ensure_ascii=False, indent=2))
    else:
        click.echo(f"jpki: {message}", err=True)
