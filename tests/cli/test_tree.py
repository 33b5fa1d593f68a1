"""The whole tree of commands: what every one of them has, and the table of failures."""

import importlib
import sys
from importlib.metadata import version

import click
import pytest
from jpki_cli.exits import STATUS_OF_FAILURE
from jpki_cli.main import COMMANDS, cli

from tests.support import processes

EXEMPT_FROM_JSON = {"card run"}
"""Its output is that of the program it runs."""


def walk(command, name=()):
    """Give every command below this one that is no group, with its name."""
    if not isinstance(command, click.Group):
        return [(" ".join(name), command)]
    context = click.Context(command)
    return [
        found
        for below in command.list_commands(context)
        for found in walk(command.get_command(context, below), (*name, below))
    ]


def walk_groups(command, name=()):
    """Give every group from this command on, with its name."""
    if not isinstance(command, click.Group):
        return []
    context = click.Context(command)
    below = [
        found
        for each in command.list_commands(context)
        for found in walk_groups(command.get_command(context, each), (*name, each))
    ]
    return [(" ".join(("jpki", *name)), command), *below]


TREE = dict(walk(cli))
GROUPS = dict(walk_groups(cli))


def help_of(name):
    return TREE[name].get_help(click.Context(TREE[name], info_name=f"jpki {name}"))


@pytest.mark.parametrize("name", TREE)
def test_each_help_shows_an_example_that_calls_the_command(name):
    """Whoever reads the help of a command sees a line to type."""
    example = help_of(name).partition("Example:")[2]

    assert f"jpki {name}" in example


@pytest.mark.parametrize("name", GROUPS)
def test_each_group_shows_an_example_that_calls_it(name):
    """Whoever asks for a group alone sees a line to type as well."""
    page = GROUPS[name].get_help(click.Context(GROUPS[name], info_name=name))

    assert f"\n    {name} " in page


@pytest.mark.parametrize("name", GROUPS)
def test_each_group_says_in_whole_sentences_what_is_in_it(name):
    """The end of a sentence is often what tells two commands apart."""
    page = GROUPS[name].get_help(click.Context(GROUPS[name], info_name=name))

    assert "...\n" not in f"{page}\n".partition("\nCommands:")[2]


@pytest.mark.parametrize("name", [name for name in TREE if name not in EXEMPT_FROM_JSON])
def test_each_command_answers_in_json(name):
    """Programs call these commands too."""
    options = {word for param in TREE[name].params for word in param.opts}

    assert "--json" in options


@pytest.mark.parametrize("name", TREE)
def test_each_option_says_what_it_is_for(name):
    """No option stands in a help page without a word."""
    dumb = [p.name for p in TREE[name].params if isinstance(p, click.Option) and not p.help]

    assert dumb == []


@pytest.mark.parametrize("name", TREE)
def test_no_command_takes_a_pin_as_an_argument(name):
    """Arguments stand in process lists: PINs come from a variable, a file or a prompt."""
    words = {w for param in TREE[name].params for w in param.opts if "pin" in w or "pass" in w}

    assert words <= {
        *("--pin-env", "--pin-file", "--new-pin-env", "--new-pin-file", "--with-pin"),
        "--without-pins",
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_page_names_each_command(name):
    """The page is written without importing the commands; it must not miss one."""
    page = cli.get_help(click.Context(cli))

    assert f"  {name} " in page


def test_the_commands_are_these():
    """The commands a script may rely on; more may come."""
    assert set(TREE) >= {
        "demo",
        "world new",
        "world show",
        "card list",
        "card new",
        "card show",
        "card run",
        "card serve",
        "read info",
        "read certs",
        "read attributes",
        "read number",
        "read face",
        "read photo",
        "read serial",
        "read counters",
        "read licence",
        "pin status",
        "pin verify",
        "pin change",
        "login",
        "sign",
        "verify",
        "check",
        "check-card",
        "doctor",
        "ca list",
        "ca revoke",
        "ca crl",
        "ca export",
    }


@pytest.mark.parametrize("name", STATUS_OF_FAILURE)
def test_each_failure_with_a_status_is_an_exception_that_exists(name):
    """The table holds names, so nothing but this test sees one that was renamed."""
    module, _, class_name = name.rpartition(".")

    found = getattr(importlib.import_module(module), class_name)

    assert issubclass(found, Exception)


def test_an_unknown_command_is_a_usage_error(homeless):
    """A typing mistake is told as one."""
    said = homeless("crad")

    assert (said.status, "No such command 'crad'" in said.stderr) == (2, True)


def test_the_version_is_the_packages(homeless):
    """Whoever reports a bug can say which version."""
    said = homeless("--version")

    assert (said.status, said.stdout) == (0, f"jpki, version {version('jpki-emu')}\n")


def test_what_a_command_imported_is_not_looked_through_for_garbage():
    """What it makes is, once it runs; in a process of its own, for it says so of all there is."""
    program = (
        "import gc, click; from jpki_cli.main import cli;"
        "cli.get_command(click.Context(cli), 'ca');"
        "print(gc.isenabled(), gc.get_freeze_count() > len(gc.get_objects()))"
    )

    done = processes.run(sys.executable, "-c", program)

    assert done.stdout == b"True True\n"
