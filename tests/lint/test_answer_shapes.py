"""An answer taken for like a linted one is one the rules find no error in, whatever is changed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.ca import der
from jpki.ca.drafts import NO_SIGNATURE
from jpki.ca.ocsp.encoding import responder_by_key, response, response_data
from jpki.lint import Linter, Severity, Target
from jpki.lint.answer_shapes import AnswerShapes
from jpki.lint.subjects import cut
from jpki.profiles import EMULATOR, Kind
from tests.lint.objects import KEY_ID, good

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
CERTIFICATE = good(Target.RESPONDER)


RESPONDER_ID = responder_by_key(KEY_ID)


def time_of(value) -> bytes:
    """Write a GeneralizedTime, or whatever octets in the place of one."""
    return der.element(0x18, value) if isinstance(value, bytes) else der.generalized_time(value)


def single(
    serial=b"\x05\x01\x02\x03",
    status="good",
    *,
    this=NOON,
    following=NOON + HOUR,
    since=NOON - HOUR,
    reason=4,
    issuer=b"\x07" * 20,
) -> bytes:
    """Write a SingleResponse of any kind."""
    algorithm = der.sequence(der.object_identifier("1.3.14.3.2.26"), der.NULL)
    hashes = der.octet_string(issuer) * 2
    said = {
        "good": b"\x80\x00",
        "unknown": b"\x82\x00",
        "revoked": der.tagged(1, time_of(since) + der.tagged(0, der.enumerated(reason))),
    }[status]
    return der.sequence(
        der.sequence(algorithm, hashes, der.element(0x02, serial)),
        said,
        time_of(this),
        b"" if following is None else der.tagged(0, time_of(following)),
    )


def answer(*singles, produced=NOON, nonce=b"n" * 16) -> bytes:
    """Write a ResponseData."""
    octets = response_data(RESPONDER_ID, list(singles), produced_at=NOON, nonce=nonce)
    return (
        octets
        if produced == NOON
        else octets.replace(
            RESPONDER_ID + der.generalized_time(NOON), RESPONDER_ID + time_of(produced)
        )
    )


def subject_of(data):
    return cut(Target.OCSP, response(data, NO_SIGNATURE, CERTIFICATE))


def errors(data) -> list[str]:
    """Give the rules it breaks, by the whole lint."""
    found = Linter(EMULATOR).judge(subject_of(data), kind=Kind.AUTH)
    return [one.rule.id for one in found if one.rule.severity is Severity.ERROR]


def noted(*data) -> AnswerShapes:
    """Give a memory of answers that have no error."""
    shapes = AnswerShapes()
    for each in data:
        assert errors(each) == []
        shapes.note(subject_of(each), each, CERTIFICATE)
    return shapes


@pytest.mark.parametrize(
    "other",
    [
        answer(single(b"\x44\x01\xff\x00"), nonce=b"m" * 16),
        answer(single(), nonce=b"m" * 16),
        answer(single(), produced=NOON + HOUR / 2),
        answer(single(this=NOON - HOUR, following=NOON + 5 * HOUR), produced=NOON - HOUR),
    ],
    ids=["nonce and serial", "nonce", "later", "times in the same order"],
)
def test_what_rules_do_not_ask_about_makes_no_difference(other):
    shapes = noted(answer(single(serial=b"\x44\x00\x02\x03")), answer(single()),
                   answer(single(), produced=NOON + HOUR / 4))  # fmt: skip

    assert errors(other) == []
    assert shapes.knows(other, CERTIFICATE)


@pytest.mark.parametrize(
    "other",
    [
        answer(single(this=NOON + HOUR / 2)),
        answer(single(this=NOON + HOUR, following=NOON)),
        answer(single(following=None)),
        answer(single(this=b"20261323030000Z")),
        answer(single(serial=b"\x00\x01\x02\x03")),
        answer(single(serial=b"\x05\x01\x02")),
        answer(single(issuer=b"\x08" * 20)),
        answer(single(status="unknown")),
        answer(single(status="revoked")),
        answer(single(), single()),
        answer(single(), nonce=None),
        answer(single(), nonce=b"n" * 17),
        answer(single()) + b"\x00",
        b"",
    ],
)
def test_whatever_rules_could_ask_about_does(other):
    assert not noted(answer(single())).knows(other, CERTIFICATE)


def test_another_certificate_does():
    data = answer(single())

    assert not noted(data).knows(data, CERTIFICATE[:-1] + b"\x01")


def test_no_octet_can_be_bent_so_that_an_error_is_overlooked():
    """Each octet of an answer about two certificates, set to others of every kind."""
    data = answer(single(), single(b"\x00\x80\x01", "revoked"))
    shapes, overlooked, known = noted(data), [], 0
    for at, octet in enumerate(data):
        for value in {0x00, 0x30, 0x7F, 0x80, 0xFF, octet ^ 1, octet ^ 0x80} - {octet}:
            bent = data[:at] + bytes((value,)) + data[at + 1 :]
            if shapes.knows(bent, CERTIFICATE):
                known += 1
                overlooked += errors(bent)

    assert overlooked == []
    assert known > 100


TIMES = st.one_of(
    st.sampled_from([NOON, NOON + HOUR, NOON - HOUR, NOON + HOUR / 2]),
    st.sampled_from([b"20261323030000Z", b"2026112303000Z0", b"20261123030000+", b""]),
)
SINGLES = st.builds(
    single,
    serial=st.binary(min_size=1, max_size=3),
    status=st.sampled_from(["good", "unknown", "revoked"]),
    this=TIMES,
    following=st.none() | TIMES,
    since=TIMES,
    reason=st.sampled_from([1, 6, 9]),
)
ANSWERS = st.builds(
    lambda singles, produced, nonce: answer(*singles, produced=produced, nonce=nonce),
    st.lists(SINGLES, min_size=1, max_size=2),
    TIMES,
    st.none() | st.binary(max_size=2),
)
EVER_NOTED = AnswerShapes()


@given(ANSWERS)
def test_what_is_known_has_no_error(data):
    """Of all answers that came before, those without an error are noted."""
    found = errors(data)

    assert not (EVER_NOTED.knows(data, CERTIFICATE) and found)
    if not found:
        EVER_NOTED.note(subject_of(data), data, CERTIFICATE)
        assert EVER_NOTED.knows(data, CERTIFICATE)


def test_memory_is_bounded(monkeypatch):
    """Askers choose nonces and what they ask about."""
    monkeypatch.setattr("jpki.lint.answer_shapes._MEMORY", 4)
    every = [answer(single(), nonce=b"n" * size) for size in range(1, 11)]
    shapes = noted(*every)

    assert 1 <= sum(shapes.knows(each, CERTIFICATE) for each in every) <= 4
