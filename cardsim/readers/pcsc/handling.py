"""Small steps that several requests share: checks, power, protocols, letting go of a card.

Not here: which request takes which step, in which order (`cards`, `exchange`).
Source: pcsc-lite `src/winscard.c` and `src/prothandler.c`. A step that cannot be taken raises
`Refusal` with the code pcsc-lite gives.
Called by `cards` and `exchange`.
"""

import logging

from cardsim.readers.pcsc.codes import Disposition, Protocols, ReaderFlags, ReturnCode, Share
from cardsim.readers.pcsc.readers import Reader
from cardsim.readers.pcsc.refusal import Refusal
from cardsim.readers.slot import (
    CardFailedError,
    MuteCardError,
    NoCardError,
    SlotError,
    UnpoweredCardError,
)

_log = logging.getLogger(__name__)

_ABSENT = int(ReaderFlags.ABSENT)
_SWALLOWED = int(ReaderFlags.SWALLOWED)
_RAW = int(Protocols.RAW)
_SOME_PROTOCOL = int(Protocols.T0 | Protocols.T1 | Protocols.RAW | Protocols.ANY_OLD)


def check_mode(share: int, preferred: int) -> None:
    """Refuse a share mode that does not exist, and one with a card but without a protocol."""
    if share != Share.DIRECT and not preferred & _SOME_PROTOCOL:
        raise Refusal(ReturnCode.PROTO_MISMATCH)
    if share not in {Share.EXCLUSIVE, Share.SHARED, Share.DIRECT}:
        raise Refusal(ReturnCode.INVALID_VALUE)


def parse_disposition(number: int) -> Disposition:
    """Give the disposition of this number; refuse one that does not exist."""
    try:
        return Disposition(number)
    except ValueError:
        raise Refusal(ReturnCode.INVALID_VALUE) from None


def check_card(reader: Reader) -> None:
    """Refuse when there is no card, or one that does not answer to reset."""
    if reader.flags & _ABSENT:
        raise Refusal(ReturnCode.NO_SMARTCARD)
    if reader.flags & _SWALLOWED:
        raise Refusal(ReturnCode.UNRESPONSIVE_CARD)


def power_up(reader: Reader) -> None:
    """Have the card powered; pcsc-lite calls a mute card unpowered when it is connected to."""
    if reader.flags & _ABSENT:
        raise Refusal(ReturnCode.NO_SMARTCARD)
    try:
        reader.ensure_power()
    except NoCardError as error:
        raise Refusal(ReturnCode.NO_SMARTCARD) from error
    except MuteCardError as error:
        raise Refusal(ReturnCode.UNPOWERED_CARD) from error
    except SlotError as error:
        raise card_refusal(error) from error


def agree_on_protocol(reader: Reader, share: int, preferred: int) -> int:
    """Give the protocol in use. To have the reader without the card no agreement is needed."""
    if share == Share.DIRECT and not preferred & _RAW:
        return reader.protocol
    agreed = reader.negotiate(preferred)
    if agreed is None:
        raise Refusal(ReturnCode.PROTO_MISMATCH)
    return agreed


def reset(reader: Reader, how: Disposition) -> None:
    """Reset the card: warm for RESET, cold for UNPOWER. All handles learn of it."""
    if reader.flags & _ABSENT:
        raise Refusal(ReturnCode.NO_SMARTCARD)
    reader.mark_reset()
    try:
        if how is Disposition.RESET:
            reader.warm_reset()
        else:
            reader.cold_reset()
    except NoCardError as error:
        raise Refusal(ReturnCode.NO_SMARTCARD) from error
    except SlotError as error:
        _note(error)
        raise Refusal(ReturnCode.UNRESPONSIVE_CARD) from error


def dispose(reader: Reader, disposition: Disposition, *, power_again: bool = False) -> None:
    """Do to the card what a program asked for when it let go of it.

    Never refused: what is wrong with the card is published, and met by whoever uses it next.
    """
    if disposition is Disposition.LEAVE or reader.flags & _ABSENT:
        return
    try:
        if disposition is Disposition.EJECT:
            reader.slot.eject()
            reader.sync()
            return
        reader.mark_reset()
        if disposition is Disposition.RESET:
            reader.warm_reset()
        elif power_again:
            reader.cold_reset()
        else:
            reader.power_off()
    except SlotError as error:
        _note(error)


def card_refusal(error: SlotError) -> Refusal:
    """Give the refusal for what a slot could not do during a request."""
    _note(error)
    if isinstance(error, NoCardError):
        return Refusal(ReturnCode.REMOVED_CARD)
    if isinstance(error, UnpoweredCardError):
        return Refusal(ReturnCode.UNPOWERED_CARD)
    return Refusal(ReturnCode.NOT_TRANSACTED)


def _note(error: SlotError) -> None:
    """Say in the log what a program will only see as a number; a defect with its traceback."""
    if isinstance(error, CardFailedError):
        _log.error("%s", error, exc_info=error)
    else:
        _log.info("%s", error)
