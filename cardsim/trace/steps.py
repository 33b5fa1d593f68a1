"""One exchange with its names, and the security state after it.

Works from the exchange and the state before it alone, so conversations with real cards are read
by the same rules.
Not here: words for people (`telling`), JSON (`codec`). Called by `conversation`.
"""

from dataclasses import dataclass

from cardsim.trace import vocabulary
from cardsim.trace.about import subject
from cardsim.trace.exchange import Exchange
from cardsim.trace.state import State, state_after
from jpki.card.layout import Ap, PinKind


@dataclass(frozen=True, slots=True)
class Step:
    """One exchange and what it means.

    `ap` and `ef` are what the command was about: the application selected, the PIN presented,
    the file read, the key used; None where it is about none or nothing is known.
    """

    exchange: Exchange
    name: str
    ap: Ap | None
    ef: int | None
    detail: str
    after: State

    @property
    def file(self) -> vocabulary.FileName | None:
        """What is known of the EF."""
        return vocabulary.file_name(self.ap, self.ef)

    @property
    def pin(self) -> PinKind | None:
        """The PIN the command is about."""
        return None if self.file is None else self.file.pin

    @property
    def outcome(self) -> str:
        """How it ended, in English."""
        return self._outcome[0]

    @property
    def outcome_japanese(self) -> str:
        """How it ended, in Japanese; empty for what is seldom answered."""
        return self._outcome[1]

    @property
    def _outcome(self) -> tuple[str, str]:
        if self.exchange.answered is not None and self.exchange.status is None:
            return vocabulary.NO_STATUS
        return vocabulary.outcome(self.exchange.status)


def follow(state: State, exchange: Exchange) -> Step:
    """Give an exchange that finds the card in `state` its names, and the state after it."""
    kind = exchange.asked.kind
    name = vocabulary.UNKNOWN if kind is None else vocabulary.instruction_name(*kind)
    if not exchange.asked.is_apdu:
        return Step(exchange, name, None, None, vocabulary.UNREADABLE, state)
    about = subject(exchange.asked, state.ap, state.ef)
    if about.selects:
        name = f"{name} {about.selects}"
    after = state_after(state, exchange, about)
    return Step(exchange, name, about.ap, about.ef, about.detail, after)
