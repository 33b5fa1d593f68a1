"""Answers that are kept, and when they are not given."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from jpki.ca import Authority, Register
from jpki.ca.ocsp import CertIdHash, Responder, presign
from jpki.profiles import Kind, RevocationReason
from jpki.profiles.ocsp import ANSWER
from tests.ca.citizens import NOON, chance, request
from tests.ca.ocsp.asking import asking, extension, state

DATABASES = ["sqlite", "postgresql"]

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
REFRESH = ANSWER.refresh
UNKNOWN = extension("1.2.3.4", b"\x05\x00")
KEPT_FOR = ANSWER.lifetime - ANSWER.margin


@pytest.fixture
def several(auth, holder_key):
    """Issue three certificates."""
    return [auth.issue(request(holder_key), moment=NOON, randomness=chance) for _ in range(3)]


@pytest.fixture
def elsewhere(register_at, auth):
    """Open the register as another process would."""
    with Register.open(register_at) as register:
        yield Authority(register, Kind.AUTH, keys=[])


def test_what_was_signed_is_given_again(responder, issued, responder_key):
    """To the same octets, and to others that ask the same."""
    first = responder.answer(asking(issued), moment=NOON)
    other = responder.answer(asking(issued, extensions=[UNKNOWN]), moment=NOON + MINUTE)
    again = responder.answer(asking(issued), moment=NOON + KEPT_FOR - SECOND)

    assert first is other is again
    assert responder_key.signatures == 1
    assert first.etag


def test_each_way_to_name_a_certificate_has_its_own_answer(responder, issued, responder_key):
    """The certID is part of what is signed."""
    ways = [(name, null) for name in ("sha1", "sha256") for null in (True, False)]

    ders = {
        responder.answer(asking(issued, algorithm=name, null=null), moment=NOON).der
        for name, null in ways * 2
    }

    assert len(ders) == responder_key.signatures == 4


@pytest.mark.parametrize(
    "moment", [NOON + KEPT_FOR, NOON + ANSWER.lifetime, NOON - SECOND, NOON - 40 * MINUTE]
)
def test_what_is_over_or_to_come_is_not_given(responder, issued, moment):
    """Whichever way the clock was set, the answer is of the time it is asked at."""
    asked = asking(issued)
    kept = responder.answer(asked, moment=NOON + SECOND)

    answer = responder.answer(asked, moment=moment)

    assert answer is not kept
    assert answer.this_update <= answer.produced_at == moment < answer.next_update


def test_a_clock_set_back_within_a_refresh_gives_nothing_of_the_future(responder, issued):
    """Not even of seconds ahead."""
    kept = responder.answer(asking(issued), moment=NOON + 5 * MINUTE)

    answer = responder.answer(asking(issued), moment=NOON + 4 * MINUTE)
    assert answer is not kept
    assert answer.produced_at == NOON + 4 * MINUTE


def test_a_nonce_is_signed_for_each_time(responder, issued, responder_key):
    """Such an answer is for one asker."""
    asked = asking(issued, nonce=b"n" * 16)

    answers = [responder.answer(asked, moment=NOON) for _ in range(2)]

    assert responder_key.signatures == 2
    assert [(each.cacheable, each.etag, each.max_age(NOON)) for each in answers] == [
        (False, None, 0)
    ] * 2


def test_a_revocation_elsewhere_ends_what_is_kept(responder, issued, several, elsewhere):
    """The register tells every process what to drop, and nothing else is dropped."""
    asked = [asking(each) for each in (issued, several[0])]
    before = [responder.answer(each, moment=NOON) for each in asked]
    elsewhere.revoke(issued.serial, RevocationReason.KEY_COMPROMISE, moment=NOON + MINUTE)

    within = [responder.answer(each, moment=NOON + 2 * MINUTE) for each in asked]
    after = [responder.answer(each, moment=NOON + REFRESH) for each in asked]

    assert within == before
    assert [state(each) for each in after] == ["revoked", "good"]
    assert after[1] is before[1]


def test_a_revocation_recorded_with_the_clock_set_back_is_not_missed(responder, issued, elsewhere):
    """Its moment is long ago, its number is new."""
    responder.answer(asking(issued), moment=NOON + 2 * REFRESH)
    elsewhere.revoke(issued.serial, RevocationReason.SUPERSEDED, moment=NOON)

    answer = responder.answer(asking(issued), moment=NOON + 3 * REFRESH)
    assert state(answer) == "revoked"


def test_a_revocation_of_later_shows_when_its_time_comes(responder, issued, elsewhere):
    """Recorded with the clock set forward, it does not show now, and shows in time."""
    responder.answer(asking(issued), moment=NOON)
    elsewhere.revoke(issued.serial, RevocationReason.SUPERSEDED, moment=NOON + 2 * REFRESH)

    at = [NOON + count * REFRESH for count in (0, 1, 2, 3)]
    said = [state(responder.answer(asking(issued), moment=each)) for each in at]
    assert said == ["good", "good", "good", "revoked"]


def test_what_was_revoked_is_good_again_before_its_time(auth, responder, issued):
    """A clock set back asks about then."""
    auth.revoke(issued.serial, RevocationReason.SUPERSEDED, moment=NOON + MINUTE)

    after = responder.answer(asking(issued), moment=NOON + REFRESH)
    before = responder.answer(asking(issued), moment=NOON)
    assert (state(after), state(before)) == ("revoked", "good")


def test_memory_has_an_end(auth, several, responder_key):
    """The longest unused goes first, however it was asked for."""
    small = Responder(auth, responder_key, kept_answers=2)
    first, second, third = map(asking, several)
    kept = small.answer(first, moment=NOON)
    gone = small.answer(second, moment=NOON)
    assert small.answer(first, moment=NOON) is kept
    small.answer(third, moment=NOON)

    assert small.answer(first, moment=NOON) is kept
    assert small.answer(second, moment=NOON) is not gone


def test_what_made_room_is_not_given_by_its_octets(auth, several, responder_key, elsewhere):
    """Or a revocation could not end it."""
    small = Responder(auth, responder_key, kept_answers=1)
    small.answer(asking(several[0]), moment=NOON)
    small.answer(asking(several[1]), moment=NOON)
    small.answer(asking(several[0]), moment=NOON)
    elsewhere.revoke(several[0].serial, RevocationReason.SUPERSEDED, moment=NOON)

    assert state(small.answer(asking(several[0]), moment=NOON + REFRESH)) == "revoked"


def test_more_revocations_than_are_kept_end_everything(
    auth, several, issued, responder_key, elsewhere
):
    """Then nobody goes through them one by one."""
    small = Responder(auth, responder_key, kept_answers=2)
    kept = small.answer(asking(issued), moment=NOON)
    for each in several:
        elsewhere.revoke(each.serial, RevocationReason.SUPERSEDED, moment=NOON)

    again = small.answer(asking(issued), moment=NOON + REFRESH)
    assert again is not kept
    assert state(small.answer(asking(several[2]), moment=NOON + REFRESH)) == "revoked"


def test_max_age_ends_with_the_refresh(responder, issued):
    """A cache on the way must not outlast what may show then."""
    answer = responder.answer(asking(issued), moment=NOON + MINUTE)

    ages = [answer.max_age(NOON + minutes * MINUTE) for minutes in (1, 14, 15, 59, 60)]
    assert ages == [14 * 60, 60, 15 * 60, 60, 0]


def test_answers_can_be_signed_ahead(responder, several, responder_key):
    """For all that is on record; nobody who asks waits for a signature then."""
    heard = []
    count = presign(responder, moment=NOON, progress=lambda done, of: heard.append((done, of)))
    signed = responder_key.signatures

    answers = [responder.answer(asking(each), moment=NOON) for each in several]

    # The root's own and the holders'; the responder's own is made for the first of them.
    assert count == signed == 4
    assert responder_key.signatures == signed
    assert {state(each) for each in answers} == {"good"}
    assert heard[-1] == (heard[-1][1],) * 2
    assert [done for done, _ in heard] == sorted({done for done, _ in heard})


def test_a_range_can_be_signed_ahead(responder, several, responder_key):
    """Under both digests."""
    serials = range(several[0].serial, several[0].serial + 2)
    assert presign(responder, moment=NOON, serials=serials, algorithms=CertIdHash) == 4

    responder.answer(asking(several[1], algorithm="sha256"), moment=NOON)
    assert responder_key.signatures == 4


def test_signing_ahead_stops_where_room_ends(auth, several, responder_key):
    """Instead of pushing out what it has made."""
    small = Responder(auth, responder_key, kept_answers=2)
    serials = range(several[0].serial, several[0].serial + 600)

    presign(small, moment=NOON, serials=serials)
    signed = responder_key.signatures
    small.answer(asking(several[0]), moment=NOON)

    assert responder_key.signatures == signed == 2


def test_threads_share_a_responder(auth, several, responder_key, elsewhere):
    """With room for two of three answers, over a revocation: nobody gets a wrong one."""
    small = Responder(auth, responder_key, kept_answers=2)
    elsewhere.revoke(several[0].serial, RevocationReason.SUPERSEDED, moment=NOON)
    moments = [NOON, NOON + REFRESH, NOON + 2 * REFRESH]
    tasks = [(each, moment) for moment in moments for each in several * 15]

    with ThreadPoolExecutor(4) as threads:
        said = list(
            threads.map(lambda task: state(small.answer(asking(task[0]), moment=task[1])), tasks)
        )

    told = {(each.serial, at, word) for (each, at), word in zip(tasks, said, strict=True)}
    assert told == {
        (each.serial, moment, "revoked" if each is several[0] and moment > NOON else "good")
        for each in several
        for moment in moments
    }
