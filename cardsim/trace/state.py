"""What the card knows after each exchange, as far as the conversation tells.

What nobody said is not known: in a log that begins in the middle, no application is selected
until one is. Not here: names (`vocabulary`), what a card would answer (the card).
Card reference §2, §4, §7. Called by `steps`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from cardsim.trace import vocabulary
from cardsim.trace.about import About
from cardsim.trace.exchange import Exchange
from cardsim.trace.vocabulary import (
    EXTERNAL_AUTHENTICATE,
    OWN,
    PLAIN,
    READ_BINARY,
    READ_RECORD,
    SECURED,
    SELECT,
    SET_SESSION_KEY,
    TERMINAL_AUTHENTICATE,
    VERIFY,
)
from jpki.card.layout import Ap, JpkiEf
from jpki.card.layout.status import CardStatus
from jpki.iso7816 import SW

_BROKEN_BY = frozenset(
    {SW.SM_OBJECT_MISSING.word, SW.SM_OBJECT_INCORRECT.word, CardStatus.SM_SESSION_DESTROYED.word}
)
_WRONG = frozenset(
    {SW.TRIES_LEFT, SW.VERIFICATION_FAILED, SW.REFERENCE_DATA_NOT_USABLE,
     SW.AUTHENTICATION_METHOD_BLOCKED}
)  # fmt: skip
_BEFORE_ANYTHING = frozenset({SW.INCORRECT_P1_P2, SW.INSTRUCTION_NOT_SUPPORTED})


@dataclass(frozen=True, slots=True)
class State:
    """The security state.

    `ap` None: not known, or none of this card's. `ef` None: none, or not known. `verified` are
    the EF identifiers of what was proven to `ap`. `channel` is secure messaging: "none", "open"
    or "broken".
    """

    ap: Ap | None = None
    ef: int | None = None
    verified: frozenset[int] = frozenset()
    channel: str = "none"

    @property
    def proven(self) -> list[str]:
        """The names of what was proven, in order."""
        names = [(ef, vocabulary.file_name(self.ap, ef)) for ef in sorted(self.verified)]
        return [found.name if found else f"{ef:04X}" for ef, found in names]


AFTER_POWER_ON = State(Ap.ISD)
"""The issuer's security domain is current after power-up (card reference §2)."""


def state_after(state: State, exchange: Exchange, about: About) -> State:
    """Give the state an exchange leaves behind that found the card in `state`."""
    kind = exchange.asked.kind
    if kind is None or not exchange.asked.is_apdu or exchange.status is None:
        return state
    cla, ins = kind
    if cla == SECURED and state.channel == "open" and exchange.status in _BROKEN_BY:
        return replace(state, channel="broken")
    change = _CHANGES.get((OWN if cla == OWN else PLAIN, ins))
    if change is None or cla not in {PLAIN, SECURED, OWN}:
        return state
    return change(state, exchange, about)


def _selected(state: State, exchange: Exchange, about: About) -> State:
    """Take what was selected; a failing SELECT changes nothing, one by identifier finds none."""
    if not exchange.succeeded or not about.selects:
        return state
    if about.selects == "file":
        return replace(state, ef=about.ef)
    same = about.ap is not None and about.ap is state.ap
    return State(about.ap, verified=state.verified if same else frozenset())


def _read(state: State, exchange: Exchange, about: About) -> State:
    """Make the file current that was read, perhaps by its short identifier."""
    return replace(state, ef=about.ef) if exchange.succeeded else state


def _verified(state: State, exchange: Exchange, about: About) -> State:
    """Add or take away a proof; asking for the tries left does neither."""
    if not exchange.asked.nc or about.ef is None or exchange.status is None:
        return state
    if exchange.succeeded:
        return replace(state, verified=state.verified | {about.ef})
    if exchange.status.kind in _WRONG:
        return replace(state, verified=state.verified - {about.ef})
    return state


def _keyed(state: State, exchange: Exchange, _about: About) -> State:
    return replace(state, channel="open") if exchange.succeeded else state


def _terminal(state: State, exchange: Exchange, about: About) -> State:
    """特定機関認証: each certificate begins anew, the signature of the institution proves it."""
    is_last = exchange.asked.kind == (OWN, EXTERNAL_AUTHENTICATE)
    is_question = is_last and not exchange.asked.nc
    kind = None if exchange.status is None else exchange.status.kind
    if (state.ap, about.ef) != (Ap.JPKI, JpkiEf.TERMINAL_KEY) or is_question:
        return state
    if is_last and exchange.succeeded:
        return replace(state, verified=state.verified | {int(JpkiEf.TERMINAL_KEY)})
    if kind in _BEFORE_ANYTHING:
        return state
    return replace(state, verified=state.verified - {JpkiEf.TERMINAL_KEY})


_CHANGES: Mapping[tuple[int, int], Callable[[State, Exchange, About], State]] = MappingProxyType(
    {
        (PLAIN, SELECT): _selected,
        (PLAIN, READ_BINARY): _read,
        (PLAIN, READ_RECORD): _read,
        (PLAIN, VERIFY): _verified,
        (OWN, SET_SESSION_KEY): _keyed,
        (OWN, TERMINAL_AUTHENTICATE): _terminal,
        (OWN, EXTERNAL_AUTHENTICATE): _terminal,
    }
)
