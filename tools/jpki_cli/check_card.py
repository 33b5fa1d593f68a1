"""`jpki check-card`: what of a card is proven genuine, refuted, undecided, or not to be proven.

Not here: reading text and face (`evidence`), the rules (`jpki.verify`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from jpki.card.client import (
    PIN_KIND,
    ApplicationMissingError,
    CertificateMissingError,
    Channel,
    JpkiSession,
    LicenceSession,
    SecurityStatusError,
)
from jpki.card.layout import PinKind
from jpki.profiles.kinds import Kind
from jpki.signing.card import CardSigner
from jpki.signing.login import answer as answer_challenge
from jpki.verify import Report, Verdict, render
from jpki.verify.card_face import CardFaceVerifier
from jpki.verify.checks import Check, Outcome
from jpki.verify.login import LoginReport, RelyingParty
from jpki.verify.names import printable
from jpki_cli.answer import Answer, answers
from jpki_cli.connecting import card_connection
from jpki_cli.cv_trust import cv_option, settle
from jpki_cli.evidence import Unread, collect
from jpki_cli.many_secrets import OPTIONS, SecretsSource, secrets_options
from jpki_cli.options import card_options
from jpki_cli.trust import STATUS_OF_VERDICT, Trust, trust_options

_US = "https://check-card.example"
"""The party the card's key signs for: nobody logs in there."""
_CERTIFICATE = {
    Kind.AUTH: "certificate for logging in (利用者証明用電子証明書)",
    Kind.SIGN: "certificate for signing (署名用電子証明書)",
}
_KEY = "key for logging in, no copy (利用者証明用の秘密鍵)"
_TITLES = ("proven genuine", "REFUTED", "not decided", "covered by no signature")


@dataclass(slots=True)
class Findings:
    """What was found out so far: parts by verdict, what no signature covers, the reports."""

    parts: dict[str, Verdict] = field(default_factory=dict)
    unprovable: tuple[str, ...] = ()
    reports: list[Report] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """BAD if anything is, else CANNOT_TELL if anything is open, else GOOD."""
        seen = {*self.parts.values(), *(report.verdict for report in self.reports)}
        if self.unread:
            seen.add(Verdict.CANNOT_TELL)
        order = (Verdict.BAD, Verdict.CANNOT_TELL)
        return next((each for each in order if each in seen), Verdict.GOOD)

    def names(self, verdict: Verdict) -> list[str]:
        """Give the parts with a verdict."""
        return [name for name, found in self.parts.items() if found is verdict]


@click.command(name="check-card")
@secrets_options
@card_options
@cv_option
@trust_options
@answers
def check_card(
    *,
    secrets: SecretsSource,
    reader: str | None,
    card_name: str | None,
    cv_files: tuple[Path, ...],
    trust: Trust,
) -> Answer:
    """Judge a whole card (真正性): text, face and certificates, and that it is no copy.

    Reads what the secrets named open, and has the card's keys sign random challenges. What was
    not read stays undecided, and the answer says which secret would decide it. A wrong secret
    costs a try; the last one is never spent. The signing key (署名用) is never used.

    Exit status: 0 all is proven, 1 something is refuted, 3 something is undecided.

    \b
    Example:
      jpki check-card --card hanako
      jpki check-card --card hanako --with number-b --with-pin auth
      jpki card show hanako --save-secrets hanako.env
      jpki card run hanako -- jpki check-card --secrets-file hanako.env
    """
    anchors, relied_on = settle(cv_files, trust)
    known = secrets.read()
    found = Findings()
    with card_connection(reader=reader, card_name=card_name) as connection:
        channel = Channel(connection)
        # Last 公的個人認証AP: selecting it ends what the others were shown.
        token = JpkiSession(channel).token_info().kind
        if token is None or not token.is_phone:
            evidence, found.unread = collect(channel, known)
            face = CardFaceVerifier(anchors).check(evidence, moment=relied_on.moment)
            found.parts |= dict.fromkeys(face.proven, Verdict.GOOD)
            found.parts |= dict.fromkeys(face.refuted, Verdict.BAD)
            found.parts |= dict.fromkeys(face.undecided, Verdict.CANNOT_TELL)
            found.unprovable = (*face.unprovable, *_licence(channel))
            found.reports.append(face)
        with JpkiSession(channel) as session:
            _judge_auth(session, known, relied_on, found)
            _judge_sign(session, known, relied_on, found)
    return _answer(found)


