"""`jpki verify`: is this signature over this file good, and why."""

from pathlib import Path

import click

from jpki.verify import render
from jpki.verify.cms import verify_detached
from jpki.verify.formats import Language
from jpki_cli.answer import Answer, answers
from jpki_cli.derfiles import SIGNATURE, read_ders
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.file_type import FILE
from jpki_cli.languages import language_option
from jpki_cli.trust import STATUS_OF_VERDICT, Trust, trust_options


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--signature",
    "-s",
    type=FILE,
    metavar="FILE",
    help="The signature, DER or PEM (default: FILE.p7s).",
)
@trust_options
@language_option
@answers
def verify(file: Path, signature: Path | None, trust: Trust, language: Language) -> Answer:
    """Verify a detached signature (電子署名) over FILE and judge the signer's certificate.

    Exit status: 0 good, 1 bad, 3 it cannot be told (a list is missing or stale).

    \b
    Example:
      jpki verify contract.pdf
      jpki verify contract.pdf --lang ja
      jpki verify contract.pdf -s contract.p7s --ca sign-ca.cer --crl sign-full.crl
    """
    place = signature or file.with_name(f"{file.name}.p7s")
    if not place.exists():
        raise Failure(f"there is no {place}; name the signature with --signature", ExitStatus.USAGE)
    messages = read_ders(place, *SIGNATURE)
    if len(messages) > 1:
        raise Failure(f"{place} holds {len(messages)} signatures, not one", ExitStatus.USAGE)
    message = messages[0]
    report = verify_detached(message, file.read_bytes(), trust.verifier(), moment=trust.moment)
    data = {"file": str(file), "signature": str(place)} | report.to_json()
    return Answer(data, render(report, language).rstrip("\n"), STATUS_OF_VERDICT[report.verdict])
