"""A user authentication certificate is for clientAuth alone."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify import extensions as ext


def _check(view: View) -> Flaws:
    seen = ext.extended_key_usage(view.inside(oids.EXTENDED_KEY_USAGE))
    if seen != (oids.CLIENT_AUTH,):
        yield Flaw(view[oids.EXTENDED_KEY_USAGE], f"{oids.CLIENT_AUTH} alone", ", ".join(seen))


RULE = Rule(
    id="extended-key-usage",
    title="clientAuth alone",
    japanese="拡張鍵用途はclientAuthのみ",
    targets=frozenset({Target.AUTH}),
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.12",
    source=Source("PKI 1.1 extKeyUsage", Grade.MEASURED),
    looks_at=(oids.EXTENDED_KEY_USAGE,),
    check=_check,
)
