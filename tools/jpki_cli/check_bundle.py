"""Evidence of `jpki check` in one file: written with a verdict, judged again later.

Not here: what is in it and what it proves (`jpki.verify.bundle`).
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jpki.verify.bundle import BundleError, BundleLimits, Demand, Kept, KeptPolicy, recheck
from jpki.verify.bundle.recheck import judge
from jpki.verify.errors import AnchorError
from jpki.verify.formats import Judged
from jpki.verify.path import PathReport
from jpki.verify.report import CertificateReport, Report
from jpki_cli.check_path import PathOptions
from jpki_cli.exits import ExitStatus, Failure
from jpki_cli.file_type import FILE
from jpki_cli.trust import Trust
from jpki_cli.writing import require_writable, write_file

if TYPE_CHECKING:
    from jpki.revocation import CaIndex

Command = Callable[..., Any]

_SHA256_BYTES = 32
_MOST_BYTES = BundleLimits().file


def bundle_options(command: Command) -> Command:
    """Add --bundle, --from-bundle, --ca-sha256 and --force."""
    for option in (
        click.option("--force", "overwrite", is_flag=True, help="Let --bundle replace a file."),
        click.option(
            "--ca-sha256",
            "pins",
            multiple=True,
            type=_fingerprint,
            metavar="HEX",
            help="With --from-bundle: rely on the CA certificate in it with this fingerprint.",
        ),
        click.option(
            "--from-bundle",
            type=FILE,
            metavar="FILE",
            help="Judge kept evidence again, from it alone; its CA certificates count only when"
            " --ca or --ca-sha256 says so. It chooses the policy, unless you insist on one:"
            " --policy, --kind, --environment.",
        ),
        click.option(
            "--bundle",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Also keep the evidence of this verdict in FILE.",
        ),
    ):
        command = option(command)
    return command


def from_bundle(file: Path, trust: Trust, pins: tuple[bytes, ...], demand: Demand) -> list[Judged]:
    """Judge a bundle under --ca or --ca-sha256, at its own moment unless --at names another.

    What is in it must have been asked as `demand` says.
    """
    at = click.get_current_context().params.get("at")
    with file.open("rb") as bundle:
        data = bundle.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise Failure(
            f"{file} has more than {_MOST_BYTES} octets, too many for a bundle", ExitStatus.USAGE
        )
    try:
        report = recheck(
            data,
            moment=at,
            anchors=trust.roots,
            pins=pins,
            lists=trust.lists,
            answers=trust.answers,
            demand=demand,
            now=trust.moment,
            clock=time.monotonic,
        )
    except AnchorError as error:
        raise Failure(f"not a CA certificate to rely on: {error}", ExitStatus.USAGE) from None
    der = report.kept.certificate if report.kept else data
    return [Judged(str(file), der, report)]


def to_bundle(
    file: Path, judged: Sequence[Judged], trust: Trust, path: PathOptions, *, overwrite: bool
) -> None:
    """Keep the evidence of one verdict; what would not say the same again is not written."""
    if len(judged) != 1 or judged[0].report.subject == "bundle":
        raise Failure("--bundle keeps the evidence of one certificate: name one", ExitStatus.USAGE)
    require_writable([file], overwrite=overwrite)
    one = judged[0]
    if trust.index is not None:
        given_back = _given_back(one.report, trust.index, trust.lists)
        trust = replace(trust, lists=(*trust.lists, *given_back))
        if not _says_the_same(_kept(one, trust, path, only=None), one.report):
            raise Failure(
                "the lists named with --crl say otherwise than the index, or less than it: name"
                " those about OCSP responders, too; or add them to it, or ask them alone",
                ExitStatus.USAGE,
            )
    few = _kept(one, trust, path, only=_looked_at(one.report))
    # Whatever else may have decided: then all lists are kept.
    kept = few if _says_the_same(few, one.report) else _kept(one, trust, path, only=None)
    if not _says_the_same(kept, one.report):
        raise Failure(
            "this verdict rests on more than lists and OCSP answers, which is all a bundle keeps",
            ExitStatus.USAGE,
        )
    try:
        data = kept.write()
    except BundleError as error:
        raise Failure(f"too much for a bundle: {error}", ExitStatus.USAGE) from None
    write_file(file, data, overwrite=overwrite)


def _given_back(
    report: Report, parts: "tuple[CaIndex, ...]", lists: Sequence[bytes]
) -> list[bytes]:
    """Give the lists that were looked at as they were published, from the index but those at hand.

    Fails when one that decided is not to be had; when none decided, all that were looked at do.
    """
    from jpki.revocation import IndexSource, NotKeptError

    finding = None if isinstance(report, PathReport) else report.revocation
    if finding is None:
        return []
    index = IndexSource(parts)
    there = {sha256(der).digest() for der in lists}
    decided = (finding.basis,) if finding.basis else finding.evidence
    found, missing = [], []
    for one in finding.evidence:
        if one.source != "crl" or one.sha256 in there:
            continue
        try:
            found.append(index.published(one.sha256))
            there.add(one.sha256)
        except NotKeptError as not_kept:
            if one in decided:
                missing.append(f"{one.description}, SHA-256 {one.sha256.hex()}: {not_kept}")
    if missing:
        named = "; ".join(missing)
        raise Failure(
            "a bundle must hold lists as they were published, and the index cannot give this back"
            f" so; give the file with --crl beside --crl-index: {named}",
            ExitStatus.USAGE,
        )
    return found


def _kept(one: Judged, trust: Trust, path: PathOptions, *, only: frozenset[bytes] | None) -> Kept:
    report = one.report
    lists = tuple(der for der in trust.lists if only is None or sha256(der).digest() in only)
    text = json.dumps(report.to_json(), ensure_ascii=False, indent=2)
    if isinstance(report, CertificateReport):
        policy = KeptPolicy(report.policy.name, report.environment.value)
    else:
        policy = KeptPolicy.of_path(path.parameters, bare_anchors=path.bare_anchors)
    return Kept(
        moment=report.moment,
        policy=policy,
        certificate=one.der,
        anchors=trust.roots,
        intermediates=path.intermediates,
        lists=lists,
        answers=trust.answers,
        report=f"{text}\n".encode(),
    )


def _looked_at(report: Report) -> frozenset[bytes] | None:
    """Give the SHA-256 of the lists a report names as evidence; a path's may need others."""
    if isinstance(report, PathReport) or report.revocation is None:
        return None
    return frozenset(one.sha256 for one in report.revocation.evidence)


def _says_the_same(kept: Kept, report: Report) -> bool:
    return judge(kept, kept.anchors, kept.moment).verdict is report.verdict


def _fingerprint(text: str) -> bytes:
    try:
        found = bytes.fromhex(text.replace(":", ""))
    except ValueError:
        found = b""
    if len(found) != _SHA256_BYTES:
        raise click.BadParameter(f"{text!r}: write a SHA-256 fingerprint, 64 hexadecimal digits")
    return found
