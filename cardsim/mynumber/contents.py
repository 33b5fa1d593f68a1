"""What the issuer writes into one application beside certificates: files, keys, secrets.

Plain data, finished: the chip only serves it. Bytes of a file are the physical file, filler
included. Not here: how contents are made from a person (`personalise`), which secret opens
which file (`cardsim.mynumber.applications`).
Held by `CardImage`; written and read by `image_codec`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from jpki.card.layout import PinKind
from jpki.card.layout.common import CommonEf
from jpki.card.layout.juki import JukiEf
from jpki.card.layout.licence import LicenceEf
from jpki.card.layout.text import TextEf

_VISUAL_BIRTH_DATE, _VISUAL_NUMBER_B, _VISUAL_NUMBER_A = 0x11, 0x12, 0x13


@dataclass(frozen=True, slots=True)
class ApContents:
    """The contents of one application, by EF identifier.

    `keys` are PKCS#8 DER, not encrypted; `secrets` are PINs and 照合番号 as a person types
    them, None for one that was never set and is blocked.
    """

    files: Mapping[int, bytes] = field(repr=False)
    keys: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    secrets: Mapping[int, str | None] = field(default_factory=dict, repr=False)

    secret_kinds: ClassVar[Mapping[int, PinKind]] = {}
    """Which rule each secret of this application obeys."""

    def __post_init__(self) -> None:
        unknown = self.secrets.keys() ^ self.secret_kinds.keys()
        if unknown:
            names = ", ".join(f"{ef:04X}" for ef in sorted(unknown))
            raise ValueError(f"{type(self).__name__}: secrets missing or unknown: {names}")
        for ef, secret in self.secrets.items():
            if secret is not None:
                # PinFormatError says the rule and not the secret.
                self.secret_kinds[ef].rule.encode(secret)


class TextContents(ApContents):
    """券面入力補助AP."""

    __slots__ = ()
    secret_kinds: ClassVar[Mapping[int, PinKind]] = {
        TextEf.PIN: PinKind.TEXT,
        TextEf.NUMBER_A: PinKind.NUMBER_A,
        TextEf.NUMBER_B: PinKind.NUMBER_B,
    }


class VisualContents(ApContents):
    """券面事項確認AP."""

    __slots__ = ()
    secret_kinds: ClassVar[Mapping[int, PinKind]] = {
        _VISUAL_BIRTH_DATE: PinKind.BIRTH_DATE,
        _VISUAL_NUMBER_B: PinKind.NUMBER_B,
        _VISUAL_NUMBER_A: PinKind.NUMBER_A,
    }


class CommonContents(ApContents):
    """共通AP; its record EF 0001 is made from `CardImage.record`."""

    __slots__ = ()
    secret_kinds: ClassVar[Mapping[int, PinKind]] = {CommonEf.PIN: PinKind.JUKI}


class JukiContents(ApContents):
    """住基AP."""

    __slots__ = ()
    secret_kinds: ClassVar[Mapping[int, PinKind]] = {JukiEf.PIN: PinKind.JUKI}


class LicenceContents(ApContents):
    """マイナ免許証; a PIN of None was never set: the flag file says so and nothing needs it."""

    __slots__ = ()
    secret_kinds: ClassVar[Mapping[int, PinKind]] = {LicenceEf.PIN: PinKind.LICENCE}


@dataclass(frozen=True, slots=True)
class DomainContents:
    """発行者セキュリティドメイン: CV certificates without template, as GET DATA gives them.

    `lower` is None on older cards.
    """

    upper: bytes
    lower: bytes | None
