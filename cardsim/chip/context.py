"""What a handler may touch: session, saved state, applications, dialect, randomness.

Also the questions every handler asks: which file is meant, is the operation allowed.
Called by the handlers of the chip and of a card kind.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cardsim.chip.access import Operation
from cardsim.chip.dialect import Dialect
from cardsim.chip.errors import Refusal
from cardsim.chip.files import Application, File, KeyFile, PinFile
from cardsim.chip.session import Session
from cardsim.chip.state import CardStore
from jpki.iso7816 import SW


@dataclass(frozen=True, slots=True)
class Context:
    """One powered card, as its handlers see it."""

    session: Session
    store: CardStore
    applications: tuple[Application, ...]
    """In the order in which the beginning of a name is looked up; the first is the start."""
    dialect: Dialect
    random: Callable[[int], bytes]

    def resolve(self, reference: int | None) -> tuple[int, File]:
        """Give the EF meant by a file reference (None: the current one) and its identifier."""
        ef = self.session.current_ef if reference is None else reference
        if ef is None:
            raise Refusal(SW.NO_CURRENT_EF)
        file = self.session.file(ef)
        if file is None:
            raise Refusal(SW.FILE_OR_APPLICATION_NOT_FOUND)
        return ef, file

    def resolve_pin(self, reference: int | None) -> tuple[int, PinFile]:
        """Give the PIN file meant; a key answers as the dialect says, other files 6981."""
        ef, file = self.resolve(reference)
        if isinstance(file, KeyFile):
            raise Refusal(self.dialect.verify_on_key)
        if not isinstance(file, PinFile):
            raise Refusal(SW.INCOMPATIBLE_FILE_STRUCTURE)
        return ef, file

    def resolve_key(
        self, reference: int | None, *, named: bool, no_default: SW
    ) -> tuple[int, KeyFile]:
        """Give the key file meant; when none is named, the application's default key.

        `no_default` is the refusal when the application has none.
        """
        if not named:
            reference = self.session.application.default_key
            if reference is None:
                raise Refusal(no_default)
        ef, file = self.resolve(reference)
        if not isinstance(file, KeyFile):
            raise Refusal(SW.INCOMPATIBLE_FILE_STRUCTURE)
        return ef, file

    def need(self, file: File, operation: Operation) -> None:
        """Refuse with 6982 unless the rule of the file is satisfied."""
        if not self.session.satisfies(file.rule(operation)):
            raise Refusal(SW.SECURITY_STATUS_NOT_SATISFIED)
