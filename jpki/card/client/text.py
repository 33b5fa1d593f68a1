"""The 券面入力補助AP from the reader's side: 個人番号 and 基本4情報 as text.

The PIN opens both; 照合番号A the number alone, 照合番号B the attributes alone.
Not here: whether what was read is genuine (`jpki.verify.card_face`), the files' form (`layout`).
Card reference §3.2. Called by the command line and by programs.
"""

from typing import ClassVar

from jpki.card.client.guarded import GuardedSession
from jpki.card.layout import Ap
from jpki.card.layout.text import (
    TEXT_FILES,
    SignedKey,
    TextAttributes,
    TextEf,
    TextInformation,
    TextSignatures,
    parse_number,
    parse_session_key,
)
from jpki.cv import CvCertificate, CvPublicKey


class TextSession(GuardedSession):
    """券面入力補助AP, selected."""

    ap: ClassVar[Ap] = Ap.TEXT

    def number(self) -> str:
        """Read 個人番号 (EF 0001), 12 digits; needs the PIN or 照合番号A."""
        return self._parsed(TextEf.NUMBER, parse_number)

    def attributes(self) -> TextAttributes:
        """Read 基本4情報 (EF 0002); needs the PIN or 照合番号B."""
        return self._parsed(TextEf.ATTRIBUTES, TextAttributes.parse)

    def signatures(self) -> TextSignatures:
        """Read EF 0003: digests of both, signed; needs the PIN or a 照合番号."""
        return self._parsed(TextEf.SIGNATURES, TextSignatures.parse)

    def signed_key(self) -> SignedKey:
        """Read EF 0007: the key the card proves to hold, signed; needs the PIN or a 照合番号."""
        return self._parsed(TextEf.AUTHENTICATION_PUBLIC, SignedKey.parse)

    def certificate(self) -> CvCertificate:
        """Read EF 0004, the certificate of whoever signed the files; free."""
        return self._parsed(TextEf.CERTIFICATE, CvCertificate.parse)

    def information(self) -> TextInformation:
        """Read EF 0005: specification version and a key identifier; free."""
        return self._parsed(TextEf.INFORMATION, TextInformation.parse)

    def session_key(self) -> CvPublicKey:
        """Read EF 0006: the key session keys are delivered under; needs the PIN or a 照合番号."""
        return self._parsed(TextEf.SESSION_KEY_PUBLIC, parse_session_key)

    def _needs(self, ef: int) -> str | None:
        opened_by = TEXT_FILES[TextEf(ef)].opened_by
        return " or ".join(kind.japanese for kind in opened_by) or None
