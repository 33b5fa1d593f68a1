"""`jpki crl index add`: read lists, check them, take them in."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jpki.verify.anchors import Anchor
from jpki.verify.names import printable
from jpki_cli.answer import Answer, answers
from jpki_cli.crl_telling import INDEX, directory_of, scope_of
from jpki_cli.derfiles import CERTIFICATE, REVOCATION_LIST, begins_as_der, read_ders
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.file_type import FILE
from jpki_cli.progressing import progress
from jpki_cli.settings import settings
from jpki_cli.trust import anchors_named

if TYPE_CHECKING:
    from jpki.revocation import Outcome

_COUNTS = {False: "", True: " (but signed by the CA: whom it names counts)"}
_WORDS = ("taken", "there", "refused")


@click.command()
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
@INDEX
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
    where = directory_of(directory)
    files = list(_files(lists))
    rows: list[dict[str, Any]] = []
    with progress("reading lists", len(files)) as step:
        sources = _sources(files, step, rows)
        rows.extend(map(_outcome, IndexDirectory(where).add(sources, anchors)))
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


def _outcome(outcome: "Outcome") -> dict[str, Any]:
    if outcome.refused is not None:
        return _refused(outcome.source, str(outcome.refused), remembered=outcome.remembered)
    row: dict[str, Any] = {
        "file": outcome.source,
        "outcome": "taken" if outcome.taken else "there",
    }
    if outcome.read is not None:
        found = outcome.read.parsed
        row |= {"scope": scope_of(found), "number": found.number, "entries": found.frame.entries}
    return row


def _refused(file: str, why: str, *, remembered: bool = False) -> dict[str, Any]:
    return {"file": file, "outcome": "refused", "why": why, "remembered": remembered}


def _files(named: Sequence[Path]) -> Iterator[Path]:
    for path in named:
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.glob("*.crl"))
        if not found:
            raise Failure(f"there is no file *.crl in {path}", ExitStatus.USAGE)
        yield from found


def _sources(
    files: Sequence[Path], step: Any, refused: list[dict[str, Any]]
) -> Iterator[Path | tuple[str, bytes]]:
    """Give files that begin as DER does to be read as a stream, and the lists in all others.

    PEM may have any text before it, as `openssl crl -text` writes it; `jpki check --crl` reads it.
    A file in which no list can be looked for is put among those `refused`; it keeps none out.
    """
    for path in files:
        try:
            # What is no file could be waited for for ever; the index refuses it unread.
            is_text = path.is_file() and not _begins_as_der(path)
            ders = read_ders(path, REVOCATION_LIST) if is_text else []
        except Failure as failure:
            refused.append(_refused(str(path), str(failure).removeprefix(f"{path} ")))
        except OSError as error:
            refused.append(_refused(str(path), f"not read: {error.strerror or error}"))
        else:
            yield from ((str(path), der) for der in ders) if is_text else (path,)
        step()


def _begins_as_der(path: Path) -> bool:
    with path.open("rb") as file:
        return begins_as_der(file.read(2))


def _anchors(ca_files: tuple[Path, ...]) -> tuple[Anchor, ...]:
    if ca_files:
        return anchors_named(chain.from_iterable(read_ders(path, CERTIFICATE) for path in ca_files))
    from jpki.profiles.kinds import Kind

    world = settings().existing_world()
    if world is None:
        raise Failure("name the CA certificates to rely on (--ca)", ExitStatus.USAGE)
    with world:
        return tuple(Anchor.load(der) for kind in Kind for der in world.anchors(kind))
