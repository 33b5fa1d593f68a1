"""`jpki sign`: a detached CMS signature over a file, made by the card."""

from pathlib import Path

import click

from jpki.card.client import JpkiSession
from jpki.card.layout import PinKind
from jpki.profiles.kinds import Kind
from jpki.signing.card import CardSigner
from jpki.signing.cms import sign_detached
from jpki.verify.names import printable
from jpki_cli.answer import Answer, answers
from jpki_cli.connecting import card_connection
from jpki_cli.file_type import FILE
from jpki_cli.options import card_options
from jpki_cli.pin import require_pin
from jpki_cli.secrets import PinSource, pin_options
from jpki_cli.trust import now
from jpki_cli.writing import require_writable, write_file


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the signature goes (default: FILE.p7s).",
)
@click.option("--force", is_flag=True, help="Overwrite a signature that is there.")
@pin_options()
@card_options
@answers
def sign(
    *,
    file: Path,
    output: Path | None,
    force: bool,
    pin: PinSource,
    reader: str | None,
    card_name: str | None,
) -> Answer:
    """Sign FILE (電子署名) with the card's signing key; the signature is a file of its own.

    CMS, detached, DER, SHA-256. It carries the signing certificate, and so the holder's name,
    address, birth date and gender (基本4情報): whoever gets the signature can read them.

    \b
    Example:
      JPKI_SIGN_PIN=ABC123 jpki sign contract.pdf --card hanako
      openssl cms -verify -binary -inform DER -in contract.pdf.p7s -content contract.pdf …
    """
    place = output or file.with_name(f"{file.name}.p7s")
    # Before the card is asked: a signature made and then thrown away serves nobody.
    require_writable([place], overwrite=force)
    content = file.read_bytes()
    secret = pin.read(PinKind.SIGN)
    with (
        card_connection(reader=reader, card_name=card_name) as connection,
        JpkiSession(connection) as session,
    ):
        require_pin(session, Kind.SIGN)
        session.verify_pin(Kind.SIGN, secret)
        signer = CardSigner.open(session, Kind.SIGN)
        moment = now()
        message = sign_detached(content, signer, moment=moment)
    write_file(place, message, overwrite=force)
    data = {"file": str(file), "signature": str(place), "signing_time": moment.isoformat()}
    return Answer(data, printable(f"signed {file}: {place} ({len(message)} bytes)"))
