"""A certificate of the authorities' register as a life has it.

What it is: the one place where `jpki.ca`'s record becomes a `Certificate`.
What it is not: a question to the register (`view`, `drawn`). Called by them and `due`.
"""

from cardsim.world.life.lives import Certificate
from jpki.ca import CertificateRecord
from jpki.profiles.kinds import Kind


def certificate(kind: Kind, record: CertificateRecord, card: str | None) -> Certificate:
    """Give a record as a life has it; `card` is the card it is on, None when on none."""
    return Certificate(
        kind,
        record.serial,
        record.not_before,
        record.not_after,
        None if record.revocation is None else record.revocation.reason,
        card,
    )
