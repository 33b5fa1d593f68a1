"""Who may have a reader, and what is left of the card when somebody lets go of it."""

import pytest

from cardsim.readers.pcsc.codes import Disposition, Protocols, ReturnCode, Share
from cardsim.readers.slot import Power
from tests.support.pcsc import ANY, Desk, desk_with_card
from tests.support.plain_card import ATR, EchoCard

OK = ReturnCode.SUCCESS


class MuteCard(EchoCard):
    """Does not answer to reset."""

    def power_on(self) -> bytes:
        super().power_on()
        return b""


def test_programs_share_a_card():
    """Two shared connections both talk to it."""
    desk, _, _ = desk_with_card()
    one, two = desk.program(), desk.program()

    first, second = one.card(), two.card()

    assert one.transmit(first, b"\x00\xa4\x00\x01") is OK
    assert two.transmit(second, b"\x00\xa4\x00\x02") is OK
    assert two.data == b"\x00\xa4\x00\x02\x90\x00"


@pytest.mark.parametrize("share", [Share.SHARED, Share.EXCLUSIVE, Share.DIRECT])
def test_an_exclusive_connection_keeps_others_out(share):
    """Any other connection is a sharing violation until it ends."""
    desk, _, _ = desk_with_card()
    one, two = desk.program(), desk.program()
    card = one.card(share=Share.EXCLUSIVE)

    refused = two.connect(share=share)

    assert refused.rv == ReturnCode.SHARING_VIOLATION
    assert one.disconnect(card) is OK
    assert two.connect(share=share).rv == OK


@pytest.mark.parametrize("share", [Share.SHARED, Share.DIRECT])
def test_a_shared_reader_cannot_be_had_exclusively(share):
    """Not before the others are gone."""
    desk, _, _ = desk_with_card()
    one, two = desk.program(), desk.program()
    card = one.card(share=share)

    refused = two.connect(share=Share.EXCLUSIVE)

    assert refused.rv == ReturnCode.SHARING_VIOLATION
    one.disconnect(card)
    assert two.connect(share=Share.EXCLUSIVE).rv == OK


def test_the_number_of_programs_is_published():
    """0 for none, so many for shared ones, -1 for an exclusive one."""
    desk, _, _ = desk_with_card()
    one, two = desk.program(), desk.program()
    nobody = one.state().sharing
    first, second = one.card(), two.card()
    both = one.state().sharing
    one.disconnect(first)
    two.disconnect(second)

    one.card(share=Share.EXCLUSIVE)

    assert (nobody, both, one.state().sharing) == (0, 2, -1)


def test_the_only_program_may_become_exclusive_and_shared_again():
    """SCardReconnect changes the mode."""
    desk, _, _ = desk_with_card()
    one, two = desk.program(), desk.program()
    card = one.card()

    assert one.reconnect(card, share=Share.EXCLUSIVE) is OK
    assert two.connect().rv == ReturnCode.SHARING_VIOLATION
    assert one.reconnect(card, share=Share.SHARED) is OK
    assert two.connect().rv == OK


def test_one_of_two_programs_cannot_become_exclusive():
    """And the card is not reset for the attempt."""
    desk, _, card = desk_with_card()
    one, two = desk.program(), desk.program()
    first, second = one.card(), two.card()

    refused = one.reconnect(first, Disposition.RESET, share=Share.EXCLUSIVE)

    assert refused is ReturnCode.SHARING_VIOLATION
    assert two.status(second) is OK
    assert "warm reset" not in card.diary


def test_a_reader_can_be_had_without_a_card():
    """SCARD_SHARE_DIRECT needs neither card nor protocol."""
    desk = Desk()
    desk.reader()

    answer = desk.program().connect(share=Share.DIRECT, preferred=0)

    assert (answer.rv, answer.active) == (OK, 0)


