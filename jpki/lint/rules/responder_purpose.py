"""A responder's certificate is for OCSPSigning."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import OCSP_SIGNING, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify import extensions as ext


def _check(view: View) -> Flaws:
    seen = ext.extended_key_usage(view.inside(oids.EXTENDED_KEY_USAGE))
    if OCSP_SIGNING not in seen:
        yield Flaw(view[oids.EXTENDED_KEY_USAGE], OCSP_SIGNING, ", ".join(seen))


RULE = Rule(
    id="responder-purpose",
    title="a responder's certificate is for OCSPSigning",
    japanese="レスポンダ証明書の拡張鍵用途",
    targets=frozenset({Target.RESPONDER}),
    severity=Severity.ERROR,
    clause="RFC 6960 4.2.2.2",
    source=Source("PKI 2.2: unknown, RFC 6960 stands in", Grade.SPECIFIED),
    looks_at=(oids.EXTENDED_KEY_USAGE,),
    check=_check,
)