def _licence(channel: Channel) -> tuple[str, ...]:
    """Name the マイナ免許証 if there is one: it is signed, but in which form is not public."""
    try:
        LicenceSession(channel)
    except ApplicationMissingError:
        return ()
    return ("driving licence (マイナ免許証): the form of its signature is not public",)


def _judge_auth(
    session: JpkiSession, known: Mapping[PinKind, str], trust: Trust, found: Findings
) -> None:
    """Judge 利用者証明用電子証明書, and with its PIN that the card holds its key."""
    if not session.availability().auth:
        return
    if PinKind.AUTH in known:
        session.verify_pin(Kind.AUTH, known[PinKind.AUTH])
        report = _log_in(session, trust)
        found.reports.append(report)
        found.parts[_CERTIFICATE[Kind.AUTH]] = report.holder.verdict
        found.parts[_KEY] = _verdict_of(report.checks)
        return
    _judge_certificate(session, Kind.AUTH, trust, found)
    found.parts[_KEY] = Verdict.CANNOT_TELL
    found.unread.append(Unread(_KEY, (PinKind.AUTH,)))


def _judge_sign(
    session: JpkiSession, known: Mapping[PinKind, str], trust: Trust, found: Findings
) -> None:
    """Judge 署名用電子証明書 if its password is at hand; a child has none."""
    if not session.availability().sign:
        return
    if PinKind.SIGN in known:
        session.verify_pin(Kind.SIGN, known[PinKind.SIGN])
    _judge_certificate(session, Kind.SIGN, trust, found)


def _judge_certificate(session: JpkiSession, kind: Kind, trust: Trust, found: Findings) -> None:
    try:
        der = session.read_certificate(kind)
    except (SecurityStatusError, CertificateMissingError) as refused:
        found.parts[_CERTIFICATE[kind]] = Verdict.CANNOT_TELL
        needs = (PIN_KIND[kind],) if isinstance(refused, SecurityStatusError) else ()
        found.unread.append(Unread(_CERTIFICATE[kind], needs, None if needs else str(refused)))
        return
    report = trust.verifier().check(der, kind, moment=trust.moment)
    found.reports.append(report)
    found.parts[_CERTIFICATE[kind]] = report.verdict


def _log_in(session: JpkiSession, trust: Trust) -> LoginReport:
    """Have the card answer a challenge of ours, as at a log-in."""
    service = RelyingParty(_US, trust.verifier())
    challenge, state = service.begin(moment=trust.moment)
    signer = CardSigner.open(session, Kind.AUTH)
    response = answer_challenge(challenge.encode(), signer, relying_party=_US, moment=trust.moment)
    return service.complete(state, response, moment=trust.moment)


def _verdict_of(checks: Iterable[Check]) -> Verdict:
    outcomes = {check.outcome for check in checks}
    if Outcome.FAIL in outcomes:
        return Verdict.BAD
    return Verdict.CANNOT_TELL if Outcome.CANNOT_TELL in outcomes else Verdict.GOOD


def _answer(found: Findings) -> Answer:
    verdict = found.verdict
    rows = {
        "proven": found.names(Verdict.GOOD),
        "refuted": found.names(Verdict.BAD),
        "undecided": found.names(Verdict.CANNOT_TELL),
        "unprovable": list(found.unprovable),
    }
    unread = [
        {"what": each.name, "present": [OPTIONS[kind] for kind in each.opened_by], "why": each.why}
        for each in found.unread
    ]
    data = {
        "verdict": verdict.value,
        **rows,
        "unread": unread,
        "reports": [report.to_json() for report in found.reports],
    }
    lines = [render(report) for report in found.reports]
    for title, names in zip(_TITLES, rows.values(), strict=True):
        lines += [f"{title if not at else '':<25}{name}" for at, name in enumerate(names)]
    for each in found.unread:
        options = " or ".join(OPTIONS[kind] for kind in each.opened_by)
        why = each.why or f"to decide: {options}"
        lines.append(printable(f"not read: {each.name}; {why}"))
    lines.append(f"Card: {verdict.value} ({verdict.japanese})")
    return Answer(data, "\n".join(lines), STATUS_OF_VERDICT[verdict])