@pytest.mark.parametrize("share", [Share.SHARED, Share.EXCLUSIVE])
def test_without_a_card_there_is_nothing_to_connect_to(share):
    """SCARD_E_NO_SMARTCARD."""
    desk = Desk()
    desk.reader()

    answer = desk.program().connect(share=share)

    assert answer.rv == ReturnCode.NO_SMARTCARD


def test_a_share_mode_that_does_not_exist_is_refused():
    """SCARD_E_INVALID_VALUE."""
    desk, _, _ = desk_with_card()
    program = desk.program()
    card = program.card()

    assert program.connect(share=4).rv == ReturnCode.INVALID_VALUE
    assert program.reconnect(card, share=0) is ReturnCode.INVALID_VALUE


# --- protocols

T0_ONLY = bytes.fromhex("3B021450")
T1_ONLY = ATR
BOTH = bytes.fromhex("3B808001 01")
# TA2 = 01 in its second group: T=1 and no choice, although TD1 offers T=0 first.
SPECIFIC_T1 = bytes.fromhex("3B80 90 01 01 10")


@pytest.mark.parametrize(
    ("atr", "preferred", "active"),
    [
        (T1_ONLY, ANY, Protocols.T1),
        (T1_ONLY, Protocols.T1, Protocols.T1),
        (T0_ONLY, ANY, Protocols.T0),
        (BOTH, ANY, Protocols.T1),
        (BOTH, Protocols.T0, Protocols.T0),
        (BOTH, Protocols.ANY_OLD, Protocols.T1),
        (SPECIFIC_T1, ANY, Protocols.T1),
        (b"\x3b", ANY, Protocols.T0),
        (T1_ONLY, Protocols.RAW, Protocols.RAW),
    ],
)
def test_the_protocol_is_one_the_card_offers_and_the_program_wants(atr, preferred, active):
    """T=1 is tried first, as pcsc-lite does; RAW is whatever the program makes of it."""
    desk, _, _ = desk_with_atr(atr)
    program = desk.program()

    answer = program.connect(preferred=preferred)

    assert (answer.rv, answer.active) == (OK, active)
    assert program.state().protocol == active


@pytest.mark.parametrize(
    ("atr", "preferred"),
    [
        (SPECIFIC_T1, Protocols.T0),
        (T1_ONLY, Protocols.T0),
        (T0_ONLY, Protocols.T1),
        (T1_ONLY, 0),
        (T1_ONLY, Protocols.T15),
    ],
)
def test_a_protocol_the_card_does_not_offer_is_a_mismatch(atr, preferred):
    """SCARD_E_PROTO_MISMATCH, and no handle."""
    desk, _, _ = desk_with_atr(atr)
    program = desk.program()

    answer = program.connect(preferred=preferred)

    assert (answer.rv, answer.card) == (ReturnCode.PROTO_MISMATCH, 0)
    assert program.state().sharing == 0


def test_the_protocol_in_use_is_for_everybody():
    """A second program must take what was agreed with the card, until it is reset."""
    desk, _, _ = desk_with_atr(BOTH)
    one, two = desk.program(), desk.program()
    card = one.card(preferred=Protocols.T0)

    assert two.connect(preferred=Protocols.T1).rv == ReturnCode.PROTO_MISMATCH
    assert two.connect(preferred=ANY).active == Protocols.T0
    assert one.reconnect(card, Disposition.RESET, preferred=Protocols.T1) is OK
    assert one.state().protocol == Protocols.T1


def test_raw_stands_in_nobodys_way():
    """It can be had beside the protocol in use, and another can be agreed on after it."""
    desk, _, _ = desk_with_card()
    one, two, three = desk.program(), desk.program(), desk.program()
    first = one.card(preferred=Protocols.RAW)
    second = two.connect()
    third = three.connect(preferred=Protocols.RAW)

    assert (second.active, third.active) == (Protocols.T1, Protocols.RAW)
    assert one.transmit(first, protocol=Protocols.RAW) is OK
    assert two.transmit(second.card) is OK


