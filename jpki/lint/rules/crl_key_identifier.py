"""authorityKeyIdentifier says which of the authority's keys signed."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import LISTS
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify import extensions as ext


def _check(view: View) -> Flaws:
    found = ext.authority_key_identifier(view.inside(oids.AUTHORITY_KEY_IDENTIFIER))
    if found.key_identifier is None:
        yield Flaw(view[oids.AUTHORITY_KEY_IDENTIFIER], "a keyIdentifier", "none")


RULE = Rule(
    id="crl-key-identifier",
    title="a list names its key",
    japanese="失効リストの認証局鍵識別子",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.2.1",
    source=Source("PKI 1.5: all generations share one name", Grade.MEASURED),
    looks_at=(oids.AUTHORITY_KEY_IDENTIFIER,),
    check=_check,
)
