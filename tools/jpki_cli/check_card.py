"""`jpki check-card`: what of a card is proven genuine, refuted, undecided, or not to be proven.

Nothing a card says of itself unsigned makes it good: not which kind of token it is (EF 0006), not
which certificates it has (EF 0008).
Not here: reading text and face (`evidence`), certificates (`card_certificates`), the rules
(`jpki.verify`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.cells import cell_len

from jpki.card.client import ApplicationMissingError, Channel, JpkiSession, LicenceSession
from jpki.card.layout import TokenKind
from jpki.profiles.kinds import Kind
from jpki.verify import CertificateReport, Verdict, render
from jpki.verify.card_face import CardFaceVerifier
from jpki.verify.formats import Language
from jpki.verify.names import printable
from jpki_cli.answer import Answer, answers
from jpki_cli.card_certificates import CERTIFICATE, judge_certificates
from jpki_cli.card_findings import Findings
from jpki_cli.connecting import card_connection
from jpki_cli.cv_trust import cv_option, settle
from jpki_cli.evidence import Unread, collect, is_faceless
from jpki_cli.languages import language_option, spoken
from jpki_cli.many_secrets import OPTIONS, SecretsSource, secrets_options
from jpki_cli.options import card_options
from jpki_cli.trust import STATUS_OF_VERDICT, Trust, trust_options

_TITLES = (
    "proven genuine",
    "REFUTED",
    "not decided",
    "covered by no signature",
    "not on the card (by the card's own word)",
)
_TITLE_WIDTH = 24
_NOT_ON_A_PHONE = ("text (券面入力補助AP)", "face (券面事項確認AP)")


@click.command(name="check-card")
@secrets_options
@card_options
@cv_option
@trust_options
@click.option(
    "--phone",
    "expects_phone",
    is_flag=True,
    help="A phone was presented (スマホ用電子証明書): it has neither text nor face. Without this"
    " they are missed on a token that says so of itself: nobody signed that.",
)
@language_option
@answers
def check_card(
    *,
    secrets: SecretsSource,
    reader: str | None,
    card_name: str | None,
    cv_files: tuple[Path, ...],
    trust: Trust,
    expects_phone: bool,
    language: Language,
) -> Answer:
    """Judge a whole card (真正性): text, face and certificates, and that it is no copy.

    Reads what the secrets named open, and has the card's keys sign random challenges. What was
    not read stays undecided, and the answer says which secret would decide it. A wrong secret
    costs a try; the last one is never spent. The signing key (署名用) is never used.

    A certificate the card says it has not (a child's for signing) is listed as such: what is on
    the card can be good without it.

    Exit status: 0 all on it is proven, 1 something is refuted, 3 something is undecided.

    \b
    Example:
      jpki check-card --card hanako
      jpki check-card --card hanako --lang ja
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
        evidence, unread = collect(channel, known)
        phone = token if token and token.is_phone and is_faceless(evidence) else None
        if phone:
            found.absent += _not_on(phone)
        has_face = not (phone and expects_phone)
        found.unprovable = _licence(channel)
        with JpkiSession(channel) as session:
            signing = judge_certificates(session, known, relied_on, found, alone=not has_face)
    if has_face:
        if CERTIFICATE[Kind.AUTH] not in found.absent:
            found.unprovable = (_tie(signing), *found.unprovable)
        face = CardFaceVerifier(anchors).check(
            evidence, moment=relied_on.moment, certificate=signing
        )
        found.put_face(face, [_hinting(each) for each in unread] if phone else unread)
    return _answer(found, language)


def _not_on(phone: TokenKind) -> list[str]:
    """Name what a phone has not, and who says that it is one."""
    by = f"not on this token, by its own unsigned word ({phone.medium})"
    return [f"{name}: {by}" for name in _NOT_ON_A_PHONE]


def _hinting(unread: Unread) -> Unread:
    return replace(unread, why=f"{unread.why}; if a phone was presented, say --phone")


def _tie(signing: CertificateReport | None) -> str:
    """Say that whoever logs in need not be who the face shows."""
    unread = "; no signing certificate was read beside it" if signing is None else ""
    return (
        "whose the certificate for logging in is (利用者証明用): it names nobody, and no signature"
        f" ties it to text and face{unread}"
    )


def _licence(channel: Channel) -> tuple[str, ...]:
    """Name the マイナ免許証 if there is one: it is signed, but in which form is not public."""
    try:
        LicenceSession(channel)
    except ApplicationMissingError:
        return ()
    return ("driving licence (マイナ免許証): the form of its signature is not public",)


def _answer(found: Findings, language: Language) -> Answer:
    verdict = found.verdict
    rows = {
        "proven": found.names(Verdict.GOOD),
        "refuted": found.names(Verdict.BAD),
        "undecided": found.names(Verdict.CANNOT_TELL),
        "unprovable": list(found.unprovable),
        "absent": found.absent,
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
    text = "\n".join(_lines(found, rows, language))
    return Answer(data, text, STATUS_OF_VERDICT[verdict])


def _lines(found: Findings, rows: Mapping[str, Sequence[str]], language: Language) -> Iterator[str]:
    def say(text: str) -> str:
        return spoken(text, language)

    yield from (render(report, language) for report in found.reports)
    for title, names in zip(map(say, _TITLES), rows.values(), strict=True):
        width = max(_TITLE_WIDTH, cell_len(title))
        for at, name in enumerate(names):
            shown = "" if at else title
            yield f"{shown}{' ' * (width - cell_len(shown))} {say(name)}"
    for each in found.unread:
        options = say(" or ").join(OPTIONS[kind] for kind in each.opened_by)
        why = say(each.why) if each.why else f"{say('to decide: ')}{options}"
        yield printable(f"{say('not read: ')}{say(each.name)}; {why}")
    verdict = (found.verdict.value, found.verdict.japanese)
    first, second = verdict if language is Language.ENGLISH else verdict[::-1]
    yield f"{say('Card: ')}{first} ({second}){_limits(found, language)}"


def _limits(found: Findings, language: Language) -> str:
    """Say of what a good card is good, when something is not on it by its own word."""
    if found.verdict is not Verdict.GOOD or not found.absent:
        return ""
    limits = spoken(" for what is on it; by its own unsigned word it has not: ", language)
    return f"{limits}{'; '.join(spoken(each, language) for each in found.absent)}"
