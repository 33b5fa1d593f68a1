"""Names for what is said: instructions, applications, files, PINs, outcomes; also in Japanese.

Not here: who has selected what (`steps`), what may be kept (`keeping`).
ISO/IEC 7816-4:2020 table 4 (instructions); card reference §3, §4, §6, through `jpki.card.layout`.
Called by `steps`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jpki.card.layout import Ap, CommonEf, IsdTag, JpkiEf, PinKind
from jpki.card.layout.isd import ISD_KEY_FILE
from jpki.card.layout.juki import JukiEf
from jpki.card.layout.licence import LicenceEf
from jpki.card.layout.status import CardStatus
from jpki.card.layout.text import TextEf
from jpki.card.layout.visual import VisualEf
from jpki.iso7816 import SW, StatusWord

PLAIN, SECURED, OWN = 0x00, 0x08, 0x80
"""Classes: ISO, ISO in secure messaging, the card's own."""

VERIFY, CHANGE_REFERENCE_DATA, GET_CHALLENGE, INTERNAL_AUTHENTICATE = 0x20, 0x24, 0x84, 0x88
SELECT, READ_BINARY, READ_RECORD, GET_DATA = 0xA4, 0xB0, 0xB2, 0xCA
RESET_RETRY_COUNTER = 0x2C
COMPUTE_DIGITAL_SIGNATURE, CHANGE_KEY, EXTERNAL_AUTHENTICATE = 0x2A, 0x32, 0x82
TERMINAL_AUTHENTICATE, SET_SESSION_KEY = 0xA2, 0xAE
"""Instruction bytes whose meaning the trace follows."""

_ISO = {
    0x20: "VERIFY",
    0x22: "MANAGE SECURITY ENVIRONMENT",
    0x24: "CHANGE REFERENCE DATA",
    0x2A: "PERFORM SECURITY OPERATION",
    0x2C: "RESET RETRY COUNTER",
    0x70: "MANAGE CHANNEL",
    0x82: "EXTERNAL AUTHENTICATE",
    0x84: "GET CHALLENGE",
    0x86: "GENERAL AUTHENTICATE",
    0x88: "INTERNAL AUTHENTICATE",
    0xA4: "SELECT",
    0xB0: "READ BINARY",
    0xB1: "READ BINARY",
    0xB2: "READ RECORD",
    0xB3: "READ RECORD",
    0xC0: "GET RESPONSE",
    0xCA: "GET DATA",
    0xCB: "GET DATA",
    0xD6: "UPDATE BINARY",
    0xDA: "PUT DATA",
    0xDC: "UPDATE RECORD",
    0xE2: "APPEND RECORD",
}
_OWN = {
    0x06: "ERASE ALL RECORDS",
    0x2A: "COMPUTE DIGITAL SIGNATURE",
    0x32: "CHANGE KEY",
    0x50: "LOCK DF",
    0x52: "UNLOCK DF",
    0x54: "UNLOCK KEY",
    0x82: "EXTERNAL AUTHENTICATE",
    0x8A: "MANAGE ATTRIBUTES",
    0xA2: "特定機関認証",
    0xAE: "SET SESSION KEY",
    0xFC: "last command indicator",
}
UNKNOWN, UNREADABLE = "unknown command", "malformed, or not to be shown"
_NO_ANSWER = ("no answer", "応答なし")
NO_STATUS = ("no known status word", "")
"""Of an answer that was cut short, or ends in a word nobody knows."""

_TRIES_LEFT = {0: "blocked: no tries left", 1: "1 try left"}
_OUTCOMES_JAPANESE = {
    SW.SUCCESS: "正常終了",
    SW.TRIES_LEFT: "照合の残り回数",
    SW.VERIFICATION_FAILED: "照合不一致",
    SW.REFERENCE_DATA_NOT_USABLE: "閉塞",
    SW.AUTHENTICATION_METHOD_BLOCKED: "閉塞",
    SW.SECURITY_STATUS_NOT_SATISFIED: "セキュリティステータスが満たされない",
    SW.FILE_OR_APPLICATION_NOT_FOUND: "ファイルまたはアプリケーションがない",
    SW.NO_CURRENT_EF: "カレントEFがない",
    SW.WRONG_LENGTH: "長さの誤り",
    SW.INSTRUCTION_NOT_SUPPORTED: "命令がない",
    SW.CLASS_NOT_SUPPORTED: "クラスがない",
}


