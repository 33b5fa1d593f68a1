"""What becomes of an application when something happens before its night.

What it is: which kinds of a certificate an event ends for those who are still waiting for one. They
lapse with the event, so whoever wants one must ask again.
What it is not: a look at how things stand in the night: that is `rules.settle`.
Standard: PKI profile reference section 3.3 for what revokes what; the rest is ours.
Called by `rules`.
"""

from collections.abc import Collection, Iterator

from cardsim.world.life.effects import Lapse
from cardsim.world.life.events import EventKind
from cardsim.world.life.lives import Life
from cardsim.world.life.table import TABLE
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.sources import Grade, Source

LAPSE_SOURCE = Source(
    "PKI 3.3 says what revokes a certificate; that one asked for before lapses with it is ours, and"
    " so is that it does not where only the entry changed: the new one has the new entry",
    Grade.ASSUMED,
)
_ALL = tuple(Kind)


def lapses(
    life: Life, kind: EventKind, *, card: str | None = None, kinds: Collection[Kind] = _ALL
) -> Iterator[Lapse]:
    """Give what of somebody's applications an event ends: for one card, or for all of them."""
    row = TABLE[kind]
    said = {Kind.SIGN: row.sign, Kind.AUTH: row.auth}
    ended = {each for each in kinds if _ends_use(said[each])}
    for asked in life.applications:
        gone = tuple(each for each in asked.kinds if each in ended)
        if gone and card in {None, asked.card}:
            names = " and ".join(each.japanese for each in gone)
            why = f"{names} asked for before {row.japanese} ({kind.value})"
            yield Lapse(asked.number, why, () if gone == asked.kinds else gone)


def _ends_use(outcome: object) -> bool:
    """Whether a row ends the use of a certificate, not only that of what it says."""
    return (
        isinstance(outcome, RevocationReason)
        and outcome is not RevocationReason.AFFILIATION_CHANGED
    )
