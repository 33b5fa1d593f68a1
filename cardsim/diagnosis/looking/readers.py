"""Readers and cards, as a program sees them through the library found.

Not here: OpenSC's view of the card (`opensc`). Called by `diagnose`.
"""

from cardsim.diagnosis.facts import Readers, SeenReader
from cardsim.diagnosis.looking.library import call
from cardsim.diagnosis.machine import Machine
from jpki.card.layout import Ap


def look_at_readers(machine: Machine) -> Readers:
    """List the readers; have each card that is in no use select 公的個人認証AP."""
    said = call(machine, "readers", Ap.JPKI.aid.hex())
    readers = tuple(
        SeenReader(
            name=each["name"],
            state=each["state"],
            atr=each["atr"],
            connect_code=each["connect"],
            transmit_code=each["transmit"],
            answer=each["answer"],
        )
        for each in said.get("readers", ())
    )
    return Readers(
        asked=True,
        error=said.get("error"),
        context_code=said.get("context"),
        list_code=said.get("list"),
        readers=readers,
    )
