"""What the sessions of all applications share: select, read, and judge a status word.

Not here: which files an application has (`jpki.card.layout`) and PINs (`pins`).
ISO/IEC 7816-4:2020 clause 11.2.2; the forms are those the card is known to take
(card reference §4.1: SELECT by P1=02 alone, P2=0C). Subclassed by `JpkiSession` and others.
"""

import contextlib
from collections.abc import Callable
from typing import ClassVar, Self, TypeVar

from jpki.card.client import reading
from jpki.card.client.channel import Channel
from jpki.card.client.errors import (
    ApplicationMissingError,
    FileMissingError,
    MalformedFileError,
    SecurityStatusError,
    UnexpectedStatusError,
)
from jpki.card.connection import CardConnection, ConnectionLostError
from jpki.card.layout import Ap
from jpki.iso7816 import SW, CommandApdu, ResponseApdu

_SELECT = 0xA4
_BY_AID, _BY_EF_ID = 0x04, 0x02
_NO_FCI = 0x0C

Contents = TypeVar("Contents")


class ApplicationSession:
    """One application of a card, selected; also a context manager that logs out at its end.

    Made over a connection, or over a `Channel` shared with the sessions of other applications:
    then each selects its own application again when another one came between. Selecting
    another application makes the card forget the PINs of this one (card reference §7).
    """

    ap: ClassVar[Ap]
    missing: ClassVar[type[ApplicationMissingError]] = ApplicationMissingError

    def __init__(self, connection: CardConnection | Channel) -> None:
        """Select the application; raises `ApplicationMissingError` when the card has none."""
        self.channel = connection if isinstance(connection, Channel) else Channel(connection)
        self.select()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        # A card that is gone has forgotten everything, and must not hide another error.
        with contextlib.suppress(ConnectionLostError):
            self.log_out()

    def select(self) -> None:
        """SELECT the application by its AID. Verified PINs of the same one stay verified."""
        answer = self._select_aid(self.ap.aid)
        if answer.status.kind is SW.NO_PRECISE_DIAGNOSIS:
            # One card answers 6F00 to the first command after power-up (card reference §4.8).
            answer = self._select_aid(self.ap.aid)
        if not answer.status.is_success:
            self.channel.current_aid = None
            raise self.missing(self.ap.japanese, self.ap.aid, answer.status)
        if self.channel.current_aid not in {None, self.ap.aid}:
            self._forget()
        self.channel.current_aid = self.ap.aid

    def log_out(self) -> None:
        """Make the card forget the PINs it was shown, if it may know any.

        Selecting the issuer's application does that (card reference §7); on a phone token,
        which has none, selecting any other application is refused and nothing can be done.
        """
        if not self._has_secrets:
            return
        self._forget()
        self._select_aid(Ap.ISD.aid)
        self.channel.current_aid = None

    @property
    def _has_secrets(self) -> bool:
        """Whether a PIN may be verified on the card through this session."""
        return False

    def _forget(self) -> None:
        """Drop what this side believes to be verified."""

    def _select_aid(self, aid: bytes) -> ResponseApdu:
        return self.channel.send(CommandApdu(0x00, _SELECT, _BY_AID, _NO_FCI, aid))

    def _ensure_selected(self) -> None:
        if self.channel.current_aid != self.ap.aid:
            self._forget()
            self.select()

    def _select_ef(self, ef: int, name: str) -> None:
        """SELECT an EF by its two-byte identifier; raises `FileMissingError` (6A82)."""
        self._ensure_selected()
        command = CommandApdu(0x00, _SELECT, _BY_EF_ID, _NO_FCI, ef.to_bytes(2, "big"))
        answer = self.channel.send(command)
        if answer.status.kind is SW.FILE_OR_APPLICATION_NOT_FOUND:
            raise FileMissingError(name, answer.status)
        self._require(answer, f"SELECT of {name}")

    def _read(
        self, ef: int, name: str, how: Callable[[Channel], Contents], *, needs: str | None = None
    ) -> Contents:
        """Select an EF and read it, with short reads when long ones do not work here."""
        self._select_ef(ef, name)
        try:
            try:
                return how(self.channel)
            except reading.ExtendedReadError:
                # The reader may have reset the card: begin again from the application.
                self.select()
                self._select_ef(ef, name)
                return how(self.channel)
        except reading.RefusedReadError as refused:
            answer = ResponseApdu(b"", refused.status)
            self._require(answer, f"READ BINARY of {name}", subject=name, needs=needs)
            raise

    def _read_exactly(self, ef: int, name: str, length: int) -> bytes:
        data = self._read(ef, name, lambda channel: reading.read_up_to(channel, length))
        if len(data) != length:
            raise MalformedFileError(f"{name} has {len(data)} bytes where {length} are expected")
        return data

    def _require(
        self,
        answer: ResponseApdu,
        command: str,
        *,
        subject: str | None = None,
        needs: str | None = None,
    ) -> bytes:
        """Give the data of a successful answer; raise the typed error of any other."""
        if answer.status.is_success:
            return answer.data
        if answer.status.kind is SW.SECURITY_STATUS_NOT_SATISFIED:
            self._forget()
            raise SecurityStatusError(subject or command, needs)
        raise UnexpectedStatusError(answer.status, command)
