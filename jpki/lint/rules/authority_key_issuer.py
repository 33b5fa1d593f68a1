"""The authority's certificate that authorityKeyIdentifier names is one the issuer issued itself."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import HOLDERS, ISSUER, LISTS
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify import extensions as ext
from jpki.verify.names import describe


def _check(view: View) -> Flaws:
    found = ext.authority_key_identifier(view.inside(oids.AUTHORITY_KEY_IDENTIFIER))
    if found.issuer is not None and found.issuer != view[ISSUER].der:
        yield Flaw(
            view[oids.AUTHORITY_KEY_IDENTIFIER], "the issuer's octets", describe(found.issuer)
        )


RULE = Rule(
    id="authority-key-issuer",
    title="authorityCertIssuer is the issuer: a self-signed authority",
    japanese="認証局鍵識別子の発行者名",
    targets=HOLDERS | LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.1",
    source=Source("PKI 1.1 AKI, 1.5: no intermediate", Grade.MEASURED),
    looks_at=(oids.AUTHORITY_KEY_IDENTIFIER, ISSUER),
    check=_check,
)
