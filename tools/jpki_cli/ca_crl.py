"""`jpki ca crl`: make and publish revocation lists, prove them complete, find those of a past day.

The library does it (`jpki.ca.nightly`, `coverage`, `archive`); here it is told.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jpki.profiles.kinds import Kind
from jpki.profiles.validity import JST
from jpki.verify.names import printable
from jpki_cli.answer import Answer, answers, as_json
from jpki_cli.exits import ExitStatus, Failure, failing_with, status_of, words_of
from jpki_cli.options import moment
from jpki_cli.settings import settings
from jpki_cli.writing import make_directory, write_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardsim.world import World
    from jpki.ca.coverage_report import CoverageReport
    from jpki.ca.nightly import PublishedList
    from jpki.ca.records import ListRecord

MADE_ANEW = "`jpki ca crl` makes it anew; if its key signs no more, take the file away"
"""What to do about a published list that cannot be read."""
MAKES_THEM = "`jpki ca crl` makes them"
"""What to do about lists that did not come out with what they shall say."""


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Also copy the lists into DIR.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Publish nothing; hold the published lists against the register (網羅性の検査).",
)
@click.option(
    "--at",
    type=moment,
    metavar="TIME",
    help="Publish nothing; find the lists of that time in the archive (過去の失効リスト).",
)
@click.option(
    "--due",
    is_flag=True,
    help="Only the lists of which none of the last day is out: the rest of a run cut short.",
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="DAYS",
    help="Then remove archived lists older than this; without it, all are kept.",
)
@answers
def crl(out: Path | None, check: bool, at: datetime | None, due: bool, keep: int | None) -> Answer:
    """Make and publish all revocation lists at the world's time: per municipality, and full.

    A list whose place has not changed is signed anew over its old entries. Every list also goes
    into the archive, ca/archive in the world's directory. A run that was killed leaves old and
    new lists, whole; --due makes the rest.

    Exit status with --check: 0 the lists are proven complete, 1 one of them is wrong, 3 a list
    is absent, unreadable or old, so that nobody can tell. With --at: 3 there is none of that
    time.

    \b
    Example:
      jpki ca crl --out lists
      jpki ca crl --due
      jpki ca crl --check
      jpki ca crl --at 2026-11-23T15:00 --out evidence
    """
    if (check and (at or out or due or keep)) or (at and (due or keep)):
        raise click.UsageError("--check stands alone; --due and --keep do not go with --at")
    with settings().world() as world:
        if check:
            return _checked(world)
        return _published(world, out, keep, due) if at is None else _past(world, at, out)


def _published(world: "World", out: Path | None, keep: int | None, due: bool) -> Answer:
    from jpki.ca.errors import NotPublishedError

    now, authorities = world.clock.now(), world.authorities
    if out is not None:
        make_directory(out)
    made: list[PublishedList] = []
    kept_back = None
    try:
        with _progress("publishing lists", authorities.lists_planned(moment=now)) as advance:
            for each in authorities.publish_each(moment=now, only_due=due, clock=world.clock.now):
                made.append(each)
                advance()
    except Exception as error:
        if not made or status_of(error) is None:
            raise
        # What came out is copied and told, whatever kept the rest back.
        kept_back = error
    paths = [each.path for each in made]
    reasons = [] if kept_back is None else [words_of(kept_back)]
    if isinstance(kept_back, NotPublishedError):
        reasons = list(kept_back.why.values())
    data: dict[str, Any] = {"lists": [str(path) for path in paths], "not_published": reasons}
    removed = []
    so_far = "" if kept_back is None else f"{words_of(kept_back)}; "
    with failing_with(f"{so_far}{len(made)} lists are out", done=data):
        if keep is not None:
            removed = authorities.archive(keep=timedelta(days=keep)).prune(moment=now)
        paths = _copied(paths, out)
    rows = [
        _row(each.record) | {"rebuilt": each.rebuilt, "out": each.is_out, "file": str(path)}
        for each, path in zip(made, paths, strict=True)
    ]
    data |= {"lists": [str(path) for path in paths], "made": rows, "removed": len(removed)}
    text = "\n".join(printable(str(path)) for path in paths) or "no list is due"
    if kept_back is None:
        return Answer(data, text)
    if not as_json():
        click.echo(text)
    raise Failure(words_of(kept_back), ExitStatus.USAGE, data)


def _past(world: "World", at: datetime, out: Path | None) -> Answer:
    archive = world.published.archive()
    found = [
        each
        for kind in Kind
        for generation, scope in archive.scopes(kind)
        if (each := archive.archived_list(kind, scope, at=at, generation=generation))
    ]
    if not found:
        raise Failure(
            f"the archive has no list of {at.astimezone(JST):%Y-%m-%d %H:%M} (JST) or before;"
            " lists are kept from the first `jpki ca crl` on",
            ExitStatus.CANNOT_TELL,
        )
    if out is not None:
        make_directory(out)
        for each in found:
            write_file(out / each.published_name, each.read(), overwrite=True)
    rows = [
        {
            "kind": each.kind.value,
            "generation": each.generation,
            "municipality": each.municipality,
            "number": each.number,
            "this_update": each.this_update.isoformat(),
            "file": str(each.path if out is None else out / each.published_name),
        }
        for each in found
    ]
    return Answer({"lists": rows}, "\n".join(printable(str(row["file"])) for row in rows))


def _checked(world: "World") -> Answer:
    from jpki.ca.coverage import check_coverage, lists_to_check
    from jpki.ca.coverage_report import Verdict

    now, published = world.clock.now(), world.published
    total = sum(lists_to_check(published[kind], moment=now) for kind in Kind)
    with _progress("checking lists", total) as advance:
        reports = [
            check_coverage(published[kind], published.lists_directory, moment=now, progress=advance)
            for kind in Kind
        ]
    verdicts = {report.verdict for report in reports}
    status = ExitStatus.YES
    if Verdict.BROKEN in verdicts:
        status = ExitStatus.NO
    elif Verdict.CANNOT_TELL in verdicts:
        status = ExitStatus.CANNOT_TELL
    lines = [line for report in reports for line in _report_lines(report)]
    if status is not ExitStatus.YES:
        lines.append("`jpki ca crl` makes and publishes all lists anew, or says why not")
    return Answer(
        {"authorities": [_report_row(each) for each in reports]}, "\n".join(lines), status
    )


def _report_lines(report: "CoverageReport") -> Iterator[str]:
    yield (
        f"{report.kind.value:<5} {report.verdict.value}: {report.lists} lists with"
        f" {report.entries} entries; {report.revoked} revoked (失効)"
    )
    for finding in report.findings:
        some = ", ".join(map(str, finding.serials))
        more = ", …" if finding.count > len(finding.serials) else ""
        yield f"  {finding.fault.value:<10} {finding.file}: {finding.message}" + (
            f" ({finding.count}: {some}{more})" if finding.count else ""
        )


def _report_row(report: "CoverageReport") -> dict[str, Any]:
    return {
        "kind": report.kind.value,
        "verdict": report.verdict.value,
        "lists": report.lists,
        "entries": report.entries,
        "revoked": report.revoked,
        "between": report.between,
        "findings": [
            {
                "fault": finding.fault.value,
                "file": finding.file,
                "message": finding.message,
                "count": finding.count,
                "serials": list(finding.serials),
            }
            for finding in report.findings
        ],
    }


def _row(record: "ListRecord") -> dict[str, Any]:
    return {
        "kind": record.kind.value,
        "generation": record.generation,
        "municipality": record.municipality,
        "number": record.number,
        "this_update": record.this_update.isoformat(),
        "next_update": record.next_update.isoformat(),
        "entries": record.entries,
    }


def _copied(paths: list[Path], out: Path | None) -> list[Path]:
    if out is None:
        return paths
    for path in paths:
        try:
            shutil.copyfile(path, out / path.name)
        except OSError as error:
            told = f"cannot write {out / path.name}: {error.strerror or error}"
            raise Failure(told, ExitStatus.USAGE) from None
    return [out / path.name for path in paths]


@contextmanager
def _progress(what: str, total: int) -> "Iterator[Callable[[], None]]":
    """Show how far it is, on a terminal; give what is to be called for each step."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    quiet = as_json() or not console.is_terminal
    with Progress(console=console, disable=quiet, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
