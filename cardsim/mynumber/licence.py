"""The マイナ免許証 of the chip, from what its issuer wrote.

Not here: making the contents (`personalise.licence`). Card reference §8. Called by `applications`.
"""

from functools import partial

from cardsim.chip import (
    ALWAYS,
    AccessRule,
    Application,
    File,
    Operation,
    TransparentFile,
    Verified,
)
from cardsim.mynumber.contents import LicenceContents
from cardsim.mynumber.pinfiles import pin_file
from jpki.card.layout import Ap, PinKind, fact
from jpki.card.layout.licence import LicenceEf
from jpki.sources import Grade


def licence_application(contents: LicenceContents) -> Application:
    """Give the application; its data are free when no PIN was set, as the flag says."""
    needed: AccessRule = Verified(LicenceEf.PIN)
    if contents.secrets[LicenceEf.PIN] is None:
        needed = ALWAYS
    files: dict[int, File] = {
        LicenceEf.PIN: pin_file(PinKind.LICENCE),
        LicenceEf.PIN_FLAG: _file(contents, LicenceEf.PIN_FLAG, ALWAYS),
        LicenceEf.DATA: _file(contents, LicenceEf.DATA, needed),
        LicenceEf.SIGNATURE: _file(contents, LicenceEf.SIGNATURE, needed),
    }
    return Application(Ap.LICENCE.aid, files)


def _file(contents: LicenceContents, ef: LicenceEf, reading: AccessRule) -> TransparentFile:
    return TransparentFile(content=contents.files[ef], rules={Operation.READ: reading})


_fact = partial(fact, "マイナ免許証")


LICENCE_FACTS = (
    _fact("PIN 0006, P2=86, 10 tries", "§8, §11 row 11: JPD", Grade.MEASURED),
    _fact("EF 0002 and P2=82 of the published text: 6A82", "§8: JPD", Grade.MEASURED),
    _fact("load file and executable: 6A82", "§8: JPD", Grade.MEASURED),
    _fact("data and signature need the PIN when one is set", "§8", Grade.DEDUCED),
    _fact("without a PIN they are free", "§8: what the flag is for", Grade.DEDUCED),
    _fact("the PIN cannot be changed", "§8: silent", Grade.ASSUMED),
)
