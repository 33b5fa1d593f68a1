"""The messages of pcsc-lite's client protocol as data, for 4:4, 4:5 and 4:6.

Not here: cutting a stream into messages (`framing`), what a message does (`server`).
Source: pcsc-lite `src/winscard_msg.h`: version 1.9.9 for 4:4 and 2.3.3 for 4:5, which differ in
one command; `READER_STATE` is in `src/eventhandler.h`. 4:6 was read off the client of 2.5.3 (what
it sends and how many bytes it reads). Structures travel as they lie in memory: native byte order,
members at their natural alignment; only `READER_STATE` has a gap, after the ATR.
Called by `framing` to read requests and by `server` and `readers` to write answers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct
from typing import NamedTuple

from cardsim.readers.pcsc.codes import (
    CLASSIC_READERS,
    MAX_APDU,
    MAX_ATR,
    MAX_ATTRIBUTE,
    MAX_READER_NAME,
    Command,
)

MAJOR = 4
OLDEST_MINOR, NEWEST_MINOR = 4, 6
"""The versions spoken. 4:4 is pcsc-lite 1.8.24 to 2.2.3, 4:5 is 2.3 and 2.4, 4:6 since 2.5."""

HEADER = Struct("=II")
"""`struct rxHeader`: bytes of the body that follows, command. Only requests have one."""


class Version(NamedTuple):
    """`struct version_struct`: the version of whoever sends it."""

    major: int
    minor: int
    rv: int


class Establish(NamedTuple):
    """`struct establish_struct`."""

    scope: int
    context: int
    rv: int


class Release(NamedTuple):
    """`struct release_struct`."""

    context: int
    rv: int


class Connect(NamedTuple):
    """`struct connect_struct`; the reader's name is padded with NUL to 128 bytes."""

    context: int
    reader: bytes
    share: int
    preferred: int
    card: int
    active: int
    rv: int


class Reconnect(NamedTuple):
    """`struct reconnect_struct`."""

    card: int
    share: int
    preferred: int
    initialization: int
    active: int
    rv: int


class Disconnect(NamedTuple):
    """`struct disconnect_struct`, and `struct end_struct`, which is the same."""

    card: int
    disposition: int
    rv: int


class CardOnly(NamedTuple):
    """`struct begin_struct` and `struct status_struct`."""

    card: int
    rv: int


class Transmit(NamedTuple):
    """`struct transmit_struct`; the command (or, on success, the answer) follows it."""

    card: int
    send_protocol: int
    send_pci_length: int
    send_length: int
    receive_protocol: int
    receive_pci_length: int
    receive_length: int
    rv: int


class Control(NamedTuple):
    """`struct control_struct`; the data sent (or, on success, received) follow it."""

    card: int
    code: int
    send_length: int
    receive_length: int
    returned: int
    rv: int


class Cancel(NamedTuple):
    """`struct cancel_struct`."""

    context: int
    rv: int


class Attribute(NamedTuple):
    """`struct getset_struct`; `value` has always 264 bytes, of which `length` count."""

    card: int
    attribute: int
    value: bytes
    length: int
    rv: int


class Nothing(NamedTuple):
    """A request of a header only."""


class StateChange(NamedTuple):
    """`struct wait_reader_state_change`: something changed, or waiting is over."""

    timeout: int
    rv: int


class ReaderState(NamedTuple):
    """`READER_STATE`: what is published of one reader; all zero when the place is free."""

    name: bytes
    events: int
    state: int
    sharing: int
    atr: bytes
    atr_length: int
    protocol: int


Body = (
    Version
    | Establish
    | Release
    | Connect
    | Reconnect
    | Disconnect
    | CardOnly
    | Transmit
    | Control
    | Cancel
    | Attribute
    | Nothing
)

VERSION = Struct("=iiI")
ESTABLISH = Struct("=III")
RELEASE = Struct("=II")
CONNECT = Struct(f"=I{MAX_READER_NAME}sIIiII")
RECONNECT = Struct("=iIIIII")
DISCONNECT = Struct("=iII")
CARD_ONLY = Struct("=iI")
TRANSMIT = Struct("=iIIIIIII")
CONTROL = Struct("=iIIIII")
CANCEL = Struct("=iI")
ATTRIBUTE = Struct(f"=iI{MAX_ATTRIBUTE}sII")
NOTHING = Struct("=")
STATE_CHANGE = Struct("=II")
READER_EVENTS = Struct("=II")
READER_COUNT = Struct("=i")
"""The answer to GET_READERS_STATE_SIZE: places in the array that GET_READERS_STATE_ARRAY gives."""
READER_STATE = Struct(f"={MAX_READER_NAME}sIIi{MAX_ATR}s3xII")

FREE_PLACE = bytes(READER_STATE.size)
CLASSIC_STATES_SIZE = CLASSIC_READERS * READER_STATE.size
"""Bytes of the array clients below 4:6 read, whatever the number of readers."""


@dataclass(frozen=True, slots=True)
class RequestFormat:
    """How a request looks.

    `length_field` is the place in the body of a length that must not exceed `longest`; when
    `trailing`, so many bytes follow the body. `since` is the first minor version that has the
    command.
    """

    command: Command
    layout: Struct
    make: Callable[..., Body]
    length_field: int | None = None
    longest: int = 0
    trailing: bool = False
    since: int = OLDEST_MINOR


def _index(formats: tuple[RequestFormat, ...]) -> dict[int, RequestFormat]:
    return {int(form.command): form for form in formats}


REQUESTS = _index(
    (
        RequestFormat(Command.ESTABLISH_CONTEXT, ESTABLISH, Establish),
        RequestFormat(Command.RELEASE_CONTEXT, RELEASE, Release),
        RequestFormat(Command.CONNECT, CONNECT, Connect),
        RequestFormat(Command.RECONNECT, RECONNECT, Reconnect),
        RequestFormat(Command.DISCONNECT, DISCONNECT, Disconnect),
        RequestFormat(Command.BEGIN_TRANSACTION, CARD_ONLY, CardOnly),
        RequestFormat(Command.END_TRANSACTION, DISCONNECT, Disconnect),
        RequestFormat(Command.TRANSMIT, TRANSMIT, Transmit, 3, MAX_APDU, trailing=True),
        RequestFormat(Command.CONTROL, CONTROL, Control, 2, MAX_APDU, trailing=True),
        RequestFormat(Command.STATUS, CARD_ONLY, CardOnly),
        RequestFormat(Command.CANCEL, CANCEL, Cancel),
        RequestFormat(Command.GET_ATTRIB, ATTRIBUTE, Attribute, 3, MAX_ATTRIBUTE),
        RequestFormat(Command.SET_ATTRIB, ATTRIBUTE, Attribute, 3, MAX_ATTRIBUTE),
        RequestFormat(Command.VERSION, VERSION, Version),
        RequestFormat(Command.GET_READERS_STATE, NOTHING, Nothing),
        RequestFormat(Command.WAIT_READER_STATE_CHANGE, NOTHING, Nothing),
        RequestFormat(Command.STOP_WAITING_READER_STATE_CHANGE, NOTHING, Nothing),
        RequestFormat(Command.GET_READER_EVENTS, NOTHING, Nothing, since=5),
        RequestFormat(Command.GET_READERS_STATE_SIZE, NOTHING, Nothing, since=6),
        RequestFormat(Command.GET_READERS_STATE_ARRAY, NOTHING, Nothing, since=6),
    )
)
"""Every request by its number."""
