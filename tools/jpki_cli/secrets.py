"""Where a PIN comes from: a file, an environment variable, or a prompt; never an argument.

Arguments stand in process lists and shell histories; these three do not.
"""

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from jpki.profiles.kinds import Kind
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.settings import settings

Command = Callable[..., Any]

VARIABLE = {Kind.AUTH: "JPKI_AUTH_PIN", Kind.SIGN: "JPKI_SIGN_PIN"}
"""The environment variables that are looked at when no other place is named."""
_PROMPT = {
    Kind.AUTH: "PIN for logging in (利用者証明用暗証番号, 4 digits)",
    Kind.SIGN: "password for signing (署名用パスワード, 6 to 16 of A-Z 0-9)",
}


@dataclass(frozen=True, slots=True)
class PinSource:
    """The places named on the command line, if any."""

    variable: str | None
    file: str | None
    option: str = field(default="pin")

    def read(self, kind: Kind) -> str:
        """Read the PIN that is on the card."""
        return self._read(f"{_PROMPT[kind]}", VARIABLE[kind], confirm=False)

    def read_new(self, kind: Kind) -> str:
        """Read the PIN that is to replace it; a prompt asks twice."""
        return self._read(f"new {_PROMPT[kind]}", "JPKI_NEW_PIN", confirm=True)

    def _read(self, prompt: str, default: str, *, confirm: bool) -> str:
        environ = settings().environ
        if self.variable is not None and self.file is not None:
            raise click.UsageError(f"name one place: --{self.option}-env or --{self.option}-file")
        if self.file is not None:
            return _first_line(self.file)
        name = self.variable or default
        if name in environ:
            return environ[name]
        if self.variable is not None:
            raise Failure(f"the environment variable {name} is not set", ExitStatus.USAGE)
        if not sys.stdin.isatty():
            raise Failure(
                f"no PIN: set ${default}, or name --{self.option}-file FILE or"
                f" --{self.option}-env VAR (there is no terminal to ask on)",
                ExitStatus.USAGE,
            )
        return str(click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True))


def pin_options(option: str = "pin") -> Callable[[Command], Command]:
    """Add --OPTION-env and --OPTION-file, handed to the command as one `PinSource`."""
    name = option.replace("-", "_")

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def combined(*args: Any, **kwargs: Any) -> Any:
            source = PinSource(kwargs.pop(f"{name}_env"), kwargs.pop(f"{name}_file"), option)
            return command(*args, **{name: source}, **kwargs)

        from_file = click.option(
            f"--{option}-file",
            metavar="FILE",
            help="Take it from the first line of FILE; - is standard input.",
        )(combined)
        return click.option(
            f"--{option}-env",
            metavar="VAR",
            help="Take it from the environment variable VAR.",
        )(from_file)

    return decorate


def _first_line(file: str) -> str:
    where = "standard input" if file == "-" else file
    try:
        if file == "-":
            line = sys.stdin.buffer.readline()
        else:
            with Path(file).open("rb") as opened:
                line = opened.readline()
    except OSError as error:
        message = f"cannot read a PIN from {where}: {error.strerror}"
        raise Failure(message, ExitStatus.USAGE) from None
    try:
        text = line.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        # Its own words would quote the bytes.
        raise Failure(f"the PIN from {where} is no text", ExitStatus.USAGE) from None
    if not text:
        raise Failure(f"there is no PIN in the first line of {where}", ExitStatus.USAGE)
    return text
