"""An authority's subjectAltName is its Japanese name."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import compared, string_type_flaws
from jpki.lint.subjects import Target
from jpki.lint.view import View, read_name
from jpki.sources import Grade, Source
from jpki.verify.der import context


def _check(view: View) -> Flaws:
    names = list(view.inside(oids.SUBJECT_ALT_NAME))
    if [name.tag for name in names] != [context(4)]:
        yield Flaw(view[oids.SUBJECT_ALT_NAME], "one directoryName", f"{len(names)} names")
        return
    name = read_name(names[0].only("directoryName"))
    yield from compared(names[0], name, view.naming.authority_ja(view.kind))
    yield from string_type_flaws(name)


RULE = Rule(
    id="authority-alt-name",
    title="an authority's subjectAltName is its Japanese name",
    japanese="認証局の別名は日本語名",
    targets=frozenset({Target.AUTHORITY}),
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.6",
    source=Source("PKI 1.4, 1.5", Grade.MEASURED),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
