"""subjectKeyIdentifier is the SHA-1 of the key: method 1."""

from hashlib import sha1

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, KEY, Target
from jpki.lint.view import View, two
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    bits = two(view[KEY], "SubjectPublicKeyInfo")[1]
    expected = sha1(bits.whole_bytes()).digest()  # noqa: S324 - what the profile has
    seen = view.inside(oids.SUBJECT_KEY_IDENTIFIER).octets()
    if seen != expected:
        yield Flaw(view[oids.SUBJECT_KEY_IDENTIFIER], expected.hex(), seen.hex())


RULE = Rule(
    id="subject-key-identifier",
    title="subjectKeyIdentifier by method 1",
    japanese="主体者鍵識別子（SHA-1）",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.2 (1)",
    source=Source("PKI 1.1 SKI: recomputed and equal", Grade.MEASURED),
    looks_at=(KEY, oids.SUBJECT_KEY_IDENTIFIER),
    check=_check,
)
