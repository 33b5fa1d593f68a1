"""`jpki crl index show` and `forget`: what an index holds, and what it shall hold no longer."""

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jpki.verify.names import describe, printable
from jpki_cli.answer import Answer, answers
from jpki_cli.crl_telling import AT, INDEX, directory_of, list_row
from jpki_cli.exits import ExitStatus
from jpki_cli.options import moment
from jpki_cli.trust import now, opened_index

if TYPE_CHECKING:
    from jpki.revocation import CaIndex

_LINES = 20
"""Lists shown to people; programs get all."""
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")


@click.command()
@INDEX
@AT
@answers
def show(directory: Path | None, at: datetime | None) -> Answer:
    """Show the CAs and lists of an index, and which lists may still make a certificate good.

    \b
    Example:
      jpki crl index show --index idx
    """
    where, when = directory_of(directory), at or now()
    parts = opened_index(where)
    cas = sorted((_ca(part, when) for part in parts), key=lambda ca: (ca["issuer"], ca["key"]))
    lines = []
    for ca in cas:
        lines.append(f"{ca['issuer']}, key {ca['key']}: {ca['entries']:,} entries")
        if ca["once_listed"]:
            lines.append(f"  and {ca['once_listed']:,} that only lists before these name")
        lines += [
            f"  refused, but signed by the CA: {one['why']}; SHA-256 {one['sha256']}"
            for one in ca["refused"]
        ]
        lines += [
            f"  no. {one['number']:<6} {one['entries']:>10,}  until {one['next_update']}"
            f"  {one['state']:<9} {one['scope']}"
            for one in ca["lists"][:_LINES]
        ]
        if len(ca["lists"]) > _LINES:
            lines.append(f"  … and {len(ca['lists']) - _LINES} more (--json shows all)")
    return Answer({"index": str(where), "cas": cas}, "\n".join(lines))


def _digests(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[bytes, ...]:
    del context, parameter
    for text in values:
        if not _SHA256.fullmatch(text):
            raise click.BadParameter(f"{text!r}: write a SHA-256, 64 hexadecimal digits")
    return tuple(map(bytes.fromhex, values))


@click.command()
@click.argument("digests", metavar="SHA256...", nargs=-1, callback=_digests)
@click.option(
    "--before",
    type=moment,
    metavar="TIME",
    help="Also forget what lists say that came out before TIME and were replaced since.",
)
@INDEX
@answers
def forget(digests: tuple[bytes, ...], before: datetime | None, directory: Path | None) -> Answer:
    """Let a list that was refused, or replaced long ago, count no longer.

    Name refused lists by the SHA-256 that `show` gives: such as one the CA took back. With
    --before, whom only lists name that were replaced is no longer named: choose a TIME of which no
    certificate is left that has not ended. Lists that are in use stay.
    Exit status: 0 all that was named is forgotten, 1 one was not there.

    \b
    Example:
      jpki crl index forget --index idx --before 2020-01-01
    """
    from jpki.revocation import IndexDirectory

    if not digests and before is None:
        raise click.UsageError("name a refused list by its SHA-256, or a time with --before")
    where = directory_of(directory)
    opened_index(where)
    found = IndexDirectory(where).forget(digests, before=before)
    missing = [one.hex() for one in digests if one not in found]
    text = [f"{printable(str(where))}: {len(found)} lists forgotten"]
    text += [f"{one}: no list of this SHA-256 was refused" for one in missing]
    data = {"index": str(where), "forgotten": [one.hex() for one in found], "missing": missing}
    return Answer(data, "\n".join(text), ExitStatus.NO if missing else ExitStatus.YES)


def _ca(part: "CaIndex", when: datetime) -> dict[str, Any]:
    lists = [part.parsed(slot) for slot in sorted(part.current)]
    key = part.key_identifier
    return {
        "issuer": describe(part.issuer),
        "key": key.hex() if key else "unknown",
        "entries": part.entries,
        "once_listed": len(part.contents.aside),
        "refused": [{"sha256": one.sha256.hex(), "why": one.why} for one in part.contents.refused],
        "lists": [list_row(one, when) for one in lists],
    }
