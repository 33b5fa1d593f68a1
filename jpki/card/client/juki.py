"""The 住基AP from the reader's side: its PIN. What else it holds is not public.

Card reference §3.5. Called by `counters`.
"""

from typing import ClassVar

from jpki.card.client.presenting import SecretSession
from jpki.card.layout import Ap


class JukiSession(SecretSession):
    """住基AP, selected."""

    ap: ClassVar[Ap] = Ap.JUKI
