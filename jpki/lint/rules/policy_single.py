"""There is one policy."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import HOLDERS
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify import extensions as ext


def _check(view: View) -> Flaws:
    found = ext.policies(view.inside(oids.CERTIFICATE_POLICIES))
    if len(found) != 1:
        yield Flaw(view[oids.CERTIFICATE_POLICIES], "one policy", f"{len(found)}")


RULE = Rule(
    id="policy-single",
    title="one certificate policy",
    japanese="証明書ポリシーは1つ",
    targets=HOLDERS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.4",
    source=Source("PKI 1.1 CPS URI: one policy", Grade.MEASURED),
    looks_at=(oids.CERTIFICATE_POLICIES,),
    check=_check,
)
