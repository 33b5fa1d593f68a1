"""One command and its answer, redacted: header, lengths, status, and values of public form.

An `Exchange` cannot hold anything else: it checks itself against `keeping` when it is built,
wherever its parts come from. `overhear` is the way from the bytes of a conversation to it.
Not here: what was meant (`steps`). Called by the recorder, the importers and the codec.
"""

from dataclasses import dataclass
from functools import lru_cache

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

    `header` is CLA INS P1 P2. Where the bytes are no APDU, or may not be shown as one, it is CLA
    INS or nothing, and all but the length is None. `nc` and `ne` are the lengths of the data and
    of the answer expected. `data` is the data field when it may be kept: None when there is
    none, or it may not.
    """

    length: int
    header: bytes = b""
    nc: int | None = None
    ne: int | None = None
    extended: bool = False
    data: bytes | None = None

    def __post_init__(self) -> None:
        # In the order of the common case: this is built for every command that is new.
        header, nc, ne, data = self.header, self.nc, self.ne, self.data
        if not 0 <= self.length <= MAX_LENGTH:
            raise UnredactedError(f"a command has at most {MAX_LENGTH} bytes")
        if header:
            padded = header.ljust(keeping.HEADER_LENGTH, b"\0")
            whole = len(header) == keeping.HEADER_LENGTH
            if keeping.header_to_keep(padded, whole=whole, ne=ne) != header:
                raise UnredactedError("a header that may not be kept")
        if len(header) < keeping.HEADER_LENGTH:
            if nc is not None or ne is not None or self.extended or data is not None:
                raise UnredactedError("parts of an APDU where there is none")
        elif nc is None or not 0 <= nc <= MAX_NC_EXTENDED:
            raise UnredactedError("a data field of no length, or one too long")
        if ne is not None and not 1 <= ne <= MAX_NE_EXTENDED:
            raise UnredactedError("an expected length that cannot be encoded")
        if data is not None and (
            len(data) != nc or not keeping.is_public_command_data(header, data)
        ):
            raise UnredactedError("a data field that may not be kept")

    @property
    def is_apdu(self) -> bool:
        """Whether the bytes were a well-formed command APDU that may be shown as one."""
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

    `status` is None when the last two bytes are no status word that is known, as when an answer
    was cut short: then they may be two of a secret, and count in `length` as data.
    """

    length: int
    status: StatusWord | None
    data: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.length <= MAX_NE_EXTENDED:
            raise UnredactedError(f"an answer has at most {MAX_NE_EXTENDED} bytes of data")
        if self.data is not None and len(self.data) != self.length:
            raise UnredactedError("an answer of another length than its data")
        known = self.status is None or keeping.is_public_status(self.status, bare=not self.length)
        if not known:
            raise UnredactedError("a status word that nobody knows")


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
    length, header = len(command), command[: keeping.HEADER_LENGTH]
    try:
        apdu = CommandApdu.decode(command)
    except ApduError:
        return Asked(min(length, MAX_LENGTH), keeping.header_to_keep(header, whole=False))
    kept, data = keeping.header_to_keep(header, whole=True, ne=apdu.ne), apdu.data
    if len(kept) < keeping.HEADER_LENGTH:
        return Asked(min(length, MAX_LENGTH), kept)
    if not data:
        return Asked(length, kept, 0, apdu.ne, apdu.extended)
    public = data if keeping.is_public_command_data(kept, data) else None
    return Asked(length, kept, len(data), apdu.ne, apdu.extended, public)


def _answered(header: bytes, answer: bytes) -> Answered:
    length = len(answer) - _STATUS_LENGTH
    status = _status(answer[-_STATUS_LENGTH:], bare=not length) if length >= 0 else None
    if status is None:
        return Answered(min(len(answer), MAX_NE_EXTENDED), None)
    if not length:
        return Answered(0, status)
    if length > MAX_NE_EXTENDED:
        return Answered(MAX_NE_EXTENDED, status)
    data = answer[:length]
    return Answered(length, status, data if keeping.is_public_answer_data(header, data) else None)


@lru_cache(maxsize=256)
def _status(raw: bytes, *, bare: bool) -> StatusWord | None:
    """Give the status word these bytes are, None when they may be anything else."""
    word = StatusWord(int.from_bytes(raw, "big"))
    return word if keeping.is_public_status(word, bare=bare) else None
