"""The responder is named by its name or by the SHA-1 of its key."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import RESPONDER_ID, RESPONSE
from jpki.lint.view import View, read_name
from jpki.verify.der import context

_SHA1 = 20


def _check(view: View) -> Flaws:
    node = view[RESPONDER_ID]
    if node.tag == context(1):
        read_name(node.only("byName"))
    elif node.tag != context(2):
        yield Flaw(node, "byName [1] or byKey [2]", f"tag {node.tag:02X}")
    elif len(node.only("byKey").octets()) != _SHA1:
        yield Flaw(node, f"{_SHA1} octets", f"{len(node.only('byKey').octets())}")


RULE = Rule(
    id="ocsp-responder",
    title="a responder by name or by key",
    japanese="レスポンダID",
    targets=RESPONSE,
    severity=Severity.ERROR,
    clause="RFC 6960 4.2.1, 4.2.2.3",
    source=None,
    looks_at=(RESPONDER_ID,),
    check=_check,
)
