"""`jpki ca status`: how one certificate stands at the world's time, and who says so."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jpki.profiles.kinds import Kind
from jpki.profiles.ocsp import ANSWER
from jpki.profiles.reasons import RevocationReason
from jpki.sources import Grade, Source
from jpki.verify.serials import read_serial
from jpki_cli.answer import Answer, answers
from jpki_cli.ca_crl import MADE_ANEW
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.life_telling import clock_text, role, whose
from jpki_cli.options import KIND
from jpki_cli.settings import settings

if TYPE_CHECKING:
    from cardsim.world import World
    from jpki.ca import CertificateRecord

OCSP_SOURCE = Source("PKI 2.2: refreshed every 15 minutes; at which is ours", Grade.ASSUMED)


@click.command()
@click.argument("certificate", metavar="SERIAL|NAME")
@click.option("--kind", type=KIND, help="Which certificate, where both kinds have one.")
@answers
def status(certificate: str, kind: str | None) -> Answer:
    """Say how a certificate stands: state, reason, since when, neighbours, lists, OCSP.

    A name means the certificate on that card, or on the citizen's newest card. The exit status is
    0 where it is good, else 1.

    \b
    Example:
      jpki ca status 20000003
      jpki ca status hanako --kind auth
    """
    with settings().world() as world:
        now = world.clock.now()
        found = [
            _described(world, each, record, now)
            for each, record in matching(world, certificate, kind)
        ]
    good = all(row["state"] == "good" for row in found)
    return Answer(
        {"now": now.isoformat(), "certificates": found},
        "\n".join(line for row in found for line in _lines(row)),
        ExitStatus.YES if good else ExitStatus.NO,
    )


def matching(
    world: "World", certificate: str, kind: str | None
) -> list[tuple[Kind, "CertificateRecord"]]:
    """Give the certificates of a serial number, or on a card; a failure when there is none."""
    from cardsim.world import UnknownNameError
    from jpki.ca.errors import UnknownSerialError

    found = []
    for each in [Kind(kind)] if kind else list(Kind):
        try:
            serial = read_serial(certificate)
            if serial is None:
                serial = world.serial(certificate, each)
            found.append((each, world.published[each].certificate(serial)))
        except UnknownNameError as error:
            why = str(error)
        except UnknownSerialError as error:
            why = f"{error}; `jpki ca list` has those there are"
    if not found:
        raise Failure(why, ExitStatus.USAGE)
    return found


def _described(
    world: "World", kind: Kind, record: "CertificateRecord", now: datetime
) -> dict[str, Any]:
    from jpki.ca.linking import Role, link

    revoked = record.revocation
    row: dict[str, Any] = {
        "kind": kind.value,
        "serial": record.serial,
        "serial_hex": f"0x{record.serial:X}",
        "holder": record.holder or None,
        "role": role(world, kind, record),
        "municipality": record.municipality,
        "generation": record.generation,
        "not_before": record.not_before.isoformat(),
        "not_after": record.not_after.isoformat(),
        "state": record.state(now).value,
        "reason": revoked.reason.rfc_name if revoked else None,
        "reason_japanese": revoked.reason.japanese if revoked else None,
        "revoked_at": revoked.revoked_at.isoformat() if revoked else None,
        "predecessor": None,
        "successor": None,
        "successor_renews": False,
        "current": {},
        "lists": _lists(world, kind, record),
        "settled_at": None,
        # The refresh at which a responder first says so; and the one for the final reason.
        "ocsp_from": _ocsp_from(revoked.revoked_at) if revoked else None,
        "ocsp_settled_from": None,
    }
    if revoked and revoked.settled_at is not None:
        row |= {
            "settled_at": revoked.settled_at.isoformat(),
            "ocsp_settled_from": _ocsp_from(revoked.settled_at),
        }
    if record.municipality is not None:
        found = link(
            world.published[kind].register,
            kind,
            record.serial,
            asker=Role.AUTHORITY,
            moment=now,
        )
        row |= {
            "predecessor": found.predecessor,
            "successor": found.successor,
            "successor_renews": found.by_renewal,
            "current": {each.value: serial for each, serial in found.current.items()},
        }
    return row


def _lists(world: "World", kind: Kind, record: "CertificateRecord") -> list[dict[str, Any]]:
    """Give the published lists that answer for a certificate, and whether each names it."""
    scopes = {"full", record.municipality}
    return [
        _list(path, record.serial)
        for path in sorted(world.published.lists_directory.glob(f"{kind.value}-*.crl"))
        if path.stem.rpartition("-")[2] in scopes
    ]


def _list(path: Path, serial: int) -> dict[str, Any]:
    from jpki.ca.errors import ListFileError
    from jpki.ca.listfile import open_list

    row = {"list": path.name, "this_update": None, "says_revoked": None, "unreadable": None}
    try:
        with open_list(path) as published:
            named = any(serial in chunk for chunk in published.serials())
            moment = published.this_update.isoformat()
    except ListFileError as error:
        return row | {"unreadable": f"{error}; {MADE_ANEW}"}
    except OSError as error:
        return row | {"unreadable": f"{path}: {error.strerror}"}
    return row | {"this_update": moment, "says_revoked": named}


def _ocsp_from(moment: datetime) -> str:
    from jpki.ca.ocsp.standings import shows_from

    return shows_from(moment, interval=ANSWER.refresh).isoformat()


def _lines(row: dict[str, Any]) -> list[str]:
    def when(name: str) -> str:
        return clock_text(datetime.fromisoformat(row[name]))

    lines = [
        f"{Kind(row['kind']).japanese} {row['serial']} ({row['serial_hex']})",
        f"  state        {row['state']}"
        + (f": {row['reason']} ({row['reason_japanese']})" if row["reason"] else ""),
    ]
    if row["revoked_at"]:
        lines.append(f"  revoked      {when('revoked_at')} JST; OCSP from {when('ocsp_from')}")
    if row["settled_at"]:
        lines.append(
            f"  settled      {when('settled_at')} JST; OCSP from {when('ocsp_settled_from')},"
            f" {RevocationReason.CERTIFICATE_HOLD.rfc_name} until then"
        )
    lines += [
        f"  holder       {whose(row)}, issued at {row['municipality'] or 'the CA'}",
        f"  valid        {when('not_before')} to {when('not_after')} JST",
        f"  predecessor  {row['predecessor'] or 'none'}",
        f"  successor    {row['successor'] or 'none'}"
        + (" (renews it)" if row["successor_renews"] else ""),
        "  current      "
        + (", ".join(f"{of} {serial}" for of, serial in row["current"].items()) or "none"),
    ]
    lines += [f"  list         {each['list']}{_list_words(each)}" for each in row["lists"]]
    return lines


def _list_words(row: dict[str, Any]) -> str:
    if row["unreadable"]:
        return f": unreadable, {row['unreadable']}"
    said = "revoked" if row["says_revoked"] else "not named"
    return f" of {clock_text(datetime.fromisoformat(row['this_update']))}: {said}"
