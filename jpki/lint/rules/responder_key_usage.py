"""A responder's key signs: digitalSignature or nonRepudiation, and no certificates."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify import extensions as ext


def _check(view: View) -> Flaws:
    seen = ext.key_usage(view.inside(oids.KEY_USAGE))
    if not seen & {"digitalSignature", "nonRepudiation"} or "keyCertSign" in seen:
        yield Flaw(
            view[oids.KEY_USAGE], "digitalSignature, no keyCertSign", ", ".join(sorted(seen))
        )


RULE = Rule(
    id="responder-key-usage",
    title="a responder's key signs answers, no certificates",
    japanese="レスポンダ証明書の鍵用途",
    targets=frozenset({Target.RESPONDER}),
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.3, 4.2.1.12",
    source=Source("PKI 2.2: unknown, RFC 5280 stands in", Grade.SPECIFIED),
    looks_at=(oids.KEY_USAGE,),
    check=_check,
)
