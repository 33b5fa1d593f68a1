"""PIN files and their first states, the same way in every application.

Not here: which secrets an application has. Card reference §5. Called by the application modules.
"""

from collections.abc import Mapping

from cardsim.chip import AccessRule, ObjectId, Operation, PinFile, PinState
from cardsim.mynumber.contents import ApContents
from jpki.card.layout import PinKind


def pin_file(kind: PinKind, rules: Mapping[Operation, AccessRule] | None = None) -> PinFile:
    """Give the file of a secret; without `rules` it cannot be changed."""
    rule = kind.rule
    return PinFile(
        tries=rule.tries,
        min_length=rule.min_length,
        max_length=rule.max_length,
        alphabet=rule.alphabet.encode("ascii"),
        rules=rules or {},
    )


def first_state(kind: PinKind, secret: str | None) -> PinState:
    """Give a secret as the issuer set it; one that was never set has no try left."""
    if secret is None:
        return PinState(None, 0)
    return PinState(kind.rule.encode(secret), kind.rule.tries)


def first_states(aid: bytes, contents: ApContents | None) -> dict[ObjectId, PinState]:
    """Give all secrets of an application; none when the card has no such application."""
    if contents is None:
        return {}
    return {
        ObjectId(aid, ef): first_state(contents.secret_kinds[ef], secret)
        for ef, secret in contents.secrets.items()
    }
