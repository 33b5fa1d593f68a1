"""The responder's address is the environment's; a test environment's own is not known."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View, two
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for access in view.inside(oids.AUTHORITY_INFO_ACCESS):
        location = two(access, "AccessDescription")[1]
        if location.value != view.naming.ocsp_url.encode():
            seen = location.value.decode("ascii", "backslashreplace")
            yield Flaw(location, view.naming.ocsp_url, seen)


RULE = Rule(
    id="ocsp-address",
    title="the environment's OCSP address",
    japanese="OCSPのURI",
    targets=frozenset({Target.AUTH}),
    severity=Severity.WARNING,
    clause="RFC 5280 4.2.2.1",
    source=Source("PKI 2.2: production A, others ours", Grade.MEASURED),
    looks_at=(oids.AUTHORITY_INFO_ACCESS,),
    check=_check,
)
