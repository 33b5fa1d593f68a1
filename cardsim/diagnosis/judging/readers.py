"""Rows about readers and the card, as a program sees them.

Source: PC/SC part 5; pcsc-lite `pcsclite.h.in` (states); SELECT of 公的個人認証AP answers 9000 on
every My Number card.
Not here: OpenSC's view (`opensc`). Called by `judging`.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from cardsim.diagnosis.facts import Facts, Readers, SeenReader
from cardsim.diagnosis.findings import Check, Finding
from cardsim.diagnosis.judging.words import POLKIT, SERVE, code_name
from cardsim.readers.pcsc.codes import ReturnCode

LIST = Check("readers.list", "the readers (カードリーダー) programs see")
CARD = Check("card.present", "a card in a reader")
APPLICATION = Check("card.application", "the card answers as a My Number card (公的個人認証AP)")

PRESENT, EXCLUSIVE, INUSE, MUTE = 0x20, 0x80, 0x100, 0x200
"""`SCARD_STATE_…`."""
_DONE = "9000"
_FREE = "end the program that uses the card, then ask again"
_TURN = "turn it over, clean its contacts, or lay it flat on the reader"
_AGAIN = "take the card out and insert it again"
_HOLD = "insert the card, keep it still, then ask again"
_PLUG_IN = "plug the reader in again"
_ANEW = "start the service anew"
_ADVICE: Mapping[int, str] = MappingProxyType(
    {
        ReturnCode.RESET_CARD: _FREE,
        ReturnCode.SECURITY_VIOLATION: POLKIT,
        ReturnCode.NO_SMARTCARD: _HOLD,
        ReturnCode.REMOVED_CARD: _HOLD,
        ReturnCode.UNRESPONSIVE_CARD: _TURN,
        ReturnCode.UNPOWERED_CARD: _TURN,
        ReturnCode.UNKNOWN_READER: _PLUG_IN,
        ReturnCode.READER_UNAVAILABLE: _PLUG_IN,
        ReturnCode.NO_SERVICE: _ANEW,
        ReturnCode.SERVICE_STOPPED: _ANEW,
    }
)
"""What to do about a code of SCardConnect or SCardTransmit; about any other `_AGAIN`."""


def judge_readers(facts: Facts) -> Iterator[Finding]:
    """Judge the list, then the cards."""
    readers = facts.readers
    if not readers.asked:
        yield LIST.unknown("not asked: no service or no library", "mend what is above first")
        return
    if readers.error is not None or readers.context_code != ReturnCode.SUCCESS:
        yield _no_context(readers)
        return
    if not readers.readers:
        yield _no_readers(facts)
        return
    yield LIST.ok(", ".join(reader.name for reader in readers.readers))
    filled = [reader for reader in readers.readers if reader.state & PRESENT]
    if not filled:
        yield CARD.wrong("every reader is empty", _insert(facts))
        return
    yield _present(filled)
    yield _application(filled)


def _no_context(readers: Readers) -> Finding:
    if readers.error is not None:
        return LIST.wrong(
            f"the library gives no answer: {readers.error}",
            "library and service do not understand each other: use those of one release",
        )
    code = readers.context_code or 0
    advice = POLKIT if code == ReturnCode.SECURITY_VIOLATION else "see the rows about the service"
    return LIST.wrong(f"SCardEstablishContext: {code_name(code)}", advice)


def _no_readers(facts: Facts) -> Finding:
    code = facts.readers.list_code or 0
    if code not in {ReturnCode.SUCCESS, ReturnCode.NO_READERS_AVAILABLE}:
        return LIST.wrong(f"SCardListReaders: {code_name(code)}", _ANEW)
    if facts.environment.socket is not None:
        return LIST.wrong("none", f"the service has no reader: {SERVE}")
    return LIST.wrong(
        "none",
        "plug the reader in (lsusb shows it); its driver: package libccid or pcsc-lite-ccid. GnuPG"
        " may hold it (gpgconf --kill scdaemon), and one that polkit forbids is not listed; "
        f"{SERVE}",
    )


def _insert(facts: Facts) -> str:
    ports = [entry.port for entry in facts.vpcd.entries if entry.listening]
    if facts.environment.socket is None and ports:
        return f"insert the card, or plug in: jpki card serve NAME --vpcd localhost:{ports[0]}"
    return f"insert the card, the chip first; {SERVE}"


def _present(filled: list[SeenReader]) -> Finding:
    mute = [reader.name for reader in filled if reader.state & MUTE]
    if len(mute) == len(filled):
        return CARD.wrong(
            f"the card in {', '.join(mute)} is mute: it does not answer its reset",
            _TURN,
        )
    return CARD.ok(", ".join(f"{reader.name}, ATR {reader.atr}" for reader in filled))


def _application(filled: list[SeenReader]) -> Finding:
    answers = {reader.name: reader.answer for reader in filled if reader.answer is not None}
    for name, answer in answers.items():
        if answer.endswith(_DONE):
            return APPLICATION.ok(f"in {name}: {_DONE}")
    used = [reader.name for reader in filled if reader.state & (INUSE | EXCLUSIVE)]
    if used:
        return APPLICATION.unknown(
            f"another program uses the card in {', '.join(used)}; nothing was sent", _FREE
        )
    if answers:
        said = ", ".join(f"{answer.upper()} in {name}" for name, answer in answers.items())
        return APPLICATION.wrong(
            f"no: {said}", "this is no My Number card (マイナンバーカード): insert one"
        )
    return _not_reached(filled)


def _not_reached(filled: list[SeenReader]) -> Finding:
    """Judge cards none of which answered: by what SCardConnect or, after it, SCardTransmit said."""
    failed = [(reader.name, *_failure(reader)) for reader in filled if not reader.state & MUTE]
    if not failed:
        return APPLICATION.unknown("nothing was sent to a mute card", "mend what is above first")
    said = ", ".join(f"{call} in {name}: {code_name(code)}" for name, call, code in failed)
    codes = [code for _, _, code in failed]
    if ReturnCode.SHARING_VIOLATION in codes:
        return APPLICATION.unknown(f"another program has the card; {said}", _FREE)
    advice = dict.fromkeys(_ADVICE.get(code, _AGAIN) for code in codes)
    return APPLICATION.wrong(f"the card was not reached; {said}", "; ".join(advice))


def _failure(reader: SeenReader) -> tuple[str, int]:
    """Give the call that failed, and its code."""
    if reader.transmit_code is not None:
        return "SCardTransmit", reader.transmit_code
    return "SCardConnect", reader.connect_code or 0