@pytest.mark.parametrize("protocol", [Protocols.T0, 0, 64])
def test_a_command_must_name_the_protocol_in_use(protocol):
    """SCARD_E_PROTO_MISMATCH; the card hears nothing."""
    desk, _, card = desk_with_card()
    program = desk.program()
    handle = program.card()

    refused = program.transmit(handle, protocol=protocol)

    assert refused is ReturnCode.PROTO_MISMATCH
    assert card.diary == ["power on"]


@pytest.mark.parametrize("protocol", [Protocols.T1, Protocols.RAW, Protocols.ANY_OLD])
def test_a_command_may_leave_the_protocol_to_the_reader(protocol):
    """RAW and the old ANY pass, as with pcsc-lite."""
    desk, _, _ = desk_with_card()
    program = desk.program()
    handle = program.card()

    assert program.transmit(handle, protocol=protocol) is OK


# --- dispositions


@pytest.mark.parametrize(
    ("how", "felt"),
    [
        (Disposition.LEAVE, []),
        (Disposition.RESET, ["warm reset"]),
        (Disposition.UNPOWER, ["power off"]),
        (Disposition.EJECT, ["power off"]),
    ],
)
def test_disconnecting_does_to_the_card_what_it_says(how, felt):
    """Leave, reset warm, take the power, push out."""
    desk, slot, card = desk_with_card()
    program = desk.program()
    handle = program.card()
    card.diary.clear()

    assert program.disconnect(handle, how) is OK

    assert card.diary == felt
    assert slot.state.present == (how is not Disposition.EJECT)


@pytest.mark.parametrize(
    ("how", "event"),
    [
        (Disposition.LEAVE, OK),
        (Disposition.RESET, ReturnCode.RESET_CARD),
        (Disposition.UNPOWER, ReturnCode.RESET_CARD),
        (Disposition.EJECT, ReturnCode.REMOVED_CARD),
    ],
)
@pytest.mark.parametrize("ask", ["status", "transmit", "begin"])
def test_other_programs_learn_what_became_of_the_card(how, event, ask):
    """Whatever they ask next is answered with it."""
    desk, _, _ = desk_with_card()
    one, two = desk.program(), desk.program()
    first, second = one.card(), two.card()

    one.disconnect(first, how)

    assert getattr(two, ask)(second) is event


@pytest.mark.parametrize("how", [Disposition.RESET, Disposition.UNPOWER])
def test_a_program_goes_on_after_a_reset_when_it_has_reconnected(how):
    """The event stays until SCardReconnect, and is gone after it."""
    desk, slot, _ = desk_with_card()
    one, two = desk.program(), desk.program()
    first, second = one.card(), two.card()
    one.disconnect(first, how)

    assert two.status(second) is ReturnCode.RESET_CARD
    assert two.status(second) is ReturnCode.RESET_CARD
    assert two.reconnect(second) is OK
    assert two.transmit(second) is OK
    assert slot.state.power is Power.ON


@pytest.mark.parametrize(
    ("how", "felt"),
    [
        (Disposition.LEAVE, []),
        (Disposition.RESET, ["warm reset"]),
        (Disposition.UNPOWER, ["power off", "power on"]),
    ],
)
def test_reconnecting_does_to_the_card_what_it_says(how, felt):
    """Leave, warm reset, cold reset; others learn of a reset, the program itself does not."""
    desk, _, card = desk_with_card()
    one, two = desk.program(), desk.program()
    first, second = one.card(), two.card()
    card.diary.clear()

    assert one.reconnect(first, how) is OK

    assert card.diary == felt
    assert one.status(first) is OK
    assert two.status(second) is (ReturnCode.RESET_CARD if felt else OK)


def test_reconnecting_cannot_eject():
    """SCARD_E_INVALID_VALUE."""
    desk, slot, _ = desk_with_card()
    program = desk.program()
    card = program.card()

    refused = program.reconnect(card, Disposition.EJECT)

    assert refused is ReturnCode.INVALID_VALUE
    assert slot.state.present


