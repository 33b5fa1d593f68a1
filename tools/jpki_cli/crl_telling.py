"""What the commands of `jpki crl index` share: their options, and how a list is told of."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jpki.verify.crl_objections import freshness_objections
from jpki.verify.extensions import directory_names
from jpki.verify.names import describe
from jpki.verify.policy import CrlRules
from jpki.verify.times import iso
from jpki_cli.options import moment
from jpki_cli.settings import settings

if TYPE_CHECKING:
    from jpki.revocation.partition import IndexedList

INDEX = click.option(
    "--index",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The directory of the index (default: crl-index in the world's directory).",
)
AT = click.option(
    "--at",
    type=moment,
    metavar="TIME",
    help="Judge at TIME (default: the world's clock, else now).",
)


def directory_of(named: Path | None) -> Path:
    """Give the directory of the index, the one named or the world's."""
    return named or settings().home / "crl-index"


def list_row(one: "IndexedList", when: datetime) -> dict[str, Any]:
    """Tell of a list for programs, and what is against relying on it at a time."""
    stale = freshness_objections(one, when, CrlRules())
    return {
        "scope": scope_of(one),
        "number": one.number,
        "entries": one.frame.entries,
        "this_update": iso(one.this_update),
        "next_update": iso(one.next_update) if one.next_update else None,
        "sha256": one.sha256.hex(),
        "state": "not fresh" if stale else "fresh",
        "objections": list(stale),
    }


def scope_of(one: "IndexedList") -> str:
    """Write for whom a list is."""
    names = directory_names((one.scope and one.scope.names) or ())
    return ", ".join(map(describe, names)) or "whole CA"
