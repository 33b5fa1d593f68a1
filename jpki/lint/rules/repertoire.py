"""Name and address hold characters of JIS X 0208 and JIS X 0212 alone."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.oids import PersonalData
from jpki.people import in_repertoire
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for item in (PersonalData.NAME, PersonalData.ADDRESS):
        found = view.personal(oids.SUBJECT_ALT_NAME, item)
        if found is None:
            continue
        node, text = found
        offset = node.start
        for character in text:
            if not in_repertoire(character):
                yield Flaw(offset, "a character of JIS X 0208 or 0212", f"U+{ord(character):04X}")
            offset += len(character.encode())


RULE = Rule(
    id="repertoire",
    title="characters of JIS X 0208 and JIS X 0212",
    japanese="氏名・住所の文字（JIS X 0208、0212）",
    targets=frozenset({Target.SIGN}),
    severity=Severity.ERROR,
    clause="",
    source=Source("PKI 6: city pages; ASCII is left out by our reading", Grade.MEASURED),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