@pytest.mark.parametrize("how", [4, 0xFFFFFFFF])
def test_a_disposition_that_does_not_exist_is_refused(how):
    """SCARD_E_INVALID_VALUE, and the handle lives on."""
    desk, _, _ = desk_with_card()
    program = desk.program()
    card = program.card()

    assert program.disconnect(card, how) is ReturnCode.INVALID_VALUE
    assert program.reconnect(card, how) is ReturnCode.INVALID_VALUE
    assert program.end(card, how) is ReturnCode.INVALID_VALUE
    assert program.status(card) is OK


def test_a_card_without_power_gets_it_when_somebody_connects():
    """A cold reset, so nothing is left of the session before."""
    desk, _, card = desk_with_card()
    program = desk.program()
    program.disconnect(program.card(), Disposition.UNPOWER)

    handle = program.card()

    assert card.diary == ["power on", "power off", "power on"]
    assert program.transmit(handle) is OK


def test_leaving_a_card_keeps_its_session():
    """SCARD_LEAVE_CARD: the next program finds the card as it was (card reference section 7)."""
    desk, _, card = desk_with_card()
    one, two = desk.program(), desk.program()
    one.disconnect(one.card(), Disposition.LEAVE)

    two.card()

    assert card.diary == ["power on"]


def test_a_card_nobody_uses_loses_its_power_after_a_while():
    """As with pcscd; programs do not notice, the next one finds a fresh card."""
    desk, slot, card = desk_with_card(idle_seconds=5.0)
    program = desk.program()
    handle = program.card()
    desk.advance(60)
    in_use = slot.state.power
    program.disconnect(handle)
    desk.advance(4.9)
    just_left = slot.state.power

    desk.advance(0.2)

    assert (in_use, just_left, slot.state.power) == (Power.ON, Power.ON, Power.OFF)
    assert program.state().atr == ATR
    assert program.transmit(program.card()) is OK
    assert card.diary[:3] == ["power on", "power off", "power on"]


def test_a_card_powered_for_a_connection_that_failed_loses_its_power():
    """It was powered to find out that the protocols do not match."""
    desk, slot, _ = desk_with_card(idle_seconds=5.0)
    desk.advance(5)
    refused = desk.program().connect(preferred=Protocols.T0)
    powered = slot.state.power

    desk.advance(5)

    assert refused.rv == ReturnCode.PROTO_MISMATCH
    assert (powered, slot.state.power) == (Power.ON, Power.OFF)


def test_an_inserted_card_nobody_wants_loses_its_power():
    """It was powered only to learn its ATR."""
    desk, slot, _ = desk_with_card(idle_seconds=5.0)

    desk.advance(5)

    assert slot.state.power is Power.OFF


def test_a_mute_card_cannot_be_connected_to():
    """pcsc-lite says SCARD_W_UNPOWERED_CARD, after trying once more."""
    desk, _, card = desk_with(MuteCard())
    program = desk.program()

    answer = program.connect()

    assert answer.rv == ReturnCode.UNPOWERED_CARD
    assert card.diary.count("power on") == 2


@pytest.mark.parametrize(
    "how", [Disposition.LEAVE, Disposition.RESET, Disposition.UNPOWER], ids=lambda how: how.name
)
def test_a_mute_card_cannot_be_reconnected_to(how):
    """SCARD_W_UNRESPONSIVE_CARD, for a program that has the reader without the card."""
    desk, _, _ = desk_with(MuteCard())
    program = desk.program()
    card = program.card(share=Share.DIRECT)

    assert program.reconnect(card, how) is ReturnCode.UNRESPONSIVE_CARD


def desk_with(card):
    desk = Desk()
    return desk, desk.reader(card=card), card


def desk_with_atr(atr):
    card = EchoCard()
    card.power_on = lambda: atr
    card.warm_reset = lambda: atr
    return desk_with(card)
