"""An address has at most 200 characters."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.oids import PersonalData
from jpki.people import MAX_ADDRESS
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    address = view.personal(oids.SUBJECT_ALT_NAME, PersonalData.ADDRESS)
    if address and len(address[1]) > MAX_ADDRESS:
        yield Flaw(address[0], f"at most {MAX_ADDRESS} characters", f"{len(address[1])}")


RULE = Rule(
    id="address-length",
    title="an address of at most 200 characters",
    japanese="住所は200文字以内",
    targets=frozenset({Target.SIGN}),
    severity=Severity.WARNING,
    clause="",
    source=Source("PKI 1.3 .5: one source", Grade.ASSUMED),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
