"""`jpki check`: is this certificate good, and why."""

from pathlib import Path
from typing import Any

import click

from jpki.profiles.kinds import Kind
from jpki.verify import POLICY_NAMES, Medium, render
from jpki.verify.bundle import Demand, KeptPolicy
from jpki.verify.bundle.kept import PATH
from jpki.verify.formats import Judged, Language
from jpki.verify.names import printable
from jpki.verify.report import Report
from jpki_cli.answer import Answer, answers
from jpki_cli.check_bundle import bundle_options, from_bundle, to_bundle
from jpki_cli.check_path import PATH_OPTIONS, PathOptions, path_options
from jpki_cli.check_writing import require_apart, schema_option, write_reports, writing_options
from jpki_cli.claiming import asked_as
from jpki_cli.derfiles import CERTIFICATE, read_ders
from jpki_cli.explaining import explained
from jpki_cli.file_type import FILE
from jpki_cli.languages import language_option
from jpki_cli.options import KIND, given, refuse_without_effect
from jpki_cli.trust import Trust, trust_options, worst


@click.command()
@click.argument("certificates", metavar="CERT...", nargs=-1, type=FILE)
@trust_options
@click.option(
    "--policy",
    type=click.Choice([*POLICY_NAMES, PATH]),
    help="Judge by this policy; by default the one the certificate claims. `path`: any path"
    " of RFC 5280 to a --ca, whatever its profile.",
)
@click.option("--kind", type=KIND, help="Judge as this kind, on a card or phone as it claims.")
@path_options
@language_option
@click.option("--explain", is_flag=True, help="Draw path, evidence, times, and what was looked at.")
@bundle_options
@writing_options
@schema_option
@answers
def check(
    *,
    certificates: tuple[Path, ...],
    trust: Trust,
    policy: str | None,
    kind: str | None,
    path: PathOptions,
    language: Language,
    explain: bool,
    **files: Any,
) -> Answer:
    """Judge certificates (電子証明書) and name every check: clause, what was seen, verdict.

    Without --ca and --crl the world's own are taken. Exit status: 0 all good, 1 one is bad,
    3 it cannot be told for one (a list is missing or stale).

    \b
    Example:
      jpki check auth.cer
      jpki check sign.cer --ca sign-ca.cer --crl full.crl --at 2027-01-01
      jpki check sign.cer --explain --lang ja
      jpki check sign.cer --bundle evidence.zip
      jpki check sign.cer --crl-index idx --bundle evidence.zip --crl full.crl
      jpki check --from-bundle evidence.zip --ca sign-ca.cer --policy sign-card
      jpki check server.cer --policy path --ca root.cer --intermediate ca.cer --crl ca.crl
    """
    require_apart(
        [files["bundle"], files["junit_file"], files["sarif_file"]],
        [*certificates, files["from_bundle"]],
    )
    if policy and kind:
        raise click.UsageError("--policy and --kind exclude each other")
    _refuse_idle(policy, **files)
    if files["from_bundle"]:
        if certificates:
            raise click.UsageError("--from-bundle brings its certificate")
        demand = _demand(trust, policy, kind, path)
        judged = from_bundle(files["from_bundle"], trust, files["pins"], demand)
    else:
        if not certificates:
            raise click.UsageError("name a certificate, or a bundle with --from-bundle")
        judged = _judged(certificates, trust, policy, kind, path)
    if files["bundle"]:
        to_bundle(files["bundle"], judged, trust, path, overwrite=files["overwrite"])
    write_reports(judged, junit_file=files["junit_file"], sarif_file=files["sarif_file"])
    data = {"reports": [{"file": one.name} | one.report.to_json() for one in judged]}
    show = explained if explain else _rendered
    text = "\n".join(f"{printable(one.name)}\n{show(one, language)}" for one in judged)
    return Answer(data, text.rstrip("\n"), worst(one.report.verdict for one in judged))


def _refuse_idle(
    policy: str | None, *, bundle: Path | None, from_bundle: Path | None, **_: object
) -> None:
    """Fail for options that are nothing to what is asked."""
    if from_bundle:
        refuse_without_effect(
            "with --from-bundle, which judges what is in it", "--crl-index", "--intermediate"
        )
        if given("--ca"):
            refuse_without_effect("beside --ca, which names what to rely on", "--ca-sha256")
    else:
        refuse_without_effect("without --from-bundle", "--ca-sha256")
    if not bundle:
        refuse_without_effect("without --bundle", "--force")
    if policy == PATH:
        # 6.3.3 for lists of every kind, holds that end and deltas: an index knows one kind alone.
        refuse_without_effect("with --policy path, which reads lists: --crl", "--crl-index")
        refuse_without_effect("with --policy path, which knows no profile", "--environment")
    else:
        refuse_without_effect("without --policy path", *PATH_OPTIONS)


def _demand(trust: Trust, policy: str | None, kind: str | None, path: PathOptions) -> Demand:
    """Give what must have been asked when the evidence was kept."""
    return Demand(
        policy=policy,
        kind=Kind(kind) if kind else None,
        environment=trust.environment if given("--environment") else None,
        path=(
            KeptPolicy.of_path(path.parameters, bare_anchors=path.bare_anchors)
            if policy == PATH
            else None
        ),
    )


def _rendered(judged: Judged, language: Language) -> str:
    return render(judged.report, language)


def _judged(
    certificates: tuple[Path, ...],
    trust: Trust,
    policy: str | None,
    kind: str | None,
    path: PathOptions,
) -> list[Judged]:
    ders = [(file, der) for file in certificates for der in read_ders(file, CERTIFICATE)]
    if policy == PATH:
        paths = path.verifier(trust)
        return [Judged(str(file), der, paths.check(der, moment=trust.moment)) for file, der in ders]
    verifier = trust.verifier()

    def judge(der: bytes) -> Report:
        as_kind, medium = _asked(der, policy, kind)
        return verifier.check(der, as_kind, moment=trust.moment, medium=medium)

    return [Judged(str(file), der, judge(der)) for file, der in ders]


def _asked(der: bytes, policy: str | None, kind: str | None) -> tuple[Kind, Medium]:
    if policy:
        named_kind, _, medium = policy.partition("-")
        return Kind(named_kind), Medium(medium)
    return asked_as(der, Kind(kind) if kind else None)
