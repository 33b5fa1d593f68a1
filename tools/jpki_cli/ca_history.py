"""`jpki ca history`: everything that happened, by date: events, and what became of certificates."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from jpki.profiles.kinds import Kind
from jpki_cli.answer import Answer, answers
from jpki_cli.ca_status import matching
from jpki_cli.life_telling import clock_text, entry_lines, entry_row, role
from jpki_cli.options import KIND
from jpki_cli.settings import settings

if TYPE_CHECKING:
    from cardsim.world import World
    from cardsim.world.life.journal import Entry
    from jpki.ca import CertificateRecord


@click.command()
@click.argument("about", metavar="[NAME|SERIAL]", required=False)
@click.option("--kind", type=KIND, help="Which certificate, where both kinds have the number.")
@answers
def history(about: str | None, kind: str | None) -> Answer:
    """Tell what happened to everybody, to one citizen, or to one certificate, by date.

    Nothing comes due by asking; `jpki world clock` moves the time.

    \b
    Example:
      jpki ca history hanako
      jpki ca history 20000003 --json
    """
    with settings().world() as world:
        now = world.clock.now()
        entries = world.events()
        if about is None:
            entries += [entry for name in world.citizens for entry in world.past(name)]
            records = [
                (each, record) for each in Kind for record in world.published[each].certificates()
            ]
        elif _is_person(world, about):
            records = [
                (each, record) for each in Kind for record in world.certificates_of(about, each)
            ]
            entries = [entry for entry in entries if entry.event.who == about]
            entries += world.past(about)
        else:
            records = matching(world, about, kind)
            serials = {(each, record.serial) for each, record in records}
            entries += [e for name in _holders(records) for e in world.past(name)]
            entries = [entry for entry in entries if serials & _serials(entry)]
        told = [(entry.moment, 0, entry_row(entry), entry_lines([entry])) for entry in entries]
        for each, record in records:
            told += [(row[0], 1, row[1], [row[2]]) for row in _of(world, each, record, now)]
    told.sort(key=lambda item: (item[0], item[1]))
    return Answer(
        {"now": now.isoformat(), "history": [row for _, _, row, _ in told]},
        "\n".join(line for *_, lines in told for line in lines) or "nothing happened yet",
    )


def _is_person(world: "World", name: str) -> bool:
    from cardsim.world import UnknownNameError

    try:
        world.citizen(name)
    except UnknownNameError:
        return False
    return True


def _holders(records: "list[tuple[Kind, CertificateRecord]]") -> set[str]:
    return {record.holder for _, record in records}


def _serials(entry: "Entry") -> set[tuple[Kind, int]]:
    """Give the certificates an event is about."""
    from cardsim.world.life.effects import Issue, Revoke

    found = {(each, entry.event.serial) for each in entry.event.kinds if entry.event.serial}
    for effect in entry.effects:
        if isinstance(effect, Revoke):
            found.add((effect.kind, effect.serial))
        if isinstance(effect, Issue):
            found |= set(effect.renews)
    return found


def _of(
    world: "World", kind: Kind, record: "CertificateRecord", now: datetime
) -> list[tuple[datetime, dict[str, Any], str]]:
    """Give what became of a certificate, as moment, row and line."""
    what: list[tuple[str, datetime, str | None]] = [("issued", record.not_before, None)]
    if record.revocation is not None:
        reason = record.revocation.reason.rfc_name
        what.append(("revoked", record.revocation.revoked_at, reason))
        if record.revocation.settled_at is not None:
            what.append(("settled", record.revocation.settled_at, reason))
    elif record.not_after < now:
        what.append(("ended", record.not_after, None))
    holder = record.holder or f"({role(world, kind, record)})"
    return [
        (
            at,
            {
                "at": at.isoformat(),
                "certificate": word,
                "kind": kind.value,
                "serial": record.serial,
                "who": record.holder or None,
                "reason": reason,
            },
            f"{clock_text(at)}  {word:<20} {kind.japanese} {record.serial}  {holder}"
            + (f": {reason}" if reason else ""),
        )
        for word, at, reason in what
    ]
