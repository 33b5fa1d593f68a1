"""Login challenges: random, for one purpose and party, remembered so that each serves once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.verify.challenge import LABEL, Challenge
from jpki.verify.challenge_store import MemoryChallengeStore, Taken
from jpki.verify.errors import ChallengeStoreError, MalformedError
from jpki.verify.login import LIFETIME, RelyingParty
from tests.support import pki
from tests.support.pki import DAY, NOW

PARTY = "https://shop.jpki-emu.invalid"


def party(**fields) -> RelyingParty:
    return RelyingParty(PARTY, pki.verifier(), **fields)


def test_challenges_are_random():
    """32 bytes of the system's randomness each; two are never alike."""
    service = party()

    nonces = {service.begin(moment=NOW)[0].nonce for _ in range(100)}

    assert len(nonces) == 100


def test_broken_randomness_is_noticed():
    """A source that repeats itself is refused rather than used."""
    service = party(randomness=bytes)
    service.begin(moment=NOW)

    with pytest.raises(ChallengeStoreError, match="randomness"):
        service.begin(moment=NOW)


def test_the_signed_bytes_name_purpose_and_party():
    """A login signature can be none over a document: its bytes begin with a label of their own."""
    challenge, _ = party().begin(moment=NOW)

    encoded = challenge.encode()

    assert encoded.startswith(LABEL)
    assert encoded.endswith(PARTY.encode())
    assert Challenge.parse(encoded) == challenge


@given(st.binary(max_size=120))
def test_only_an_encoded_challenge_parses(tail):
    """Parsing accepts what encoding writes, byte for byte, and raises one type otherwise."""
    raw = LABEL + tail

    assert _round_trip(raw) in {raw, None}


def _round_trip(raw: bytes) -> bytes | None:
    try:
        return Challenge.parse(raw).encode()
    except MalformedError:
        return None


@pytest.mark.parametrize("name", ["", "x" * 256])
def test_a_relying_party_has_a_name_of_some_length(name):
    """The name's length takes one byte in what is signed."""
    with pytest.raises(ValueError, match="relying party"):
        Challenge(bytes(32), name, NOW, NOW)


def test_of_many_takers_one_finds_a_challenge_fresh():
    """Two answers at the same time: the store lets exactly one through."""
    store = MemoryChallengeStore()
    store.put(b"key", expires_at=NOW + LIFETIME, moment=NOW)
    start = threading.Barrier(8)

    def take(_):
        start.wait()
        return store.take(b"key", moment=NOW)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(take, range(8)))

    assert sorted(one.value for one in answers) == ["fresh", *["used"] * 7]


def test_a_full_store_refuses_rather_than_forgets():
    """A flood of challenges cannot push an open one out."""
    store = MemoryChallengeStore(capacity=2)
    store.put(b"a", expires_at=NOW + LIFETIME, moment=NOW)
    store.put(b"b", expires_at=NOW + LIFETIME, moment=NOW)

    with pytest.raises(ChallengeStoreError, match="2 challenges are open"):
        store.put(b"c", expires_at=NOW + LIFETIME, moment=NOW)
    assert store.take(b"a", moment=NOW) is Taken.FRESH


def test_what_is_long_expired_makes_room():
    """Forgotten challenges are unknown, which refuses as well."""
    store = MemoryChallengeStore(capacity=1)
    store.put(b"a", expires_at=NOW, moment=NOW)

    store.put(b"b", expires_at=NOW + DAY, moment=NOW + 2 * timedelta(hours=1))

    assert store.take(b"a", moment=NOW + DAY) is Taken.UNKNOWN
    assert store.take(b"b", moment=NOW + DAY) is Taken.FRESH


@pytest.mark.parametrize("later", [3, 30, 61], ids=lambda minutes: f"{minutes} minutes later")
def test_a_store_full_of_expired_challenges_takes_new_ones(later):
    """A flood lasts as long as its challenges do; it does not close the door for an hour."""
    store = MemoryChallengeStore(capacity=5)
    for number in range(5):
        store.put(bytes((number,)), expires_at=NOW + LIFETIME, moment=NOW)
    then = NOW + timedelta(minutes=later)

    store.put(b"new", expires_at=then + LIFETIME, moment=then)

    assert store.take(b"new", moment=then) is Taken.FRESH


def test_making_room_forgets_nothing_that_is_open_to_the_last_second():
    """A challenge is open at the moment it expires, and its place is not given away then."""
    store = MemoryChallengeStore(capacity=1)
    store.put(b"a", expires_at=NOW + LIFETIME, moment=NOW)

    with pytest.raises(ChallengeStoreError, match="1 challenges are open"):
        store.put(b"b", expires_at=NOW + DAY, moment=NOW + LIFETIME)
    assert store.take(b"a", moment=NOW + LIFETIME) is Taken.FRESH


def test_what_made_room_is_unknown_even_to_a_clock_put_back():
    """A forgotten challenge is never fresh again, used or not, whatever the time is said to be."""
    store = MemoryChallengeStore(capacity=2)
    store.put(b"used", expires_at=NOW, moment=NOW)
    store.put(b"unused", expires_at=NOW, moment=NOW)
    store.take(b"used", moment=NOW)
    store.put(b"new", expires_at=NOW + DAY, moment=NOW + LIFETIME)

    assert store.take(b"used", moment=NOW) is Taken.UNKNOWN
    assert store.take(b"unused", moment=NOW) is Taken.UNKNOWN


def test_one_long_lived_challenge_keeps_no_place_of_others():
    """A store may serve parties of different patience: what has expired makes room, old or not."""
    store = MemoryChallengeStore(capacity=2)
    store.put(b"long", expires_at=NOW + DAY, moment=NOW)
    store.put(b"short", expires_at=NOW, moment=NOW)

    store.put(b"new", expires_at=NOW + DAY, moment=NOW + LIFETIME)

    assert store.take(b"long", moment=NOW + LIFETIME) is Taken.FRESH
    assert store.take(b"short", moment=NOW + LIFETIME) is Taken.UNKNOWN


def test_a_late_answer_still_gets_its_reason_while_there_is_room():
    """Within `keep` of its expiry an answered challenge is still known as used."""
    store = MemoryChallengeStore()
    store.put(b"a", expires_at=NOW, moment=NOW)
    store.take(b"a", moment=NOW)

    assert store.take(b"a", moment=NOW + timedelta(hours=1)) is Taken.USED
    assert store.take(b"a", moment=NOW + timedelta(hours=1, seconds=1)) is Taken.UNKNOWN
