"""Conversations over the service's socket, byte for byte."""

import contextlib
import re
import socket
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

_PATIENCE = 20.0


class Wire:
    """A raw connection to a PC/SC service."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(_PATIENCE)
        self.socket.connect(str(path))

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self.socket.sendall(data)

    def send_slowly(self, data: bytes) -> None:
        """Send byte by byte."""
        for byte in data:
            self.socket.sendall(bytes((byte,)))

    def read(self, size: int) -> bytes:
        """Read so many bytes, fewer only if the connection ends."""
        data = bytearray()
        while len(data) < size:
            chunk = self.socket.recv(size - len(data))
            if not chunk:
                break
            data += chunk
        return bytes(data)

    def ask(self, request: bytes, size: int) -> bytes:
        """Send a request and read so many bytes."""
        self.send(request)
        return self.read(size)

    def is_closed(self) -> bool:
        """Wait until the service closes the connection; whatever it sends before is lost."""
        try:
            while self.socket.recv(65_536):
                pass
        except ConnectionError:
            return True
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def replay(script: Path, wire: Wire, actions: dict[str, Callable[[], None]]) -> list[str]:
    """Replay a recorded conversation, sending byte by byte; give a line for each difference."""
    differences = []
    for number, line in enumerate(script.read_text().splitlines(), 1):
        mark, text = line.split(" ", 1)
        if mark == "!":
            actions[text]()
        elif mark == ">":
            wire.send_slowly(parse(text))
        else:
            expected = parse(text)
            answer = wire.read(len(expected))
            if answer != expected:
                differences.append(f"line {number}: {answer.hex()} instead of {expected.hex()}")
    return differences


def parse(text: str) -> bytes:
    """Read hexadecimal digits, in which `00*N` stands for N zero bytes."""
    zeros = re.compile(r"00\*(\d+)")
    return bytes.fromhex(zeros.sub(lambda match: "00" * int(match[1]), text))


def send_while_it_lasts(wire: Wire, data: bytes) -> None:
    """Send to a service that may hang up meanwhile."""
    with contextlib.suppress(OSError):
        wire.send(data)
