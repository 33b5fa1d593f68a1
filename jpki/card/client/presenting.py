"""What the sessions of all applications but 公的個人認証AP share: secrets, presented with care.

Secrets are presented like PINs: the tries left are asked for first and the last is never spent
unless allowed. Not here: reading files (`guarded`), which secrets there are (`jpki.card.layout`).
Card reference §3.2 to §3.5, §4.4. Subclassed by `GuardedSession`, `CommonSession`, `JukiSession`.
"""

from collections.abc import Mapping

from jpki.card.client import pins
from jpki.card.client.application import ApplicationSession
from jpki.card.client.errors import PinBlockedError, WrongPinError
from jpki.card.layout import PinKind
from jpki.card.layout.secret_files import SECRET_FILES


class SecretSession(ApplicationSession):
    """An application with secrets: PINs, or numbers on the card's face."""

    _verified: frozenset[PinKind] = frozenset()

    @property
    def secret_files(self) -> Mapping[PinKind, int]:
        """Each secret of the application and the EF it lies in."""
        return SECRET_FILES[self.ap]

    @property
    def verified(self) -> frozenset[PinKind]:
        """The secrets this session presented and has no reason to think forgotten."""
        return self._verified

    def tries_left(self, kind: PinKind) -> int:
        """Ask how many tries a secret has left; 0 when blocked. Costs none."""
        return self._pin(kind).tries_left()

    def verify(self, kind: PinKind, secret: str, *, allow_last_try: bool = False) -> None:
        """Present a secret; a wrong one costs a try on the card.

        Raises a `PinError`: `PinRuleError`, `LastTryError` or `TriesUnknownError` before anything
        is sent, `WrongPinError` or `PinBlockedError`.
        """
        encoded = pins.encode(kind, secret)
        pad = self._pin(kind)
        try:
            pad.verify(encoded, allow_last_try=allow_last_try)
        except (WrongPinError, PinBlockedError):
            self._verified -= {kind}
            raise
        self._verified |= {kind}

    @property
    def _has_secrets(self) -> bool:
        return bool(self._verified)

    def _forget(self) -> None:
        self._verified = frozenset()

    def _pin(self, kind: PinKind) -> pins.PinPad:
        self._select_ef(self.secret_files[kind], kind.japanese)
        return pins.PinPad(self.channel, kind)
