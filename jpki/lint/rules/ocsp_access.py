"""authorityInfoAccess names one OCSP responder by http, and no caIssuers."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View, two
from jpki.sources import Grade, Source
from jpki.verify.der import context


def _check(view: View) -> Flaws:
    access = [two(one, "AccessDescription") for one in view.inside(oids.AUTHORITY_INFO_ACCESS)]
    seen = [(method.oid(), location.tag) for method, location in access]
    good = seen == [(oids.OCSP_ACCESS, context(6, constructed=False))]
    if not good or not access[0][1].value.startswith(b"http://"):
        text = ", ".join(method for method, _ in seen) or "nothing"
        yield Flaw(view[oids.AUTHORITY_INFO_ACCESS], "one OCSP address, http", text)


RULE = Rule(
    id="ocsp-access",
    title="one OCSP address and nothing else",
    japanese="OCSPのURIのみ",
    targets=frozenset({Target.AUTH}),
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.2.1",
    source=Source("PKI 1.1 AIA", Grade.MEASURED),
    looks_at=(oids.AUTHORITY_INFO_ACCESS,),
    check=_check,
)
