"""Only an answer that was linted is signed, and linting costs nothing after the first of a kind."""

import pytest

from jpki.ca.errors import DraftRefusedError
from jpki.ca.ocsp import OcspStatus
from jpki.ca.ocsp.drafts import AnswerKey, AnswerLinter, LintedAnswer
from jpki.lint import Linter
from tests.ca.citizens import NOON
from tests.ca.ocsp import asking

V1 = bytes.fromhex("a003020100")
"""A version, which must be left out."""


def test_an_answer_with_an_error_is_not_signed(responder, responder_key, issued, monkeypatch):
    """Whoever asks gets internalError; the key was not used."""
    by_key = responder._speakers.responder_id
    monkeypatch.setattr(responder._speakers, "responder_id", V1 + by_key)

    answer = responder.answer(asking.asking(issued, nonce=b"n" * 16), moment=NOON)

    assert answer.status is OcspStatus.INTERNAL_ERROR
    assert responder_key.signatures == 0


def test_octets_alone_are_not_signed(responder, responder_key, issued):
    """A responder shows no key, and its door takes nothing but a linted answer."""
    der = responder.answer(asking.asking(issued), moment=NOON).der
    octets = asking.data(der).dump()

    assert not [
        name for name in vars(responder) if hasattr(getattr(responder, name), "sign_digest")
    ]
    with pytest.raises(TypeError, match="only what was linted"):
        AnswerKey(responder_key).sign(octets)


def test_a_draft_is_linted_when_it_is_made(auth, responder, issued):
    der = responder.answer(asking.asking(issued), moment=NOON).der
    certificate = asking.responder_certificate(der).dump()
    good = asking.data(der).dump()
    linter = AnswerLinter(auth.linter, auth.kind)
    before = NOON.strftime("%Y%m%d%H%M%SZ").encode()

    assert LintedAnswer(good, certificate, linter).data == good
    # Produced before what it says was known.
    early = good.replace(before, b"20200101000000Z", 1)
    with pytest.raises(DraftRefusedError, match="ocsp-times"):
        LintedAnswer(early, certificate, linter)
    with pytest.raises(DraftRefusedError, match="ocsp-responder-certificate"):
        LintedAnswer(good, auth.generations[0].certificate, linter)


def test_rules_are_asked_once_for_answers_they_cannot_tell_apart(responder, issued, monkeypatch):
    """Then signing on demand costs little more than signing."""
    judged, judge = [], Linter.judge

    def counted(self, subject, **more):
        judged.append(subject.target)
        return judge(self, subject, **more)

    responder.answer(asking.asking(issued), moment=NOON)
    monkeypatch.setattr(Linter, "judge", counted)
    answers = [
        responder.answer(asking.asking(issued, nonce=bytes((each,)) * 16), moment=NOON)
        for each in range(5)
    ]

    assert {each.status for each in answers} == {OcspStatus.SUCCESSFUL}
    assert len(judged) == 1
