"""Entry point: the command tree, loaded command by command so that each starts quickly.

Not here: what a command does (one file each) and what a failure means (`exits`).
"""

import gc
import importlib
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from jpki_cli.answer import crashing_openly, failing_cleanly
from jpki_cli.settings import settings_from_process

COMMANDS = {
    "demo": "Show it all in one run; nothing is kept",
    "world": "Make or show a world: CAs, citizens, cards, clock",
    "catalogue": "Numbered citizens and cards for every case",
    "card": "List or make cards; run a program with a card in a reader",
    "faults": "What can be made to go wrong with a card, and how it is written",
    "trace": "Show, compare, replay, draw what was said; read logs",
    "read": "Read a card, virtual or real",
    "pin": "Ask for the tries left, verify or change a PIN (暗証番号)",
    "login": "Log in with a card (利用者証明)",
    "sign": "Sign a file with a card (電子署名)",
    "verify": "Verify a signature over a file",
    "check": "Judge certificates (電子証明書)",
    "lint": "Hold certificates, lists, OCSP responses against the profile",
    "check-many": "Judge many certificates or serial numbers at once",
    "crl": "An index of revocation lists (失効リスト) of any size",
    "check-card": "Judge a whole card: what of it is proven genuine",
    "doctor": "Find out why a program does not see the card (診断)",
    "ca": "List, revoke (失効), publish lists, export; events, status, history",
}
"""Each command and its line on the help page, in that page's order.

A command is `jpki_cli.NAME:NAME`, with `_` where its name has `-`.
"""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for; their failures end here."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Give the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        place = f"jpki_cli.{name}"
        is_new = place not in sys.modules
        # Nothing imported is garbage, and looking for some takes a tenth of a command's start.
        gc.disable()
        try:
            module = importlib.import_module(place)
        finally:
            gc.enable()
        if is_new:
            # Nor will it be: to look through it again, also at the end, takes a third of the time.
            gc.freeze()
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command: expected failures end in one line, bugs in a traceback."""
        with failing_cleanly(ctx):
            return super().invoke(ctx)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jpki-emu", prog_name="jpki")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="The world's directory (default: $JPKI_HOME, else the user's data directory).",
)
@click.option(
    "--passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What opens the CA's key files, where the world does not keep it"
    " (or $JPKI_CA_PASSPHRASE).",
)
@click.pass_context
def cli(context: click.Context, home: Path | None, passphrase_file: Path | None) -> None:
    """Make and use virtual My Number cards (マイナンバーカード), and verify their certificates.

    \b
    Start here:
      jpki demo                          see it work, nothing is kept
      jpki card run hanako -- opensc-tool -n
      jpki check hanako.cer --ca sign-ca.cer --crl full.crl

    Everything lives in one directory, the world: $JPKI_HOME, made on first use.

    \b
    Exit status: 0 yes · 1 no · 2 usage · 3 cannot tell · 4 card or reader · 70 a defect of jpki
    """
    context.obj = settings_from_process(home, passphrase_file)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Closed by whoever called us (`>&-`): its number shall not go to a file of ours.
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - for all our life
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal that cannot show Japanese shall still get an answer.
        sys.stdout.reconfigure(errors="backslashreplace")
    with crashing_openly():
        return cli.main(args=arguments, prog_name="jpki")


if __name__ == "__main__":
    sys.exit(main())
