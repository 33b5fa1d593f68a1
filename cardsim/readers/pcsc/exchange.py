"""Talking over a card handle: transmit, control, status, attributes.

Not here: connecting, transactions (`cards`); what attributes and controls say (`attributes`).
Source: pcsc-lite `src/winscard.c`, followed check by check, because programs rely on which of two
reasons to refuse comes first.
Called by `server`. Methods take a client, the body of its request and the data behind it, and
give the answer's bytes, or raise `Refusal` or `MustWait`.
"""

from cardsim.readers.insertable import NoAnswerError
from cardsim.readers.pcsc.attributes import attribute, control
from cardsim.readers.pcsc.codes import (
    MAX_APDU,
    MAX_ATTRIBUTE,
    Command,
    Protocols,
    ReaderFlags,
    ReturnCode,
)
from cardsim.readers.pcsc.handles import Handles
from cardsim.readers.pcsc.handling import card_refusal
from cardsim.readers.pcsc.protocol import (
    ATTRIBUTE,
    CARD_ONLY,
    CONTROL,
    TRANSMIT,
    Attribute,
    CardOnly,
    Control,
    Transmit,
)
from cardsim.readers.pcsc.refusal import Refusal
from cardsim.readers.pcsc.sessions import Client
from cardsim.readers.slot import SlotError

_ABSENT = int(ReaderFlags.ABSENT)
_RAW, _ANY_OLD = int(Protocols.RAW), int(Protocols.ANY_OLD)
_SHORTEST_ANSWER = 2


class Exchange:
    """The requests that leave a handle as it is."""

    def __init__(self, handles: Handles) -> None:
        self._handles = handles

    def transmit(self, client: Client, body: Transmit, data: bytes) -> bytes:
        """SCardTransmit."""
        handle = self._handles.on_reader(client, body.card)
        reader = self._handles.enter(handle, Command.TRANSMIT)
        if handle.event is not None:
            raise Refusal(handle.event)
        if reader.flags & _ABSENT:
            # pcsc-lite lets RAW pass, for readers that understand commands of their own.
            raise Refusal(ReturnCode.NO_SMARTCARD)
        if body.send_protocol not in {reader.protocol, _RAW, _ANY_OLD}:
            raise Refusal(ReturnCode.PROTO_MISMATCH)
        try:
            answer = reader.transmit(data)
        except NoAnswerError as lost:
            raise Refusal(ReturnCode(lost.code)) from lost
        except SlotError as error:
            raise card_refusal(error) from error
        self._handles.after(Command.TRANSMIT, reader)
        length = len(answer)
        if not _SHORTEST_ANSWER <= length <= MAX_APDU:
            raise Refusal(ReturnCode.NOT_TRANSACTED)
        if length > body.receive_length:
            raise Refusal(ReturnCode.INSUFFICIENT_BUFFER, length=length)
        # The whole body but its last two members, which are the length and the return code.
        return TRANSMIT.pack(*body[:-2], length, ReturnCode.SUCCESS) + answer

    def control(self, client: Client, body: Control, _data: bytes) -> bytes:
        """SCardControl."""
        handle = self._handles.on_reader(client, body.card)
        answer = control(self._handles.enter(handle, Command.CONTROL), body.code)
        if len(answer) > body.receive_length:
            raise Refusal(ReturnCode.INSUFFICIENT_BUFFER, length=len(answer))
        reply = body._replace(returned=len(answer), rv=ReturnCode.SUCCESS)
        return CONTROL.pack(*reply) + answer

    def status(self, client: Client, body: CardOnly, _data: bytes) -> bytes:
        """SCardStatus: only whether all is well; the library has the rest from the states."""
        handle = self._handles.on_reader(client, body.card)
        self._handles.enter(handle, Command.STATUS)
        if handle.event is not None:
            raise Refusal(handle.event)
        return CARD_ONLY.pack(handle.card, ReturnCode.SUCCESS)

    def get_attribute(self, client: Client, body: Attribute, _data: bytes) -> bytes:
        """SCardGetAttrib."""
        handle = self._handles.on_reader(client, body.card)
        reader = self._handles.enter(handle, Command.GET_ATTRIB)
        if handle.event is not None:
            raise Refusal(handle.event)
        value = attribute(reader, body.attribute)
        if len(value) > body.length:
            raise Refusal(ReturnCode.INSUFFICIENT_BUFFER, length=len(value))
        padded = value.ljust(MAX_ATTRIBUTE, b"\0")
        reply = body._replace(value=padded, length=len(value), rv=ReturnCode.SUCCESS)
        return ATTRIBUTE.pack(*reply)

    def set_attribute(self, client: Client, body: Attribute, _data: bytes) -> bytes:
        """SCardSetAttrib: nothing here can be set."""
        handle = self._handles.on_reader(client, body.card)
        self._handles.enter(handle, Command.SET_ATTRIB)
        raise Refusal(handle.event or ReturnCode.UNSUPPORTED_FEATURE)
