"""Where on the card each command acts: followed from outside, as whoever listens at the line can.

Not here: what the card thinks (a card is asked nothing), which fault strikes (`plan`).
ISO/IEC 7816-4:2020 clauses 11.2.2 (SELECT) and 7.3.2 (short EF identifiers); card reference §4.
What travels under secure messaging cannot be read from outside: after a SELECT in it the EF is
unknown. Called by `card`.
"""

from dataclasses import dataclass

from cardsim.faults.kinds import Kind, Question, Request, kind_of
from jpki.card.layout import Ap
from jpki.iso7816 import ApduError, CommandApdu

_SUCCESS = b"\x90\x00"
_BY_NAME, _UNDER_CURRENT = 0x04, 0x02
_EF_LENGTH = 2
_SHORT_ID, _SHORT_ID_MASK = 0x80, 0x1F
_RECORD_SHORT_ID_SHIFT = 3
_IN_P2 = frozenset(
    {
        Kind.VERIFY,
        Kind.VERIFY_EMPTY,
        Kind.CHANGE_REFERENCE_DATA,
        Kind.CHANGE_KEY,
        Kind.COMPUTE_DIGITAL_SIGNATURE,
        Kind.INTERNAL_AUTHENTICATE,
        Kind.EXTERNAL_AUTHENTICATE,
        Kind.TERMINAL_AUTHENTICATE,
    }
)
"""Commands whose P2 names a key or PIN: 80 the current EF, 80 + n the EF n."""
_NOWHERE = frozenset({Kind.GET_CHALLENGE, Kind.GET_DATA, Kind.SET_SESSION_KEY})


@dataclass(frozen=True, slots=True)
class Event:
    """One command or request: its kind, and the place it acts on as far as that is known."""

    kind: Kind | Request | Question
    ap: Ap | None = None
    ef: int | None = None


class Places:
    """What is selected on a card, from its power-up on."""

    def __init__(self) -> None:
        self._ap: Ap | None = Ap.ISD
        self._ef: int | None = None

    def restart(self) -> None:
        """Note that the card has lost its power, or comes out of a cold reset."""
        self._ap, self._ef = Ap.ISD, None

    def look(self, command: bytes) -> Event:
        """Give the event a command is, before anybody knows its answer."""
        try:
            apdu = CommandApdu.decode(command)
        except ApduError:
            return Event(Kind.COMMAND)
        kind = kind_of(apdu)
        if kind is Kind.SELECT:
            return self._select(apdu)
        if kind in _NOWHERE or kind is Kind.COMMAND:
            return Event(kind, self._ap)
        return Event(kind, self._ap, _short_id(kind, apdu) or self._ef)

    def learn(self, event: Event, answer: bytes) -> None:
        """Note what the answer says of the place: a command that failed changed nothing."""
        if answer[-2:] != _SUCCESS:
            return
        if event.kind is Kind.SELECT:
            self._ap, self._ef = event.ap, event.ef
        elif event.kind in {Kind.READ_BINARY, Kind.READ_RECORD}:
            self._ef = event.ef

    def _select(self, apdu: CommandApdu) -> Event:
        if apdu.cla:
            return Event(Kind.SELECT, self._ap)
        if apdu.p1 == _BY_NAME:
            return Event(Kind.SELECT, _named(apdu.data))
        if apdu.p1 == _UNDER_CURRENT and len(apdu.data) == _EF_LENGTH:
            return Event(Kind.SELECT, self._ap, int.from_bytes(apdu.data, "big"))
        return Event(Kind.SELECT, self._ap, self._ef)


def _named(name: bytes) -> Ap | None:
    """Give the application whose name is or begins with this; None when no such or several."""
    whole = [ap for ap in Ap if ap.aid == name]
    found = whole or [ap for ap in Ap if name and ap.aid.startswith(name)]
    return found[0] if len(found) == 1 else None


def _short_id(kind: Kind, apdu: CommandApdu) -> int | None:
    if kind is Kind.READ_BINARY:
        return apdu.p1 & _SHORT_ID_MASK if apdu.p1 & _SHORT_ID else None
    if kind is Kind.READ_RECORD:
        return apdu.p2 >> _RECORD_SHORT_ID_SHIFT or None
    if kind in _IN_P2 and apdu.p2 & _SHORT_ID:
        return apdu.p2 & _SHORT_ID_MASK or None
    return None
