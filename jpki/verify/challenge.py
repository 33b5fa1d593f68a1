"""The login challenge: the bytes a relying party gives out and the card signs.

The signed bytes begin with a label of their own and name the relying party, so that no
signature made for a login can serve as one over a document or for another party. Parsing
accepts only what `encode` writes.
Not here: keeping challenges (`challenge_store`), judging answers (`login`).
The form is this project's own: JPKI prescribes none (profile 3.2 step 7 asks for a challenge
built by the server). Called by `login` and, on the holder's side, by `jpki.signing.login`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from jpki.verify.errors import MalformedError
from jpki.verify.times import second_of

LABEL = b"jpki-emu login challenge v1\x00"
NONCE_BYTES = 32
MAX_PARTY_BYTES = 255
_TIME_BYTES = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIXED = len(LABEL) + NONCE_BYTES + 2 * _TIME_BYTES + 1


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge: 32 random bytes, for one relying party, between two moments (UTC)."""

    nonce: bytes
    relying_party: str
    issued_at: datetime
    expires_at: datetime

    def __post_init__(self) -> None:
        if len(self.nonce) != NONCE_BYTES:
            raise ValueError(f"a nonce has {NONCE_BYTES} bytes")
        if not 1 <= len(self.relying_party.encode()) <= MAX_PARTY_BYTES:
            raise ValueError(f"a relying party's name has 1 to {MAX_PARTY_BYTES} bytes of UTF-8")

    def encode(self) -> bytes:
        """Give the bytes to send and to sign.

        label | nonce (32) | issued, expires (8 each, seconds of Unix time, big endian) |
        length of the name (1) | relying party's name in UTF-8.
        """
        party = self.relying_party.encode()
        times = b"".join(_seconds(moment) for moment in (self.issued_at, self.expires_at))
        return LABEL + self.nonce + times + bytes((len(party),)) + party

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read what `encode` wrote; raise `MalformedError` for anything else."""
        if not raw.startswith(LABEL):
            raise MalformedError("not a login challenge", 0)
        if len(raw) < _FIXED or len(raw) != _FIXED + raw[_FIXED - 1]:
            raise MalformedError("a login challenge of the wrong length", len(raw))
        at = len(LABEL) + NONCE_BYTES
        try:
            return cls(
                nonce=raw[len(LABEL) : at],
                relying_party=raw[_FIXED:].decode(),
                issued_at=_moment(raw[at : at + _TIME_BYTES]),
                expires_at=_moment(raw[at + _TIME_BYTES : at + 2 * _TIME_BYTES]),
            )
        except (ValueError, OverflowError) as error:
            raise MalformedError("a login challenge with an impossible field", at) from error


def _seconds(moment: datetime) -> bytes:
    return int((second_of(moment) - _EPOCH).total_seconds()).to_bytes(_TIME_BYTES, "big")


def _moment(raw: bytes) -> datetime:
    return _EPOCH + timedelta(seconds=int.from_bytes(raw, "big"))
