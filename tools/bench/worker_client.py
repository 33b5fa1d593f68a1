"""Talk to `worker`, the pyscard client in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_WORKER = Path(__file__).with_name("worker.py")


class Worker:
    """One client process whose PC/SC service is the one its environment names."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(_WORKER)],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def time(
        self, commands: Sequence[str], *, repeat: int, prepare: Sequence[str] = ()
    ) -> list[float]:
        """Time `repeat` repetitions of all commands (hex) together, in seconds each."""
        request = {"prepare": list(prepare), "commands": list(commands), "repeat": repeat}
        seconds: list[float] = self._ask(request)
        return seconds

    def wait_for(self, event: str) -> None:
        """Have the client wait for `insert` or `remove`; returns when it is about to."""
        if self._ask({"wait": event}) != "ready":
            raise RuntimeError("the client is not waiting")

    def seen_at(self) -> float:
        """Give the time (seconds of the system's clock) at which the client saw the event."""
        return float(self._hear())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=30)

    def _ask(self, request: Mapping[str, Any]) -> Any:
        if self._process.stdin is None:
            raise RuntimeError("the client has no standard input")
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> Any:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise RuntimeError(f"the client ended with {self._process.wait(30)}")
        return json.loads(line)
