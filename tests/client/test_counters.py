"""The tries left of every secret on a card, asked for without spending one."""

import pytest

from cardsim.mynumber import in_memory_card
from cardsim.readers.inprocess import connect
from cardsim.world.cards import CardKind
from cardsim.world.odd import odd_card
from jpki.card.client import (
    Channel,
    NotAJpkiCardError,
    TextSession,
    VisualSession,
    WrongPinError,
    read_counters,
)
from jpki.card.layout import Ap, PinKind
from tests.support.cards import adult_image
from tests.support.whole import whole_card

WHOLE = {
    (Ap.JPKI, PinKind.AUTH): 3,
    (Ap.JPKI, PinKind.SIGN): 5,
    (Ap.TEXT, PinKind.TEXT): 3,
    (Ap.TEXT, PinKind.NUMBER_A): 10,
    (Ap.TEXT, PinKind.NUMBER_B): 10,
    (Ap.VISUAL, PinKind.BIRTH_DATE): 10,
    (Ap.VISUAL, PinKind.NUMBER_B): 10,
    (Ap.VISUAL, PinKind.NUMBER_A): 10,
    (Ap.COMMON, PinKind.JUKI): 3,
    (Ap.JUKI, PinKind.JUKI): 3,
    (Ap.LICENCE, PinKind.LICENCE): 10,
}
"""Card reference §5, written down again."""


def counted(channel):
    return {(each.ap, each.secret): each.tries_left for each in read_counters(channel)}


def test_every_secret_of_a_whole_card_is_counted_and_none_is_spent():
    """Asking twice gives the same: the full counters of the card reference."""
    channel = Channel(connect(whole_card()))

    assert [counted(channel), counted(channel)] == [WHOLE, WHOLE]


@pytest.mark.parametrize("session_type", [TextSession, VisualSession])
def test_the_same_number_counts_apart_in_each_application(session_type):
    """照合番号B lies on the card twice; a wrong one costs a try where it was presented."""
    channel = Channel(connect(whole_card()))
    with pytest.raises(WrongPinError):
        session_type(channel).verify(PinKind.NUMBER_B, "0" * 14)

    assert counted(channel) == WHOLE | {(session_type.ap, PinKind.NUMBER_B): 9}


def test_an_application_that_is_not_on_the_card_has_no_row():
    """A card with the JPKI AP alone has its two PINs."""
    channel = Channel(connect(in_memory_card(adult_image())))

    assert {ap for ap, _ in counted(channel)} == {Ap.JPKI}


def test_another_kind_of_card_is_refused():
    """Nothing is counted on a card nobody here knows."""
    with pytest.raises(NotAJpkiCardError):
        counted(Channel(connect(odd_card(CardKind.OTHER))))
