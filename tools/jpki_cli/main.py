"""Entry point: the command tree, loaded command by command so that each starts quickly.

Not here: what a command does (one file each) and what a failure means (`exits`).
"""

import importlib
import sys
from pathlib import Path
from typing import Any

import click

from jpki_cli.answer import failing_cleanly
from jpki_cli.settings import settings_from_process

COMMANDS = {
    "demo": "jpki_cli.demo:demo",
    "world": "jpki_cli.world:world",
    "card": "jpki_cli.card:card",
    "read": "jpki_cli.read:read",
    "pin": "jpki_cli.pin:pin",
    "login": "jpki_cli.login:login",
    "sign": "jpki_cli.sign:sign",
    "verify": "jpki_cli.verify:verify",
    "check": "jpki_cli.check:check",
    "ca": "jpki_cli.ca:ca",
}
"""Name of each command and where it is; the order is that of the help page."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Give the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jpki-emu", prog_name="jpki")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="The world's directory (default: $JPKI_HOME, else the user's data directory).",
)
@click.pass_context
def cli(context: click.Context, home: Path | None) -> None:
    """Make and use virtual My Number cards (マイナンバーカード), and verify their certificates.

    \b
    Start here:
      jpki demo                          see it work, nothing is kept
      jpki card run hanako -- opensc-tool -n
      jpki check hanako.cer --ca sign-ca.cer --crl full.crl

    Everything lives in one directory, the world: $JPKI_HOME, made on first use.

    \b
    Exit status: 0 yes · 1 no · 2 usage · 3 cannot tell · 4 card or reader
    """
    context.obj = settings_from_process(home)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line: expected failures end in one line, bugs in a traceback."""
    with failing_cleanly():
        return cli.main(args=arguments, prog_name="jpki")


if __name__ == "__main__":
    sys.exit(main())
