"""Which secret lies in which EF of which application: the one table of all PINs and 照合番号.

Not here: what each opens (the table of each application), the rule of each (`pins`).
Card reference §3.1 to §3.5, §8. Used by the client, and to look up a test card's own secrets.
"""

from collections.abc import Mapping
from types import MappingProxyType

from jpki.card.layout.applications import Ap
from jpki.card.layout.common import CommonEf
from jpki.card.layout.jpki import JPKI_FILES
from jpki.card.layout.juki import JukiEf
from jpki.card.layout.licence import LicenceEf
from jpki.card.layout.pins import PinKind
from jpki.card.layout.text import TEXT_FILES
from jpki.card.layout.visual import VISUAL_FILES

SECRET_FILES: Mapping[Ap, Mapping[PinKind, int]] = MappingProxyType(
    {
        Ap.JPKI: {row.pin: ef for ef, row in JPKI_FILES.items() if row.pin is not None},
        Ap.TEXT: {row.pin: ef for ef, row in TEXT_FILES.items() if row.pin is not None},
        Ap.VISUAL: {row.pin: ef for ef, row in VISUAL_FILES.items() if row.pin is not None},
        Ap.COMMON: {PinKind.JUKI: CommonEf.PIN},
        Ap.JUKI: {PinKind.JUKI: JukiEf.PIN},
        Ap.LICENCE: {PinKind.LICENCE: LicenceEf.PIN},
    }
)
"""By application; each holds its own copy, so the same 照合番号 counts apart in two of them."""
