"""The client of the reader benchmarks: pyscard in a process of its own.

libpcsclite reads PCSCLITE_CSOCK_NAME once, at its first call, so each service measured gets a
process. Reads one JSON request a line, answers one JSON list of seconds a line:
  {"commands": ["00A4…"], "repeat": N}   time each repetition of all commands together
  {"wait": "insert" | "remove"}          answer "ready", then the wall-clock time of the event
"""

import json
import sys
import time
from typing import Any

from smartcard import scard

_HEADER, _VERIFY, _TRIES_LEFT = 4, 0x20, 0x63


def main() -> None:
    """Serve requests until standard input ends."""
    context = checked(scard.SCardEstablishContext(scard.SCARD_SCOPE_USER))
    handle = None
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            wait(context, present=request["wait"] == "insert")
            continue
        if handle is None:
            reader = checked(scard.SCardListReaders(context, []))[0]
            handle = checked(
                scard.SCardConnect(
                    context, reader, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T1
                )
            )
        prepare = [list(bytes.fromhex(command)) for command in request.get("prepare", [])]
        commands = [list(bytes.fromhex(command)) for command in request["commands"]]
        for command in prepare:
            transmit(handle, command)
        say([timed(handle, commands) for _ in range(request["repeat"])])


def timed(handle: Any, commands: list[list[int]]) -> float:
    """Send all commands once; give the seconds it took."""
    started = time.perf_counter()
    for command in commands:
        transmit(handle, command)
    return time.perf_counter() - started


def transmit(handle: Any, command: list[int]) -> None:
    """Send one command; anything but 9000 ends the benchmark, or tries left when asked for."""
    result, answer = scard.SCardTransmit(handle, scard.SCARD_PCI_T1, command)
    is_question = len(command) == _HEADER and command[1] == _VERIFY
    expected = answer[-2] == _TRIES_LEFT if is_question else answer[-2:] == [0x90, 0x00]
    if result or not expected:
        raise RuntimeError(f"{bytes(command[:4]).hex()}: {result:#x} {answer[-2:]}")


def wait(context: Any, *, present: bool) -> None:
    """Wait for the card to come or go and say when that was seen."""
    reader = checked(scard.SCardListReaders(context, []))[0]
    wanted = scard.SCARD_STATE_PRESENT if present else scard.SCARD_STATE_EMPTY
    states = checked(scard.SCardGetStatusChange(context, 0, [(reader, scard.SCARD_STATE_UNAWARE)]))
    say("ready")
    while not states[0][1] & wanted:
        known = [(reader, states[0][1])]
        states = checked(scard.SCardGetStatusChange(context, 10_000, known))
    say(time.time())


def checked(answer: Any) -> Any:
    """Take the return code off; anything but success ends the benchmark."""
    code, *rest = answer
    if code:
        raise RuntimeError(scard.SCardGetErrorMessage(code))
    return rest[0]


def say(value: object) -> None:
    """Answer one line."""
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main()
