"""The service answers as pcscd does: the same calls, side by side, with the same return codes.

What pcscd has to be left out of the comparison for: attributes and controls (vpcd has none), and
three of its own mistakes: after a power-off by another program SCardReconnect with LEAVE leaves
the card without power; RAW stands in the way of T=0 and T=1 until the next reset; who changes from
exclusive to shared keeps the card locked, so that the next SCardConnect waits for ever.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.plain_card import EchoCard
from tests.support.readers import Reader, ServiceReader, VpcdReader
from tests.support.scard import ScardProgram

EXCLUSIVE, SHARED, DIRECT = 1, 2, 3
LEAVE, RESET, UNPOWER = 0, 1, 2
T0, T1, RAW = 1, 2, 4


class Pair:
    """Two programs on one reader; each call is noted with its return code."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.seen: list[str] = []
        self.programs = [ScardProgram(reader.environment) for _ in range(2)]
        self.contexts = [program.establish() for program in self.programs]
        self.cards = [0, 0]

    def call(self, who: int, function: str, *arguments: Any) -> Any:
        """Call a function of a handle; note the return code."""
        result = self.programs[who].call(function, self.cards[who], *arguments)
        return self.note(who, function, arguments, result)

    def note(self, who: int, function: str, arguments: Any, result: Any) -> Any:
        """Note what a call gave."""
        code = result[0] if isinstance(result, list) else result
        self.seen.append(f"{'AB'[who]} {function}{arguments} {code & 0xFFFFFFFF:#x}")
        return result

    def connect(self, who: int, share: int = SHARED, preferred: int = T0 | T1) -> bool:
        """Connect; note the return code and, on success, the protocol."""
        how = (self.reader.name, share, preferred)
        result = self.programs[who].call("SCardConnect", self.contexts[who], *how)
        self.note(who, "SCardConnect", how[1:], result)
        self.cards[who] = result[1]
        if not result[0]:
            self.seen.append(f"protocol {result[2]}")
        return not result[0]

    def end(self) -> None:
        """End both programs."""
        for program in self.programs:
            program.__exit__(None, None, None)


def share_modes(pair: Pair) -> None:
    for first in (EXCLUSIVE, SHARED, DIRECT):
        pair.connect(0, first)
        for second in (EXCLUSIVE, SHARED, DIRECT):
            if pair.connect(1, second):
                pair.call(1, "SCardDisconnect", LEAVE)
        pair.call(0, "SCardDisconnect", LEAVE)
    for wrong in (0, 4):
        pair.connect(0, wrong)


def protocols(pair: Pair) -> None:
    for preferred in (0, T0, T1, T0 | T1, 8, 0x1000):
        if pair.connect(0, SHARED, preferred):
            for send in (T0, T1, RAW):
                pair.call(0, "SCardTransmit", send, [0, 1, 2, 3])
            pair.call(0, "SCardReconnect", SHARED, T0, RESET)
            pair.call(0, "SCardDisconnect", RESET)


def dispositions(pair: Pair) -> None:
    for how in (LEAVE, RESET, UNPOWER):
        pair.connect(0)
        pair.connect(1)
        pair.call(0, "SCardDisconnect", how)
        for function, *arguments in (
            ("SCardStatus",),
            ("SCardTransmit", T1, [0, 1, 2, 3]),
            ("SCardBeginTransaction",),
            ("SCardEndTransaction", LEAVE),
            ("SCardReconnect", SHARED, T0 | T1, how),
            ("SCardTransmit", T1, [0, 1, 2, 3]),
            ("SCardDisconnect", LEAVE),
        ):
            pair.call(1, function, *arguments)


def reconnecting(pair: Pair) -> None:
    pair.connect(0)
    pair.connect(1)
    for how in (LEAVE, RESET, UNPOWER):
        pair.call(0, "SCardReconnect", SHARED, T0 | T1, how)
        pair.call(0, "SCardStatus")
        pair.call(1, "SCardStatus")
        pair.call(1, "SCardReconnect", SHARED, T1, LEAVE)
    pair.call(1, "SCardDisconnect", LEAVE)
    pair.call(0, "SCardReconnect", EXCLUSIVE, T1, LEAVE)
    pair.connect(1)


def transactions(pair: Pair) -> None:
    pair.connect(0)
    pair.call(0, "SCardEndTransaction", LEAVE)
    for how in (LEAVE, RESET, UNPOWER):
        pair.connect(1)
        pair.call(0, "SCardBeginTransaction")
        pair.call(0, "SCardBeginTransaction")
        pair.call(0, "SCardEndTransaction", LEAVE)
        pair.call(0, "SCardEndTransaction", how)
        pair.call(0, "SCardStatus")
        pair.call(1, "SCardStatus")
        pair.call(0, "SCardReconnect", SHARED, T1, LEAVE)
        pair.call(1, "SCardDisconnect", LEAVE)


def death(pair: Pair) -> None:
    pair.connect(0)
    pair.connect(1)
    pair.call(0, "SCardBeginTransaction")
    begin = pair.programs[1].begin("SCardBeginTransaction", pair.cards[1])
    pair.programs[0].kill()
    pair.note(1, "SCardBeginTransaction", (), begin.result(20))
    # pcscd tells of the reset before it is through with it, and then forgets the protocol that
    # somebody quick has agreed on meanwhile.
    pair.reader.wait_contexts(1)
    pair.call(1, "SCardReconnect", SHARED, T1, LEAVE)
    pair.call(1, "SCardBeginTransaction")
    pair.call(1, "SCardTransmit", T1, [0, 1, 2, 3])
    pair.call(1, "SCardEndTransaction", LEAVE)


@pytest.fixture(scope="module")
def readers():
    """Give our service's reader and pcscd's, each with an echo card."""
    with ServiceReader() as ours, VpcdReader() as theirs:
        ours.insert(EchoCard())
        theirs.insert(EchoCard())
        yield ours, theirs


@pytest.mark.parametrize(
    "scenario", [share_modes, protocols, dispositions, reconnecting, transactions, death]
)
def test_each_call_has_the_return_code_it_has_with_pcscd(readers, scenario: Callable[[Pair], None]):
    """Two programs do the same with both; what they see is the same."""
    ours, theirs = (observe(reader, scenario) for reader in readers)

    assert ours == theirs
    assert len(ours) > 5


def observe(reader: Reader, scenario: Callable[[Pair], None]) -> list[str]:
    pair = Pair(reader)
    try:
        scenario(pair)
    finally:
        pair.end()
    return pair.seen
