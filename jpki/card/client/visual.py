"""The 券面事項確認AP from the reader's side: what is printed on the card, each part by its secret.

生年月日 opens the birth record, 照合番号B (or A) the front, 照合番号A the number as well: a
terminal shows what it has read off the card. Nothing here spends a try unless `verify` is called.
Not here: whether what was read is genuine (`jpki.verify.card_face`), the files' form (`layout`).
Card reference §3.3, §3.4. Called by the command line and by programs.
"""

from typing import ClassVar

from jpki.card.client.guarded import GuardedSession
from jpki.card.layout import Ap
from jpki.card.layout.visual import VISUAL_FILES, VisualEf
from jpki.card.layout.visual_files import BirthRecord, FrontRecord, NumberRecord, VisualInfo
from jpki.cv import CvCertificate


class VisualSession(GuardedSession):
    """券面事項確認AP, selected."""

    ap: ClassVar[Ap] = Ap.VISUAL

    def birth_record(self) -> BirthRecord:
        """Read EF 0001; needs 生年月日."""
        return self._parsed(VisualEf.BIRTH_RECORD, BirthRecord.parse)

    def front(self) -> FrontRecord:
        """Read EF 0002: dates, gender, images of name, address, photo, code; needs B or A."""
        return self._parsed(VisualEf.FRONT, FrontRecord.parse)

    def number_image(self) -> NumberRecord:
        """Read EF 0005; needs 照合番号A."""
        return self._parsed(VisualEf.NUMBER_IMAGE, NumberRecord.parse)

    def info(self) -> VisualInfo:
        """Read EF 0003; free."""
        return self._parsed(VisualEf.INFO, VisualInfo.parse)

    def certificate(self) -> CvCertificate:
        """Read EF 0004, the certificate of whoever signed the records; free."""
        return self._parsed(VisualEf.CV_CERTIFICATE, CvCertificate.parse)

    def _needs(self, ef: int) -> str | None:
        opened_by = VISUAL_FILES[VisualEf(ef)].opened_by
        return " or ".join(kind.japanese for kind in opened_by) or None
