"""The report on a card's face, and what of the card is proven genuine by it.

Not here: the checks (`card_face_checks`), text for people (`render`).
Called by `card_face`; read by everybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from jpki.verify import card_face_rules as rules
from jpki.verify.checks import Outcome, Rule
from jpki.verify.report import Report
from jpki.verify.report_json import Json


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a card's contents and the rules that together prove it; none: nothing can."""

    name: str
    proof: tuple[Rule, ...] = ()


_TEXT = (rules.TEXT_ISSUER, rules.TEXT_SIGNATURE)
_FRONT = (rules.VISUAL_ISSUER, rules.VISUAL_FRONT)

PARTS = (
    Part("number (個人番号)", (*_TEXT, rules.TEXT_NUMBER)),
    Part("four attributes (基本4情報)", (*_TEXT, rules.TEXT_ATTRIBUTES)),
    Part("birth date for age checks (生年月日)", (rules.VISUAL_ISSUER, rules.VISUAL_BIRTH)),
    Part("birth date and gender on the front (生年月日・性別)", _FRONT),
    Part("images of name and address (氏名・住所)", _FRONT),
    Part("photo (顔写真)", _FRONT),
    Part("image of the number (個人番号画像)", (rules.VISUAL_ISSUER, rules.VISUAL_NUMBER)),
    Part(
        "chip of the text, no copy (内部認証)",
        (rules.TEXT_ISSUER, rules.TEXT_KEY, rules.TEXT_PRESENT),
    ),
    Part("chip of the face, no copy (内部認証)", (rules.VISUAL_ISSUER, rules.VISUAL_PRESENT)),
    Part("text of the signing certificate's holder (署名用電子証明書との一致)", (rules.HOLDER,)),
    Part("date of expiry (有効期限, DF29)"),
    Part("image of the security code (セキュリティコード, DF2A)"),
    Part("information about the applications (基本情報)"),
    Part("serial number and municipality (共通AP)"),
)
"""What a card holds outside the JPKI AP; the last four no signature covers.

Whether it is the certificate holder's is no part of a report without a signing certificate.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFaceReport(Report):
    """The report of one card's face."""

    @property
    def subject(self) -> str:
        """A card's face."""
        return "card-face"

    @property
    def proven(self) -> tuple[str, ...]:
        """The parts that are proven genuine."""
        return tuple(p.name for p in self._parts if p.proof and self._all(p.proof, _PASSED))

    @property
    def refuted(self) -> tuple[str, ...]:
        """The parts that are not as they were signed."""
        return tuple(p.name for p in self._parts if not self._all(p.proof, _NOT_FAILED))

    @property
    def undecided(self) -> tuple[str, ...]:
        """The parts for whose proof something was missing."""
        decided = {*self.proven, *self.refuted}
        return tuple(p.name for p in self._parts if p.proof and p.name not in decided)

    @property
    def unprovable(self) -> tuple[str, ...]:
        """The parts that no signature covers, on any card."""
        return tuple(p.name for p in PARTS if not p.proof)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Give what is proven and what is not."""
        rows = (
            ("proven genuine", self.proven),
            ("NOT as signed", self.refuted),
            ("not decided", self.undecided),
            ("covered by no signature", self.unprovable),
        )
        return tuple((label, "; ".join(names)) for label, names in rows if names)

    def details(self) -> Json:
        """Give the same for programs."""
        return {
            "proven": list(self.proven),
            "refuted": list(self.refuted),
            "undecided": list(self.undecided),
            "unprovable": list(self.unprovable),
        }

    @property
    def _parts(self) -> tuple[Part, ...]:
        judged = {check.rule for check in self.checks}
        return tuple(p for p in PARTS if rules.HOLDER not in p.proof or rules.HOLDER in judged)

    def _all(self, proof: Iterable[Rule], outcomes: frozenset[Outcome]) -> bool:
        return all(self.check(rule.id).outcome in outcomes for rule in proof)


_PASSED = frozenset({Outcome.PASS})
_NOT_FAILED = frozenset({Outcome.PASS, Outcome.CANNOT_TELL})
