"""A response is one of the known statuses, and successful ones alone have something to say."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import DOCUMENT, RESPONSE, STATUS
from jpki.lint.view import View
from jpki.verify.der_rules import Tag

_KNOWN = frozenset({0, 1, 2, 3, 5, 6})


def _check(view: View) -> Flaws:
    status = view[STATUS].integer(Tag.ENUMERATED)
    whole = view[DOCUMENT]
    has_bytes = view[STATUS].end != whole.end
    if status not in _KNOWN:
        yield Flaw(view[STATUS], "0, 1, 2, 3, 5 or 6", str(status))
    elif has_bytes != (status == 0):
        seen = f"status {status} {'with' if has_bytes else 'without'} them"
        yield Flaw(view[STATUS], "responseBytes exactly when successful (0)", seen)


RULE = Rule(
    id="ocsp-status",
    title="a known status, with an answer when successful",
    japanese="OCSP応答の状態",
    targets=RESPONSE,
    severity=Severity.ERROR,
    clause="RFC 6960 4.2.1",
    source=None,
    looks_at=(STATUS, DOCUMENT),
    check=_check,
)
