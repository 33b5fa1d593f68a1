"""The マイナ免許証 from the reader's side: whether a PIN is set, and the licence data.

Not here: whether the data are genuine; the form of their signature is not public.
Card reference §8. Called by programs.
"""

from typing import ClassVar

from jpki.card.client.errors import MalformedFileError
from jpki.card.client.guarded import GuardedSession
from jpki.card.layout import Ap, PinKind
from jpki.card.layout.licence import LicenceData, LicenceEf, LicenceFileError, parse_pin_flag


class LicenceSession(GuardedSession):
    """マイナ免許証, selected."""

    ap: ClassVar[Ap] = Ap.LICENCE

    def pin_is_set(self) -> bool:
        """Read WEF01: whether the data need the PIN; free."""
        raw = self.read_physical(LicenceEf.PIN_FLAG)
        try:
            return parse_pin_flag(raw)
        except LicenceFileError as error:
            raise MalformedFileError(f"{self._name(LicenceEf.PIN_FLAG)}: {error}") from error

    def data(self) -> LicenceData:
        """Read WEF02; needs the PIN when one is set."""
        return self._parsed(LicenceEf.DATA, LicenceData.parse)

    def _needs(self, ef: int) -> str | None:
        return None if ef == LicenceEf.PIN_FLAG else PinKind.LICENCE.japanese
