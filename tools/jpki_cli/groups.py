"""A group of commands whose help page says what each command is for, in a whole sentence.

Not here: the root, whose commands are not imported for its help page (`main`).
"""

import click

_ANY_SENTENCE = 1000


class CommandGroup(click.Group):
    """Lists its commands with the first sentence of their help, wrapped where click cuts it."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in the order of their names."""
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        rows = [
            (name, command.get_short_help_str(_ANY_SENTENCE))
            for name, command in commands.items()
            if command is not None and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
