"""`jpki check-many`: many certificates or serial numbers, judged one row each into a file.

Not here: reading what is to be judged (`many_inputs`), going on after a stop (`journal`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jpki.profiles.kinds import Kind
from jpki.verify import Outcome, Status, Verdict, Verifier
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.names import printable
from jpki.verify.times import iso, second_of
from jpki_cli.answer import Answer, answers, warn
from jpki_cli.claiming import asked_as
from jpki_cli.exits import ExitStatus
from jpki_cli.journal import COUNTED_AS, FORMATS, Due, Journal, Moment, Row
from jpki_cli.many_inputs import Asked, Certificates, Input, Table
from jpki_cli.options import KIND, refuse_without_effect
from jpki_cli.progressing import progress
from jpki_cli.trust import Trust, trust_options, worst

if TYPE_CHECKING:
    from jpki.revocation import CaIndex, SerialAnswer, SerialJudge, UnnamedKey

_BATCH = 20_000
_FEW = 200
"""Certificates between two times that rows are written down: each costs a signature check."""
_VERDICTS = {
    Status.NOT_REVOKED: "NOT_REVOKED",
    Status.REVOKED: "REVOKED",
    Status.UNKNOWN: Verdict.CANNOT_TELL.value,
}
"""What a row says of a serial number: nobody has seen its certificate, so it is never GOOD."""


@click.command(name="check-many")
@click.argument("source", metavar="DIR|CSV", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the rows go, one for each certificate or serial number.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="How rows are written (default: what FILE ends with, else csv).",
)
@click.option("--resume", is_flag=True, help="Go on where FILE ends; nothing is judged twice.")
@trust_options
@click.option(
    "--kind",
    type=KIND,
    help="Judge as this kind; by default what a certificate's policy, or the column kind, says."
    " On a card or phone as the certificate claims.",
)
@answers
def check_many(
    source: Path, *, out: Path, form: str | None, resume: bool, trust: Trust, kind: str | None
) -> Answer:
    """Judge all certificates of a directory or CSV file, or all serial numbers of a CSV file.

    The CSV file has a column `certificate` (PEM, or DER in base64) or `serial` (decimal or 0x…),
    and if it likes `kind` (sign, auth). Certificates are judged whole. A serial number is never
    more than not revoked, and that only by a fresh list of the whole CA: by one of each of its
    keys, so name every generation's certificate with --ca; or of one key, by a column `issuer`
    (that CA certificate's subjectKeyIdentifier in hex).

    Stopped in whatever way, it goes on with --resume, with the same lists and at the same moment;
    when all is judged already, --resume says again what it came to.
    Exit status: 0 all good, 1 one is bad, 3 it cannot be told for one, or there was nothing.

    \b
    Example:
      jpki check-many certificates --ca sign-ca.cer --crl-index idx --out verdicts.csv
      jpki check-many customers.csv --ca sign-ca.cer --crl-index idx --out verdicts.csv
      jpki check-many serials.csv --kind sign --ca sign-ca.cer --crl-index idx --out verdicts.csv
    """
    form = form or (out.suffix[1:] if out.suffix[1:] in FORMATS else FORMATS[0])
    asked: Input
    size = _FEW
    if source.is_dir():
        if out.parent.resolve() == source.resolve():
            raise click.UsageError(f"{out} lies in {source}, whose files are judged: name another")
        asked = Certificates(source)
    else:
        if not source.is_file():
            raise click.UsageError(f"{source} is read more than once: name a file or a directory")
        asked = table = Table(source)
        if table.holds_serials:
            refuse_without_effect("on serial numbers, which are told by lists of the CA", "--ocsp")
            size = _BATCH
    facts = {
        "input": asked.fingerprint(),
        "format": form,
        "kind": kind,
        "environment": trust.environment.value,
        "anchors": _digests(trust),
        "lists": _lists(trust),
        "OCSP answers": _digest(sha256(der).digest() for der in trust.answers),
    }
    asked_at = Moment(second_of(trust.moment), is_named=trust.moment_is_named)
    rest = asked.rows()
    due = (Due(each.item, _kind_told(each, kind)) for each in rest)
    with Journal.opened(out, form, facts, moment=asked_at, resume=resume, due=due) as journal:
        judging = _Judging(trust, journal.moment, Kind(kind) if kind else None)
        counts = Counter(journal.done)
        with progress("judging", asked.count()) as step:
            step(sum(counts.values()))
            while batch := list(islice(rest, size)):
                rows = judging.rows(batch)
                journal.write(rows)
                counts.update(row.verdict for row in rows)
                step(len(rows))
        moment = journal.moment
    data = {
        "out": str(out),
        "moment": iso(moment),
        "judged": sum(counts.values()),
        "verdicts": dict(counts),
    }
    told = ", ".join(f"{count:,} {word}" for word, count in sorted(counts.items())) or "nothing"
    text = f"{data['judged']:,} judged at {iso(moment)}: {told}; {printable(str(out))}"
    # Nothing is not "all good": a wrong directory, or a file that did not arrive.
    status = worst(COUNTED_AS[word] for word in counts) if counts else ExitStatus.CANNOT_TELL
    return Answer(data, text, status)


def _kind_told(asked: Asked, otherwise: str | None) -> str:
    """Give the kind that a row of a serial number has; what others have is found by judging."""
    if asked.serial is None:
        return ""
    return asked.kind.value if asked.kind else otherwise or ""


class _Judging:
    """Judges rows with the trust of one call."""

    def __init__(self, trust: Trust, moment: datetime, kind: Kind | None) -> None:
        self._trust = trust
        self._moment = moment
        self._kind = kind
        self._verifier: Verifier = trust.verifier()
        self._parts: Sequence[CaIndex] | None = trust.index
        self._unnamed: Sequence[UnnamedKey] = ()
        self._judges: dict[tuple[Kind, str], SerialJudge | str] = {}

    def rows(self, batch: Sequence[Asked]) -> list[Row]:
        """Judge a batch, each row in its place."""
        found: list[Row | None] = [self._certificate(each) if each.der else None for each in batch]
        groups: dict[tuple[Kind | None, str], list[int]] = {}
        for place, each in enumerate(batch):
            if each.problem:
                found[place] = Row(
                    each.item, verdict=Verdict.CANNOT_TELL.value, because=each.problem
                )
            elif each.serial is not None:
                group = (each.kind or self._kind, each.issuer)
                groups.setdefault(group, []).append(place)
        for (kind, issuer), places in groups.items():
            serials = [batch[place].serial or 0 for place in places]
            name = kind.value if kind else ""
            for place, answer in zip(places, self._answers(kind, issuer, serials), strict=True):
                found[place] = _row(batch[place], name, answer)
        return [row for row in found if row is not None]

    def _certificate(self, asked: Asked) -> Row:
        der = asked.der or b""
        kind, medium = asked_as(der, asked.kind or self._kind)
        judged = self._verifier.judge(der, kind, moment=self._moment, medium=medium)
        if judged.verdict is Verdict.GOOD and not judged.is_explained:
            # A good row has nothing that only a report says, which costs many times the verdict.
            serial = str(Certificate.parse(der).serial)
            return Row(asked.item, serial, kind.value, judged.verdict.value)
        report = judged.report
        open_rows = [row for row in report.all_checks if row.outcome is Outcome.CANNOT_TELL]
        decided = [f"{row.rule.title}: {row.seen}" for row in (*report.failures, *open_rows)]
        finding = report.revocation
        revoked_at = finding.revoked_at if finding else None
        return Row(
            asked.item,
            serial=str(report.certificate.serial) if report.certificate else "",
            kind=kind.value if report.certificate or asked.kind or self._kind else "",
            verdict=report.verdict.value,
            reason=(finding and finding.reason) or "",
            revoked_at=iso(revoked_at) if revoked_at else "",
            because=next(iter(decided), ""),
        )

    def _answers(
        self, kind: Kind | None, issuer: str, serials: Sequence[int]
    ) -> "Sequence[SerialAnswer]":
        from jpki.revocation import SerialAnswer

        if kind is None:
            why = "needs the CA: --kind, or a column kind"
            return [SerialAnswer(Status.UNKNOWN, why)] * len(serials)
        key = (kind, issuer)
        if key not in self._judges:
            self._judges[key] = self._judge(kind, issuer)
        judge = self._judges[key]
        if isinstance(judge, str):
            return [SerialAnswer(Status.UNKNOWN, judge)] * len(serials)
        return judge.judge(serials)

    def _judge(self, kind: Kind, issuer: str) -> "SerialJudge | str":
        """Give who judges serial numbers of one CA, or why nobody can."""
        from jpki.revocation import SerialJudge

        anchors = [
            anchor
            for anchor in self._trust.anchors.of(kind)
            if issuer in {"", anchor.key_identifier.hex()}
        ]
        if not anchors:
            return f"needs the CA certificate ({kind.japanese}) {issuer}".rstrip()
        rules = self._verifier.policies.of(kind).crl
        parts = self._index()
        return SerialJudge(
            parts,
            anchors,
            moment=self._moment,
            crl_rules=rules,
            unnamed=self._unnamed,
            key_is_known=bool(issuer),
        )

    def _index(self) -> "Sequence[CaIndex]":
        """Give the index, or one made of the lists in memory."""
        if self._parts is None:
            self._parts, self._unnamed = _in_memory(self._trust)
        return self._parts


def _row(asked: Asked, kind: str, answer: "SerialAnswer") -> Row:
    entry = answer.entry
    return Row(
        asked.item,
        serial=str(asked.serial),
        kind=kind,
        verdict=_VERDICTS[answer.status],
        reason=entry.reason if entry else "",
        revoked_at=iso(entry.revoked_at) if entry else "",
        because=answer.because,
    )


def _in_memory(trust: Trust) -> "tuple[Sequence[CaIndex], Sequence[UnnamedKey]]":
    """Give an index of the lists, and the keys of these CAs that others of them may be of."""
    from io import BytesIO

    from jpki.revocation import (
        ListRefusedError,
        UnnamedKey,
        in_memory,
        read_list,
        refusals_of,
        unnamed_keys_of,
    )

    anchors: list[Anchor] = [*trust.anchors.sign, *trust.anchors.auth]
    found, doubtful = [], []
    unnamed: list[UnnamedKey] = []
    for der in trust.lists:
        try:
            found.append(read_list(BytesIO(der), len(der), anchors))
        except ListRefusedError as refused:
            signed = refusals_of(der, refused, anchors)
            doubtful += signed
            unnamed += [] if signed else unnamed_keys_of(der, refused, anchors)
            warn(f"a list makes nothing good: {refused}")
    return in_memory(found, doubtful), unnamed


def _digests(trust: Trust) -> list[str]:
    anchors = [*trust.anchors.sign, *trust.anchors.auth]
    return sorted(anchor.certificate.sha256.hex() for anchor in anchors)


def _lists(trust: Trust) -> str:
    """Give a digest of which lists are asked."""
    if trust.index is not None:
        return _digest(digest for part in trust.index for digest in part.digests())
    return _digest(sha256(der).digest() for der in trust.lists)


def _digest(digests: Iterator[bytes]) -> str:
    return sha256(b"".join(sorted(digests))).hexdigest()
