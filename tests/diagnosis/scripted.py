"""A server at a Unix socket that says what it was told to, whatever it is asked."""

import contextlib
import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

_LONGEST_REQUEST = 4096


@contextlib.contextmanager
def serving(answers: Sequence[bytes]) -> Iterator[Path]:
    """Serve at a path: to each client these answers, one after each request, then a hang-up."""
    with (
        # A short path: what pytest gives may be longer than a socket's name can be.
        tempfile.TemporaryDirectory(prefix="scripted-") as directory,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener,
    ):
        path = Path(directory) / "comm"
        listener.bind(str(path))
        listener.listen()
        thread = threading.Thread(target=_serve, args=(listener, answers))
        thread.start()
        try:
            yield path
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, answers: Sequence[bytes]) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client, contextlib.suppress(ConnectionError):
            for answer in answers:
                if not client.recv(_LONGEST_REQUEST):
                    break
                client.sendall(answer)
