"""One command and its answer, redacted: header, lengths, status, and values of public form.

An `Exchange` cannot hold anything else: it checks itself against `keeping` when it is built,
wherever its parts come from. `overhear` is the way from the bytes of a conversation to it.
Not here: what was meant (`steps`). Called by the recorder, the importers and the codec.
"""

from dataclasses import dataclass

from cardsim.trace import keeping
from jpki.iso7816 import MAX_NC_EXTENDED, MAX_NE_EXTENDED, ApduError, CommandApdu, StatusWord

_STATUS_LENGTH = 2
MAX_LENGTH = keeping.HEADER_LENGTH + 3 + MAX_NC_EXTENDED + 2
"""Of a command: header, extended Lc, data, extended Le."""


class UnredactedError(ValueError):
    """Parts that may not be kept, or do not belong together; the message never quotes them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command: its length, and of its bytes what may be kept.

    `header` is CLA INS P1 P2, or as much of it as may be kept. `nc` and `ne` are the lengths of
    its data and of the answer expected; both None when the bytes are no APDU. `data` is the
    data field when it may be kept: None when there is none, or it may not.
    """

    length: int
    header: bytes = b""
    nc: int | None = None
    ne: int | None = None
    extended: bool = False
    data: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.length <= MAX_LENGTH:
            raise UnredactedError(f"a command has at most {MAX_LENGTH} bytes")
        padded = self.header.ljust(keeping.HEADER_LENGTH, b"\0")
        allowed = keeping.header_to_keep(padded, whole=self.is_apdu)
        if self.header not in {b"", allowed, allowed[: keeping.KIND_LENGTH]}:
            raise UnredactedError("a header that may not be kept")
        if not self.is_apdu and (self.ne is not None or self.extended or self.data is not None):
            raise UnredactedError("parts of an APDU where there is none")
        if not 0 <= (self.nc or 0) <= MAX_NC_EXTENDED:
            raise UnredactedError("a data field that is too long")
        if self.ne is not None and not 1 <= self.ne <= MAX_NE_EXTENDED:
            raise UnredactedError("an expected length that cannot be encoded")
        if self.data is not None and (
            len(self.data) != self.nc or not keeping.is_public_command_data(self.header, self.data)
        ):
            raise UnredactedError("a data field that may not be kept")

    @property
    def is_apdu(self) -> bool:
        """Whether the bytes were a well-formed command APDU."""
        return self.nc is not None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was hidden, so that the command can be said again."""
        return len(self.header) == keeping.HEADER_LENGTH and (not self.nc or self.data is not None)

    @property
    def kind(self) -> tuple[int, int] | None:
        """CLA and INS, if they are known."""
        if len(self.header) < keeping.KIND_LENGTH:
            return None
        return self.header[0], self.header[1]

    @property
    def p1(self) -> int:
        """P1; only when the whole header was kept."""
        return self.header[2]

    @property
    def p2(self) -> int:
        """P2; only when the whole header was kept."""
        return self.header[3]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer: the length of its data, its status word, and the data when they may be kept.

    `status` is None when no two bytes came at all.
    """

    length: int
    status: StatusWord | None
    data: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.length <= MAX_NE_EXTENDED:
            raise UnredactedError(f"an answer has at most {MAX_NE_EXTENDED} bytes of data")
        if self.data is not None and len(self.data) != self.length:
            raise UnredactedError("an answer of another length than its data")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A command and its answer; None when none came."""

    asked: Asked
    answered: Answered | None

    def __post_init__(self) -> None:
        kept = self.answered.data if self.answered else None
        if kept is not None and not keeping.is_public_answer_data(self.asked.header, kept):
            raise UnredactedError("data of an answer that may not be kept")

    @property
    def status(self) -> StatusWord | None:
        """The status word, if one came."""
        return None if self.answered is None else self.answered.status

    @property
    def succeeded(self) -> bool:
        """Whether the answer was 9000."""
        return self.status is not None and self.status.is_success


def overhear(command: bytes, answer: bytes | None) -> Exchange:
    """Redact one command and its answer (None: none came), whatever their bytes are."""
    asked = _asked(command)
    return Exchange(asked, None if answer is None else _answered(asked.header, answer))


def _asked(command: bytes) -> Asked:
    length = min(len(command), MAX_LENGTH)
    header = command[: keeping.HEADER_LENGTH]
    try:
        apdu = CommandApdu.decode(command)
    except ApduError:
        return Asked(length, keeping.header_to_keep(header, whole=False))
    kept = keeping.header_to_keep(header, whole=True)
    data = apdu.data if keeping.is_public_command_data(kept, apdu.data) else None
    return Asked(length, kept, len(apdu.data), apdu.ne, apdu.extended, data)


def _answered(header: bytes, answer: bytes) -> Answered:
    if len(answer) < _STATUS_LENGTH:
        return Answered(len(answer), None)
    data = answer[:-_STATUS_LENGTH]
    status = StatusWord(int.from_bytes(answer[-_STATUS_LENGTH:], "big"))
    kept = data if keeping.is_public_answer_data(header, data) else None
    return Answered(min(len(data), MAX_NE_EXTENDED), status, kept)
