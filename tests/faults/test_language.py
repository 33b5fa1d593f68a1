"""The language of faults: text and data are one, and what is wrong is refused with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardsim.faults.fault import (
    MISHAPS,
    Count,
    Cut,
    Delay,
    Evidence,
    Fail,
    Fault,
    Flip,
    Moment,
    Remove,
    Reset,
    Serve,
    Slow,
    Status,
    Truncate,
    Unplug,
    When,
)
from cardsim.faults.kinds import CODES, Kind, Question, Request, files_of
from cardsim.faults.pace import PROFILES
from cardsim.faults.parsing import FaultSyntaxError, parse
from cardsim.faults.words import WORDS, Layer
from cardsim.mynumber.commands import INSTRUCTIONS
from cardsim.readers.pcsc import ReturnCode
from jpki.card.layout import Ap, JpkiEf
from jpki.iso7816 import CommandApdu

NAMES_WE_GIVE = {"特定機関認証": "terminal-authenticate"}
WITHOUT_A_NAME = {
    "MANAGE ATTRIBUTES",
    "last command indicator",
    "UNLOCK KEY",
    "LOCK DF",
    "UNLOCK DF",
    "ERASE ALL RECORDS",
}
"""Commands of the issuer, which no client has reason to send."""

BOTH = st.sampled_from([Moment.BEFORE, Moment.AFTER])
TIMES = st.integers(0, 600_000)
COUNTS = st.builds(Count, st.integers(1, 999_999), st.booleans())


def places():
    named = st.sampled_from([(ap, ef) for ap in Ap for ef in (*files_of(ap).values(), 0xABCD)])
    return st.one_of(
        st.just((None, None)),
        st.tuples(st.sampled_from(Ap), st.none()),
        st.tuples(st.none(), st.integers(0, 0xFFFF)),
        named,
    )


def timed(effects, moments):
    """Give faults of these effects that wait for commands."""
    return st.builds(
        lambda effect, moment, kind, place, count: Fault(effect, When(moment, kind, *place, count)),
        effects,
        moments,
        st.sampled_from(Kind),
        places(),
        COUNTS,
    )


BACK = st.none() | TIMES
SERVED = st.one_of(
    st.builds(lambda which, late: Serve(which, late=late), st.sampled_from(Evidence), TIMES),
    st.builds(
        lambda served: Serve(served[0], mishap=served[1]),
        st.sampled_from([(which, each) for which, known in MISHAPS.items() for each in known]),
    ),
    st.builds(
        lambda which, status: Serve(which, status=status),
        st.sampled_from(Evidence),
        st.integers(500, 599),
    ),
)
FAILURES = st.builds(Fail, st.sampled_from(list(CODES.values())))
FAULTS = st.one_of(
    timed(st.builds(Status, st.integers(0x6000, 0x6FFF) | st.integers(0x9000, 0x9FFF)), BOTH),
    timed(
        st.builds(Truncate, st.integers(0, 65_538))
        | st.builds(Flip, st.integers(-99_999, 99_999), st.integers(0, 7))
        | st.builds(Delay, TIMES),
        st.just(Moment.AT),
    ),
    timed(
        st.builds(Remove, BACK) | st.builds(Unplug, BACK) | st.builds(Reset, st.booleans()), BOTH
    ),
    timed(st.just(Cut()), st.sampled_from(sorted(set(Moment) - {Moment.AT}, key=str))),
    timed(FAILURES, BOTH),
    st.builds(
        lambda effect, kind, count: Fault(effect, When(Moment.BEFORE, kind, count=count)),
        FAILURES,
        st.sampled_from(Request),
        COUNTS,
    ),
    st.builds(Fault, st.builds(Slow, st.sampled_from(list(PROFILES)))),
    st.builds(Fault, SERVED),
    st.builds(
        lambda effect, count: Fault(effect, When(Moment.AT, Question.REQUEST, count=count)),
        SERVED,
        COUNTS,
    ),
)


@given(FAULTS)
def test_every_fault_is_read_back_from_what_it_says(fault):
    """A fault can be written down as text, wherever it came from."""
    assert parse(str(fault)) == fault


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.word)
def test_each_example_is_a_fault_of_its_word(word):
    """What the help shows can be typed; its place in the house is the one named."""
    fault = parse(word.example)

    assert str(fault).split()[0] == word.word
    assert (fault.when is None or fault.when.kind is Question.REQUEST) == (not word.moments)
    assert isinstance(fault.effect, Serve) == (word.layer is Layer.AUTHORITY)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("status 6F00 before verify", Fault(Status(0x6F00), When(Moment.BEFORE, Kind.VERIFY))),
        (
            "STATUS 6f00  After Verify on AUTH-PIN every",
            Fault(
                Status(0x6F00),
                When(Moment.AFTER, Kind.VERIFY, Ap.JPKI, JpkiEf.AUTH_PIN, Count(on=True)),
            ),
        ),
        (
            "delay 1.5s at read-binary in text from 3",
            Fault(Delay(1500), When(Moment.AT, Kind.READ_BINARY, Ap.TEXT, None, Count(3, on=True))),
        ),
        (
            "cut before-save-of verify in licence on pin",
            Fault(Cut(), When(Moment.BEFORE_SAVE_OF, Kind.VERIFY, Ap.LICENCE, 0x06)),
        ),
        (
            "remove before command on 0018 2",
            Fault(Remove(), When(Moment.BEFORE, Kind.COMMAND, None, 0x18, Count(2))),
        ),
        (
            "fail comm-data-lost after select",
            Fault(Fail(ReturnCode.COMM_DATA_LOST), When(Moment.AFTER, Kind.SELECT)),
        ),
        ("crl 503", Fault(Serve(Evidence.CRL, status=503))),
    ],
)
def test_text_means_what_it_says(text, fault):
    """In either case, with any spaces; the first command is meant when no count is given."""
    assert parse(text) == fault


@pytest.mark.parametrize(
    ("text", "place", "allowed"),
    [
        ("", "at its end", "an effect (status, truncate,"),
        ("explode before verify", "word 1, 'explode'", "an effect is one of status, truncate,"),
        ("status 6F0 before verify", "word 2, '6F0'", "a status word, four digits as 6F00,"),
        ("status 5000 before verify", "word 2, '5000'", "a status word"),
        ("status 6F00 during verify", "word 3, 'during'", "status is one of before, after"),
        ("status 6F00 before", "at its end", "a kind (command, select,"),
        ("status 6F00 before verified", "word 4", "a kind is one of command, select,"),
        ("status 6F00 before connect", "word 4", "a kind is one of command, select,"),
        ("truncate -1 at command", "word 2", "a number of bytes is wanted"),
        ("flip 3 at command", "word 2", "BYTE.BIT"),
        ("flip 3.8 at command", "word 2", "BYTE.BIT"),
        ("delay 5 at command", "word 2", "a time such as 250ms or 2s"),
        ("delay \uff12s at command", "word 2", "a time such as 250ms or 2s"),
        ("remove \uff12s before command", "word 2", "a time such as 250ms or 2s"),
        ("truncate \uff12 at command", "word 2", "a number of bytes is wanted"),
        ("flip \uff12.0 at command", "word 2", "BYTE.BIT"),
        ("crl 5\uff10\uff13", "word 2", "an HTTP status 5xx is wanted"),
        ("delay 601s at command", "word 2", "a time is at most 600s"),
        ("slow 106", "word 2", "a profile is one of nfc, nfc-106, nfc-424"),
        ("slow nfc at command", "word 3, 'at'", "nothing more may stand here"),
        ("reset hot before command", "word 2", "a reset is one of warm, cold"),
        ("fail success before command", "word 2", "a return code is one of internal-error,"),
        ("fail timeout after connect", "word 4", "can only fail before"),
        ("fail timeout before connect in jpki", "word 5, 'in'", "a count (N, every or from N)"),
        ("cut at verify", "word 2, 'at'", "one of before, after, before-save-of, after-save-of"),
        ("remove before verify in jpkj", "word 5", "an AP is one of jpki, text,"),
        ("remove before verify on pin", "word 5, 'pin'", "auth-pin"),
        ("remove before verify in isd on pin", "word 7, 'pin'", "none with a name"),
        ("remove before verify 0", "word 4, '0'", "at least 1"),
        ("remove before verify from", "at its end", "a number is missing"),
        ("remove before verify 1 2", "word 5, '2'", "nothing more may stand here"),
        ("crl 404", "word 2, '404'", "late TIME, stale, wrong, truncated or an HTTP status 5xx"),
        ("crl unknown", "word 2, 'unknown'", "stale, wrong, truncated or an HTTP status 5xx"),
        ("ocsp no", "word 2, 'no'", "wrong-nonce, truncated, unknown or an HTTP status 5xx"),
        ("crl late", "at its end", "a time such as"),
        ("ocsp stale at verify", "word 4, 'verify'", "a kind is one of request"),
    ],
)
def test_what_is_no_fault_is_refused_with_its_place(text, place, allowed):
    """The message names the word and lists what may stand there."""
    with pytest.raises(FaultSyntaxError) as caught:
        parse(text)

    assert f"fault {text!r}: " in str(caught.value)
    assert place in str(caught.value)
    assert allowed in str(caught.value)


@given(st.text(st.sampled_from("statuscvery 6F0beforifyn-.\t\x00１"), max_size=40))
def test_any_text_is_read_or_refused(text):
    """Nothing but the one error comes out."""
    try:
        fault = parse(text)
    except FaultSyntaxError:
        return

    assert parse(str(fault)) == fault


@pytest.mark.parametrize("code", list(INSTRUCTIONS), ids=lambda code: f"{code[0]:02X}{code[1]:02X}")
def test_each_command_of_the_card_has_its_own_name_here(code):
    """A fault can wait for whatever the card can be asked, under the name the card has for it."""
    name = INSTRUCTIONS[code].name
    kind = next((kind for kind in Kind if code in kind.codes), None)

    if name in WITHOUT_A_NAME:
        assert kind is None
    else:
        assert kind.word == NAMES_WE_GIVE.get(
            name, name.removesuffix(" (SM)").lower().replace(" ", "-")
        )


def test_every_name_here_is_a_command_of_the_card():
    """No fault waits for what cannot come."""
    codes = {code for kind in Kind for code in kind.codes}

    assert codes <= set(INSTRUCTIONS)
    assert {CommandApdu(*code, 0, 0).cla for code in codes} == {0x00, 0x08, 0x80}
