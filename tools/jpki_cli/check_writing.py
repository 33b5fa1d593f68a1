"""What `jpki check` writes for other programs: JUnit XML, SARIF, and the schema of its JSON."""

import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from jpki.verify.formats import Judged, junit, sarif
from jpki_cli.writing import write_file

Command = Callable[..., Any]

SCHEMA = "jpki-report-1.schema.json"
_OUT = click.Path(dir_okay=False, path_type=Path)


def writing_options(command: Command) -> Command:
    """Add --junit and --sarif. Both replace what is there, as CI runs do."""
    for option in (
        click.option(
            "--sarif",
            "sarif_file",
            type=_OUT,
            metavar="FILE",
            help="Also write what does not hold as SARIF 2.1.0 (code scanning).",
        ),
        click.option(
            "--junit",
            "junit_file",
            type=_OUT,
            metavar="FILE",
            help="Also write all checks as JUnit XML.",
        ),
    ):
        command = option(command)
    return command


def schema_option(command: Command) -> Command:
    """Add --schema, which prints the JSON Schema and ends."""

    def show(context: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            click.echo(schema_text(), nl=False)
            context.exit()

    return click.option(
        "--schema",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help="Print the JSON Schema of --json and end.",
    )(command)


def schema_text() -> str:
    """Give the published schema (JSON Schema 2020-12)."""
    return files("jpki.verify.formats").joinpath(SCHEMA).read_text(encoding="utf-8")


def require_apart(written: Sequence[Path | None], read: Sequence[Path | None]) -> None:
    """Refuse to write two things into one file, or over one that is judged."""
    places = [path.resolve() for path in written if path]
    if len(set(places)) < len(places):
        raise click.UsageError("--bundle, --junit and --sarif write a file each: name others")
    for path in filter(None, read):
        if path.resolve() in places:
            raise click.UsageError(f"{path} is judged here: name another file to write")


def write_reports(
    judged: Sequence[Judged], *, junit_file: Path | None, sarif_file: Path | None
) -> None:
    """Write what was asked for."""
    if junit_file:
        write_file(junit_file, junit(judged), overwrite=True)
    if sarif_file:
        log = sarif(judged, version=version("jpki-emu"))
        text = json.dumps(log, ensure_ascii=False, indent=2)
        write_file(sarif_file, f"{text}\n".encode(), overwrite=True)
