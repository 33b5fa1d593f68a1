"""What is read off a card to judge it: all files that the secrets at hand open, and its answers.

Not here: judging (`jpki.verify`). Each challenge is random and of this one reading.
Card reference §3.2, §3.3, §4.5. Called by `check_card`.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from jpki.card.client import (
    ApplicationMissingError,
    CardError,
    Channel,
    MalformedFileError,
    TextSession,
    VisualSession,
)
from jpki.card.client.guarded import GuardedSession
from jpki.card.layout import PinKind
from jpki.card.layout.text import TextEf, TextFileRow
from jpki.card.layout.visual import VisualEf, VisualRow
from jpki.digest_info import DigestAlgorithm
from jpki.verify.card_face import Answer, Evidence, NoAnswer

_CHALLENGE_BYTES = 32
_TEXT_FILES = (
    TextEf.NUMBER,
    TextEf.ATTRIBUTES,
    TextEf.SIGNATURES,
    TextEf.CERTIFICATE,
    TextEf.AUTHENTICATION_PUBLIC,
)
_VISUAL_FILES = (
    VisualEf.BIRTH_RECORD,
    VisualEf.FRONT,
    VisualEf.CV_CERTIFICATE,
    VisualEf.NUMBER_IMAGE,
)


@dataclass(frozen=True, slots=True)
class Unread:
    """One file that was not read: the secrets each of which would open it, or why else."""

    name: str
    opened_by: tuple[PinKind, ...]
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one application."""

    files: Mapping[int, bytes]
    answer: Answer | NoAnswer | None
    unread: tuple[Unread, ...]


def collect(channel: Channel, known: Mapping[PinKind, str]) -> tuple[Evidence, list[Unread]]:
    """Read text and face; raises a `PinError` for a secret that is not right."""
    text = _read_application(channel, TextSession, _TEXT_FILES, known)
    visual = _read_application(channel, VisualSession, _VISUAL_FILES, known)
    evidence = Evidence(text.files, visual.files, text.answer, visual.answer)
    return evidence, [*text.unread, *visual.unread]


def is_faceless(evidence: Evidence) -> bool:
    """Whether neither application let itself be selected, so that nothing could be asked."""
    return evidence.text_answer is None and evidence.visual_answer is None


def _read_application(
    channel: Channel,
    session_type: type[GuardedSession],
    files: Iterable[TextEf | VisualEf],
    known: Mapping[PinKind, str],
) -> Reading:
    try:
        session = session_type(channel)
    except ApplicationMissingError as missing:
        return Reading({}, None, (Unread(session_type.ap.japanese, (), str(missing)),))
    with session:
        for kind, secret in known.items():
            if kind in session.secret_files:
                session.verify(kind, secret)
        presented = session.verified
        found: dict[int, bytes] = {}
        unread: list[Unread] = []
        for ef in files:
            row: TextFileRow | VisualRow = ef.row
            name = f"{session.ap.japanese} EF {ef:04X} {row.japanese}"
            # What nothing at hand opens is not asked for: a refusal would end the session.
            if not row.free and not presented.intersection(row.opened_by):
                unread.append(Unread(name, row.opened_by))
                continue
            try:
                found[ef] = _read(session, ef)
            except CardError as refused:
                unread.append(Unread(name, row.opened_by, str(refused)))
        answer: Answer | NoAnswer
        try:
            answer = _challenge(session)
        except CardError as refused:
            answer = NoAnswer(str(refused))
            unread.append(Unread(f"{session.ap.japanese} 内部認証", (), str(refused)))
    return Reading(found, answer, tuple(unread))


def _read(session: GuardedSession, ef: TextEf | VisualEf) -> bytes:
    """Read a file; one without a beginning as it is, for the verifier to say what is wrong."""
    # The number is judged with the filler behind it (`Evidence`).
    if ef is not TextEf.NUMBER:
        try:
            return session.read_raw(ef)
        except MalformedFileError:
            pass
    return session.read_physical(ef)


def _challenge(session: GuardedSession) -> Answer:
    """Have the application's key sign something nobody could know before."""
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    digest = DigestAlgorithm.SHA256.digest_info(sha256(challenge).digest())
    return Answer(challenge, session.sign_with_card_key(digest))
