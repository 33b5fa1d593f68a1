"""authorityKeyIdentifier has all three parts."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import HOLDERS
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify import extensions as ext


def _check(view: View) -> Flaws:
    found = ext.authority_key_identifier(view.inside(oids.AUTHORITY_KEY_IDENTIFIER))
    parts = (found.key_identifier, found.issuer, found.serial)
    words = ("keyIdentifier", "authorityCertIssuer", "authorityCertSerialNumber")
    missing = [word for word, part in zip(words, parts, strict=True) if part is None]
    if missing:
        expected = "all three parts"
        yield Flaw(view[oids.AUTHORITY_KEY_IDENTIFIER], expected, f"no {', '.join(missing)}")


RULE = Rule(
    id="authority-key-parts",
    title="authorityKeyIdentifier with all three parts",
    japanese="認証局鍵識別子の3要素",
    targets=HOLDERS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.1",
    source=Source("PKI 1.1 AKI", Grade.MEASURED),
    looks_at=(oids.AUTHORITY_KEY_IDENTIFIER,),
    check=_check,
)
