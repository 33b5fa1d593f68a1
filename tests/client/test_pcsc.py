"""PC/SC readers: the right reader is chosen, and every failure says what to do."""

import sys

import pytest
from smartcard import scard

from jpki.card import pcsc
from jpki.card.connection import ConnectionLostError
from jpki.card.pcsc import (
    AmbiguousReaderError,
    CardRemovedError,
    CardResetError,
    NoCardError,
    NoReaderError,
    PcscContext,
    PcscMissingError,
    ReaderInfo,
    SharingViolationError,
    TransmitError,
    choose_reader,
)

ATR = bytes.fromhex("3BE000FF8131FE4514")


def reader(index, name, *, card=False):
    return ReaderInfo(index=index, name=name, card_present=card, atr=ATR if card else b"")


class FakeScard:
    """The calls of PC/SC with answers set by a test; constants are pyscard's own."""

    def __init__(self, **results):
        self.results = results
        self.calls = []

    def __getattr__(self, name):
        if not name.startswith("SCard") or name == "SCardGetErrorMessage":
            return getattr(scard, name)
        return lambda *arguments: self._call(name, arguments)

    def _call(self, name, arguments):
        self.calls.append((name, arguments))
        ok = scard.SCARD_S_SUCCESS
        defaults = {
            "SCardEstablishContext": (ok, 1),
            "SCardListReaders": (ok, ["Reader A"]),
            "SCardGetStatusChange": (
                ok,
                [("Reader A", scard.SCARD_STATE_PRESENT, list(ATR))],
            ),
            "SCardConnect": (ok, 2, scard.SCARD_PROTOCOL_T1),
            "SCardStatus": (ok, "Reader A", 0, scard.SCARD_PROTOCOL_T1, list(ATR)),
            "SCardTransmit": (ok, [0x90, 0x00]),
            "SCardBeginTransaction": ok,
            "SCardEndTransaction": ok,
            "SCardDisconnect": ok,
            "SCardReconnect": (ok, scard.SCARD_PROTOCOL_T1),
            "SCardReleaseContext": ok,
        }
        return self.results.get(name, defaults[name])

    def names(self):
        return [name for name, _ in self.calls]


@pytest.fixture
def service(monkeypatch):
    """Put a fake PC/SC in the place of pyscard's; the test sets what calls give."""

    def install(**results):
        fake = FakeScard(**results)
        monkeypatch.setattr(pcsc, "_load", lambda: fake)
        return fake

    return install


def test_the_only_reader_with_a_card_is_chosen():
    """Without a name, an empty reader is no rival."""
    readers = [reader(0, "A"), reader(1, "B", card=True)]

    assert choose_reader(readers, None).name == "B"


def test_two_readers_with_cards_are_not_chosen_between():
    """Choosing one at random could spend a try of the wrong card."""
    readers = [reader(0, "A", card=True), reader(1, "B", card=True)]

    with pytest.raises(AmbiguousReaderError, match="0: A, 1: B"):
        choose_reader(readers, None)


@pytest.mark.parametrize(
    ("selector", "name"),
    [
        pytest.param("ACS ACR39U 00 00", "ACS ACR39U 00 00", id="exact"),
        pytest.param("acr39", "ACS ACR39U 00 00", id="part"),
        pytest.param("1", "Virtual 00 00", id="index"),
    ],
)
def test_reader_is_named_exactly_by_part_or_by_index(selector, name):
    """A whole name, a part in any case that fits one, or the number from the list."""
    readers = [reader(0, "ACS ACR39U 00 00"), reader(1, "Virtual 00 00")]

    assert choose_reader(readers, selector).name == name


def test_exact_name_wins_over_parts():
    """A reader whose name is a part of another's can still be named."""
    readers = [reader(0, "Virtual 00 00 extra"), reader(1, "Virtual 00 00")]

    assert choose_reader(readers, "Virtual 00 00").index == 1


def test_part_that_fits_several_names_is_ambiguous():
    """The error lists the readers that fit."""
    readers = [reader(0, "Virtual 00 00"), reader(1, "Virtual 00 01")]

    with pytest.raises(AmbiguousReaderError, match="Virtual 00 01"):
        choose_reader(readers, "virtual")


@pytest.mark.parametrize("selector", ["nothing like it", "7"])
def test_unknown_reader_is_told_with_those_there_are(selector):
    """A name or index that fits nothing lists what is there."""
    with pytest.raises(NoReaderError, match="0: A"):
        choose_reader([reader(0, "A")], selector)


def test_no_reader_at_all_says_what_to_do():
    """An empty list of readers names the two ways to get one."""
    with pytest.raises(NoReaderError, match="jpki card serve"):
        choose_reader([], None)


def test_missing_service_names_pcscd_and_the_socket_variable(service):
    """No service: start pcscd or set PCSCLITE_CSOCK_NAME."""
    service(SCardEstablishContext=(scard.SCARD_E_NO_SERVICE, 0))

    with pytest.raises(NoReaderError, match=r"pcscd.*PCSCLITE_CSOCK_NAME"):
        PcscContext()


def test_missing_pyscard_says_how_to_install_it(monkeypatch):
    """The dependency is an extra, and its absence says which."""
    monkeypatch.setitem(sys.modules, "smartcard", None)

    with pytest.raises(PcscMissingError, match=r"pip install 'jpki-emu\[pcsc\]'"):
        PcscContext()


