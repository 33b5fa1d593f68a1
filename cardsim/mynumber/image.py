"""What a card is made with: everything the issuer writes, as plain data, and its JSON form.

Not here: what changes in use (`state`), behaviour. A card image is written when a card is made, and
anew at the counter (`directory.rewrite_card`). Secrets (keys, initial PINs) never are in its repr.
Built by the world and by tests; turned into applications by `applications`.
"""

from dataclasses import dataclass, field

from cardsim.mynumber.contents import (
    CommonContents,
    DomainContents,
    JukiContents,
    LicenceContents,
    TextContents,
    VisualContents,
)
from jpki.card.layout import AtrFamily, CardRecord, PinKind, TokenKind
from jpki.sources import Grade, Source

PHONE_ATR = AtrFamily.TYPE_B_41E0
"""What a phone shows to a reader when nothing else is asked for."""
PHONE_ATR_SOURCE = Source(
    "card §8: NFC card emulation; the answer to reset is not published", Grade.ASSUMED
)


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate (DER) and its private key (PKCS#8 DER, unencrypted).

    That they belong together is not checked: cards on which they do not are wanted too.
    """

    certificate: bytes = field(repr=False)
    private_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardImage:
    """One card.

    `sign` is None on the card of a child; a PIN of None was never set and is blocked.
    The CA certificates are DER. `identifier` names the card in files and messages. Without its
    contents an application is not on the card, but for the 共通AP: that has its record then.
    """

    identifier: str
    record: CardRecord
    sign: Credential | None
    auth: Credential | None
    sign_ca: bytes = field(repr=False)
    auth_ca: bytes = field(repr=False)
    sign_pin: str | None = field(repr=False)
    auth_pin: str | None = field(repr=False)
    token: TokenKind = TokenKind.CARD
    atr: AtrFamily = AtrFamily.CONTACT_E0
    text: TextContents | None = None
    visual: VisualContents | None = None
    common: CommonContents | None = None
    juki: JukiContents | None = None
    licence: LicenceContents | None = None
    domain: DomainContents | None = None
    terminal_ca: bytes | None = field(default=None, repr=False)
    """Who may certify institutions for 特定機関認証: a self-signed CV certificate, or nobody."""

    def __post_init__(self) -> None:
        # PinFormatError says the rule and not the PIN.
        for kind, pin in ((PinKind.SIGN, self.sign_pin), (PinKind.AUTH, self.auth_pin)):
            if pin is not None:
                kind.rule.encode(pin)
