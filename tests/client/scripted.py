"""A connection that plays a transcript: the exact commands in their order, or the test fails."""

from dataclasses import dataclass, field

from jpki.card.connection import ConnectionLostError

Exchange = tuple[str, str | None]
"""Command and answer in hex, spaces welcome; None as answer is a transport that fails."""


@dataclass
class ScriptedConnection:
    """Answers from a transcript; a command that is not the next one is an AssertionError."""

    exchanges: list[Exchange]
    atr: bytes = bytes.fromhex("3BE000FF8131FE4514")
    closed: bool = False
    _played: int = field(default=0, init=False)

    def transmit(self, command: bytes) -> bytes:
        assert self._played < len(self.exchanges), f"nothing expected, got {command.hex()}"
        expected, answer = self.exchanges[self._played]
        assert command.hex(" ") == bytes.fromhex(expected).hex(" "), f"exchange {self._played}"
        self._played += 1
        if answer is None:
            raise ConnectionLostError("the transcript says so")
        return bytes.fromhex(answer)

    def close(self) -> None:
        self.closed = True

    def assert_finished(self) -> None:
        """Every exchange of the transcript took place."""
        assert self._played == len(self.exchanges), f"only {self._played} exchanges took place"


def play(*exchanges: Exchange) -> ScriptedConnection:
    """Make a connection from exchanges, SELECT of the JPKI AP put in front."""
    return ScriptedConnection([SELECT_JPKI, *exchanges])


SELECT_JPKI: Exchange = ("00A4040C0A D392F000260100000001", "9000")
SELECT_AUTH_PIN: Exchange = ("00A4020C02 0018", "9000")
SELECT_SIGN_PIN: Exchange = ("00A4020C02 001B", "9000")
ASK_TRIES = "00200080"


def select_ef(identifier: str, status: str = "9000") -> Exchange:
    """SELECT an EF by its identifier."""
    return (f"00A4020C02 {identifier}", status)


def certificate(length: int) -> bytes:
    """Give bytes that are framed as a certificate of this whole length is (30 82 ...)."""
    body = length - 4
    return b"\x30\x82" + body.to_bytes(2, "big") + bytes(n % 251 for n in range(body))
