"""What goes together on one medium: a phone is met without contacts, has PINs, and one application.

A phone shows some contactless answer to reset; which one is not published.
Not here: making anything of it (`issuing`, `catalogue`). Card reference §1.2, §8.
Called by `cardsim.world.issuing` and `cardsim.world.catalogue.reading`.
"""

from cardsim.mynumber.image import PHONE_ATR
from jpki.card.layout import AtrFamily, TokenKind


def usual_family(token: TokenKind) -> AtrFamily:
    """Give the answer to reset of a medium for which none was asked."""
    return PHONE_ATR if token.is_phone else AtrFamily.CONTACT_E0


def objection(token: TokenKind, atr: AtrFamily, *, has_pins: bool, has_more: bool) -> str | None:
    """Say why a card cannot be so, or None when it can.

    `has_more` is for anything outside 公的個人認証AP, and for the make of an older chip.
    """
    if not token.is_phone:
        return None
    if has_more:
        return "a phone holds 公的個人認証AP only: no licence and no make of an older chip"
    if not atr.is_contactless:
        return f"a phone has no contacts: its answer to reset cannot be {atr.label}"
    if not has_pins:
        return "a phone always has PINs: a card without them is one of plastic"
    return None
