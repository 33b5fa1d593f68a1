"""The tries left of every secret of every application that is on a card; spends none.

Not here: presenting a secret. Asking selects each application in turn, which makes the card
forget what was verified before (card reference §7). Card reference §4.4, §5.
Called by the command line.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from jpki.card.client.channel import Channel
from jpki.card.client.common import CommonSession
from jpki.card.client.errors import ApplicationMissingError, FileMissingError, TriesUnknownError
from jpki.card.client.jpki import PIN_KIND, JpkiSession
from jpki.card.client.juki import JukiSession
from jpki.card.client.licence import LicenceSession
from jpki.card.client.presenting import SecretSession
from jpki.card.client.text import TextSession
from jpki.card.client.visual import VisualSession
from jpki.card.layout import Ap, PinKind
from jpki.profiles.kinds import Kind

_BESIDE_JPKI: tuple[type[SecretSession], ...] = (
    TextSession,
    VisualSession,
    CommonSession,
    JukiSession,
    LicenceSession,
)


@dataclass(frozen=True, slots=True)
class Counter:
    """One secret of one application; `tries_left` is None when the card does not say."""

    ap: Ap
    secret: PinKind
    tries_left: int | None


def read_counters(channel: Channel) -> Iterator[Counter]:
    """Ask for each; applications and secrets that a card lacks are left out.

    Raises `NotAJpkiCardError` for another kind of card.
    """
    jpki = JpkiSession(channel)
    for kind in (Kind.AUTH, Kind.SIGN):
        yield from _asked(Ap.JPKI, PIN_KIND[kind], partial(jpki.tries_left, kind))
    for session_type in _BESIDE_JPKI:
        try:
            session = session_type(channel)
        except ApplicationMissingError:
            continue
        for secret in session.secret_files:
            yield from _asked(session.ap, secret, partial(session.tries_left, secret))


def _asked(ap: Ap, secret: PinKind, ask: Callable[[], int]) -> Iterator[Counter]:
    try:
        yield Counter(ap, secret, ask())
    except TriesUnknownError:
        yield Counter(ap, secret, None)
    except FileMissingError:
        return
