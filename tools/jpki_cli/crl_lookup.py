"""`jpki crl index lookup`: what the lists of an index say of serial numbers and certificates."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jpki.verify.certificate import Certificate
from jpki.verify.crl_objections import freshness_objections, scope_objections
from jpki.verify.errors import MalformedError
from jpki.verify.names import describe, printable
from jpki.verify.policy import CrlRules
from jpki.verify.serials import read_serial
from jpki.verify.times import iso
from jpki_cli.answer import Answer, answers
from jpki_cli.crl_telling import AT, INDEX, directory_of, list_row, scope_of
from jpki_cli.derfiles import CERTIFICATE, read_ders
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.trust import now, opened_index

if TYPE_CHECKING:
    from jpki.revocation import CaIndex
    from jpki.revocation.partition import IndexedList


@click.command()
@click.argument("asked", metavar="SERIAL|CERT...", nargs=-1, required=True)
@INDEX
@AT
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
    parts = opened_index(directory_of(directory))
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
            "fresh_lists": [list_row(one, when) for one in covering],
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
        lists = [list_row(one, when) for one in everywhere if is_whole(one)]
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
            "scope": scope_of(part.parsed(slot)),
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
