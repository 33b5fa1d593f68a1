"""A nonce is an OCTET STRING of 1 to 128 octets."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import NONCE, RESPONSE
from jpki.lint.view import View

_MOST = 128


def _check(view: View) -> Flaws:
    octets = len(view.inside(NONCE).octets())
    if not 1 <= octets <= _MOST:
        yield Flaw(view[NONCE], f"1 to {_MOST} octets", str(octets))


RULE = Rule(
    id="ocsp-nonce",
    title="a nonce of 1 to 128 octets",
    japanese="ノンスの長さ",
    targets=RESPONSE,
    severity=Severity.ERROR,
    clause="RFC 9654 2.1; RFC 6960 4.4.1",
    source=None,
    looks_at=(NONCE,),
    check=_check,
)
