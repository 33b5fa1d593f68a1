"""The contents of a マイナ免許証 for one holder.

Numbers are generated and nobody's. Card reference §8. Called by the world and by tests.
"""

import hashlib

from cardsim.mynumber.contents import LicenceContents
from cardsim.mynumber.personalise.holder import Holder
from cardsim.mynumber.personalise.signing import ContentsSigner
from jpki.card.layout.licence import (
    LicenceData,
    LicenceEf,
    build_pin_flag,
    build_signature,
)


def licence_contents(holder: Holder, data: LicenceData, signer: ContentsSigner) -> LicenceContents:
    """Give flag, data and signature; without a PIN the flag says so and the data are free."""
    raw = data.build()
    return LicenceContents(
        files={
            LicenceEf.PIN_FLAG: build_pin_flag(is_set=holder.secrets.licence is not None),
            LicenceEf.DATA: raw,
            LicenceEf.SIGNATURE: build_signature(signer.sign(hashlib.sha256(raw).digest())),
        },
        secrets={LicenceEf.PIN: holder.secrets.licence},
    )
