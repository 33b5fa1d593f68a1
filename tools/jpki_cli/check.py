"""`jpki check`: is this certificate good, and why."""

from pathlib import Path

import click

from jpki.profiles.kinds import Kind
from jpki.verify import claimed_kind, render
from jpki.verify.errors import MalformedError
from jpki_cli.answer import Answer, answers
from jpki_cli.derfiles import CERTIFICATE, FILE, read_ders
from jpki_cli.options import KIND
from jpki_cli.trust import Trust, trust_options, worst


@click.command()
@click.argument("certificates", metavar="CERT...", nargs=-1, required=True, type=FILE)
@trust_options
@click.option(
    "--kind", type=KIND, help="Judge as this kind; by default as the kind its policy claims."
)
@answers
def check(certificates: tuple[Path, ...], trust: Trust, kind: str | None) -> Answer:
    """Judge certificates (電子証明書) and name every check: clause, what was seen, verdict.

    Without --ca and --crl the world's own are taken. Exit status: 0 all good, 1 one is bad,
    3 it cannot be told for one (a list is missing or stale).

    \b
    Example:
      jpki check auth.cer
      jpki check sign.cer --ca sign-ca.cer --crl full.crl --at 2027-01-01
    """
    verifier, moment = trust.verifier(), trust.moment
    reports = [
        (path, der, verifier.check(der, Kind(kind) if kind else _claimed(der), moment=moment))
        for path in certificates
        for der in read_ders(path, CERTIFICATE)
    ]
    data = {"reports": [{"file": str(path)} | report.to_json() for path, _, report in reports]}
    text = "\n".join(f"{path}\n{render(report)}" for path, _, report in reports)
    return Answer(data, text.rstrip("\n"), worst(report.verdict for _, _, report in reports))


def _claimed(der: bytes) -> Kind:
    """Choose what to judge as; a certificate that claims neither kind fails as either."""
    try:
        return claimed_kind(der) or Kind.AUTH
    except MalformedError:
        return Kind.AUTH
