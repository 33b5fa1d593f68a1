"""What all commands are given: the environment, and through it the world's directory.

Worlds are imported where one is opened: whoever only asks for help or reads a real card needs none.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jpki_cli.exits import ExitStatus, Failure

if TYPE_CHECKING:
    from cardsim.world import World
    from cardsim.world.keeping import CaSecrets

MOST_SECRET = 1 << 16
"""Octets read of what holds secrets: a device has no end."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The surroundings of one call of `jpki`."""

    environ: Mapping[str, str]
    named_home: Path | None = None
    passphrase_file: Path | None = None

    @property
    def ca_secrets(self) -> "CaSecrets":
        """What opens the authorities' keys: --passphrase-file, else $JPKI_CA_PASSPHRASE; the PIN.

        Raises `OSError` for a file that cannot be read.
        """
        from cardsim.world.keeping import CaSecrets

        passphrase = self.environ.get("JPKI_CA_PASSPHRASE", "").encode() or None
        if self.passphrase_file is not None:
            with self.passphrase_file.open("rb") as file:
                passphrase = file.read(MOST_SECRET).rstrip(b"\r\n")
            if not passphrase or len(passphrase) == MOST_SECRET:
                raise Failure(f"{self.passphrase_file} holds no passphrase", ExitStatus.USAGE)
        return CaSecrets(passphrase=passphrase, pin=self.environ.get("JPKI_CA_PIN") or None)

    @property
    def home(self) -> Path:
        """The world's directory: --home, else $JPKI_HOME, else the user's data directory."""
        from cardsim.world.home import home_directory

        return self.named_home or home_directory(self.environ)

    def world(self) -> "World":
        """Open the world; the first command that needs one makes it, and says so."""
        from cardsim.world import NoWorldError, World

        try:
            return World.open(self.home, secrets=self.ca_secrets)
        except NoWorldError:
            from jpki.verify.names import printable

            click.echo(printable(f"making a world in {self.home} …"), err=True)
            return World.open_or_create(self.home, secrets=self.ca_secrets)

    def existing_world(self) -> "World | None":
        """Open the world if there is one."""
        from cardsim.world import NoWorldError, World

        try:
            return World.open(self.home, secrets=self.ca_secrets)
        except NoWorldError:
            return None


def settings_from_process(named_home: Path | None, passphrase_file: Path | None = None) -> Settings:
    """Take the environment of this process: the one place of the command that reads it."""
    return Settings(dict(os.environ), named_home, passphrase_file)


def settings() -> Settings:
    """Give the settings of the running command."""
    found = click.get_current_context().find_object(Settings)
    if found is None:
        raise RuntimeError("the command runs outside `jpki`")
    return found
