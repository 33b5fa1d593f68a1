"""What can go wrong between a reader and a card, as types to catch.

    CardError                        everything below
    ├── ApplicationMissingError      SELECT of the application was refused
    │   └── NotAJpkiCardError        ... and it was the 公的個人認証AP: another kind of card
    ├── FileMissingError             the card has no such elementary file
    ├── CertificateMissingError      the file is there and holds no certificate
    ├── MalformedFileError           a file's contents are not what the layout says
    ├── MalformedAnswerError         an answer that cannot be what was asked for
    ├── PinError                     `tries_left` says what is left, None when nobody knows
    │   ├── PinRuleError           never sent: it cannot be right; no try was spent
    │   ├── LastTryError             never sent: one try is left and nobody allowed to spend it
    │   ├── TriesUnknownError        never sent: the card does not say how many tries are left
    │   ├── WrongPinError            sent, refused, one try spent
    │   └── PinBlockedError          no try is left
    ├── SecurityStatusError          the secret this needs has not been presented
    └── UnexpectedStatusError        any other refusal: `status` and the command's name

A transport that fails raises `jpki.card.connection.ConnectionLostError`, which is no CardError:
then nothing is known of what the card did.

Not here: which status word becomes which error (each session says so where it sends the
command). No error holds a PIN, a number or file contents; command data is never kept.
"""

from jpki.errors import PortableError
from jpki.iso7816 import StatusWord


class CardError(PortableError):
    """The card refused, or what it gave is not usable."""


class ApplicationMissingError(CardError):
    """The card has no such application."""

    def __init__(self, name: str, aid: bytes, status: StatusWord) -> None:
        super().__init__(f"the card has no {name}: SELECT {aid.hex().upper()} answered {status}")
        self.aid = aid
        self.status = status


class NotAJpkiCardError(ApplicationMissingError):
    """The card has no 公的個人認証AP: it is not a My Number card or phone token."""


class FileMissingError(CardError):
    """The selected application has no such elementary file."""

    def __init__(self, name: str, status: StatusWord) -> None:
        super().__init__(f"the card has no {name}: {status}")
        self.name = name
        self.status = status


class CertificateMissingError(CardError):
    """The file exists, but holds no certificate (for instance the signing one of a child)."""


class MalformedFileError(CardError):
    """A file does not have the contents the layout gives it; the message says where."""


class MalformedAnswerError(CardError):
    """The card said 9000, but what it gave cannot be what was asked for."""


class PinError(CardError):
    """A PIN was not accepted, or was held back before it could do harm."""

    def __init__(self, message: str, *, tries_left: int | None) -> None:
        super().__init__(message)
        self.tries_left = tries_left
        """Tries left after this error; None when the card was not asked or does not say."""


class PinRuleError(PinError):
    """The PIN breaks the rule for its kind, so it was not sent and cost nothing."""

    def __init__(self, message: str) -> None:
        super().__init__(message, tries_left=None)


class LastTryError(PinError):
    """One try is left; it is spent only when the caller passes `allow_last_try=True`."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"one try is left for the {name}; a wrong one now blocks it, so it was not sent:"
            " presenting the right one with other software gives the tries back, and a"
            " municipal office (市区町村窓口) can set a new one",
            tries_left=1,
        )


class TriesUnknownError(PinError):
    """The card does not count down for us, so whether this is the last try is unknown."""

    def __init__(self, name: str, status: StatusWord) -> None:
        super().__init__(
            f"the card does not say how many tries are left for the {name}: {status}",
            tries_left=None,
        )
        self.status = status


class WrongPinError(PinError):
    """The card compared the PIN and refused it."""

    def __init__(self, name: str, tries_left: int | None) -> None:
        left = {None: "an unknown number of tries", 1: "1 try"}.get(
            tries_left, f"{tries_left} tries"
        )
        super().__init__(f"wrong {name}: {left} left", tries_left=tries_left)


class PinBlockedError(PinError):
    """The PIN is blocked; only the municipal office (市区町村窓口) can help a real card."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the {name} is blocked", tries_left=0)


class SecurityStatusError(CardError):
    """Reading or using this needs a secret that has not been presented (6982)."""

    def __init__(self, name: str, needs: str | None = None) -> None:
        hint = "a secret" if needs is None else f"the {needs}"
        super().__init__(f"{name} needs {hint}, which has not been presented")
        self.needs = needs
        """The name of the secret to present, when the layout knows it."""


class UnexpectedStatusError(CardError):
    """A status word the command should not answer."""

    def __init__(self, status: StatusWord, command: str) -> None:
        super().__init__(f"{command} answered {status}")
        self.status = status
        self.command = command
