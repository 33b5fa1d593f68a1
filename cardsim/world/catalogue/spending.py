"""The secrets of a card by name, and tries spent on purpose: wrong values, until few are left.

Through the card's own VERIFY, so that what is on disk is what a careless holder leaves behind.
Not here: which card, how many. Card reference §4.4. Called by `making` and `rehearsal`.
"""

from collections.abc import Mapping
from pathlib import Path

from cardsim.chip import Card
from cardsim.mynumber import CardImage, load_image, open_card
from cardsim.world.catalogue.entry import Secret
from cardsim.world.errors import WorldError
from jpki.card.layout import PinKind
from jpki.iso7816 import CommandApdu, ResponseApdu

_SELECT, _VERIFY = 0xA4, 0x20
_BY_NAME, _NO_DATA = 0x04, 0x0C
_SHORT_ID = 0x80


class SecretMissingError(WorldError):
    """The card has no such secret."""


def secret_value(image: CardImage, secret: Secret) -> bytes | None:
    """Give the bytes a VERIFY of the right value carries, None when it was never set."""
    if secret is Secret.AUTH:
        return _encoded(PinKind.AUTH, image.auth_pin)
    if secret is Secret.SIGN:
        return _encoded(PinKind.SIGN, image.sign_pin)
    contents = {
        "TEXT": image.text,
        "VISUAL": image.visual,
        "COMMON": image.common,
        "JUKI": image.juki,
    }[secret.ap.name]
    if contents is None:
        raise SecretMissingError(f"the card has no {secret.ap.japanese}")
    return _encoded(contents.secret_kinds[secret.ef], contents.secrets[secret.ef])


def wrong_value(right: bytes) -> bytes:
    """Give a value of the same length and alphabet that differs in its last character."""
    return right[:-1] + (b"1" if right.endswith(b"0") else b"0")


def spend_tries(directory: Path, tries_left: Mapping[Secret, int]) -> None:
    """Present wrong values to the card in a directory until so many tries are left.

    Raises `SecretMissingError` for a secret the card has not, or that was never set.
    """
    image = load_image(directory)
    card = open_card(directory)
    card.power_on()
    for secret, left in tries_left.items():
        right = secret_value(image, secret)
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


def _encoded(kind: PinKind, value: str | None) -> bytes | None:
    return None if value is None else kind.rule.encode(value)
