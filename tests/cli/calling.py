"""Calling `jpki`: in this process for speed, as a process where processes matter.

Not here: what is expected of it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from jpki_cli.main import cli

from cardsim.mynumber import load_image

PROGRAM = str(Path(sys.executable).with_name("jpki"))
AUTH = {"JPKI_AUTH_PIN": "1234"}
SIGN = {"JPKI_SIGN_PIN": "ABC123"}
WRONG_AUTH = {"JPKI_AUTH_PIN": "9999"}
WRONG_SIGN = {"JPKI_SIGN_PIN": "WRONG99"}
"""The PINs of a new world's cards, and wrong ones, where `jpki` looks for them."""

YES, NO, USAGE, CANNOT_TELL, CARD = range(5)
"""The documented exit statuses, written down again: scripts rely on the numbers."""


@dataclass(frozen=True)
class Said:
    """What one call said and how it ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """Standard output as JSON; fails when it is none, or when there is more than it."""
        return json.loads(self.stdout)

    @property
    def error(self) -> str:
        """The one line on standard error, with nothing on standard output."""
        lines = self.stderr.splitlines()
        if self.stdout or len(lines) != 1 or not lines[0].startswith("jpki: "):
            raise AssertionError(f"not one line of error: {self}")
        return lines[0]

    @property
    def everything(self) -> str:
        """All that a person or a log could see."""
        return self.stdout + self.stderr


@dataclass(frozen=True)
class Jpki:
    """`jpki` with a world's directory (which need not exist) as $JPKI_HOME."""

    home: Path

    def __call__(
        self,
        *words: str | Path,
        environment: Mapping[str, str] | None = None,
        stdin: str | bytes = b"",
    ) -> Said:
        """Run it in this process; an exception that is no answer comes out as it is."""
        given = {"JPKI_HOME": str(self.home), **(environment or {})}
        done = CliRunner().invoke(cli, [str(word) for word in words], input=stdin, env=given)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Said(done.exit_code, done.stdout, done.stderr)

    def process(
        self,
        *words: str | Path,
        environment: Mapping[str, str] | None = None,
        stdin: bytes = b"",
    ) -> Said:
        """Run it as a process to its end; a negative status is the signal that killed it."""
        done = subprocess.run(
            [PROGRAM, *map(str, words)],
            input=stdin,
            capture_output=True,
            env=self.environment(environment),
            timeout=60,
            check=False,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(
        self,
        *words: str | Path,
        environment: Mapping[str, str] | None = None,
        **how: Any,
    ) -> subprocess.Popen[bytes]:
        """Start it as a process with pipes; the caller ends it."""
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE) | how
        return subprocess.Popen(
            [PROGRAM, *map(str, words)], env=self.environment(environment), **pipes
        )

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Give the environment of such a process."""
        return {**os.environ, "JPKI_HOME": str(self.home), **(more or {})}


def secrets_of(jpki: Jpki, card: str) -> dict[str, str]:
    """Give the secrets of a card's text and face as they were set, by variable."""
    image = load_image(jpki.home / "cards" / card)
    return {
        "JPKI_TEXT_PIN": image.text.secrets[0x11],
        "JPKI_NUMBER_A": image.text.secrets[0x14],
        "JPKI_NUMBER_B": image.text.secrets[0x15],
        "JPKI_BIRTH_DATE": image.visual.secrets[0x11],
    }
