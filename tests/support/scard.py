"""PC/SC programs under remote control: pyscard in a process of its own, called from a test.

libpcsclite reads where its daemon is once in a process, so each service needs programs of its
own. A program runs the calls of each of its threads in order; threads run side by side.
Not here: what is called, which is pyscard's `smartcard.scard`, function by function.
"""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

_PATIENCE = 30.0


class ScardProgram:
    """A process that calls `smartcard.scard`: `program.call("SCardConnect", context, ...)`.

    Arguments and results are numbers, strings, lists and None.
    """

    def __init__(
        self, environment: Mapping[str, str], command: tuple[str, ...] = (sys.executable,)
    ) -> None:
        self.process = subprocess.Popen(
            [*command, "-m", "tests.support.scard"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
            text=True,
        )
        self._calls: dict[int, Future[Any]] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def begin(self, function: str, *arguments: Any, thread: int = 0) -> "Future[Any]":
        """Start a call and do not wait for it."""
        number, future = len(self._calls), Future[Any]()
        self._calls[number] = future
        self.process.stdin.write(json.dumps([number, thread, function, arguments]) + "\n")
        self.process.stdin.flush()
        return future

    def call(self, function: str, *arguments: Any, thread: int = 0) -> Any:
        """Call and give the result: a return code, or a list that begins with one."""
        return self.begin(function, *arguments, thread=thread).result(_PATIENCE)

    def establish(self) -> int:
        """Give a context."""
        return self._value(self.call("SCardEstablishContext", 2))

    def connect(self, context: int, reader: str, *, share: int = 2, preferred: int = 3) -> int:
        """Give a handle."""
        return self._value(self.call("SCardConnect", context, reader, share, preferred))

    def transmit(self, card: int, command: str, protocol: int = 2) -> tuple[int, str]:
        """SCardTransmit with hexadecimal digits: return code and answer."""
        code, answer = self.call("SCardTransmit", card, protocol, list(bytes.fromhex(command)))
        return code, bytes(answer).hex()

    def kill(self) -> None:
        """End the process as kill -9 does."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()
        self._reader.join()
        self.process.stdin.close()
        self.process.stdout.close()

    def _read(self) -> None:
        for line in self.process.stdout:
            number, result = json.loads(line)
            if isinstance(result, str):
                self._calls[number].set_exception(AssertionError(result))
            else:
                self._calls[number].set_result(result)

    @staticmethod
    def _value(result: list[Any]) -> Any:
        if result[0]:
            raise AssertionError(f"{result[0] & 0xFFFFFFFF:#x}")
        return result[1]


def _serve() -> None:
    """Run calls from standard input; write results to standard output."""
    from smartcard import scard

    results = threading.Lock()
    threads: dict[int, queue.Queue[Any]] = {}

    def work(calls: "queue.Queue[Any]") -> None:
        while True:
            number, function, arguments = calls.get()
            try:
                result = getattr(scard, function)(*(_tuples(value) for value in arguments))
            except Exception as error:  # noqa: BLE001 (reported to whoever called)
                result = repr(error)
            with results:
                print(json.dumps([number, result]), flush=True)

    for line in sys.stdin:
        number, thread, function, arguments = json.loads(line)
        if thread not in threads:
            threads[thread] = queue.Queue()
            threading.Thread(target=work, args=(threads[thread],), daemon=True).start()
        threads[thread].put((number, function, arguments))


def _tuples(value: Any) -> Any:
    """Give the list of reader states as tuples, which pyscard wants; leave all else."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return [tuple(entry) for entry in value]
    return value


if __name__ == "__main__":
    _serve()
