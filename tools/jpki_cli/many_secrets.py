"""The secrets of a command that takes several: asked for by name, or all those in a file.

Not here: a single PIN with its options (`secrets`).
"""

import functools
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from jpki.card.client import PIN_KIND
from jpki.card.layout import PinKind
from jpki.profiles.kinds import Kind
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.options import KIND, SECRETS
from jpki_cli.secrets import ASKED
from jpki_cli.settings import MOST_SECRET, settings

Command = Callable[..., Any]

OPTIONS: Mapping[PinKind, str] = {
    **{kind: f"--with {name}" for name, kind in SECRETS.items()},
    **{PIN_KIND[kind]: f"--with-pin {kind.value}" for kind in Kind},
}
"""What is typed to have a secret presented."""


@dataclass(frozen=True, slots=True)
class SecretsSource:
    """What was named on the command line: which secrets, and the file they are in."""

    named: tuple[PinKind, ...]
    file: str | None

    def read(self) -> dict[PinKind, str]:
        """Read them; without names those in the file, and none without a file."""
        if self.file is None:
            return {kind: _ask(kind) for kind in self.named}
        found = _read_file(self.file)
        for kind in self.named:
            if kind not in found:
                raise Failure(f"{self.file} has no {ASKED[kind].variable}", ExitStatus.USAGE)
        return {kind: found[kind] for kind in self.named} if self.named else found


def secrets_options(command: Command) -> Command:
    """Add --with, --with-pin and --secrets-file, handed on as one `SecretsSource`."""

    @click.option(
        "--with",
        "with_secrets",
        multiple=True,
        type=click.Choice(list(SECRETS)),
        help="Present this secret: pin (券面事項入力補助用), 照合番号A or B, birth-date (生年月日);"
        " may be repeated.",
    )
    @click.option(
        "--with-pin",
        "with_pins",
        multiple=True,
        type=KIND,
        help="Present this PIN of 公的個人認証AP; may be repeated.",
    )
    @click.option(
        "--secrets-file",
        metavar="FILE",
        help="Take them from the lines of FILE, JPKI_NUMBER_A=… for one, instead of environment"
        " and prompt; - is standard input. Without --with and --with-pin: all that are in it."
        " `jpki card show --save-secrets` writes one.",
    )
    @functools.wraps(command)
    def with_source(
        *args: Any,
        with_secrets: tuple[str, ...],
        with_pins: tuple[str, ...],
        secrets_file: str | None,
        **kwargs: Any,
    ) -> Any:
        named = [SECRETS[name] for name in with_secrets]
        named += [PIN_KIND[Kind(value)] for value in with_pins]
        source = SecretsSource(tuple(dict.fromkeys(named)), secrets_file)
        return command(*args, secrets=source, **kwargs)

    return with_source


def _ask(kind: PinKind) -> str:
    asked = ASKED[kind]
    if asked.variable in settings().environ:
        return settings().environ[asked.variable]
    if not sys.stdin.isatty():
        raise Failure(
            f"no {asked.word}: set ${asked.variable}, or name --secrets-file FILE"
            " (there is no terminal to ask on)",
            ExitStatus.USAGE,
        )
    return str(click.prompt(asked.prompt, hide_input=True, err=True))


def _read_file(file: str) -> dict[PinKind, str]:
    """Read NAME=VALUE lines; empty ones and those that begin with # say nothing.

    No line is ever quoted in a message.
    """
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(MOST_SECRET)
        else:
            with Path(file).open("rb") as opened:
                raw = opened.read(MOST_SECRET)
    except OSError as error:
        raise Failure(f"cannot read {file}: {error.strerror}", ExitStatus.USAGE) from None
    if len(raw) == MOST_SECRET:
        raise Failure(
            f"{file} has {MOST_SECRET} octets or more, too many for secrets", ExitStatus.USAGE
        )
    try:
        lines = raw.decode().splitlines()
    except UnicodeDecodeError:
        # Its own words would quote the bytes.
        raise Failure(f"{file} is no text", ExitStatus.USAGE) from None
    variables = {asked.variable: kind for kind, asked in ASKED.items()}
    found = {}
    for number, line in enumerate(lines, 1):
        name, separator, value = line.partition("=")
        if not line.strip() or line.startswith("#"):
            continue
        if not separator or name not in variables:
            names = ", ".join(variables)
            raise Failure(
                f"line {number} of {file} is no NAME=VALUE with one of the names {names}",
                ExitStatus.USAGE,
            )
        found[variables[name]] = value
    return {kind: value for kind, value in found.items() if kind in OPTIONS}
