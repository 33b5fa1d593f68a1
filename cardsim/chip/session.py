"""What the card knows only while it has power: selected application and file, verified PINs.

Thrown away whole when the power goes. Not here: anything that is saved.
ISO/IEC 7816-4:2020 clause 9.2 (security status); what clears it: card reference §7.
"""

from dataclasses import dataclass, field

from cardsim.chip.access import AccessRule
from cardsim.chip.files import Application, File
from cardsim.chip.secure_channel import SecureChannel
from cardsim.chip.state import ObjectId


@dataclass(slots=True)
class Session:
    """The volatile half of the card's state."""

    application: Application
    current_ef: int | None = None
    verified: set[int] = field(default_factory=set)
    """EF identifiers of the PIN files verified in `application`."""
    channel: SecureChannel | None = None
    """Secure messaging with `application`; a broken one stays until another is agreed on."""
    challenge: bytes | None = field(default=None, repr=False)
    """The last random number given out, until it is used."""
    notes: dict[str, bytes] = field(default_factory=dict, repr=False)
    """What commands of the card kind remember for the next one, by a name of theirs."""

    def select(self, application: Application) -> None:
        """Make an application current; the proofs given to another one are forgotten.

        What a conversation was in the middle of ends even when the same one is selected.
        """
        if application.aid != self.application.aid:
            self.verified.clear()
        self.application = application
        self.current_ef = None
        self.channel = None
        self.challenge = None
        self.notes.clear()

    def satisfies(self, rule: AccessRule) -> bool:
        """Say whether what was proven is enough for `rule`."""
        return rule.permits(self.verified)

    def identify(self, ef: int) -> ObjectId:
        """Give the card-wide name of an EF of the current application."""
        return ObjectId(self.application.aid, ef)

    def file(self, ef: int) -> File | None:
        """Give an EF of the current application."""
        return self.application.files.get(ef)
