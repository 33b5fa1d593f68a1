"""The extensions of an answer can be read, and none is critical that clients need not know."""

from jpki import oids
from jpki.lint.answers import single_answers
from jpki.lint.criticality import none_critical_but
from jpki.lint.model import Flaws, Rule, Severity
from jpki.lint.subjects import RESPONSE, RESPONSES
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.crl import INVALIDITY_DATE
from jpki.verify.extensions import read_extensions
from jpki.verify.path.ocsp_single import ARCHIVE_CUTOFF

_KNOWN = frozenset({oids.REASON_CODE, INVALIDITY_DATE, ARCHIVE_CUTOFF})


def _check(view: View) -> Flaws:
    for answer in single_answers(view[RESPONSES]):
        if answer.extensions is not None:
            yield from none_critical_but(_KNOWN, read_extensions(answer.extensions))


RULE = Rule(
    id="ocsp-answer-extensions",
    title="no critical extension that makes an answer useless",
    japanese="個々の応答に未知のクリティカル拡張領域はない",
    targets=RESPONSE,
    severity=Severity.ERROR,
    clause="RFC 6960 4.4; RFC 5280 4.2",
    source=Source("PKI 2.2: unknown, RFC 6960 stands in", Grade.SPECIFIED),
    looks_at=(RESPONSES,),
    check=_check,
)
