"""The reader side: one session class per application, over any connection.

    JpkiSession     公的個人認証AP: certificates, PINs, signatures
    TextSession     券面入力補助AP: number and attributes as text
    VisualSession   券面事項確認AP: what is printed on the card, as images
    CommonSession   共通AP: the card's serial number and expiry
    JukiSession     住基AP: its PIN
    LicenceSession  マイナ免許証: the driving licence on the card
    Channel         a connection shared by the sessions of several applications
    read_counters   the tries left of every secret of every application

What can go wrong is drawn in `jpki.card.client.errors`. Sessions do not know whether the card
is real, and none of their classes knows of a reader (`jpki.card.pcsc`).
"""

from jpki.card.client.application import ApplicationSession
from jpki.card.client.channel import Channel
from jpki.card.client.common import CommonSession
from jpki.card.client.counters import Counter, read_counters
from jpki.card.client.errors import (
    ApplicationMissingError,
    CardError,
    CertificateMissingError,
    FileMissingError,
    LastTryError,
    MalformedAnswerError,
    MalformedFileError,
    NotAJpkiCardError,
    PinBlockedError,
    PinError,
    PinRuleError,
    SecurityStatusError,
    TriesUnknownError,
    UnexpectedStatusError,
    WrongPinError,
)
from jpki.card.client.jpki import PIN_KIND, JpkiSession
from jpki.card.client.juki import JukiSession
from jpki.card.client.licence import LicenceSession
from jpki.card.client.presenting import SecretSession
from jpki.card.client.text import TextSession
from jpki.card.client.visual import VisualSession

__all__ = [
    "PIN_KIND",
    "ApplicationMissingError",
    "ApplicationSession",
    "CardError",
    "CertificateMissingError",
    "Channel",
    "CommonSession",
    "Counter",
    "FileMissingError",
    "JpkiSession",
    "JukiSession",
    "LastTryError",
    "LicenceSession",
    "MalformedAnswerError",
    "MalformedFileError",
    "NotAJpkiCardError",
    "PinBlockedError",
    "PinError",
    "PinRuleError",
    "SecretSession",
    "SecurityStatusError",
    "TextSession",
    "TriesUnknownError",
    "UnexpectedStatusError",
    "VisualSession",
    "WrongPinError",
    "read_counters",
]
