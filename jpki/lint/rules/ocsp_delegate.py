"""A responder whose certificate comes along is delegated: for OCSPSigning, with nocheck."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import (
    OCSP_NO_CHECK,
    OCSP_SIGNING,
    RESPONDER_CERTIFICATES,
    RESPONSE,
    Target,
    cut,
)
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify import extensions as ext


def _check(view: View) -> Flaws:
    for certificate in view[RESPONDER_CERTIFICATES].only("certs"):
        shape = cut(Target.RESPONDER, certificate.der).shape
        usage = shape.get(oids.EXTENDED_KEY_USAGE)
        purposes = ext.extended_key_usage(usage.decoded()) if usage else ()
        if OCSP_SIGNING not in purposes or OCSP_NO_CHECK not in shape:
            missing = "OCSPSigning" if OCSP_SIGNING not in purposes else "id-pkix-ocsp-nocheck"
            yield Flaw(certificate, "OCSPSigning and id-pkix-ocsp-nocheck", f"no {missing}")


RULE = Rule(
    id="ocsp-delegate",
    title="the responder's certificate is a delegate's",
    japanese="委任されたレスポンダの証明書",
    targets=RESPONSE,
    severity=Severity.WARNING,
    clause="RFC 6960 4.2.2.2, 4.2.2.2.1",
    source=Source("PKI 2.2: unknown, RFC 6960 stands in", Grade.SPECIFIED),
    looks_at=(RESPONDER_CERTIFICATES,),
    check=_check,
)