@dataclass(frozen=True, slots=True)
class FileName:
    """What an EF is called: in code, in Japanese (empty where no source says), and its PIN."""

    name: str
    japanese: str = ""
    pin: PinKind | None = None


def _pins(*named: tuple[int, str, str, PinKind | None]) -> dict[int, FileName]:
    return {ef: FileName(name, japanese, pin) for ef, name, japanese, pin in named}


def _described(files: type[JpkiEf | TextEf | VisualEf]) -> dict[int, FileName]:
    return {int(ef): FileName(ef.name, ef.row.japanese, ef.row.pin) for ef in files}


_FILES: Mapping[Ap, dict[int, FileName]] = MappingProxyType(
    {
        Ap.JPKI: _described(JpkiEf),
        Ap.TEXT: _described(TextEf),
        Ap.VISUAL: _described(VisualEf),
        Ap.COMMON: {int(ef): FileName(ef.name) for ef in CommonEf}
        | _pins((CommonEf.PIN, "PIN", PinKind.JUKI.japanese, PinKind.JUKI)),
        Ap.JUKI: {int(ef): FileName(ef.name) for ef in JukiEf}
        | _pins((JukiEf.PIN, "PIN", PinKind.JUKI.japanese, PinKind.JUKI)),
        Ap.ISD: _pins((ISD_KEY_FILE, "KEY", "", None)),
        # The names are those of the published specification (card reference §8).
        Ap.LICENCE: _pins(
            (LicenceEf.PIN, "PIN", PinKind.LICENCE.japanese, PinKind.LICENCE),
            (LicenceEf.PIN_FLAG, "PIN_FLAG", "PIN設定", None),
            (LicenceEf.DATA, "DATA", "免許情報", None),
            (LicenceEf.SIGNATURE, "SIGNATURE", "", None),
        ),
    }
)
_KEYS_BY_DEFAULT = MappingProxyType({Ap.TEXT: TextEf.AUTHENTICATION_KEY})
_CARD_STATUSES = {each.word: each.name.lower().replace("_", " ") for each in CardStatus}
_OBJECTS = {int(tag): tag for tag in IsdTag}


def instruction_name(cla: int, ins: int) -> str:
    """Give the name of an instruction; CLA 08 and 0C are the ISO ones, secured."""
    if cla == OWN:
        return _OWN.get(ins, UNKNOWN)
    if cla in {SECURED, SECURED | 0x04}:
        return f"{_ISO[ins]} (SM)" if ins in _ISO else UNKNOWN
    return _ISO.get(ins, UNKNOWN) if cla < OWN else UNKNOWN


def file_name(ap: Ap | None, ef: int | None) -> FileName | None:
    """Give what is known of an EF of an application."""
    if ap is None or ef is None:
        return None
    return _FILES[ap].get(ef)


def default_key(ap: Ap | None) -> int | None:
    """Give the key that P2 = 00 means in an application, where it is known."""
    return None if ap is None else _KEYS_BY_DEFAULT.get(ap)


def applications_named(name: bytes, *, shortest: int = 5) -> list[Ap]:
    """Give the applications whose AID is, or begins with, `name` (card reference §2)."""
    exact = [ap for ap in Ap if ap.aid == name]
    if exact or len(name) < shortest:
        return exact
    return [ap for ap in Ap if ap.aid.startswith(name)]


def object_name(tag: int) -> str:
    """Give the name of a data object of the ISD."""
    known = _OBJECTS.get(tag)
    return "" if known is None else f"{known.name} {known.row.japanese}"


def outcome(status: StatusWord | None) -> tuple[str, str]:
    """Say how a command ended, in English and (for the common outcomes) in Japanese."""
    if status is None:
        return _NO_ANSWER
    kind = status.kind
    if kind is None:
        own = _CARD_STATUSES.get(status)
        return own or f"unknown status {status.value:04X}", ""
    left = status.tries_left
    if left is not None:
        english = _TRIES_LEFT.get(left, f"{left} tries left")
        return english, f"閉塞 (残り{left}回)" if not left else f"残り{left}回"
    number = "" if status.number is None else f": {status.number}"
    english = kind.name.lower().replace("_", " ") + number
    return english, _OUTCOMES_JAPANESE.get(kind, "")
