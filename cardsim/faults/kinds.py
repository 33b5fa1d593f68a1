"""What faults can wait for, by name: commands to the card, requests to PC/SC and to an authority.

Not here: which place on the card a command means (`places`), counting (`plan`).
Names of instructions are those of ISO/IEC 7816-4 and JICSAP, in small letters with hyphens; those
of requests are PC/SC part 5's. A test holds the instructions against the card's own table.
Called by `parsing`, `places` and `gate`.
"""

from enum import Enum, IntEnum, unique

from cardsim.readers.pcsc.codes import Command, ReturnCode
from jpki.card.layout import Ap, JpkiEf
from jpki.card.layout.common import CommonEf
from jpki.card.layout.juki import JukiEf
from jpki.card.layout.licence import LicenceEf
from jpki.card.layout.text import TextEf
from jpki.card.layout.visual import VisualEf
from jpki.iso7816 import CommandApdu

_PLAIN, _SECURED, _OWN = 0x00, 0x08, 0x80
"""Class bytes: ISO, ISO with secure messaging, and the card's own."""


@unique
class Kind(Enum):
    """A kind of command APDU; `codes` are the (CLA, INS) it is known by."""

    COMMAND = "command", ()
    """Every command, known or not."""
    SELECT = "select", ((_PLAIN, 0xA4), (_SECURED, 0xA4))
    READ_BINARY = "read-binary", ((_PLAIN, 0xB0), (_SECURED, 0xB0))
    READ_RECORD = "read-record", ((_PLAIN, 0xB2),)
    VERIFY = "verify", ((_PLAIN, 0x20), (_SECURED, 0x20))
    """A VERIFY that presents a value."""
    VERIFY_EMPTY = "verify-empty", ()
    """A VERIFY without data: the question how many tries are left."""
    CHANGE_REFERENCE_DATA = "change-reference-data", ((_PLAIN, 0x24),)
    CHANGE_KEY = "change-key", ((_OWN, 0x32),)
    COMPUTE_DIGITAL_SIGNATURE = "compute-digital-signature", ((_OWN, 0x2A),)
    INTERNAL_AUTHENTICATE = "internal-authenticate", ((_PLAIN, 0x88),)
    EXTERNAL_AUTHENTICATE = "external-authenticate", ((_OWN, 0x82),)
    TERMINAL_AUTHENTICATE = "terminal-authenticate", ((_OWN, 0xA2),)
    SET_SESSION_KEY = "set-session-key", ((_OWN, 0xAE),)
    GET_CHALLENGE = "get-challenge", ((_PLAIN, 0x84),)
    GET_DATA = "get-data", ((_PLAIN, 0xCA),)

    def __init__(self, word: str, codes: tuple[tuple[int, int], ...]) -> None:
        self.word = word
        self.codes = codes


_BY_CODE = {code: kind for kind in Kind for code in kind.codes}


def kind_of(apdu: CommandApdu) -> Kind:
    """Give the kind of a command; `Kind.COMMAND` for one without a name here."""
    kind = _BY_CODE.get((apdu.cla, apdu.ins), Kind.COMMAND)
    return Kind.VERIFY_EMPTY if kind is Kind.VERIFY and not apdu.data else kind


@unique
class Request(Enum):
    """A request to our PC/SC service that a `fail` can wait for; `command` is its number there."""

    CONNECT = "connect", Command.CONNECT
    RECONNECT = "reconnect", Command.RECONNECT
    DISCONNECT = "disconnect", Command.DISCONNECT
    BEGIN_TRANSACTION = "begin-transaction", Command.BEGIN_TRANSACTION
    END_TRANSACTION = "end-transaction", Command.END_TRANSACTION
    STATUS = "status", Command.STATUS
    GET_ATTRIB = "get-attrib", Command.GET_ATTRIB
    CONTROL = "control", Command.CONTROL

    def __init__(self, word: str, command: Command) -> None:
        self.word = word
        self.command = command


class Question(Enum):
    """What is asked of an authority's service; the only kind `crl` and `ocsp` wait for."""

    REQUEST = "request"

    @property
    def word(self) -> str:
        """The word in the language."""
        return str(self.value)


CODES: dict[str, ReturnCode] = {
    code.name.lower().replace("_", "-"): code
    for code in ReturnCode
    if code not in {ReturnCode.SUCCESS, ReturnCode.CANCELLED, ReturnCode.INSUFFICIENT_BUFFER}
}
"""PC/SC return codes a `fail` can give, by name: all but those that tell of no failure."""

APS: dict[str, Ap] = {ap.name.lower(): ap for ap in Ap}
"""The card's applications by name."""

_FILES: dict[Ap, type[IntEnum] | None] = {
    Ap.JPKI: JpkiEf,
    Ap.TEXT: TextEf,
    Ap.VISUAL: VisualEf,
    Ap.JUKI: JukiEf,
    Ap.COMMON: CommonEf,
    Ap.LICENCE: LicenceEf,
    Ap.ISD: None,
}


def files_of(ap: Ap) -> dict[str, int]:
    """Give the files (EF) of an application by name; those nobody can name are left out."""
    files = _FILES[ap]
    return {
        ef.name.lower().replace("_", "-"): int(ef)
        for ef in files or ()
        if not ef.name.startswith("UNKNOWN")
    }
