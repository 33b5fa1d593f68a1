"""A program of its own: load libpcsclite as any program does, call it, print what came as JSON.

Run by `library` and `readers` in a process of its own, since the library reads the environment
once in a process and may hang or crash. It imports nothing of this project and needs no pyscard.
`load` only loads; `context` establishes a context; `readers AID` looks into all readers, and
sends SELECT for AID to each card that no other program uses. Nothing else is ever sent.
Source: pcsc-lite `winscard.h` and `pcsclite.h.in`, where a DWORD is an `unsigned long`.
"""

import ctypes
import json
import sys
from pathlib import Path

LIBRARY = "libpcsclite.so.1"

_LONG, _DWORD, _TEXT = ctypes.c_long, ctypes.c_ulong, ctypes.c_char_p
_SCOPE_SYSTEM = 2
_SHARE_SHARED = 2
_T0, _T1 = 1, 2
_LEAVE_CARD = 0
_PRESENT, _EXCLUSIVE, _INUSE, _MUTE = 0x20, 0x80, 0x100, 0x200
_MAX_ATR = 33
_CODE_MASK = 0xFFFFFFFF
_ANSWER_BYTES = 258


class _ReaderState(ctypes.Structure):
    """SCARD_READERSTATE."""

    _fields_ = (
        ("name", _TEXT),
        ("user_data", ctypes.c_void_p),
        ("current", _DWORD),
        ("event", _DWORD),
        ("atr_length", _DWORD),
        ("atr", ctypes.c_ubyte * _MAX_ATR),
    )


class _IoRequest(ctypes.Structure):
    """SCARD_IO_REQUEST."""

    _fields_ = (("protocol", _DWORD), ("length", _DWORD))


def _load() -> ctypes.CDLL:
    library = ctypes.CDLL(LIBRARY)
    handle, out, size = _LONG, ctypes.POINTER(_LONG), ctypes.POINTER(_DWORD)
    request = ctypes.POINTER(_IoRequest)
    anything = ctypes.c_void_p
    signatures = {
        "SCardEstablishContext": (_DWORD, anything, anything, out),
        "SCardReleaseContext": (handle,),
        "SCardListReaders": (handle, _TEXT, _TEXT, size),
        "SCardGetStatusChange": (handle, _DWORD, ctypes.POINTER(_ReaderState), _DWORD),
        "SCardConnect": (handle, _TEXT, _DWORD, _DWORD, out, size),
        "SCardTransmit": (handle, request, _TEXT, _DWORD, anything, _TEXT, size),
        "SCardDisconnect": (handle, _DWORD),
    }
    for name, arguments in signatures.items():
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, _LONG
    return library


def _mapped() -> list[str]:
    """Give the files of the library that are in this process's memory."""
    lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    fields = (line.split(maxsplit=5) for line in lines)
    paths = (words[5] for words in fields if len(words) > 5)  # noqa: PLR2004 - proc(5)
    return list(dict.fromkeys(path for path in paths if "libpcsc" in path.rpartition("/")[2]))


def _list(library: ctypes.CDLL, context: int) -> tuple[int, list[bytes]]:
    """SCardListReaders: return code and names."""
    size = _DWORD()
    code = library.SCardListReaders(context, None, None, size)
    if code:
        return code, []
    names = ctypes.create_string_buffer(size.value)
    code = library.SCardListReaders(context, None, names, size)
    return code, [name for name in names.raw[: size.value].split(b"\0") if name]


def _look_into(library: ctypes.CDLL, context: int, name: bytes, select: bytes) -> dict[str, object]:
    """Give the state of a reader; select the application if nobody else uses the card."""
    state = _ReaderState(name=name)
    code = library.SCardGetStatusChange(context, 0, state, 1)
    event = state.event if code == 0 else 0
    seen: dict[str, object] = {
        "name": name.decode(errors="replace"),
        "state": event,
        "atr": bytes(state.atr[: state.atr_length]).hex(),
        "connect": None,
        "transmit": None,
        "answer": None,
    }
    if event & _PRESENT and not event & (_EXCLUSIVE | _INUSE | _MUTE):
        card, protocol = _LONG(), _DWORD()
        code = library.SCardConnect(context, name, _SHARE_SHARED, _T0 | _T1, card, protocol)
        seen["connect"] = code & _CODE_MASK
        if code == 0:
            request = _IoRequest(protocol.value, ctypes.sizeof(_IoRequest))
            answer, length = ctypes.create_string_buffer(_ANSWER_BYTES), _DWORD(_ANSWER_BYTES)
            code = library.SCardTransmit(card, request, select, len(select), None, answer, length)
            seen["transmit"] = code & _CODE_MASK
            seen["answer"] = answer.raw[: length.value].hex() if code == 0 else None
            library.SCardDisconnect(card, _LEAVE_CARD)
    return seen


def main(mode: str, aid: str = "") -> dict[str, object]:
    """Do what is asked and give what was seen."""
    try:
        library = _load()
    except (OSError, AttributeError) as error:
        return {"error": str(error)}
    said: dict[str, object] = {"files": _mapped()}
    if mode == "load":
        return said
    context = _LONG()
    code = library.SCardEstablishContext(_SCOPE_SYSTEM, None, None, context)
    # 2.x loads the library behind the shell at its first call.
    said |= {"files": _mapped(), "context": code & _CODE_MASK}
    if code or mode == "context":
        return said
    name = bytes.fromhex(aid)
    select = bytes((0x00, 0xA4, 0x04, 0x0C, len(name))) + name
    code, names = _list(library, context.value)
    said["list"] = code & _CODE_MASK
    said["readers"] = [_look_into(library, context.value, each, select) for each in names]
    library.SCardReleaseContext(context.value)
    return said


if __name__ == "__main__":
    sys.stdout.write(f"\n{json.dumps(main(*sys.argv[1:]))}\n")
