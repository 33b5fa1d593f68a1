"""`jpki crl`: an index of revocation lists of any size: add lists, show it, ask it."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.crl_objections import freshness_objections, scope_objections
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import directory_names
from jpki.verify.names import describe, printable
from jpki.verify.policy import CrlRules
from jpki.verify.serials import read_serial
from jpki.verify.times import iso
from jpki_cli.answer import Answer, answers
from jpki_cli.derfiles import CERTIFICATE, FILE, REVOCATION_LIST, begins_as_der, read_ders
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.groups import CommandGroup
from jpki_cli.options import moment
from jpki_cli.progressing import progress
from jpki_cli.settings import settings
from jpki_cli.trust import anchors_of, now, opened_index

if TYPE_CHECKING:
    from jpki.revocation import CaIndex, Outcome
    from jpki.revocation.partition import IndexedList

_LINES = 20
"""Lists shown to people; programs get all."""
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")
_INDEX = click.option(
    "--index",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The directory of the index (default: crl-index in the world's directory).",
)
_AT = click.option(
    "--at",
    type=moment,
    metavar="TIME",
    help="Judge at TIME (default: the world's clock, else now).",
)


def _digests(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[bytes, ...]:
    del context, parameter
    for text in values:
        if not _SHA256.fullmatch(text):
            raise click.BadParameter(f"{text!r}: write a SHA-256, 64 hexadecimal digits")
    return tuple(map(bytes.fromhex, values))


@click.group(cls=CommandGroup)
def crl() -> None:
    """Keep revocation lists (失効リスト) of any size in an index.

    \b
    Example:
      jpki crl index add lists --ca sign-ca.cer --index idx
      jpki check sign.cer --ca sign-ca.cer --crl-index idx
    """


@crl.group(cls=CommandGroup)
def index() -> None:
    """Add lists to an index, show what it holds, look up serial numbers.

    \b
    Example:
      jpki crl index add lists --ca sign-ca.cer --index idx
      jpki crl index show --index idx
    """


@index.command()
@click.argument(
    "lists",
    metavar="LIST...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option(
    "--ca",
    "ca_files",
    multiple=True,
    type=FILE,
    metavar="FILE",
    help="A CA certificate to rely on, DER or PEM; may be repeated (default: the world's).",
)
@_INDEX
@answers
def add(lists: tuple[Path, ...], ca_files: tuple[Path, ...], directory: Path | None) -> Answer:
    """Read lists, check them and take them in; each replaces the older one of its scope.

    LIST is a file, DER or PEM, or a directory of files *.crl. A list that nobody named has signed,
    that is not strict DER, older than the one that is there, or not understood is refused. Whom
    the CA named once stays named: by a list that was replaced or is older; and of whom a list
    names, or may, that the CA signed and that is not understood, it cannot be told.
    Exit status: 0 every list is in, 1 one was refused.

    \b
    Example:
      jpki crl index add lists --ca sign-ca.cer --index idx
    """
    from jpki.revocation import IndexDirectory

    anchors = _anchors(ca_files)
    where = _directory(directory)
    files = list(_files(lists))
    rows: list[dict[str, Any]] = []
    with progress("reading lists", len(files)) as step:
        rows.extend(map(_outcome, IndexDirectory(where).add(_sources(files, step), anchors)))
    refused = [row for row in rows if row["outcome"] == "refused"]
    counts = {word: sum(row["outcome"] == word for row in rows) for word in _WORDS}
    text = [
        printable(f"{row['file']}: refused{_COUNTS[row['remembered']]}: {row['why']}")
        for row in refused
    ]
    entries = sum(row.get("entries", 0) for row in rows if row["outcome"] == "taken")
    text.append(
        f"{printable(str(where))}: {counts['taken']} lists taken ({entries:,} entries),"
        f" {counts['there']} there already, {counts['refused']} refused"
    )
    status = ExitStatus.NO if refused else ExitStatus.YES
    return Answer({"index": str(where), "lists": rows, **counts}, "\n".join(text), status)


_COUNTS = {False: "", True: " (but signed by the CA: whom it names counts)"}
_WORDS = ("taken", "there", "refused")


@index.command()
@_INDEX
@_AT
@answers
def show(directory: Path | None, at: datetime | None) -> Answer:
    """Show the CAs and lists of an index, and which lists may still make a certificate good.

    \b
    Example:
      jpki crl index show --index idx
    """
    where, when = _directory(directory), at or now()
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


@index.command()
@click.argument("digests", metavar="SHA256...", nargs=-1, callback=_digests)
@click.option(
    "--before",
    type=moment,
    metavar="TIME",
    help="Also forget what lists say that came out before TIME and were replaced since.",
)
@_INDEX
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
    where = _directory(directory)
    opened_index(where)
    found = IndexDirectory(where).forget(digests, before=before)
    missing = [one.hex() for one in digests if one not in found]
    text = [f"{printable(str(where))}: {len(found)} lists forgotten"]
    text += [f"{one}: no list of this SHA-256 was refused" for one in missing]
    data = {"index": str(where), "forgotten": [one.hex() for one in found], "missing": missing}
    return Answer(data, "\n".join(text), ExitStatus.NO if missing else ExitStatus.YES)


@index.command()
@click.argument("asked", metavar="SERIAL|CERT...", nargs=-1, required=True)
@_INDEX
@_AT
@answers
def lookup(asked: tuple[str, ...], directory: Path | None, at: datetime | None) -> Answer:
    """Look up serial numbers (発行番号, decimal or 0x…) or the certificates in files.

    Says which lists name it, and whether fresh lists for it are there: for a serial number alone,
    one of the whole CA from every key in the index. That is no verdict: `jpki check --crl-index`
    checks signatures with the CA certificates you name. Exit status: 1 one is listed, 0 none is,
    3 it cannot be told.

    \b
    Example:
      jpki crl index lookup 20000003 sign.cer --index idx
    """
    when = at or now()
    parts = opened_index(_directory(directory))
    rows = [row for each in asked for row in _looked_up(each, parts, when)]
    text = "\n".join(line for row in rows for line in _lines(row))
    return Answer({"answers": rows}, text, _worst(rows))


def _looked_up(asked: str, parts: Sequence["CaIndex"], when: datetime) -> Iterator[dict[str, Any]]:
    serial = read_serial(asked)
    if serial == 0:
        raise Failure(
            f"{asked}: no certificate has it, serial numbers are positive", ExitStatus.USAGE
        )
    if serial is not None:
        yield {
            "asked": asked,
            "serial": serial,
            "listed": _listed(parts, serial),
            "refused_lists": _refused(parts, serial),
            "fresh_lists": _whole(parts, when),
        }
        return
    path = Path(asked)
    if not path.is_file():
        raise Failure(
            f"{asked} is neither a serial number (decimal, or 0x and hex) nor a file",
            ExitStatus.USAGE,
        )
    for der in read_ders(path, CERTIFICATE):
        try:
            certificate = Certificate.parse(der)
        except MalformedError as error:
            raise Failure(f"{asked} is no certificate: {error}", ExitStatus.USAGE) from None
        own = [part for part in parts if part.issuer == certificate.issuer]
        covering = [one for part in own for one in _covering(part, certificate, when)]
        yield {
            "asked": asked,
            "serial": certificate.serial,
            "issuer": describe(certificate.issuer),
            "listed": _listed(own, certificate.serial),
            "refused_lists": _refused(own, certificate.serial),
            "fresh_lists": [_list(one, when) for one in covering],
        }


def _covering(part: "CaIndex", certificate: Certificate, when: datetime) -> Iterator["IndexedList"]:
    """Give the fresh lists for a certificate of the key it says has signed it."""
    points = certificate.distribution_points or ()
    slots = {
        slot for point in points for name in point.names for slot in part.by_name.get(name, ())
    }
    for slot in sorted({*slots, *part.everywhere}):
        crl = part.parsed(slot)
        claimed = certificate.authority_key
        own_key = claimed is None or (
            crl.authority_key is not None
            and claimed.key_identifier == crl.authority_key.key_identifier
        )
        stale = freshness_objections(crl, when, CrlRules())
        if own_key and not stale and not scope_objections(crl, certificate):
            yield crl


def _whole(parts: Sequence["CaIndex"], when: datetime) -> list[dict[str, Any]]:
    """Give a fresh list of the whole CA from every key, or none: only all of them say "no"."""
    from jpki.revocation import is_whole

    found = []
    for part in parts:
        everywhere = map(part.parsed, part.everywhere)
        lists = [_list(one, when) for one in everywhere if is_whole(one)]
        fresh = [one for one in lists if not one["objections"]]
        if not fresh:
            return []
        found.append(fresh[0])
    return found


def _listed(parts: Sequence["CaIndex"], serial: int) -> list[dict[str, Any]]:
    return [
        {
            "issuer": describe(part.issuer),
            "revoked_at": iso(entry.revoked_at),
            "reason": entry.reason,
            "invalid_since": entry.invalid_since and iso(entry.invalid_since),
            "number": part.parsed(slot).number,
            "scope": _scope(part.parsed(slot)),
        }
        for part in parts
        for slot, entry in part.find(serial)
    ]


def _refused(parts: Sequence["CaIndex"], serial: int) -> list[dict[str, Any]]:
    """Give the lists that a CA signed and the index refused, which name it or may."""
    found = {
        digest
        for part in parts
        if part.doubts is not None
        for digest in part.doubts.mentioning(serial)
    }
    return [
        {"sha256": one.sha256.hex(), "why": one.why}
        for part in parts
        for one in part.contents.refused
        if one.sha256 in found
    ]


def _lines(row: dict[str, Any]) -> Iterator[str]:
    asked = printable(row["asked"])
    if row["listed"]:
        for one in row["listed"]:
            yield (
                f"{asked}: listed, {one['reason']}, revoked {one['revoked_at']};"
                f" CRL no. {one['number']} {one['scope']}"
            )
    elif row["refused_lists"]:
        why = row["refused_lists"][0]["why"]
        yield f"{asked}: the CA signed a list that names it or may: cannot tell; {why}"
    elif not row["fresh_lists"]:
        yield f"{asked}: on no list, and no fresh list for it is there: cannot tell"
    else:
        one = row["fresh_lists"][0]
        yield f"{asked}: not listed; CRL no. {one['number']} {one['scope']}"


def _worst(rows: Sequence[dict[str, Any]]) -> ExitStatus:
    if any(row["listed"] for row in rows):
        return ExitStatus.NO
    if any(row["refused_lists"] or not row["fresh_lists"] for row in rows):
        return ExitStatus.CANNOT_TELL
    return ExitStatus.YES


def _ca(part: "CaIndex", when: datetime) -> dict[str, Any]:
    lists = [part.parsed(slot) for slot in sorted(part.current)]
    key = part.key_identifier
    return {
        "issuer": describe(part.issuer),
        "key": key.hex() if key else "unknown",
        "entries": part.entries,
        "once_listed": len(part.contents.aside),
        "refused": [{"sha256": one.sha256.hex(), "why": one.why} for one in part.contents.refused],
        "lists": [_list(one, when) for one in lists],
    }


def _list(one: "IndexedList", when: datetime) -> dict[str, Any]:
    stale = freshness_objections(one, when, CrlRules())
    return {
        "scope": _scope(one),
        "number": one.number,
        "entries": one.frame.entries,
        "this_update": iso(one.this_update),
        "next_update": iso(one.next_update) if one.next_update else None,
        "sha256": one.sha256.hex(),
        "state": "not fresh" if stale else "fresh",
        "objections": list(stale),
    }


def _scope(one: "IndexedList") -> str:
    names = directory_names((one.scope and one.scope.names) or ())
    return ", ".join(map(describe, names)) or "whole CA"


def _outcome(outcome: "Outcome") -> dict[str, Any]:
    if outcome.refused is not None:
        return {
            "file": outcome.source,
            "outcome": "refused",
            "why": str(outcome.refused),
            "remembered": outcome.remembered,
        }
    row: dict[str, Any] = {
        "file": outcome.source,
        "outcome": "taken" if outcome.taken else "there",
    }
    if outcome.read is not None:
        found = outcome.read.parsed
        row |= {"scope": _scope(found), "number": found.number, "entries": found.frame.entries}
    return row


def _files(named: Sequence[Path]) -> Iterator[Path]:
    for path in named:
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.glob("*.crl"))
        if not found:
            raise Failure(f"there is no file *.crl in {path}", ExitStatus.USAGE)
        yield from found


def _sources(files: Sequence[Path], step: Any) -> Iterator[Path | tuple[str, bytes]]:
    """Give files that begin as DER does to be read as a stream, and the lists in all others.

    PEM may have any text before it, as `openssl crl -text` writes it; `jpki check --crl` reads it.
    """
    for path in files:
        # What is no file could be waited for for ever; the index refuses it unread.
        if not path.is_file() or _begins_as_der(path):
            yield path
        else:
            yield from ((str(path), der) for der in read_ders(path, REVOCATION_LIST))
        step()


def _begins_as_der(path: Path) -> bool:
    with path.open("rb") as file:
        return begins_as_der(file.read(2))


def _anchors(ca_files: tuple[Path, ...]) -> tuple[Anchor, ...]:
    if ca_files:
        found = anchors_of(chain.from_iterable(read_ders(path, CERTIFICATE) for path in ca_files))
        return (*found.sign, *found.auth)
    from jpki.profiles.kinds import Kind

    world = settings().existing_world()
    if world is None:
        raise Failure("name the CA certificates to rely on (--ca)", ExitStatus.USAGE)
    with world:
        return tuple(Anchor.load(der) for kind in Kind for der in world.anchors(kind))


def _directory(named: Path | None) -> Path:
    return named or settings().home / "crl-index"