def test_no_readers_is_an_empty_list(service):
    """PC/SC's error for no readers is not an error of listing them."""
    service(SCardListReaders=(scard.SCARD_E_NO_READERS_AVAILABLE, []))

    assert PcscContext().readers() == []


def test_empty_reader_has_no_card_to_connect_to(service):
    """Connecting to an empty reader says so, without asking PC/SC."""
    fake = service(
        SCardGetStatusChange=(0, [("Reader A", scard.SCARD_STATE_EMPTY, [])]),
    )

    with pytest.raises(NoCardError, match="Reader A"):
        PcscContext().connect()
    assert "SCardConnect" not in fake.names()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (scard.SCARD_E_SHARING_VIOLATION, SharingViolationError),
        (scard.SCARD_W_REMOVED_CARD, NoCardError),
        (scard.SCARD_E_NO_SMARTCARD, NoCardError),
        (scard.SCARD_W_UNRESPONSIVE_CARD, NoCardError),
        (scard.SCARD_E_UNKNOWN_READER, NoReaderError),
        (scard.SCARD_E_PROTO_MISMATCH, pcsc.ReaderError),
    ],
)
def test_failure_to_connect_is_typed(service, code, kind):
    """Each return code of SCardConnect becomes its error, with the code kept."""
    service(SCardConnect=(code, 0, 0))

    with pytest.raises(kind) as caught:
        PcscContext().connect()

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("exclusive", "share"),
    [(False, scard.SCARD_SHARE_SHARED), (True, scard.SCARD_SHARE_EXCLUSIVE)],
)
def test_card_is_shared_unless_asked_otherwise(service, exclusive, share):
    """The share mode is the caller's choice, shared by default."""
    fake = service()

    PcscContext().connect(exclusive=exclusive)

    connect = next(arguments for name, arguments in fake.calls if name == "SCardConnect")
    assert connect[2] == share


def test_command_and_answer_are_bytes(service):
    """The calls take lists of numbers; this side speaks bytes."""
    fake = service(SCardTransmit=(0, [0xAA, 0x90, 0x00]))
    connection = PcscContext().connect()

    answer = connection.transmit(b"\x00\x84\x00\x00\x01")

    assert answer == b"\xaa\x90\x00"
    assert fake.calls[-1][1] == (2, scard.SCARD_PCI_T1, [0x00, 0x84, 0x00, 0x00, 0x01])
    assert connection.atr == ATR


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (scard.SCARD_W_REMOVED_CARD, CardRemovedError),
        (scard.SCARD_E_NO_SMARTCARD, CardRemovedError),
        (scard.SCARD_E_READER_UNAVAILABLE, CardRemovedError),
        (scard.SCARD_W_RESET_CARD, CardResetError),
        (scard.SCARD_F_COMM_ERROR, TransmitError),
    ],
)
def test_lost_answer_is_typed_and_a_lost_connection(service, code, kind):
    """Whatever the cause, the sessions see that the connection was lost."""
    service(SCardTransmit=(code, []))
    connection = PcscContext().connect()

    with pytest.raises(kind) as caught:
        connection.transmit(b"\x00\x84\x00\x00\x01")

    assert isinstance(caught.value, ConnectionLostError)


def test_closing_leaves_the_card_as_it_is_unless_asked(service):
    """Other programs may still use the card; `unpower` makes it forget PINs."""
    fake = service()

    PcscContext().connect().close()
    PcscContext().connect().close(unpower=True)

    ends = [arguments[1] for name, arguments in fake.calls if name == "SCardDisconnect"]
    assert ends == [scard.SCARD_LEAVE_CARD, scard.SCARD_UNPOWER_CARD]


def test_closed_connection_transmits_nothing(service):
    """After close, a command is refused here; a second close does nothing."""
    fake = service()
    connection = PcscContext().connect()
    connection.close()
    connection.close()

    with pytest.raises(TransmitError, match="closed"):
        connection.transmit(b"\x00\x84\x00\x00\x01")
    assert fake.names().count("SCardDisconnect") == 1
    assert "SCardTransmit" not in fake.names()


def test_transaction_ends_when_its_block_fails(service):
    """Other programs get the card back whatever happened inside."""
    fake = service()
    connection = PcscContext().connect()

    with pytest.raises(KeyError), connection.transaction():
        raise KeyError

    assert fake.names()[-2:] == ["SCardBeginTransaction", "SCardEndTransaction"]


def test_reconnecting_gives_the_reset_card_back(service):
    """After another program's reset the connection can go on, with the ATR read anew."""
    fake = service()
    connection = PcscContext().connect()

    connection.reconnect()

    assert fake.names()[-2:] == ["SCardReconnect", "SCardStatus"]


def test_waiting_ends_at_once_when_a_card_is_there(service):
    """A card that is in a reader already is the one waited for."""
    service()

    assert PcscContext().wait_for_card(timeout=0).name == "Reader A"


def test_waiting_in_vain_says_how_long(service):
    """When the time is over without a card, the error says so."""
    service(SCardGetStatusChange=(0, [("Reader A", scard.SCARD_STATE_EMPTY, [])]))

    with pytest.raises(NoCardError, match="0 seconds"):
        PcscContext().wait_for_card(timeout=0)


def test_context_is_released_once(service):
    """Leaving the context releases it; closing again does nothing."""
    fake = service()

    with PcscContext() as context:
        context.close()

    assert fake.names().count("SCardReleaseContext") == 1


def test_loading_gives_the_plain_calls():
    """The module of plain calls is what is used, not its connection classes."""
    assert pcsc._load() is scard
