"""A list has a number that is not negative and takes at most 20 octets."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import LISTS
from jpki.lint.view import View


def _check(view: View) -> Flaws:
    number = view.inside(oids.CRL_NUMBER).integer()
    if number < 0:
        yield Flaw(view[oids.CRL_NUMBER], "not negative", str(number))


RULE = Rule(
    id="crl-number",
    title="a cRLNumber that is not negative, at most 20 octets",
    japanese="失効リスト番号",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.2.3",
    source=None,
    looks_at=(oids.CRL_NUMBER,),
    check=_check,
)
