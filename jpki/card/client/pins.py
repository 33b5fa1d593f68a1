"""Presenting PINs so that no try is lost by accident.

What cannot be right by the rule of its kind is not sent. The tries left are asked for first,
and the last one is spent only by a caller who says so. The question is `00 20 00 80` in four
bytes: the five-byte form is refused by real cards (card reference §4.4, §11 row 3), and after
a success the answer is still the counter, never 9000.

Not here: which EF holds which PIN. ISO/IEC 7816-4:2020 clauses 11.6.6 and 11.6.7; card
reference §4.4, §4.6. Called by the session classes with their PIN's EF selected.
"""

from dataclasses import dataclass

from jpki.card.client.channel import Channel
from jpki.card.client.errors import (
    LastTryError,
    PinBlockedError,
    PinRuleError,
    SecurityStatusError,
    TriesUnknownError,
    UnexpectedStatusError,
    WrongPinError,
)
from jpki.card.layout import PinFormatError, PinKind
from jpki.iso7816 import SW, CommandApdu, StatusWord

_VERIFY = 0x20
_CHANGE_REFERENCE_DATA = 0x24
_NEW_ONLY = 0x01
"""P1 of CHANGE REFERENCE DATA: the data is the new value alone (the old one was verified)."""
_CURRENT_EF = 0x80
"""P2: the reference data of the current EF."""

_BLOCKED = frozenset({SW.REFERENCE_DATA_NOT_USABLE, SW.AUTHENTICATION_METHOD_BLOCKED})
"""6984 is what cards answer; 6983 is ISO's word, and half of the public clients expect it."""


def encode(kind: PinKind, pin: str) -> bytes:
    """Give the bytes VERIFY carries: letters of a 署名用 password made capital, rule checked.

    Raises `PinRuleError`, whose message holds the rule and never the PIN.
    """
    try:
        return kind.rule.encode(pin)
    except PinFormatError as error:
        raise PinRuleError(str(error)) from None


@dataclass(frozen=True, slots=True)
class PinPad:
    """The PIN in the current EF of a channel."""

    channel: Channel
    kind: PinKind

    @property
    def name(self) -> str:
        """The name of the PIN, for messages."""
        return self.kind.japanese

    def tries_left(self) -> int:
        """Ask for the tries left; 0 when blocked. Costs none.

        Raises `TriesUnknownError` when the card answers something that is no counter.
        """
        answer = self.channel.send(CommandApdu(0x00, _VERIFY, 0x00, _CURRENT_EF))
        return self._tries(answer.status)

    def verify(self, secret: bytes, *, allow_last_try: bool) -> None:
        """Present an encoded PIN (see `encode`), if at least one more try would remain.

        Raises `LastTryError`, `TriesUnknownError` or `PinBlockedError` without having sent it;
        `WrongPinError` or `PinBlockedError` when the card refused it.
        """
        self._hold_back(allow_last_try=allow_last_try)
        answer = self.channel.send(CommandApdu(0x00, _VERIFY, 0x00, _CURRENT_EF, secret))
        status = answer.status
        if status.is_success:
            return
        if status.kind in _BLOCKED or status.tries_left == 0:
            raise PinBlockedError(self.name)
        if status.kind in {SW.TRIES_LEFT, SW.VERIFICATION_FAILED}:
            raise WrongPinError(self.name, status.tries_left)
        raise UnexpectedStatusError(status, "VERIFY")

    def change(self, new_secret: bytes) -> None:
        """Replace the PIN, which has just been verified, by another encoded one."""
        answer = self.channel.send(
            CommandApdu(0x00, _CHANGE_REFERENCE_DATA, _NEW_ONLY, _CURRENT_EF, new_secret)
        )
        status = answer.status
        if status.is_success:
            return
        if status.kind in _BLOCKED:
            raise PinBlockedError(self.name)
        if status.kind is SW.SECURITY_STATUS_NOT_SATISFIED:
            raise SecurityStatusError("CHANGE REFERENCE DATA", self.name)
        raise UnexpectedStatusError(status, "CHANGE REFERENCE DATA")

    def _hold_back(self, *, allow_last_try: bool) -> None:
        try:
            left = self.tries_left()
        except TriesUnknownError:
            if allow_last_try:
                return
            raise
        if left == 0:
            raise PinBlockedError(self.name)
        if left == 1 and not allow_last_try:
            raise LastTryError(self.name)

    def _tries(self, status: StatusWord) -> int:
        if status.tries_left is not None:
            return status.tries_left
        if status.kind in _BLOCKED:
            return 0
        if status.kind in {SW.SUCCESS, SW.VERIFICATION_FAILED}:
            raise TriesUnknownError(self.name, status)
        raise UnexpectedStatusError(status, "VERIFY without data")
