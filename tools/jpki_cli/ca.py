"""`jpki ca`: what the world's two authorities issued; revoke it; publish and export."""

import re
from pathlib import Path

import click
from asn1crypto import pem

from cardsim.world import World
from jpki.ca.errors import (
    ListFileError,
    RevocationRefusedError,
    UnknownSerialError,
)
from jpki.ca.listfile import open_list
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.verify.names import printable
from jpki_cli.answer import Answer, answers
from jpki_cli.ca_crl import MADE_ANEW, MAKES_THEM, crl
from jpki_cli.ca_event import event
from jpki_cli.ca_faults import faults
from jpki_cli.ca_history import history
from jpki_cli.ca_serve import serve
from jpki_cli.ca_status import status
from jpki_cli.derfiles import CERTIFICATE
from jpki_cli.exits import ExitStatus, Failure, failing_with
from jpki_cli.groups import CommandGroup
from jpki_cli.life_telling import role, whose
from jpki_cli.options import KIND, japanese_day
from jpki_cli.populate import populate
from jpki_cli.settings import settings
from jpki_cli.world_lists import published_lists, renew_lists
from jpki_cli.writing import make_directory, require_writable, write_file

_REASONS = click.Choice([reason.rfc_name for reason in RevocationReason])


@click.group(cls=CommandGroup)
def ca() -> None:
    """Run the two test CAs: 署名用認証局 (sign) and 利用者証明用認証局 (auth).

    \b
    Example:
      jpki ca list
      jpki ca export trust --pem
    """


ca.add_command(faults)
ca.add_command(serve)
ca.add_command(event)
ca.add_command(history)
ca.add_command(status)


@ca.command(name="list")
@click.option("--kind", type=KIND, help="Only this authority.")
@answers
def list_(kind: str | None) -> Answer:
    """List what was issued: serial number, holder, state.

    \b
    Example:
      jpki ca list --kind auth --json
    """
    with settings().world() as world:
        now = world.clock.now()
        rows = [
            {
                "kind": each.value,
                "serial": record.serial,
                "serial_hex": f"0x{record.serial:X}",
                "holder": record.holder,
                "role": role(world, each, record),
                "municipality": record.municipality,
                "generation": record.generation,
                "not_before": record.not_before.isoformat(),
                "not_after": record.not_after.isoformat(),
                "state": record.state(now).value,
                "reason": record.revocation.reason.rfc_name if record.revocation else None,
                "revoked_at": (
                    record.revocation.revoked_at.isoformat() if record.revocation else None
                ),
            }
            for each in _kinds(kind)
            for record in world.published[each].certificates()
        ]
    lines = [f"{'kind':<5} {'serial':>10} {'':<10}  {'holder':<12} {'from':<10}  {'to':<10}  state"]
    lines += [
        f"{row['kind']:<5} {row['serial']:>10} {row['serial_hex']:<10}"
        f"  {whose(row):<12}"
        f" {japanese_day(row['not_before'])}  {japanese_day(row['not_after'])}"
        f"  {row['state']}" + (f" ({row['reason']})" if row["reason"] else "")
        for row in rows
    ]
    return Answer({"certificates": rows}, "\n".join(lines))


@ca.command()
@click.argument("certificate", metavar="NAME|SERIAL")
@click.option("--kind", type=KIND, required=True, help="Which certificate, or which authority.")
@click.option(
    "--reason",
    type=_REASONS,
    required=True,
    help="affiliationChanged 記録事項の変更, superseded 更新,"
    " cessationOfOperation 利用の終了,"
    " certificateHold 一時保留 (never released), …",
)
@click.option(
    "--later",
    is_flag=True,
    help="Leave the lists to the next `jpki ca crl`, as the real service does at night.",
)
@answers
def revoke(certificate: str, kind: str, reason: str, later: bool) -> Answer:
    """Revoke a certificate (失効) of a citizen, a card, or with a serial number.

    \b
    Example:
      jpki ca revoke hanako --kind auth --reason keyCompromise
      jpki ca revoke 20000003 --kind sign --reason affiliationChanged
    """
    which, why = Kind(kind), RevocationReason.named(reason)
    with settings().world() as world:
        serial = _serial(world, certificate, which)
        try:
            done = world.revoke(which, serial, why)
        except (RevocationRefusedError, UnknownSerialError) as refused:
            return Answer({"revoked": False, "why": str(refused)}, f"no: {refused}", ExitStatus.NO)
        data = {
            "revoked": True,
            "kind": which.value,
            "serial": done.serial,
            "reason": done.reason.rfc_name,
            "revoked_at": done.revoked_at.isoformat(),
        }
        told = f"{done.serial} is revoked; not every list says so yet"
        with failing_with(told, hint=MAKES_THEM, done=data):
            published = [] if later else world.publish_lists()
    told = "the lists will say so after `jpki ca crl`" if later else "the lists say so"
    return Answer(
        data | {"lists": [str(path) for path in published]},
        f"revoked {which.japanese} {done.serial}: {done.reason.rfc_name}"
        f" ({done.reason.japanese}); {told}",
    )


@ca.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--pem", "as_pem", is_flag=True, help="Write PEM (.pem) instead of DER (.cer).")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@answers
def export(directory: Path, as_pem: bool, force: bool) -> Answer:
    """Write the CA certificates (every generation) and the published lists into DIRECTORY.

    The lists are DER, as the service publishes them; while one is damaged, nothing is written.
    cv-text-ca.cvcert and cv-surface-ca.cvcert are the CAs' for what cards hold beside certificates
    (`jpki check-card --cv-ca`).

    \b
    Example:
      jpki ca export trust --pem
    """
    make_directory(directory)
    suffix = "pem" if as_pem else "cer"
    with settings().world() as world:
        renew_lists(world)
        files = {
            directory / f"{kind.value}-ca-g{number}.{suffix}": (
                pem.armor(CERTIFICATE, der) if as_pem else der
            )
            for kind in Kind
            for number, der in enumerate(world.anchors(kind), 1)
        }
        for name, content in world.cv_certificates().items():
            files[directory / name] = content
        for source, der in published_lists(world):
            files[directory / source.name] = _undamaged(source, der)
    require_writable(files, overwrite=force)
    for path, content in files.items():
        write_file(path, content, overwrite=force)
    return Answer(
        {"files": [str(path) for path in files]}, "\n".join(printable(str(path)) for path in files)
    )


ca.add_command(populate)
ca.add_command(crl)


def _undamaged(path: Path, der: bytes) -> bytes:
    """Give a published list; a damaged one is handed out by nobody, as by the service."""
    try:
        with open_list(path):
            return der
    except ListFileError as error:
        raise Failure(f"nothing is exported: {error}; {MADE_ANEW}", ExitStatus.USAGE) from None


def _kinds(kind: str | None) -> list[Kind]:
    return [Kind(kind)] if kind else list(Kind)


def _serial(world: World, certificate: str, kind: Kind) -> int:
    # A serial number has four octets at most (PKI profile section 1.6).
    if re.fullmatch(r"0[xX][0-9A-Fa-f]{1,8}|[0-9]{1,10}", certificate):
        return int(certificate, 0 if certificate[:2].lower() == "0x" else 10)
    return world.serial(certificate, kind)
