"""What a reader says when asked: SCardGetAttrib and SCardControl.

Not here: whether the program may ask (`cards`).
Source: PC/SC part 3 clause 3.1.1 (attributes) and part 10 clauses 2.2 to 2.6 (features and TLV
properties), with the numbers of pcsc-lite's `src/PCSC/reader.h`; which attributes a reader on
Linux has is taken from what the CCID driver answers. Text ends with NUL, numbers are DWORDs in
native byte order, the numbers of features big-endian, TLV properties little-endian.
Called by `cards`.
"""

from collections.abc import Callable
from enum import IntEnum, unique
from struct import pack

from cardsim.readers.pcsc.codes import MAX_APDU, Protocols, ReaderFlags, ReturnCode
from cardsim.readers.pcsc.readers import Reader
from cardsim.readers.pcsc.refusal import Refusal


@unique
class AttributeId(IntEnum):
    """Attributes this service knows (`SCARD_ATTR_`)."""

    VENDOR_NAME = 0x0001_0100
    VENDOR_IFD_TYPE = 0x0001_0101
    VENDOR_IFD_VERSION = 0x0001_0102
    VENDOR_IFD_SERIAL_NO = 0x0001_0103
    CHANNEL_ID = 0x0002_0110
    ASYNC_PROTOCOL_TYPES = 0x0003_0120
    MAX_IFSD = 0x0003_0125
    SYNC_PROTOCOL_TYPES = 0x0003_0126
    POWER_MGMT_SUPPORT = 0x0004_0131
    CHARACTERISTICS = 0x0006_0150
    CURRENT_PROTOCOL_TYPE = 0x0008_0201
    CURRENT_IFSD = 0x0008_0208
    ICC_PRESENCE = 0x0009_0300
    ICC_INTERFACE_STATUS = 0x0009_0301
    ATR_STRING = 0x0009_0303
    ICC_TYPE_PER_ATR = 0x0009_0304
    MAXINPUT = 0x0007_A007
    DEVICE_UNIT = 0x7FFF_0001
    DEVICE_IN_USE = 0x7FFF_0002
    DEVICE_FRIENDLY_NAME = 0x7FFF_0003
    DEVICE_SYSTEM_NAME = 0x7FFF_0004


_CHANNEL_VENDOR_DEFINED = 0x00F0_0000
_IFSD = 254
_CAN_EJECT = 0x0000_0002
_CARD_IN_PLACE = 2
_ASYNCHRONOUS_CARD = 1


def _text(value: str) -> bytes:
    return value.encode() + b"\0"


def _number(value: int) -> bytes:
    return pack("=I", value)


def _version(reader: Reader) -> bytes:
    major, minor, build = reader.description.version
    return _number(major << 24 | minor << 16 | build)


def _is_present(reader: Reader) -> bool:
    return bool(reader.flags & ReaderFlags.PRESENT)


_ATTRIBUTES: dict[int, Callable[[Reader], bytes]] = {
    AttributeId.VENDOR_NAME: lambda r: _text(r.description.vendor),
    AttributeId.VENDOR_IFD_TYPE: lambda r: _text(r.description.model),
    AttributeId.VENDOR_IFD_VERSION: _version,
    AttributeId.VENDOR_IFD_SERIAL_NO: lambda r: _text(r.description.serial_number),
    AttributeId.CHANNEL_ID: lambda r: _number(_CHANNEL_VENDOR_DEFINED | r.unit),
    AttributeId.ASYNC_PROTOCOL_TYPES: lambda _: _number(Protocols.T0 | Protocols.T1),
    AttributeId.MAX_IFSD: lambda _: _number(_IFSD),
    AttributeId.SYNC_PROTOCOL_TYPES: lambda _: _number(0),
    AttributeId.POWER_MGMT_SUPPORT: lambda _: _number(1),
    AttributeId.CHARACTERISTICS: lambda _: _number(_CAN_EJECT),
    AttributeId.CURRENT_PROTOCOL_TYPE: lambda r: _number(r.protocol),
    AttributeId.CURRENT_IFSD: lambda _: _number(_IFSD),
    AttributeId.ICC_PRESENCE: lambda r: bytes((_CARD_IN_PLACE if _is_present(r) else 0,)),
    AttributeId.ICC_INTERFACE_STATUS: lambda r: bytes((bool(r.flags & ReaderFlags.POWERED),)),
    AttributeId.ATR_STRING: lambda r: r.atr,
    AttributeId.ICC_TYPE_PER_ATR: lambda r: bytes((_ASYNCHRONOUS_CARD if r.atr else 0,)),
    AttributeId.MAXINPUT: lambda _: _number(MAX_APDU),
    AttributeId.DEVICE_UNIT: lambda r: _number(r.unit),
    AttributeId.DEVICE_IN_USE: lambda r: _number(bool(r.handles)),
    AttributeId.DEVICE_FRIENDLY_NAME: lambda r: r.name + b"\0",
    AttributeId.DEVICE_SYSTEM_NAME: lambda r: r.name + b"\0",
}


def attribute(reader: Reader, number: int) -> bytes:
    """Give the value of an attribute; refuse one that readers here do not have."""
    value = _ATTRIBUTES.get(number)
    if value is None:
        raise Refusal(ReturnCode.UNSUPPORTED_FEATURE)
    return value(reader)


CM_IOCTL_GET_FEATURE_REQUEST = 0x4200_0000 + 3400
"""Which features a reader has, and by what number each is asked for (part 10 clause 2.2)."""
FEATURE_GET_TLV_PROPERTIES = 0x12
GET_TLV_PROPERTIES = 0x4200_0000 + 0x33_0000 + FEATURE_GET_TLV_PROPERTIES
"""The number we give to FEATURE_GET_TLV_PROPERTIES; the CCID driver uses the same."""

_LONGEST_APDU_DATA = 65_536


@unique
class Property(IntEnum):
    """Tags of TLV properties (part 10 clause 2.6.14)."""

    LCD_LAYOUT = 1
    FIRMWARE_ID = 8
    PPDU_SUPPORT = 9
    MAX_APDU_DATA_SIZE = 10


def _tlv(tag: int, value: bytes) -> bytes:
    return bytes((tag, len(value))) + value


def _features(_reader: Reader) -> bytes:
    return _tlv(FEATURE_GET_TLV_PROPERTIES, pack(">I", GET_TLV_PROPERTIES))


def _properties(reader: Reader) -> bytes:
    firmware = f"{reader.description.model} {'.'.join(map(str, reader.description.version))}"
    return (
        _tlv(Property.LCD_LAYOUT, pack("<H", 0))
        + _tlv(Property.FIRMWARE_ID, firmware.encode())
        + _tlv(Property.PPDU_SUPPORT, b"\0")
        + _tlv(Property.MAX_APDU_DATA_SIZE, pack("<I", _LONGEST_APDU_DATA))
    )


_CONTROLS: dict[int, Callable[[Reader], bytes]] = {
    CM_IOCTL_GET_FEATURE_REQUEST: _features,
    GET_TLV_PROPERTIES: _properties,
}


def control(reader: Reader, code: int) -> bytes:
    """Answer a control code; refuse those readers here do not have (escape, PIN pad, display)."""
    answer = _CONTROLS.get(code)
    if answer is None:
        raise Refusal(ReturnCode.UNSUPPORTED_FEATURE)
    return answer(reader)
