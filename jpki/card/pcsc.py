"""Cards in PC/SC readers: the only place in this project that knows pyscard.

    ReaderError                   everything below; `code` is PC/SC's own number, when there is one
    ├── PcscMissingError          pyscard is not installed
    ├── NoReaderError             no service, no reader, or no reader of that name
    ├── AmbiguousReaderError      the name or the wish fits several readers
    ├── NoCardError               the reader is empty, or the card does not answer its reset
    ├── SharingViolationError     another program holds the card for itself
    └── TransmitError             (also a ConnectionLostError) no answer came
        ├── CardRemovedError      the card was taken out
        └── CardResetError        another program reset the card: what we knew of it is gone

Plain PC/SC calls (`smartcard.scard`) are used instead of pyscard's CardConnection classes, whose
observers and monitoring threads cost time and serve nothing here.

Not here: APDUs and their meaning, exit codes. PC/SC Workgroup, part 5; pcsc-lite's API.
Called by the command line and by whoever has a real reader.
"""

import contextlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from jpki.card.connection import ConnectionLostError
from jpki.errors import PortableError

_PNP = "\\\\?PnP?\\Notification"
"""The pseudo reader whose state changes when readers come or go (pcsc-lite and Windows)."""
_STEP_MS = 60_000


class ReaderError(PortableError):
    """Something between this program and the card's reader went wrong."""

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class PcscMissingError(ReaderError):
    """pyscard, the optional dependency, is not installed."""


class NoReaderError(ReaderError):
    """There is no reader to talk to; the message says what to do about it."""


class AmbiguousReaderError(ReaderError):
    """Several readers fit, and choosing one at random could spend a stranger's PIN try."""


class NoCardError(ReaderError):
    """No card is in the reader, or it is mute."""


class SharingViolationError(ReaderError):
    """Another program has the card for itself."""


class TransmitError(ReaderError, ConnectionLostError):
    """The command may or may not have reached the card; no answer came back."""


class CardRemovedError(TransmitError):
    """The card was taken out."""


class CardResetError(TransmitError):
    """The card was reset by another program; selection and perhaps PINs are forgotten."""


@dataclass(frozen=True, slots=True)
class ReaderInfo:
    """One reader as PC/SC reports it now."""

    index: int
    name: str
    card_present: bool
    atr: bytes
    mute: bool = False
    in_use: bool = False
    exclusive: bool = False


