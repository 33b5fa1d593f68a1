"""When certificates come: in a night batch, 01:37 to 02:38 in Japan.

PKI profile §1.2: 16:37 to 17:38 UTC, three samples.
Not here: which night. Called by `founding` and by the catalogue.
"""

from datetime import UTC, date, datetime, time, timedelta

from cardsim.world.draw import Draw
from jpki.profiles.validity import JST

_BATCH_BEGINS = time(1, 37, 0, tzinfo=JST)
_BATCH_SECONDS = 3_600


def night_of(draw: Draw, label: str, day: date) -> datetime:
    """Draw a moment of the night batch of a day in Japan, in UTC."""
    begin = datetime.combine(day, _BATCH_BEGINS).astimezone(UTC)
    return begin + timedelta(seconds=draw.integer(f"{label} in the night", 0, _BATCH_SECONDS))
