"""What all commands are given: the environment, and through it the world's directory.

Worlds are imported where one is opened: whoever only asks for help or reads a real card needs none.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cardsim.world import World


@dataclass(frozen=True, slots=True)
class Settings:
    """The surroundings of one call of `jpki`."""

    environ: Mapping[str, str]
    named_home: Path | None = None

    @property
    def home(self) -> Path:
        """The world's directory: --home, else $JPKI_HOME, else the user's data directory."""
        from cardsim.world.home import home_directory

        return self.named_home or home_directory(self.environ)

    def world(self) -> "World":
        """Open the world; the first command that needs one makes it, and says so."""
        from cardsim.world import NoWorldError, World

        try:
            return World.open(self.home)
        except NoWorldError:
            click.echo(f"making a world in {self.home} …", err=True)
            return World.open_or_create(self.home)

    def existing_world(self) -> "World | None":
        """Open the world if there is one."""
        from cardsim.world import NoWorldError, World

        try:
            return World.open(self.home)
        except NoWorldError:
            return None


def settings_from_process(named_home: Path | None) -> Settings:
    """Take the environment of this process: the one place of the command that reads it."""
    return Settings(dict(os.environ), named_home)


def settings() -> Settings:
    """Give the settings of the running command."""
    found = click.get_current_context().find_object(Settings)
    if found is None:
        raise RuntimeError("the command runs outside `jpki`")
    return found
