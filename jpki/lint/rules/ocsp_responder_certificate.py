"""The certificate that comes along is the named responder's."""

from hashlib import sha1

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import (
    KEY,
    RESPONDER_CERTIFICATES,
    RESPONDER_ID,
    RESPONSE,
    SUBJECT,
    Target,
    cut,
)
from jpki.lint.view import View, two
from jpki.verify.der import context


def _check(view: View) -> Flaws:
    node = view[RESPONDER_ID]
    for certificate in view[RESPONDER_CERTIFICATES].only("certs"):
        parts = cut(Target.RESPONDER, certificate.der).parts
        if not parts:
            continue
        if node.tag == context(1):
            fits = parts[SUBJECT].der == node.only("byName").der
        else:
            key = two(parts[KEY], "SubjectPublicKeyInfo")[1].whole_bytes()
            fits = sha1(key).digest() == node.only("byKey").octets()  # noqa: S324 - RFC 6960
        if fits:
            return
    yield Flaw(view[RESPONDER_CERTIFICATES], "the responder's certificate", "others")


RULE = Rule(
    id="ocsp-responder-certificate",
    title="the certificate with it is the responder's",
    japanese="同封の証明書はレスポンダのもの",
    targets=RESPONSE,
    severity=Severity.ERROR,
    clause="RFC 6960 4.2.2.2, 4.2.2.3",
    source=None,
    looks_at=(RESPONDER_ID, RESPONDER_CERTIFICATES),
    check=_check,
)
