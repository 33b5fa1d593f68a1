"""The items stand in the order of cards: .1 .4 .3 .5 .2 .6."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.oids import PersonalData
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    seen = [other.item for other in view.other_names(oids.SUBJECT_ALT_NAME) if other.item]
    order = [item for item in PersonalData if item in seen]
    if list(dict.fromkeys(seen)) != order:
        yield Flaw(view[oids.SUBJECT_ALT_NAME], _arcs(order), _arcs(seen))


def _arcs(items: list[PersonalData]) -> str:
    return " ".join(f".{item.dotted.rsplit('.', 1)[1]}" for item in items)


RULE = Rule(
    id="san-order",
    title="items in the order .1 .4 .3 .5 .2 .6",
    japanese="otherNameの順序",
    targets=frozenset({Target.SIGN}),
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.6",
    source=Source("PKI 1.3: real card, TEST; 8 item 1", Grade.RELIED_ON),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