class PcscContext:
    """A context with the PC/SC service; a context manager."""

    def __init__(self) -> None:
        self._scard = _load()
        code, self._context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
        self._check(code, "SCardEstablishContext")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the service; a second call does nothing."""
        if self._context is not None:
            self._scard.SCardReleaseContext(self._context)
            self._context = None

    def readers(self) -> list[ReaderInfo]:
        """Give the readers in PC/SC's order, with what is in them; none is an empty list."""
        return [self._info(index, state) for index, state in enumerate(self._look())]

    def connect(self, selector: str | None = None, *, exclusive: bool = False) -> "PcscConnection":
        """Connect to the card in the reader that `selector` names (see `choose_reader`)."""
        reader = choose_reader(self.readers(), selector)
        if not reader.card_present:
            raise NoCardError(f"there is no card in the reader {reader.name!r}")
        return PcscConnection(self._scard, self._context, reader.name, exclusive=exclusive)

    def wait_for_card(
        self, selector: str | None = None, *, timeout: float | None = None
    ) -> ReaderInfo:
        """Wait until a card is in a reader that fits; `timeout` in seconds, None for ever.

        Raises `NoCardError` when the time is over. A reader plugged in meanwhile counts.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            # One look serves both: a change after it ends the wait, so none is missed.
            seen = self._look()
            readers = [self._info(index, state) for index, state in enumerate(seen)]
            present = [r for r in _fitting(readers, selector) if r.card_present and not r.mute]
            if present:
                return present[0]
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                raise NoCardError(f"no card came within {timeout:g} seconds")
            self._wait_for_change(seen, _STEP_MS if left is None else max(1, int(left * 1000)))

    def _look(self) -> list[tuple[str, int, list[int]]]:
        """Give name, state and ATR of every reader as they are now."""
        names = self._names()
        if not names:
            return []
        unaware = [(name, self._scard.SCARD_STATE_UNAWARE) for name in names]
        code, states = self._scard.SCardGetStatusChange(self._context, 0, unaware)
        if code == self._scard.SCARD_E_UNKNOWN_READER:
            # Pulled out since it was listed.
            return self._look()
        self._check(code, "SCardGetStatusChange")
        return list(states)

    def _names(self) -> list[str]:
        code, names = self._scard.SCardListReaders(self._context, [])
        if code == self._scard.SCARD_E_NO_READERS_AVAILABLE:
            return []
        self._check(code, "SCardListReaders")
        return list(names)

    def _wait_for_change(self, seen: list[tuple[str, int, list[int]]], timeout_ms: int) -> None:
        """Wait until a reader is no longer as it was seen, or readers come or go."""
        known = [(name, state) for name, state, _atr in seen]
        # pcsc-lite takes the number of readers known from the upper half of the PnP state.
        known.append((_PNP, len(seen) << 16))
        code, _ = self._scard.SCardGetStatusChange(self._context, timeout_ms, known)
        if code not in {self._scard.SCARD_E_TIMEOUT, self._scard.SCARD_E_UNKNOWN_READER}:
            self._check(code, "SCardGetStatusChange")

    def _info(self, index: int, state: tuple[str, int, list[int]]) -> ReaderInfo:
        name, bits, atr = state
        return ReaderInfo(
            index=index,
            name=name,
            card_present=bool(bits & self._scard.SCARD_STATE_PRESENT),
            atr=bytes(atr),
            mute=bool(bits & self._scard.SCARD_STATE_MUTE),
            in_use=bool(bits & self._scard.SCARD_STATE_INUSE),
            exclusive=bool(bits & self._scard.SCARD_STATE_EXCLUSIVE),
        )

    def _check(self, code: int, call: str) -> None:
        if code != self._scard.SCARD_S_SUCCESS:
            raise _error(self._scard, code, call)


class PcscConnection:
    """A `CardConnection` to the card in one reader; a context manager that closes it."""

    def __init__(self, scard: Any, context: Any, reader: str, *, exclusive: bool) -> None:
        self._scard = scard
        self.reader = reader
        self._share = scard.SCARD_SHARE_EXCLUSIVE if exclusive else scard.SCARD_SHARE_SHARED
        self._protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, self._handle, protocol = scard.SCardConnect(
            context, reader, self._share, self._protocols
        )
        self._open = code == scard.SCARD_S_SUCCESS
        self._require(code, "SCardConnect")
        try:
            self._learn(protocol)
        except ReaderError:
            self.close()
            raise

    @property
    def atr(self) -> bytes:
        """The answer to reset, as the reader reports it."""
        return self._atr

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU; raises `TransmitError` or a kind of it when no answer came."""
        if not self._open:
            raise TransmitError("the connection is closed")
        code, answer = self._scard.SCardTransmit(self._handle, self._pci, list(command))
        if code != self._scard.SCARD_S_SUCCESS:
            raise _transmit_error(self._scard, code)
        return bytes(byte & 0xFF for byte in answer)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep other programs away from the card between the commands inside."""
        code = self._scard.SCardBeginTransaction(self._handle)
        if code != self._scard.SCARD_S_SUCCESS:
            raise _transmit_error(self._scard, code)
        try:
            yield
        finally:
            # The card may be gone by now: there is then nothing left to end.
            self._scard.SCardEndTransaction(self._handle, self._scard.SCARD_LEAVE_CARD)

    def reconnect(self) -> None:
        """Go on after a `CardResetError`. The card has lost its selection: select again."""
        code, protocol = self._scard.SCardReconnect(
            self._handle, self._share, self._protocols, self._scard.SCARD_LEAVE_CARD
        )
        self._require(code, "SCardReconnect")
        self._learn(protocol)

    def close(self, *, unpower: bool = False) -> None:
        """Let go of the card; `unpower` also makes it forget the PINs it was shown."""
        if self._open:
            self._open = False
            keep = self._scard.SCARD_LEAVE_CARD
            self._scard.SCardDisconnect(
                self._handle, self._scard.SCARD_UNPOWER_CARD if unpower else keep
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _learn(self, protocol: int) -> None:
        """Take over the protocol that was agreed on, and the ATR."""
        t0 = protocol == self._scard.SCARD_PROTOCOL_T0
        self._pci = self._scard.SCARD_PCI_T0 if t0 else self._scard.SCARD_PCI_T1
        code, _reader, _state, _protocol, atr = self._scard.SCardStatus(self._handle)
        self._require(code, "SCardStatus")
        self._atr = bytes(atr)

    def _require(self, code: int, call: str) -> None:
        if code != self._scard.SCARD_S_SUCCESS:
            raise _error(self._scard, code, call, reader=self.reader)


def choose_reader(readers: Sequence[ReaderInfo], selector: str | None) -> ReaderInfo:
    """Choose by exact name, by a part of the name that fits only one, or by index.

    Without a selector: the only reader with a card, or the only reader. Two readers with cards
    are never chosen between.
    """
    if not readers:
        raise NoReaderError(
            "PC/SC knows no reader: connect one, or start a virtual one with `jpki card serve`"
        )
    if selector is None:
        fitting = [r for r in readers if r.card_present] or list(readers)
        wish = "a card" if fitting[0].card_present else "no card"
    else:
        fitting = _by_selector(readers, selector)
        wish = f"the name {selector!r}"
    if not fitting:
        raise NoReaderError(f"no reader fits {selector!r}; there are: {_names_of(readers)}")
    if len(fitting) > 1:
        raise AmbiguousReaderError(
            f"{len(fitting)} readers have {wish}; name one of: {_names_of(fitting)}"
        )
    return fitting[0]


def _fitting(readers: Sequence[ReaderInfo], selector: str | None) -> Sequence[ReaderInfo]:
    """Give the readers a wait is about: all, or the one that fits if it is there by now."""
    if selector is None:
        return readers
    with contextlib.suppress(NoReaderError):
        return [choose_reader(readers, selector)]
    return []


def _by_selector(readers: Sequence[ReaderInfo], selector: str) -> list[ReaderInfo]:
    exact = [r for r in readers if r.name == selector]
    if exact:
        return exact
    if re.fullmatch(r"[0-9]+", selector):
        return [r for r in readers if r.index == int(selector)]
    return [r for r in readers if selector.casefold() in r.name.casefold()]


def _names_of(readers: Sequence[ReaderInfo]) -> str:
    return ", ".join(f"{r.index}: {r.name}" for r in readers)


def _load() -> Any:
    try:
        from smartcard import scard
    except ImportError as error:
        raise PcscMissingError(
            "talking to PC/SC readers needs pyscard: pip install 'jpki-emu[pcsc]'"
        ) from error
    return scard


def _error(scard: Any, code: int, call: str, *, reader: str | None = None) -> ReaderError:
    """Turn a return code of anything but a transmission into an error that says what to do."""
    where = "" if reader is None else f" in the reader {reader!r}"
    if code in {scard.SCARD_E_NO_SERVICE, scard.SCARD_E_SERVICE_STOPPED}:
        return NoReaderError(
            "no PC/SC service answers: start pcscd, or set PCSCLITE_CSOCK_NAME to the socket of "
            "`jpki card serve`; `jpki doctor` finds out why",
            code=code,
        )
    if code in {
        scard.SCARD_E_NO_READERS_AVAILABLE,
        scard.SCARD_E_UNKNOWN_READER,
        scard.SCARD_E_READER_UNAVAILABLE,
    }:
        return NoReaderError(f"the reader is gone{where}", code=code)
    if code in {scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_REMOVED_CARD}:
        return NoCardError(f"there is no card{where}", code=code)
    if code in {scard.SCARD_W_UNRESPONSIVE_CARD, scard.SCARD_W_UNPOWERED_CARD}:
        return NoCardError(f"the card{where} is mute: it does not answer its reset", code=code)
    if code == scard.SCARD_E_SHARING_VIOLATION:
        return SharingViolationError(
            f"another program holds the card{where} for itself; end it or wait for it", code=code
        )
    return ReaderError(f"{call}: {_describe(scard, code)}", code=code)


def _transmit_error(scard: Any, code: int) -> TransmitError:
    if code in {
        scard.SCARD_W_REMOVED_CARD,
        scard.SCARD_E_NO_SMARTCARD,
        scard.SCARD_E_READER_UNAVAILABLE,
    }:
        return CardRemovedError("the card was taken out", code=code)
    if code == scard.SCARD_W_RESET_CARD:
        return CardResetError("another program reset the card", code=code)
    return TransmitError(f"no answer from the card: {_describe(scard, code)}", code=code)


def _describe(scard: Any, code: int) -> str:
    return f"{scard.SCardGetErrorMessage(code)} ({code & 0xFFFFFFFF:#010x})"
