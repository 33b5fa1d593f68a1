"""Which serial numbers lists may name that a CA signed and an index refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.revocation import Refusal, refusals
from jpki.revocation.columns import SHORT_LIMIT
from jpki.revocation.refusals import Doubts
from jpki.verify.crl_unreadable import ListPart, UnreadableList
from jpki.verify.revocation import Evidence
from tests.revocation import lists
from tests.support import pki
from tests.support.bent_files import LIST, peak_of, within_each_other

PLACES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted), max_size=8).map(
    sorted
)
SIZE = 1 << 15


def doubts_about(*places, der):
    """Give the doubts about a file of which these could be signed parts."""
    evidence = Evidence("crl", bytes(32), "unreadable")
    doubts = Doubts((), b"")
    doubts.unreadable = (UnreadableList(evidence, tuple(places_in(der, places))),)
    return doubts


def places_in(der, places):
    return (ListPart(der, *one, (), b"") for one in places)


@given(st.binary(min_size=30, max_size=30), PLACES)
def test_short_serial_numbers_are_those_that_each_part_holds(der, places):
    """However they lie within each other or across: no more and no fewer are told all at once."""
    doubts = doubts_about(*places, der=der)
    windows = {der[at : at + size] for at in range(30) for size in range(1, 6)}
    numbers = {int.from_bytes(one, "big") for one in windows}

    found = doubts.short_serials().tolist()

    assert found == sorted(one for one in numbers if one < SHORT_LIMIT and doubts.may_mention(one))


@pytest.fixture
def expanded(monkeypatch):
    """Note how many octets are expanded to serial numbers at a time."""
    noted = []
    original = refusals._mentioned
    monkeypatch.setattr(
        refusals, "_mentioned", lambda each, size: noted.append(len(each)) or original(each, size)
    )
    return noted


def test_what_is_put_round_the_list_of_a_ca_is_not_expanded_at_every_place(expanded):
    """Whoever hands it on can put what looks like signed parts round each other in front of it."""
    serials = lists.serials_of(SIZE // 4).tobytes()
    der = within_each_other(14, serials, LIST, each=9) + pki.crl(lists.CA, pki.entry(5))
    doubts = Doubts([Refusal(bytes(32), "bent", der, b"")], b"")

    assert peak_of(doubts.short_serials) < 50 * len(der)
    assert 0 < sum(expanded) < 5 * len(der)


def test_small_parts_between_make_no_octet_count_twice(expanded):
    """Each of five sizes needs the octets in front of where it was, too, and no more."""
    doubts = doubts_about([0, 30], [1, 6], [2, 30], [3, 8], [4, 30], der=bytes(30))

    doubts.short_serials()

    assert expanded == [30] * 5
