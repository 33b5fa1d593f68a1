"""A holder's issuerAltName is the authority's Japanese name: its subjectAltName's octets."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import compared, string_type_flaws
from jpki.lint.subjects import HOLDERS
from jpki.lint.view import View, read_name
from jpki.sources import Grade, Source
from jpki.verify.der import context


def _check(view: View) -> Flaws:
    names = list(view.inside(oids.ISSUER_ALT_NAME))
    if [name.tag for name in names] != [context(4)]:
        yield Flaw(view[oids.ISSUER_ALT_NAME], "one directoryName", f"{len(names)} names")
        return
    name = read_name(names[0].only("directoryName"))
    yield from compared(names[0], name, view.naming.authority_ja(view.kind))
    yield from string_type_flaws(name)


RULE = Rule(
    id="issuer-alt-name",
    title="issuerAltName is the authority's Japanese name",
    japanese="発行者別名は認証局の日本語名",
    targets=HOLDERS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.7",
    source=Source("PKI 1.4", Grade.MEASURED),
    looks_at=(oids.ISSUER_ALT_NAME,),
    check=_check,
)
