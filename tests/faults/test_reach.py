"""Which faults can happen over which ways into a reader, or at an authority."""

import pytest

from cardsim.faults import Way, parse, parse_all, unreachable
from cardsim.faults.reach import ways_of
from cardsim.faults.words import WORDS


@pytest.mark.parametrize(
    ("fault", "ways"),
    [
        ("status 6F00 before verify", {Way.IN_PROCESS, Way.SERVICE, Way.VPCD}),
        ("slow nfc", {Way.IN_PROCESS, Way.SERVICE, Way.VPCD}),
        ("reset cold before verify", {Way.IN_PROCESS, Way.SERVICE}),
        ("fail comm-error before verify", {Way.IN_PROCESS, Way.SERVICE}),
        ("fail sharing-violation before connect", {Way.SERVICE}),
        ("crl stale", {Way.EVIDENCE}),
        ("ocsp 503 at request from 2", {Way.EVIDENCE}),
    ],
)
def test_a_fault_happens_where_somebody_is_there_to_do_it(fault, ways):
    """The card itself, a service that is asked, or an authority."""
    reached = {way for way in Way if unreachable([parse(fault)], {way}) == ()}

    assert reached == ways


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.word)
def test_every_fault_can_happen_somewhere(word):
    """A word for what never happens would be none."""
    assert ways_of(parse(word.example))


def test_one_way_of_several_is_enough():
    """A test may use both: what neither can do is left, in the order it was given."""
    faults = parse_all(["ocsp stale", "fail timeout before connect", "crl 503"])

    assert unreachable(faults, {Way.IN_PROCESS, Way.SERVICE}) == (faults[0], faults[2])


def test_over_no_way_nothing_happens():
    """Whoever has no card in a reader and serves no list."""
    faults = parse_all(["slow nfc", "crl stale"])

    assert unreachable(faults, ()) == faults
