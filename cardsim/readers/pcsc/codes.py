"""The numbers PC/SC programs and their service exchange, by name.

Not here: the shape of messages (`protocol`), what a code leads to (`server`).
Source: pcsc-lite `src/PCSC/pcsclite.h.in` and `src/winscard_msg.h` (1.9.9, 2.3.3, 2.5.3), which
give PC/SC part 5's codes their values on Unix. Attributes and controls stand in `attributes`.
Called by every module of this package and by its tests.
"""

from enum import IntEnum, IntFlag, unique


@unique
class Command(IntEnum):
    """What a client asks (`enum pcsc_msg_commands`). Three old numbers are used by nobody."""

    ESTABLISH_CONTEXT = 0x01
    RELEASE_CONTEXT = 0x02
    CONNECT = 0x04
    RECONNECT = 0x05
    DISCONNECT = 0x06
    BEGIN_TRANSACTION = 0x07
    END_TRANSACTION = 0x08
    TRANSMIT = 0x09
    CONTROL = 0x0A
    STATUS = 0x0B
    CANCEL = 0x0D
    GET_ATTRIB = 0x0F
    SET_ATTRIB = 0x10
    VERSION = 0x11
    GET_READERS_STATE = 0x12
    WAIT_READER_STATE_CHANGE = 0x13
    STOP_WAITING_READER_STATE_CHANGE = 0x14
    GET_READER_EVENTS = 0x15
    """Since 4:5."""
    GET_READERS_STATE_SIZE = 0x16
    """Since 4:6."""
    GET_READERS_STATE_ARRAY = 0x17
    """Since 4:6."""


@unique
class ReturnCode(IntEnum):
    """What the service answers (`SCARD_S_`, `SCARD_E_`, `SCARD_W_`, `SCARD_F_` in the header)."""

    SUCCESS = 0x00000000
    INTERNAL_ERROR = 0x80100001
    CANCELLED = 0x80100002
    INVALID_HANDLE = 0x80100003
    INVALID_PARAMETER = 0x80100004
    NO_MEMORY = 0x80100006
    INSUFFICIENT_BUFFER = 0x80100008
    UNKNOWN_READER = 0x80100009
    TIMEOUT = 0x8010000A
    SHARING_VIOLATION = 0x8010000B
    NO_SMARTCARD = 0x8010000C
    PROTO_MISMATCH = 0x8010000F
    INVALID_VALUE = 0x80100011
    COMM_ERROR = 0x80100013
    NOT_TRANSACTED = 0x80100016
    READER_UNAVAILABLE = 0x80100017
    NO_SERVICE = 0x8010001D
    """Said by the library alone: nobody answers."""
    SERVICE_STOPPED = 0x8010001E
    UNSUPPORTED_FEATURE = 0x8010001F
    """The value pcsc-lite uses; Windows has it at 0x80100022."""
    NO_READERS_AVAILABLE = 0x8010002E
    COMM_DATA_LOST = 0x8010002F
    UNRESPONSIVE_CARD = 0x80100066
    UNPOWERED_CARD = 0x80100067
    RESET_CARD = 0x80100068
    REMOVED_CARD = 0x80100069
    SECURITY_VIOLATION = 0x8010006A
    """Never ours: polkit forbids the client to use pcscd, or the reader."""


@unique
class Share(IntEnum):
    """How a program wants to have the reader (`SCARD_SHARE_`)."""

    EXCLUSIVE = 1
    SHARED = 2
    DIRECT = 3
    """The reader, with or without a card. pcsc-lite shares it all the same."""


@unique
class Disposition(IntEnum):
    """What happens to the card when a program lets go of it (`SCARD_LEAVE_CARD` …)."""

    LEAVE = 0
    RESET = 1
    """Warm reset."""
    UNPOWER = 2
    """Cold reset, or power off when the card is left."""
    EJECT = 3
    """Out of the slot."""


class Protocols(IntFlag):
    """Transmission protocols (`SCARD_PROTOCOL_`)."""

    UNDEFINED = 0
    T0 = 1
    T1 = 2
    RAW = 4
    T15 = 8
    ANY_OLD = 0x1000
    """T=0 or T=1, as programs wrote it before pcsc-lite 1.3."""


class ReaderFlags(IntFlag):
    """The state a service publishes of a reader (`SCARD_ABSENT` …, not `SCARD_STATE_`)."""

    UNKNOWN = 0x01
    ABSENT = 0x02
    PRESENT = 0x04
    SWALLOWED = 0x08
    """pcsc-lite says so of a card that does not answer to reset."""
    POWERED = 0x10
    NEGOTIABLE = 0x20
    SPECIFIC = 0x40


MAX_READER_NAME = 128
"""Bytes of a reader name with its closing NUL (`MAX_READERNAME`)."""
MAX_ATR = 33
"""`MAX_ATR_SIZE`."""
MAX_ATTRIBUTE = 264
"""Bytes of an attribute (`MAX_BUFFER_SIZE`)."""
MAX_APDU = 4 + 3 + 65_536 + 3 + 2
"""The longest command or answer (`MAX_BUFFER_SIZE_EXTENDED`)."""
CLASSIC_READERS = 16
"""Readers a client below 4:6 can see (`PCSCLITE_MAX_READERS_CONTEXTS`)."""
SHARING_EXCLUSIVE = -1
"""Published number of programs on a reader that one has for itself alone."""
PNP_READER = "\\\\?PnP?\\Notification"
"""The name that stands for "a reader came or went"; no reader can have it."""
