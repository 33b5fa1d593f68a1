"""`jpki read`: what a card tells without or with a PIN, in any PC/SC reader.

Here `info` and `certs`, the JPKI AP; the other applications in `read_text`, `read_face` and
`read_card`.
"""

from pathlib import Path
from typing import Any

import click
from asn1crypto import pem

from jpki.card.client import (
    PIN_KIND,
    ApplicationMissingError,
    CertificateMissingError,
    Channel,
    CommonSession,
    JpkiSession,
    SecurityStatusError,
)
from jpki.profiles.kinds import Kind
from jpki.verify.certificate import Certificate
from jpki.verify.errors import MalformedError
from jpki.verify.names import describe, printable
from jpki_cli.answer import Answer, answers
from jpki_cli.connecting import card_connection
from jpki_cli.counting import tries_words
from jpki_cli.derfiles import CERTIFICATE
from jpki_cli.groups import CommandGroup
from jpki_cli.options import KIND, card_options, refuse_without_effect
from jpki_cli.pin import require_pin, tries_left
from jpki_cli.read_card import counters, licence, serial
from jpki_cli.read_face import face, photo
from jpki_cli.read_text import attributes, number
from jpki_cli.secrets import PinSource, pin_options
from jpki_cli.writing import make_directory, require_writable, write_file

_SAVED = ("auth", "auth-ca", "sign", "sign-ca")


@click.group(cls=CommandGroup)
def read() -> None:
    """Read a card, virtual or real; secrets are presented only where a command says so.

    \b
    Example:
      jpki read info --card hanako
      jpki card run hanako -- jpki read certs --save .
    """


for _command in (attributes, number, face, photo, serial, counters, licence):
    read.add_command(_command)


@read.command()
@card_options
@answers
def info(reader: str | None, card_name: str | None) -> Answer:
    """Show ATR, kind of token, which certificates are there, tries left, serial number.

    \b
    Example:
      jpki card run hanako -- jpki read info
      jpki read info --card hanako --json
    """
    with card_connection(reader=reader, card_name=card_name) as connection:
        channel = Channel(connection)
        session = JpkiSession(channel)
        token, available = session.token_info(), session.availability()
        tries = {kind.value: tries_left(session, kind) for kind in Kind}
        record = _card_record(channel)
        atr = connection.atr
    kind = token.kind
    data = {
        "atr": atr.hex().upper(),
        "token": {
            "label": token.label,
            "medium": kind.name.lower() if kind else None,
            "manufacturer": token.manufacturer,
            "model": token.model,
            "serial": token.serial,
        },
        "certificates": {"sign": available.sign, "auth": available.auth},
        "tries_left": tries,
        "card": record,
    }
    lines = [
        f"ATR                     {atr.hex(' ').upper()}",
        f"token                   {token.label} ({kind.medium if kind else 'unknown medium'})",
        f"token model, serial     {token.model}, {token.serial}",
    ]
    for each, present in ((Kind.SIGN, available.sign), (Kind.AUTH, available.auth)):
        left = tries[each.value]
        # A card without the certificate answers 0: nothing is blocked that never was.
        told = [] if left == 0 and not present else [tries_words(left)]
        words = ["on the card" if present else "not on the card", *told]
        lines.append(f"{each.japanese:<12} {', '.join(words)}")
    if record:
        lines.append(
            f"card (共通AP)           serial {record['serial']}, municipality"
            f" {record['municipality']}, expires {record['expires']}"
        )
    return Answer(data, "\n".join(lines))


@read.command()
@card_options
@click.option(
    "--with-pin",
    "with_pin",
    type=KIND,
    help="Verify this PIN first: `sign` opens 署名用電子証明書; a phone's token wants"
    " `auth` for 利用者証明用電子証明書.",
)
@pin_options()
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write auth.cer, auth-ca.cer, sign-ca.cer (and sign.cer) into DIR.",
)
@click.option("--pem", "as_pem", is_flag=True, help="Write PEM (.pem) instead of DER (.cer).")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@answers
def certs(
    *,
    reader: str | None,
    card_name: str | None,
    with_pin: str | None,
    pin: PinSource,
    save: Path | None,
    as_pem: bool,
    force: bool,
) -> Answer:
    """Read the certificates: the holder's two and the two CAs' (電子証明書).

    \b
    Example:
      jpki read certs --card hanako --save .
      JPKI_SIGN_PIN=ABC123 jpki read certs --card hanako --with-pin sign --save .
    """
    suffix = "pem" if as_pem else "cer"
    if save is None:
        refuse_without_effect("without --save", "--pem", "--force")
    else:
        # Before the PIN is presented and the card read.
        make_directory(save)
        require_writable((save / f"{name}.{suffix}" for name in _SAVED), overwrite=force)
    secret = pin.read(PIN_KIND[Kind(with_pin)]) if with_pin else ""
    with (
        card_connection(reader=reader, card_name=card_name) as connection,
        JpkiSession(connection) as session,
    ):
        if with_pin:
            require_pin(session, Kind(with_pin))
            session.verify_pin(Kind(with_pin), secret)
        found: dict[str, bytes | str] = {}
        for kind in (Kind.AUTH, Kind.SIGN):
            found[kind.value] = _certificate(session, kind)
            found[f"{kind.value}-ca"] = session.read_ca_certificate(kind)
    rows = {name: _row(value) for name, value in found.items()}
    if save is not None:
        for name, der in found.items():
            if isinstance(der, bytes):
                path = save / f"{name}.{suffix}"
                write_file(path, pem.armor(CERTIFICATE, der) if as_pem else der, overwrite=force)
                rows[name]["file"] = str(path)
    lines = [f"{name:<8} {_line(row)}" for name, row in rows.items()]
    return Answer({"certificates": rows}, "\n".join(lines))


def _card_record(channel: Channel) -> dict[str, str] | None:
    try:
        record = CommonSession(channel).card_record()
    except ApplicationMissingError:
        return None
    return {
        "serial": record.serial,
        "municipality": record.municipality,
        "expires": record.expires.isoformat(),
    }


def _certificate(session: JpkiSession, kind: Kind) -> bytes | str:
    """Read one certificate, or say why it cannot be read now."""
    try:
        return session.read_certificate(kind)
    except (SecurityStatusError, CertificateMissingError) as reason:
        return str(reason)


def _row(value: bytes | str) -> dict[str, Any]:
    if isinstance(value, str):
        return {"readable": False, "why": value}
    row: dict[str, Any] = {"readable": True, "bytes": len(value), "der": value.hex()}
    try:
        certificate = Certificate.parse(value)
    except MalformedError as error:
        return row | {"malformed": str(error)}
    return row | {
        "serial": certificate.serial,
        "subject": describe(certificate.subject),
        "issuer": describe(certificate.issuer),
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
        "sha256": certificate.sha256.hex(),
    }


def _line(row: dict[str, Any]) -> str:
    if not row["readable"]:
        return f"not read: {row['why']}"
    saved = f" -> {printable(row['file'])}" if "file" in row else ""
    if "malformed" in row:
        return f"{row['bytes']} bytes, no certificate: {row['malformed']}{saved}"
    until = row["not_after"][:10]
    return f"{row['bytes']} bytes, serial {row['serial']}, to {until}, {row['subject']}{saved}"
