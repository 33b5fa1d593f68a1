"""Which libpcsclite a program gets, from which package, and the protocol it really states.

Its version number says little: distributions differ. So it is run against a socket of ours, and
its first message read.
Not here: what it says of readers (`readers`). Called by `diagnose`.
"""

import json
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from cardsim.diagnosis.facts import Library
from cardsim.diagnosis.looking import calls
from cardsim.diagnosis.looking.running import SECONDS, ask
from cardsim.diagnosis.machine import DELEGATE_VARIABLE, Machine, is_there
from cardsim.readers.pcsc import SOCKET_VARIABLE
from cardsim.readers.pcsc.codes import Command
from cardsim.readers.pcsc.protocol import HEADER, VERSION

_GUARDED_CALL = b"secure_getenv"
_FIRST_MESSAGE = HEADER.size + VERSION.size
_USUAL_DIRECTORIES = (
    "/usr/lib/*-linux-gnu*",
    "/lib/*-linux-gnu*",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
    "/usr/local/lib/*-linux-gnu*",
)


def call(machine: Machine, *words: str, socket_path: str | None = None) -> dict[str, Any]:
    """Run `calls` in a process of its own; give what it saw, or under `error` why nothing.

    It goes to the service a program of this machine would find, or to `socket_path`.
    """
    more = {} if socket_path is None else {SOCKET_VARIABLE: socket_path}
    # -I: what PYTHONPATH names could stand before the standard library's own modules.
    reply = ask(machine, sys.executable, "-I", calls.__file__, *words, more=more)
    if reply is None or reply.status != 0:
        if reply is None:
            return {"error": "no Python to call it with"}
        said_last = " ".join(reply.errors.splitlines()[-1:])
        return {"error": said_last or f"whoever calls it ends with status {reply.status}"}
    # The library, or what is preloaded, may have printed lines of its own before.
    try:
        said: dict[str, Any] = json.loads(reply.output.rpartition("\n")[2])
    except ValueError:
        return {"error": "it ended the program that calls it"}
    return said


def look_at_library(machine: Machine) -> Library:
    """Find and try the library."""
    loaded = call(machine, "load")
    files = [file for file in loaded.get("files", ()) if "libpcsclite" in file]
    file = files[0] if files else None
    delegate = machine.environ.get(DELEGATE_VARIABLE)
    return Library(
        file=file,
        error=loaded.get("error"),
        package=None if file is None else _package(machine, file),
        stated=None if file is None else _stated(machine),
        others=_others(machine, file),
        search_path=machine.environ.get("LD_LIBRARY_PATH"),
        delegate=delegate,
        delegate_exists=delegate is not None and is_there(Path(delegate)),
        preload=machine.environ.get("LD_PRELOAD"),
        guarded=file is not None and _GUARDED_CALL in Path(file).read_bytes(),
    )


def _stated(machine: Machine) -> tuple[int, int] | None:
    """Give the version in the library's first message, None when no such message comes."""
    with tempfile.TemporaryDirectory(prefix="jpki-doctor-") as directory:
        path = f"{directory}/comm"
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.settimeout(SECONDS)
            listener.bind(path)
            listener.listen(1)
            heard: list[bytes] = []
            hearing = threading.Thread(target=_hear, args=(listener, heard))
            hearing.start()
            call(machine, "context", socket_path=path)
            # Whoever has not come by now will not: wake the thread that waits.
            _knock(path)
            hearing.join()
    return _version(heard[0]) if heard else None


def _hear(listener: socket.socket, heard: list[bytes]) -> None:
    """Take the first message of the first who connects; then hang up."""
    try:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(SECONDS)
            message = b""
            while len(message) < _FIRST_MESSAGE and (chunk := connection.recv(_FIRST_MESSAGE)):
                message += chunk
            heard.append(message)
    except OSError:
        return


def _knock(path: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as visitor:
        visitor.setblocking(False)
        visitor.connect_ex(path)


def _version(message: bytes) -> tuple[int, int] | None:
    if len(message) < _FIRST_MESSAGE:
        return None
    size, command = HEADER.unpack_from(message)
    if (size, command) != (VERSION.size, Command.VERSION):
        return None
    major, minor, _ = VERSION.unpack_from(message, HEADER.size)
    return major, minor


def _others(machine: Machine, file: str | None) -> tuple[str, ...]:
    """Give further files of the library's name, each by its real path."""
    found = [Path(each) for each in machine.environ.get("LD_LIBRARY_PATH", "").split(":") if each]
    for pattern in _USUAL_DIRECTORIES:
        found += sorted(Path("/").glob(pattern.lstrip("/")))
    known = [directory / calls.LIBRARY for directory in found]
    cache = ask(machine, "ldconfig", "-p")
    lines = [] if cache is None else cache.output.splitlines()
    known += [Path(line.partition("=> ")[2]) for line in lines if f"{calls.LIBRARY} " in line]
    real = {str(path.resolve()) for path in known if is_there(path)}
    return tuple(sorted(real - {str(Path(file).resolve())} if file else real))


def _package(machine: Machine, file: str) -> str | None:
    """Ask dpkg, then rpm, for the package of a file."""
    # Before /usr was merged, packages had their libraries in /lib, and some still say so.
    for path in (file, file.removeprefix("/usr"), f"/usr{file}"):
        owner = ask(machine, "dpkg-query", "--search", path)
        if owner is not None and owner.status == 0:
            name = owner.output.partition(": ")[0].partition(",")[0]
            shown = ask(machine, "dpkg-query", "--show", name)
            return name if shown is None else shown.output.replace("\t", " ")
    owner = ask(machine, "rpm", "--query", "--file", file)
    return owner.output if owner is not None and owner.status == 0 else None
