"""What each event does to certificates and card: one table, each row with its source and grade.

What it is: data. `rules` reads every reason from here, docs/use/life.md shows it, and a test holds
the two together. Where nothing public answers the row is a guess, and says so: `Grade.ASSUMED` or
`DEDUCED`.
What it is not: conditions (who may, when): those are in `rules`.
Standard: PKI profile reference sections 1.8, 2.1 and 3.3.
Called by `rules`; read by tests and the command line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from types import MappingProxyType

from cardsim.world.life.events import EventKind
from jpki.profiles.reasons import RevocationReason
from jpki.sources import Grade, Source


@unique
class Outcome(Enum):
    """What becomes of a certificate that is not revoked."""

    STAYS = "stays"
    NIGHT = "new in the night"
    NEW = "new"
    ENDS = "ends by itself"


@unique
class CardOutcome(Enum):
    """What becomes of the card."""

    STAYS = "stays"
    NIGHT = "written in the night"
    MADE = "made, PINs not set"
    HANDED_OVER = "PINs set, in use; the old card ends"
    REWRITTEN = "text and face written anew"
    SUSPENDED = "suspended"
    RESUMED = "in use again, text and face as the register has them"
    ENDED = "ends"
    PINS_SET = "PINs set anew, counters full"
    PINS_GONE = "PINs taken away"
    EXPIRED = "ends by itself"


@dataclass(frozen=True, slots=True)
class Row:
    """What one kind of event does.

    A reason means that the certificates concerned are revoked with it. They are those of the
    person, or of the card where the event is a card's.
    """

    japanese: str
    sign: RevocationReason | Outcome
    auth: RevocationReason | Outcome
    card: CardOutcome
    source: Source
    note: str = ""


_CHANGED = RevocationReason.AFFILIATION_CHANGED
_CEASED = RevocationReason.CESSATION_OF_OPERATION
_HOLD = RevocationReason.CERTIFICATE_HOLD
_COMPROMISED = RevocationReason.KEY_COMPROMISE
_SUPERSEDED = RevocationReason.SUPERSEDED
_DISCARDED = RevocationReason.UNSPECIFIED
_STAYS, _NIGHT, _NEW, _ENDS = Outcome.STAYS, Outcome.NIGHT, Outcome.NEW, Outcome.ENDS

_ATTRIBUTES = Source("PKI 3.3: change of name, address, sex, birth date", Grade.MEASURED)

TABLE: Mapping[EventKind, Row] = MappingProxyType(
    {
        EventKind.BIRTH: Row(
            "出生",
            _STAYS,
            _STAYS,
            CardOutcome.STAYS,
            Source("no certificate without a card", Grade.DEDUCED),
        ),
        EventKind.FIFTEEN: Row(
            "15歳到達",
            _STAYS,
            _STAYS,
            CardOutcome.STAYS,
            Source("PKI 1.8: no signing certificate under 15", Grade.RELIED_ON),
            "from now on a signing certificate can be asked for",
        ),
        EventKind.CARD: Row(
            "交付申請",
            _NIGHT,
            _NIGHT,
            CardOutcome.NIGHT,
            Source("PKI 1.2: certificates come in a night batch", Grade.MEASURED),
        ),
        EventKind.HANDOVER: Row(
            "交付",
            _SUPERSEDED,
            _SUPERSEDED,
            CardOutcome.HANDED_OVER,
            Source("PKI 3.3: renewal; when the old card's are revoked is ours", Grade.ASSUMED),
            "revoked are the certificates of the card it takes the place of",
        ),
        EventKind.DISCARD: Row(
            "交付前の破棄",
            _DISCARDED,
            _DISCARDED,
            CardOutcome.ENDED,
            Source("PKI 2.1: unspecified, 交付前に破棄", Grade.RELIED_ON),
        ),
        EventKind.MOVE: Row("転入・転居", _CHANGED, _STAYS, CardOutcome.REWRITTEN, _ATTRIBUTES),
        EventKind.RENAME: Row("氏名の変更", _CHANGED, _STAYS, CardOutcome.REWRITTEN, _ATTRIBUTES),
        EventKind.MARRIAGE: Row(
            "婚姻",
            _CHANGED,
            _STAYS,
            CardOutcome.REWRITTEN,
            _ATTRIBUTES,
            "nothing is revoked when neither name nor address changes",
        ),
        EventKind.CORRECTION: Row(
            "記載の修正",
            _CHANGED,
            _STAYS,
            CardOutcome.REWRITTEN,
            _ATTRIBUTES,
        ),
        EventKind.NUMBER: Row(
            "個人番号の変更",
            _CEASED,
            _CEASED,
            CardOutcome.ENDED,
            Source("PKI 3.3: use stopped (C); the reason by elimination", Grade.ASSUMED),
        ),
        EventKind.DEATH: Row(
            "死亡",
            _CEASED,
            _CEASED,
            CardOutcome.ENDED,
            Source("PKI 3.3: revoked (B); the reason by elimination, 2.1 (D)", Grade.DEDUCED),
        ),
        EventKind.EMIGRATION: Row(
            "国外転出",
            _CEASED,
            _CEASED,
            CardOutcome.ENDED,
            Source("PKI 3.3: revoked (B); the reason by elimination, 2.1 (D)", Grade.DEDUCED),
        ),
        EventKind.EMIGRATION_WITH_CARD: Row(
            "国外転出（カードの継続利用）",
            _CHANGED,
            _STAYS,
            CardOutcome.REWRITTEN,
            Source(
                "PKI 3.3: cards may be kept since 2024-05-27, what becomes of certificates is"
                " unknown; treated as a change of address",
                Grade.ASSUMED,
            ),
        ),
        EventKind.LOSS: Row(
            "紛失",
            _HOLD,
            _HOLD,
            CardOutcome.SUSPENDED,
            Source("PKI 3.3: revoked, or hold", Grade.RELIED_ON),
        ),
        EventKind.FINDING: Row(
            "発見",
            _STAYS,
            _STAYS,
            CardOutcome.RESUMED,
            Source("PKI 2.1: a hold is never released", Grade.RELIED_ON),
            "what was held stays held: new certificates must be asked for",
        ),
        EventKind.COMPROMISE: Row(
            "秘密鍵の危殆化",
            _COMPROMISED,
            _COMPROMISED,
            CardOutcome.STAYS,
            Source("PKI 3.3: key leak; 2.1", Grade.RELIED_ON),
            "only the kinds named",
        ),
        EventKind.STOP: Row(
            "利用の終了",
            _CEASED,
            _CEASED,
            CardOutcome.STAYS,
            Source("PKI 3.3: the holder's request; 2.1", Grade.RELIED_ON),
            "only the kinds named",
        ),
        EventKind.RETURN: Row(
            "カードの返納",
            _CEASED,
            _CEASED,
            CardOutcome.ENDED,
            Source("PKI 3.3: revoked (B); the reason is not settled, 2.1", Grade.ASSUMED),
        ),
        EventKind.CERTIFY: Row(
            "電子証明書の発行",
            _NIGHT,
            _NIGHT,
            CardOutcome.NIGHT,
            Source("PKI 1.2: certificates come in a night batch", Grade.MEASURED),
            "where none is good; under 15 no signing certificate; its password is set if it never"
            " was",
        ),
        EventKind.RENEWAL: Row(
            "電子証明書の更新",
            _NIGHT,
            _NIGHT,
            CardOutcome.NIGHT,
            Source(
                "PKI 1.8: from three months before the end, to the 6th birthday", Grade.RELIED_ON
            ),
            "the old one is superseded when the new one is issued",
        ),
        EventKind.LATE_RENEWAL: Row(
            "期限切れ後の更新",
            _NIGHT,
            _NIGHT,
            CardOutcome.NIGHT,
            Source(
                "PKI 1.8: after the end it is a new issue, to the 5th birthday", Grade.RELIED_ON
            ),
            "nothing is superseded: the old one has ended",
        ),
        EventKind.PIN_RESET: Row(
            "暗証番号再設定",
            _STAYS,
            _STAYS,
            CardOutcome.PINS_SET,
            Source("PKI 3.3: PIN forgotten or locked", Grade.MEASURED),
        ),
        EventKind.PINLESS: Row(
            "顔認証マイナンバーカードへの切替",
            _CEASED,
            _STAYS,
            CardOutcome.PINS_GONE,
            Source(
                "PKI 3.3: no PIN is set (C); that the signing one ends, without a password to use"
                " it, is ours",
                Grade.ASSUMED,
            ),
        ),
        EventKind.ISSUE: Row(
            "夜間の発行",
            _NEW,
            _NEW,
            CardOutcome.MADE,
            Source("PKI 1.2: certificates come in a night batch", Grade.MEASURED),
            "a renewed one is superseded; a card that is in use gets the certificates only",
        ),
        EventKind.NOTICE: Row(
            "有効期限のお知らせ",
            _STAYS,
            _STAYS,
            CardOutcome.STAYS,
            Source("PKI 1.8: 2 to 3 months before; which day is ours", Grade.ASSUMED),
        ),
        EventKind.CERTIFICATE_END: Row(
            "電子証明書の有効期間満了",
            _ENDS,
            _ENDS,
            CardOutcome.STAYS,
            Source("PKI 1.8, 3.3", Grade.MEASURED),
        ),
        EventKind.CARD_END: Row(
            "カードの有効期間満了",
            _ENDS,
            _ENDS,
            CardOutcome.EXPIRED,
            Source("PKI 1.8: the card's end", Grade.RELIED_ON),
        ),
        EventKind.AUTHORITIES: Row(
            "認証局の鍵の更新",
            _STAYS,
            _STAYS,
            CardOutcome.STAYS,
            Source("PKI 1.5: generations overlap", Grade.MEASURED),
        ),
        EventKind.NIGHT: Row(
            "夜間処理（失効リストの発行）",
            _STAYS,
            _STAYS,
            CardOutcome.STAYS,
            Source("PKI 2.1: once per day", Grade.MEASURED),
        ),
    }
)
