"""The socket's place in the file system: private, fresh or taken over, removed at the end.

Not here: what is said over the socket (`service`).
Source: unix(7): to connect one needs write access to the socket and search access to its
directory, so a directory of mode 0700 keeps everybody else out; a name has at most 107 bytes;
a socket file outlives its server.
Called by `service`.

    EndpointError
    ├── AlreadyServedError   a living service has this path
    ├── NotPrivateError      others can get into the directory
    └── UnusablePathError    too long, no directory, or something that is no socket is there
"""

import contextlib
import fcntl
import os
import socket
import stat
import tempfile
import threading
from pathlib import Path

SOCKET_NAME = "pcscd.comm"
_LONGEST_PATH = 107
_BACKLOG = 128
_OTHERS = 0o077
_PROBE_SECONDS = 1.0


class EndpointError(Exception):
    """The service cannot have this socket."""


class AlreadyServedError(EndpointError):
    """A service that is alive listens there."""


class NotPrivateError(EndpointError):
    """Other users could reach the socket: its directory is not theirs alone who start us."""


class UnusablePathError(EndpointError):
    """No socket can be made at this path."""


class Endpoint:
    """A listening Unix socket at `path`, or at a fresh private place when that is None.

    Beside the socket lies a lock file, locked as long as the service lives: so a second service
    on the same path knows the first one's socket from one that a crash left behind.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._own_directory = path is None
        self.path = path.absolute() if path else _fresh_directory() / SOCKET_NAME
        self._lock: int | None = None
        self._inode: int | None = None
        self._process = os.getpid()
        self._closing = threading.Lock()

    @property
    def _lock_path(self) -> Path:
        return self.path.with_name(self.path.name + ".lock")

    def open(self) -> socket.socket:
        """Bind and listen; give the socket, which does not block. Raises `EndpointError`."""
        if len(os.fsencode(self.path)) > _LONGEST_PATH:
            raise UnusablePathError(
                f"{self.path} is longer than the {_LONGEST_PATH} bytes a socket's name can have"
            )
        _check_private(self.path.parent)
        self._lock = self._take_lock()
        try:
            self._clear()
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.bind(os.fspath(self.path))
            self.path.chmod(0o600)
            self._inode = self.path.stat().st_ino
            listener.listen(_BACKLOG)
            listener.setblocking(False)
        except BaseException:
            self.close()
            raise
        return listener

    def close(self) -> None:
        """Remove what `open` made, unless it is no longer ours. A second call does nothing.

        From any thread.
        """
        if os.getpid() == self._process:
            # Else this is a forked child: the files are its parent's, which may be serving.
            with self._closing:
                self._remove()

    def _remove(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self._inode is not None and self.path.stat().st_ino == self._inode:
                self.path.unlink()
        self._inode = None
        if self._lock is not None:
            self._lock_path.unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None
        if self._own_directory:
            with contextlib.suppress(OSError):
                self.path.parent.rmdir()

    def _take_lock(self) -> int:
        """Give the locked lock file; whoever has it is the one service of this path."""
        while True:
            lock = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(lock).st_ino == self._lock_path.stat().st_ino:
                    return lock
            except BlockingIOError:
                os.close(lock)
                raise AlreadyServedError(f"a service is running at {self.path}") from None
            except FileNotFoundError:
                # The service before us removed its lock between our opening and locking it.
                pass
            os.close(lock)

    def _clear(self) -> None:
        """Remove the socket a dead service left; refuse to touch anything else."""
        try:
            mode = self.path.lstat().st_mode
        except FileNotFoundError:
            return
        if not stat.S_ISSOCK(mode):
            raise UnusablePathError(f"{self.path} exists and is no socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(_PROBE_SECONDS)
            try:
                probe.connect(os.fspath(self.path))
            except ConnectionRefusedError:
                self.path.unlink()
                return
            except OSError as error:
                raise AlreadyServedError(f"{self.path} is in use: {error}") from error
        raise AlreadyServedError(f"another program serves {self.path}")


def _fresh_directory() -> Path:
    directory = Path(tempfile.mkdtemp(prefix="jpki-pcsc-"))
    if len(os.fsencode(directory)) + 1 + len(SOCKET_NAME) > _LONGEST_PATH:
        directory.rmdir()
        directory = Path(tempfile.mkdtemp(prefix="jpki-pcsc-", dir="/tmp"))
    return directory


def _check_private(directory: Path) -> None:
    """Have a directory that only we can enter: make it, or refuse the one there is."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.stat()
    except OSError as error:
        raise UnusablePathError(f"{directory} cannot be used: {error.strerror}") from error
    if found.st_uid != os.geteuid() or found.st_mode & _OTHERS:
        raise NotPrivateError(
            f"others can enter {directory}: use a directory of your own with mode 0700"
        )
