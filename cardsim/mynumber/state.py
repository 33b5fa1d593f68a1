"""The state of a card in `state.json`: codec, and the store several processes may share.

Not here: making a card (`directory`), comparing PINs (`cardsim.chip.pins`).
Every change is read, decided and written under one lock, so that a try another process spent
is never given back by a stale copy.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardsim.chip import CardState, ObjectId, PinState, Transaction
from cardsim.mynumber import durable
from cardsim.mynumber.errors import CardFileError
from cardsim.mynumber.sealed import BodyError, number, optional_text, seal, text, unseal

FORMAT = "jpki-emu card state"
VERSION = 1
STATE_FILE = "state.json"
LOCK_FILE = "state.lock"


def seal_state(identifier: str, state: CardState) -> bytes:
    """Give the bytes of `state.json` for the card `identifier`."""
    pins = [
        {
            "application": pin.aid.hex().upper(),
            "ef": pin.ef,
            "value": None if saved.value is None else saved.value.hex(),
            "tries_left": saved.tries_left,
        }
        for pin, saved in sorted(state.pins.items())
    ]
    return seal(FORMAT, VERSION, {"card": identifier, "pins": pins})


class FileStore:
    """A `cardsim.chip.CardStore` in a directory; `limits` are the tries of each PIN.

    A state of another card, or one whose PINs are not exactly those of `limits`, is refused.
    """

    def __init__(self, directory: Path, identifier: str, limits: Mapping[ObjectId, int]) -> None:
        self._path = directory / STATE_FILE
        self._lock = directory / LOCK_FILE
        self._identifier = identifier
        self._limits = dict(limits)

    def read(self) -> CardState:
        """Give the latest saved state; `CardFileError` when the file is unusable."""
        return unseal(self._path, FORMAT, VERSION, self._parse)

    @contextmanager
    def exclusive(self) -> Iterator[Transaction]:
        """Keep every other process and thread out until the block ends."""
        with ExitStack() as stack:
            try:
                stack.enter_context(durable.locked(self._lock))
            except OSError as error:
                reason = f"cannot be locked ({error.strerror})"
                raise CardFileError(self._lock, reason) from error
            yield _FileTransaction(self, self.read())

    def write(self, state: CardState) -> None:
        """Replace the file; only for the holder of the lock."""
        try:
            durable.replace(self._path, seal_state(self._identifier, state))
        except OSError as error:
            raise CardFileError(self._path, f"cannot be written ({error.strerror})") from error

    def _parse(self, body: Mapping[str, Any]) -> CardState:
        owner = text(body, "card")
        if owner != self._identifier:
            raise BodyError(f"belongs to card {owner!r}, not to {self._identifier!r}")
        rows = body.get("pins")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise BodyError("pins is missing or is no list of objects")
        pins = dict(_parse_pin(row) for row in rows)
        if pins.keys() != self._limits.keys() or len(pins) != len(rows):
            raise BodyError("its PINs are not those of the card")
        if not all(0 <= pin.tries_left <= self._limits[name] for name, pin in pins.items()):
            raise BodyError("a counter is out of its range")
        return CardState(pins)


def _parse_pin(row: Mapping[str, Any]) -> tuple[ObjectId, PinState]:
    value = optional_text(row, "value")
    try:
        aid = bytes.fromhex(text(row, "application"))
        secret = None if value is None else bytes.fromhex(value)
    except ValueError as error:
        if isinstance(error, BodyError):
            raise
        # The cause would quote the secret.
        raise BodyError("a value is not hexadecimal") from None
    return ObjectId(aid, number(row, "ef")), PinState(secret, number(row, "tries_left"))


@dataclass(slots=True)
class _FileTransaction:
    """The state under the lock."""

    store: FileStore
    state: CardState

    def save(self, state: CardState) -> None:
        """Make `state` the state; it survives a crash when this returns."""
        self.store.write(state)
        self.state = state
