"""A socket path, walked from its name to what answers behind it.

Source: unix(7), path_resolution(7); pcsc-lite `src/winscard_svc.c` for the handshake. A pcscd that
polkit tells to refuse a client closes the connection without a word, or from 2.x on answers
SCARD_W_SECURITY_VIOLATION to SCardEstablishContext.
Not here: what it means. Called by `diagnose`.
"""

import os
import socket
import stat
import struct
from pathlib import Path

from cardsim.diagnosis.facts import Door, Entrance, Handshake, Talk
from cardsim.readers.pcsc.codes import Command, ReturnCode
from cardsim.readers.pcsc.protocol import (
    ESTABLISH,
    HEADER,
    MAJOR,
    OLDEST_MINOR,
    RELEASE,
    VERSION,
)

LONGEST_PATH = 107
_OTHERS = 0o077
_SECONDS = 5.0
_SCOPE_SYSTEM = 2
_MOST_LINKS = 40
"""As many links as the kernel follows (path_resolution(7))."""
_PLAUSIBLE = 100
"""No version of the protocol has ever had a number above 4 and 6."""
_PEER = struct.Struct("=iII")
"""`struct ucred`: process, user, group."""
_OLDEST = (MAJOR, OLDEST_MINOR)


def look_at_door(name: str, asked: tuple[int, int] | None, *, knock: bool = True) -> Door:
    """Walk to the socket and, if it is open, shake hands as a library of version `asked`.

    Without `knock` nobody is connected to: systemd would start a pcscd that is not needed.
    """
    user = os.geteuid()
    entrance, detail = _walk(name)
    path = Path(name)
    try:
        owner = path.stat().st_uid
        private = not path.resolve().parent.stat().st_mode & _OTHERS
    except OSError:
        owner, private = None, True
    if entrance is not Entrance.THERE:
        return Door(name, entrance, detail, owner, user)
    server = handshake = None
    if knock:
        entrance, detail, server, handshake = _knock(name, asked or _OLDEST)
    return Door(name, entrance, detail, owner, user, private, server, handshake)


def _walk(name: str) -> tuple[Entrance, str]:
    """Follow a name to its file; give what stands in the way, or that a socket is there."""
    if not name:
        return Entrance.EMPTY_NAME, ""
    if len(os.fsencode(name)) > LONGEST_PATH:
        return Entrance.TOO_LONG, ""
    path = Path(name)
    closed = _closed_directory(path.absolute())
    if closed is not None:
        return Entrance.NO_ENTRY, str(closed)
    try:
        mode = path.stat().st_mode
    except OSError:
        return (Entrance.DANGLING if path.is_symlink() else Entrance.MISSING), ""
    return (Entrance.THERE if stat.S_ISSOCK(mode) else Entrance.NO_SOCKET), ""


def _closed_directory(path: Path, links: int = _MOST_LINKS) -> Path | None:
    """Give the first directory on the way, also behind a link, that this user cannot search."""
    for directory in reversed(path.parents):
        try:
            if directory.is_dir() and not os.access(directory, os.X_OK, effective_ids=True):
                return directory
        except PermissionError:
            # A link into a place that is closed before it.
            return directory
    try:
        target = path.parent / path.readlink()
    except OSError:
        return None
    return _closed_directory(target.absolute(), links - 1) if links else None


def _knock(name: str, asked: tuple[int, int]) -> tuple[Entrance, str, str | None, Handshake | None]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as visitor:
        visitor.settimeout(_SECONDS)
        try:
            visitor.connect(name)
        except ConnectionRefusedError:
            return Entrance.DEAD, "", None, None
        except (TimeoutError, BlockingIOError):
            return Entrance.BUSY, "", None, None
        except OSError as error:
            return Entrance.DENIED, error.strerror or str(error), None, None
        return Entrance.OPEN, "", _server(visitor), _shake(visitor, asked)


def _server(visitor: socket.socket) -> str | None:
    """Name the program that listens, None when it is not in sight."""
    process, _, _ = _PEER.unpack(
        visitor.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    )
    try:
        name = Path(f"/proc/{process}/comm").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return f"{name.strip()} (process {process})"


def _shake(visitor: socket.socket, asked: tuple[int, int]) -> Handshake:
    answer = _ask(visitor, Command.VERSION, VERSION.pack(*asked, ReturnCode.SUCCESS), VERSION.size)
    if answer is None:
        return Handshake(Talk.SILENT, asked)
    if not answer:
        return Handshake(Talk.HUNG_UP, asked)
    if len(answer) < VERSION.size:
        return Handshake(Talk.FOREIGN, asked, heard=answer)
    major, minor, code = VERSION.unpack(answer)
    if not (0 < major < _PLAUSIBLE and 0 <= minor < _PLAUSIBLE):
        return Handshake(Talk.FOREIGN, asked, heard=answer)
    context_code = None
    if code == ReturnCode.SUCCESS:
        context_code = _context(visitor)
    return Handshake(Talk.SPOKEN, asked, (major, minor), code, context_code)


def _context(visitor: socket.socket) -> int | None:
    """Establish a context and release it; give the return code, None when none came."""
    body = ESTABLISH.pack(_SCOPE_SYSTEM, 0, ReturnCode.SUCCESS)
    answer = _ask(visitor, Command.ESTABLISH_CONTEXT, body, ESTABLISH.size)
    if answer is None or len(answer) < ESTABLISH.size:
        return None
    _, context, code = ESTABLISH.unpack(answer)
    if code == ReturnCode.SUCCESS:
        body = RELEASE.pack(context, ReturnCode.SUCCESS)
        _ask(visitor, Command.RELEASE_CONTEXT, body, RELEASE.size)
    return int(code)


def _ask(visitor: socket.socket, command: Command, body: bytes, size: int) -> bytes | None:
    """Send one request and read the answer: b"" after a hang-up, None when nothing came."""
    answer = bytearray()
    try:
        visitor.sendall(HEADER.pack(len(body), command) + body)
        while len(answer) < size and (chunk := visitor.recv(size - len(answer))):
            answer += chunk
    except TimeoutError:
        return bytes(answer) or None
    except OSError:
        return bytes(answer)
    return bytes(answer)
