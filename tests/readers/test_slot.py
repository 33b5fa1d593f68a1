"""A slot: card in, card out, power, and who is told."""

import pytest

from cardsim.readers.slot import (
    CardFailedError,
    MuteCardError,
    NoCardError,
    Power,
    Slot,
    SlotOccupiedError,
    UnpoweredCardError,
)
from tests.support.plain_card import ATR, EchoCard


class MuteCard(EchoCard):
    """Does not answer to reset."""

    def power_on(self) -> bytes:
        super().power_on()
        return b""


class BrokenCard(EchoCard):
    """Raises where it should answer."""

    def transmit(self, command: bytes) -> bytes:
        raise RuntimeError("the chip is gone")


def test_inserting_powers_the_card_and_tells_its_atr():
    """A card that is put in is powered at once, since readers tell programs the ATR."""
    slot, card = Slot("S"), EchoCard()

    slot.insert(card)

    assert card.diary == ["power on"]
    assert (slot.state.power, slot.state.atr) == (Power.ON, ATR)


def test_a_slot_takes_one_card():
    """A second card is refused and hears nothing."""
    slot, second = Slot("S"), EchoCard()
    slot.insert(EchoCard())

    with pytest.raises(SlotOccupiedError):
        slot.insert(second)

    assert second.diary == []


def test_ejecting_takes_the_power_and_gives_the_card_back():
    """The card that comes out is the one that went in, without power."""
    slot, card = Slot("S"), EchoCard()
    slot.insert(card)

    ejected = slot.eject()

    assert ejected is card
    assert card.diary == ["power on", "power off"]
    assert not slot.state.present


def test_ejecting_from_an_empty_slot_gives_none():
    """There is nothing to eject, which is no error."""
    slot = Slot("S")

    ejected = slot.eject()

    assert ejected is None
    assert slot.state.events == 0


def test_a_cold_reset_takes_the_power_and_a_warm_reset_does_not():
    """The two resets differ in what the card feels (ISO/IEC 7816-3 clause 6)."""
    slot, card = Slot("S"), EchoCard()
    slot.insert(card)

    slot.warm_reset()
    slot.cold_reset()

    assert card.diary == ["power on", "warm reset", "power off", "power on"]


def test_a_warm_reset_without_power_is_a_cold_one():
    """A card without power cannot be reset warm: it is powered."""
    slot, card = Slot("S"), EchoCard()
    slot.insert(card)
    slot.power_off()

    slot.warm_reset()

    assert card.diary == ["power on", "power off", "power on"]


def test_power_is_taken_away_once():
    """A card that has no power does not lose it again."""
    slot, card = Slot("S"), EchoCard()
    slot.insert(card)

    slot.power_off()
    slot.power_off()

    assert card.diary == ["power on", "power off"]
    assert slot.state.atr == ATR


def test_events_and_resets_are_counted():
    """Whoever looks later can tell that something happened in between."""
    slot = Slot("S")
    slot.insert(EchoCard())
    slot.warm_reset()
    slot.eject()

    slot.insert(EchoCard())

    assert (slot.state.events, slot.state.insertion, slot.state.resets) == (3, 2, 1)


def test_a_mute_card_is_in_the_slot_without_an_atr():
    """A card that does not answer to reset is there all the same."""
    slot = Slot("S")

    slot.insert(MuteCard())

    assert (slot.state.power, slot.state.atr, slot.state.present) == (Power.MUTE, b"", True)


def test_a_reset_a_card_does_not_answer_is_an_error():
    """Resetting a mute card fails, and the slot says so afterwards."""
    slot = Slot("S")
    slot.insert(MuteCard())

    with pytest.raises(MuteCardError):
        slot.cold_reset()

    assert slot.state.power is Power.MUTE


@pytest.mark.parametrize("operation", [Slot.power_off, Slot.cold_reset, Slot.warm_reset])
def test_an_empty_slot_has_nothing_to_power(operation):
    """Power is for a card."""
    slot = Slot("S")

    with pytest.raises(NoCardError):
        operation(slot)


def test_a_command_for_an_empty_slot_is_an_error():
    """There is nobody to answer."""
    slot = Slot("S")

    with pytest.raises(NoCardError):
        slot.transmit(b"\x00\xa4\x04\x0c")


def test_a_command_for_a_card_without_power_is_an_error():
    """A card without power hears nothing."""
    slot, card = Slot("S"), EchoCard()
    slot.insert(card)
    slot.power_off()

    with pytest.raises(UnpoweredCardError):
        slot.transmit(b"\x00\xa4\x04\x0c")

    assert card.diary == ["power on", "power off"]


def test_a_command_meant_for_the_card_before_does_not_reach_the_next():
    """Whoever names the card by its insertion is protected from talking to another one."""
    slot, second = Slot("S"), EchoCard()
    slot.insert(EchoCard())
    meant = slot.state.insertion
    slot.eject()
    slot.insert(second)

    with pytest.raises(NoCardError):
        slot.transmit(b"\x00\xa4\x04\x0c", insertion=meant)

    assert second.diary == ["power on"]


def test_what_a_card_raises_is_the_cause_of_a_slot_error():
    """A card that breaks down is no reason for the reader to break down."""
    slot = Slot("S")
    slot.insert(BrokenCard())

    with pytest.raises(CardFailedError) as failure:
        slot.transmit(b"\x00\xa4\x04\x0c")

    assert isinstance(failure.value.__cause__, RuntimeError)


def test_a_card_that_fails_at_power_on_is_not_taken():
    """The slot stays free for another one."""
    slot, broken = Slot("S"), EchoCard()
    broken.power_on = lambda: broken.transmit(None)

    with pytest.raises(CardFailedError):
        slot.insert(broken)

    assert not slot.state.present
    slot.insert(EchoCard())


def test_a_listener_sees_the_new_state_of_each_change():
    """Listeners are told after the fact, and find it in the state."""
    slot, seen = Slot("S"), []
    slot.subscribe(lambda: seen.append(slot.state.power))

    slot.insert(EchoCard())
    slot.power_off()
    slot.cold_reset()
    slot.eject()

    assert seen == [Power.ON, Power.OFF, Power.ON, Power.ABSENT]


def test_a_listener_that_unsubscribed_is_not_told():
    """Ending a subscription works, and works twice."""
    slot, seen = Slot("S"), []
    unsubscribe = slot.subscribe(lambda: seen.append(slot.state))

    unsubscribe()
    unsubscribe()
    slot.insert(EchoCard())

    assert seen == []
