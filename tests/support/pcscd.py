"""A pcscd of the test's own with a vpcd reader, beside the system's and without its service.

Not here: cards; plugging one in is `cardsim.readers.vpcd`. What makes this possible: pcscd takes
its listening socket from LISTEN_FDS as systemd would hand it over, and then asks nobody whether
another pcscd runs; its reader configuration comes from `-c DIR`; clients find its socket by
PCSCLITE_CSOCK_NAME. It still wants to find or make /run/pcscd: root makes it, and for others the
package's systemd socket has made it. As root it also notes its number there, in pcscd.pid.
Called by `readers` and by the benchmarks.
"""

import random
import socket
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.processes import Daemon, ProgramFailedError, run

PCSCD = Path("/usr/sbin/pcscd")
DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
READER_NAME = "Virtual PCD 00 00"

_READY = "daemon ready"
_PORT_TAKEN = "Could not initialize connection to virtual ICC"
_INSERTED = "Card inserted into"
_REMOVED = "Card Removed From"
_ATR = "Card ATR: "
_ATTEMPTS = 20
_NEXT_LOOK = 0.5
"""Seconds; pcscd looks for a card every 0.4."""


class PrivatePcscd:
    """One pcscd, its socket and the port at which its reader waits for a card.

    A context manager; `stop` and `start` in between restart it, as an administrator might.
    With `apdus` its log holds every APDU.
    """

    def __init__(self, *, apdus: bool = False) -> None:
        self._detail = ("--debug", "--apdu") if apdus else ("--info",)
        self._directory = tempfile.TemporaryDirectory(prefix="pcscd-")
        self._root = Path(self._directory.name)
        self._daemon: Daemon | None = None
        self.socket_path = self._root / "pcscd.comm"
        self.port = 0

    @property
    def environment(self) -> dict[str, str]:
        """What a PC/SC client needs to find this pcscd."""
        return {"PCSCLITE_CSOCK_NAME": str(self.socket_path)}

    @property
    def log(self) -> str:
        """What pcscd has said since it was last started."""
        return "" if self._daemon is None else self._daemon.said

    def start(self) -> None:
        """Start pcscd; after a `stop` its reader waits at the same port as before."""
        if self.port:
            self._start_at(self.port)
            return
        for _ in range(_ATTEMPTS):
            port = _free_pair_of_ports()
            try:
                self._start_at(port)
            except _PortTakenError:
                continue
            self.port = port
            return
        raise ProgramFailedError(f"no free pair of ports in {_ATTEMPTS} attempts")

    def stop(self) -> None:
        """End pcscd; its clients see the connection break."""
        if self._daemon is not None:
            self._daemon.stop()
            self._daemon = None
        self.socket_path.unlink(missing_ok=True)

    def wait_card(self, insertions: int) -> None:
        """Return once pcscd has seen so many insertions since its start."""
        self._wait(lambda: self.insertions >= insertions, f"{insertions} insertions")

    def wait_no_card(self, removals: int) -> None:
        """Return once pcscd has seen so many removals since its start."""
        self._wait(lambda: self.removals >= removals, f"{removals} removals")

    def wait_empty(self) -> None:
        """Return once pcscd has seen every card go that it saw come; the card must be out.

        A fault may have put it back just before: where pcscd has seen all go already, it may be
        between noticing that card and saying so, which it does before it would look again.
        """
        if self.removals >= self.insertions:
            time.sleep(_NEXT_LOOK)
        self._wait(lambda: self.removals >= self.insertions, "every card go")

    @property
    def insertions(self) -> int:
        """How many cards pcscd has seen coming since its start.

        A card that is there when the reader's thread first looks is powered up, and its ATR
        logged, without a word about an insertion.
        """
        log = self.log
        first, inserted = log.find(_ATR), log.find(_INSERTED)
        there_before = first >= 0 and (inserted < 0 or first < inserted)
        return log.count(_INSERTED) + there_before

    @property
    def removals(self) -> int:
        """How many cards pcscd has seen going since its start."""
        return self.log.count(_REMOVED)

    @property
    def threads(self) -> int:
        """How many threads pcscd has: one for each context a client established, and its own."""
        return 0 if self._daemon is None else self._daemon.threads

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        self.stop()
        self._directory.cleanup()

    def _wait(self, seen: Callable[[], bool], what: str) -> None:
        if self._daemon is None:
            raise ProgramFailedError("pcscd is not running")
        self._daemon.wait_until(seen, f"notice {what}")

    def _start_at(self, port: int) -> None:
        configuration = self._root / "reader.conf.d"
        configuration.mkdir(exist_ok=True)
        (configuration / "vpcd").write_text(
            'FRIENDLYNAME "Virtual PCD"\n'
            f"DEVICENAME /dev/null:{port:#x}\n"
            f"LIBPATH {DRIVER}\n"
            f"CHANNELID {port:#x}\n"
        )
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.socket_path))
            listening.listen(64)
            self._daemon = Daemon(
                PCSCD, "--foreground", *self._detail, "--config", configuration,
                *_without_polkit(),
                log=self._root / "log",
                listening=listening.fileno(),
            )  # fmt: skip
        self._daemon.wait_said(_READY)
        if _PORT_TAKEN in self.log:
            self.stop()
            raise _PortTakenError


class _PortTakenError(Exception):
    """Somebody was quicker between our look and vpcd's bind."""


@cache
def _without_polkit() -> tuple[str, ...]:
    """Give the option by which newer versions do not ask polkit whether a client may connect."""
    option = "--disable-polkit"
    return (option,) if option in run(PCSCD, "--help").stdout.decode() else ()


def _free_pair_of_ports() -> int:
    """Find two neighbouring TCP ports, since vpcd has two slots; give the first.

    Below the range from which the kernel takes ports for outgoing connections.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        try:
            with socket.socket() as first, socket.socket() as second:
                first.bind(("", port))
                second.bind(("", port + 1))
        except OSError:
            continue
        return port
