"""Where a secret comes from: a file, an environment variable, or a prompt; never an argument.

Arguments stand in process lists and shell histories; these three do not.
"""

import functools
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from jpki.card.layout import PinKind
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.settings import MOST_SECRET, settings

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """How one secret is asked for: the variable looked at first, what it is called, the prompt."""

    variable: str
    word: str
    prompt: str


ASKED: Mapping[PinKind, Asked] = MappingProxyType(
    {
        PinKind.AUTH: Asked(
            "JPKI_AUTH_PIN", "PIN", "PIN for logging in (利用者証明用暗証番号, 4 digits)"
        ),
        PinKind.SIGN: Asked(
            "JPKI_SIGN_PIN",
            "PIN",
            "password for signing (署名用パスワード, 6 to 16 of A-Z 0-9)",
        ),
        PinKind.TEXT: Asked(
            "JPKI_TEXT_PIN", "PIN", "PIN for reading (券面事項入力補助用暗証番号, 4 digits)"
        ),
        PinKind.NUMBER_A: Asked(
            "JPKI_NUMBER_A", "照合番号A", "照合番号A (the 個人番号, 12 digits)"
        ),
        PinKind.NUMBER_B: Asked(
            "JPKI_NUMBER_B",
            "照合番号B",
            "照合番号B (birth YYMMDD as printed, year of expiry, security code; 14 digits)",
        ),
        PinKind.BIRTH_DATE: Asked(
            "JPKI_BIRTH_DATE", "生年月日", "生年月日 (birth YYMMDD as printed, 6 digits)"
        ),
        PinKind.LICENCE: Asked(
            "JPKI_LICENCE_PIN", "PIN", "PIN of the licence (マイナ免許証, 4 digits)"
        ),
    }
)
"""Every secret a command may ask for."""


@dataclass(frozen=True, slots=True)
class PinSource:
    """The places named on the command line, if any."""

    variable: str | None
    file: str | None
    option: str = field(default="pin")

    def read(self, kind: PinKind) -> str:
        """Read the secret that is on the card."""
        asked = ASKED[kind]
        return self._read(asked, asked.prompt, asked.variable, confirm=False)

    def read_new(self, kind: PinKind) -> str:
        """Read the PIN that is to replace it; a prompt asks twice."""
        asked = ASKED[kind]
        return self._read(asked, f"new {asked.prompt}", "JPKI_NEW_PIN", confirm=True)

    def _read(self, asked: Asked, prompt: str, default: str, *, confirm: bool) -> str:
        environ = settings().environ
        if self.variable is not None and self.file is not None:
            raise click.UsageError(f"name one place: --{self.option}-env or --{self.option}-file")
        if self.file is not None:
            return _first_line(self.file, asked.word)
        name = self.variable or default
        if name in environ:
            return environ[name]
        if self.variable is not None:
            raise Failure(f"the environment variable {name} is not set", ExitStatus.USAGE)
        if not sys.stdin.isatty():
            raise Failure(
                f"no {asked.word}: set ${default}, or name --{self.option}-file FILE or"
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


def _first_line(file: str, word: str) -> str:
    where = "standard input" if file == "-" else file
    try:
        if file == "-":
            line = sys.stdin.buffer.readline(MOST_SECRET)
        else:
            with Path(file).open("rb") as opened:
                line = opened.readline(MOST_SECRET)
    except OSError as error:
        message = f"cannot read a {word} from {where}: {error.strerror}"
        raise Failure(message, ExitStatus.USAGE) from None
    try:
        text = line.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        # Its own words would quote the bytes.
        raise Failure(f"the {word} from {where} is no text", ExitStatus.USAGE) from None
    if not text or len(line) == MOST_SECRET:
        raise Failure(f"there is no {word} in the first line of {where}", ExitStatus.USAGE)
    return text
