"""Drawing lots: the same seed and question give the same answer."""

from datetime import date

import pytest

from cardsim.world.draw import Draw


def test_answers_are_frozen():
    """These answers may never change: worlds of other versions must come out the same."""
    draw = Draw(1)

    assert draw.octets("a label", 8).hex() == "70011874cc8b447d"
    assert draw.integer("a number", 1, 1000) == 573
    assert draw.digits("digits", 11) == "44102445390"
    assert draw.day("a day", date(2000, 1, 1), date(2009, 12, 31)) == date(2001, 9, 9)
    assert draw.one_of("a choice", "abcdef") == "d"


def test_another_label_gives_another_answer():
    """Each question is drawn for itself."""
    draw = Draw(1)

    assert draw.octets("a", 16) != draw.octets("b", 16)


def test_another_seed_gives_another_answer():
    """The seed decides everything."""
    assert Draw(1).octets("a", 16) != Draw(2).octets("a", 16)


@pytest.mark.parametrize("length", [0, 1, 31, 32, 33, 100])
def test_octets_have_the_length_asked_for(length):
    """Within one block of the hash and beyond it."""
    assert len(Draw(1).octets("a", length)) == length


def test_a_longer_answer_begins_with_the_shorter():
    """More octets of one label are a continuation, not another draw."""
    draw = Draw(1)

    assert draw.octets("a", 40)[:8] == draw.octets("a", 8)


def test_numbers_reach_both_ends_and_nothing_beyond():
    """Both bounds are included."""
    seen = {Draw(seed).integer("die", 1, 6) for seed in range(200)}

    assert seen == {1, 2, 3, 4, 5, 6}


def test_days_reach_both_ends_and_nothing_beyond():
    """The first and the last day are included."""
    seen = {Draw(seed).day("day", date(2024, 2, 28), date(2024, 3, 1)) for seed in range(100)}

    assert seen == {date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)}


def test_stream_never_repeats_itself_and_comes_again():
    """Every call gives other octets; a second stream of the label gives the same ones."""
    one, other = Draw(1).stream("s"), Draw(1).stream("s")

    first, second = one(16), one(16)

    assert first != second
    assert (other(16), other(16)) == (first, second)
