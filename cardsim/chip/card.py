"""The card: power, session, and the one place where a refusal becomes two bytes.

Not here: what commands mean (`commands`), what they do (`handlers`), any particular card.
Called by the readers, one thread at a time (`cardsim.readers.insertable.InsertableCard`).
"""

import logging
import secrets
from collections.abc import Callable

from cardsim.chip.context import Context
from cardsim.chip.dialect import Dialect
from cardsim.chip.errors import NotPoweredError, Refusal, StoreError
from cardsim.chip.files import Application
from cardsim.chip.instructions import ISO_INSTRUCTIONS, InstructionTable
from cardsim.chip.session import Session
from cardsim.chip.state import CardStore
from jpki.iso7816 import SW, ApduError, CommandApdu

_log = logging.getLogger(__name__)

_SUCCESS = bytes(SW.SUCCESS.word)


class Card:
    """A chip with its applications; the first of them is current after power-up.

    `raise_unexpected` lets a defect of ours, or a `StoreError`, come out as an exception, as tests
    and callers in the same process want it; otherwise the reader gets 6F00, and the log the
    traceback of a defect or one line about the store.
    """

    def __init__(
        self,
        atr: bytes,
        applications: tuple[Application, ...],
        store: CardStore,
        *,
        dialect: Dialect | None = None,
        instructions: InstructionTable = ISO_INSTRUCTIONS,
        random: Callable[[int], bytes] = secrets.token_bytes,
        raise_unexpected: bool = False,
    ) -> None:
        if not applications:
            raise ValueError("a card needs an application to start with")
        self._atr = atr
        self._applications = applications
        self._store = store
        self._dialect = dialect or Dialect()
        self._instructions = instructions
        self._known_classes = frozenset(cla for cla, _ in instructions)
        self._known_instructions = frozenset(ins for _, ins in instructions)
        self._random = random
        self._raise_unexpected = raise_unexpected
        self._context: Context | None = None

    @property
    def atr(self) -> bytes:
        """The answer to reset, the same after every reset."""
        return self._atr

    @property
    def session(self) -> Session | None:
        """What the card knows while it has power; None without."""
        return None if self._context is None else self._context.session

    def power_on(self) -> bytes:
        """Cold reset: a new session, the first application current; gives the ATR."""
        self._context = Context(
            Session(self._applications[0]),
            self._store,
            self._applications,
            self._dialect,
            self._random,
        )
        return self._atr

    def power_off(self) -> None:
        """Take the power away: the session is gone."""
        self._context = None

    def warm_reset(self) -> bytes:
        """Reset under power: a new session unless the dialect keeps the old; gives the ATR."""
        if self._context is None:
            raise NotPoweredError("a warm reset needs power")
        return self._atr if self._dialect.warm_reset_keeps_session else self.power_on()

    def transmit(self, command: bytes) -> bytes:
        """Answer one command APDU, whatever its bytes are."""
        if self._context is None:
            raise NotPoweredError("the card has no power")
        return self._answer(self._context, command)

    def _answer(self, context: Context, command: bytes) -> bytes:
        """Carry out a command; every refusal and failure ends here as a status word."""
        try:
            return self._execute(context, command) + _SUCCESS
        except Refusal as refusal:
            return bytes(refusal.status)
        except StoreError as error:
            if self._raise_unexpected:
                raise
            # A full or read-only disk, say: no defect of ours, so no traceback.
            _log.error("command %s was not carried out: %s", command[:4].hex(), error)
            return bytes(SW.NO_PRECISE_DIAGNOSIS.word)
        except Exception:
            if self._raise_unexpected:
                raise
            # Only the header: the data field may be a PIN.
            _log.exception("unexpected failure in command %s", command[:4].hex())
            return bytes(SW.NO_PRECISE_DIAGNOSIS.word)

    def _execute(self, context: Context, command: bytes) -> bytes:
        try:
            apdu = CommandApdu.decode(command)
        except ApduError as error:
            raise Refusal(self._dialect.malformed) from error
        found = self._instructions.get((apdu.cla, apdu.ins))
        if found is None:
            raise Refusal(
                self._dialect.refusal(
                    apdu,
                    ins_known=apdu.ins in self._known_instructions,
                    cla_known=apdu.cla in self._known_classes,
                )
            )
        data = found.run(context, apdu)
        if len(data) > (apdu.ne or 0):
            # Handlers look before they act; more than asked for must never leave the card.
            raise ValueError(f"an answer of {len(data)} bytes where {apdu.ne} were asked for")
        return data
