"""A nonce in the response is that of the request, when the request is known."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import NONCE, RESPONSE
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    if view.nonce is not None and view.inside(NONCE).octets() != view.nonce:
        yield Flaw(view[NONCE], "the request's nonce", "another")


RULE = Rule(
    id="ocsp-nonce-echo",
    title="the nonce is the request's",
    japanese="ノンスは要求と同じ",
    targets=RESPONSE,
    severity=Severity.ERROR,
    clause="RFC 6960 4.4.1; RFC 9654 2.1",
    source=Source("PKI 2.2: unknown, RFC 6960 stands in", Grade.SPECIFIED),
    looks_at=(NONCE,),
    check=_check,
)
