"""The secrets of a card by name, and tries spent on purpose: wrong values, until few are left.

Through the card's own VERIFY, so that what is on disk is what a careless holder leaves behind.
Not here: which card, how many. Card reference §4.4. Called by `making` and `rehearsal`.
"""

from collections.abc import Mapping
from pathlib import Path

from cardsim.chip import Card, CardState, ObjectId
from cardsim.mynumber import load_state, open_card
from cardsim.world.catalogue.entry import Secret
from cardsim.world.errors import WorldError
from jpki.iso7816 import CommandApdu, ResponseApdu

_SELECT, _VERIFY = 0xA4, 0x20
_BY_NAME, _NO_DATA = 0x04, 0x0C
_SHORT_ID = 0x80


class SecretMissingError(WorldError):
    """The card has no such secret."""


def secret_value(state: CardState, secret: Secret) -> bytes | None:
    """Give the bytes a VERIFY of the right value carries, None when it was never set.

    Raises `SecretMissingError` when the card has no such secret.
    """
    try:
        return state.pins[ObjectId(secret.ap.aid, secret.ef)].value
    except KeyError:
        raise SecretMissingError(f"the card has no secret {secret.label}") from None


def wrong_value(right: bytes) -> bytes:
    """Give a value of the same length and alphabet that differs in its last character."""
    return right[:-1] + (b"1" if right.endswith(b"0") else b"0")


def spend_tries(directory: Path, tries_left: Mapping[Secret, int]) -> None:
    """Present wrong values to the card in a directory until so many tries are left.

    Raises `SecretMissingError` for a secret the card has not, or that was never set.
    """
    state = load_state(directory)
    card = open_card(directory)
    card.power_on()
    for secret, left in tries_left.items():
        right = secret_value(state, secret)
        if right is None:
            raise SecretMissingError(f"{secret.label} was never set on this card")
        _send(card, CommandApdu(0, _SELECT, _BY_NAME, _NO_DATA, secret.ap.aid))
        while (now := _verify(card, secret, b"")) > left:
            if _verify(card, secret, wrong_value(right)) != now - 1:
                raise SecretMissingError(f"{secret.label} does not count down")
    card.power_off()


def _verify(card: Card, secret: Secret, value: bytes) -> int:
    """Present a value, or ask with none; give the tries left."""
    answer = _send(card, CommandApdu(0, _VERIFY, 0, _SHORT_ID | secret.ef, value))
    if answer.status.tries_left is None:
        raise SecretMissingError(f"{secret.label}: the card answers {answer.status}")
    return answer.status.tries_left


def _send(card: Card, command: CommandApdu) -> ResponseApdu:
    return ResponseApdu.decode(card.transmit(command.encode()))
