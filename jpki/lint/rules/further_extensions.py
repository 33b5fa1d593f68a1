"""Extensions that need not be there are what they are called, wherever they are.

It names the whole document among what it looks at: SHAPE alone is remembered without contents.
"""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, DOCUMENT, LISTS, SHAPE
from jpki.lint.view import View
from jpki.verify.errors import MalformedError
from jpki.verify.further_extensions import READ, check_form


def _check(view: View) -> Flaws:
    for oid, extension in view.shape.items():
        if oid in READ:
            try:
                check_form({oid: extension})
            except MalformedError as error:
                yield Flaw(error.offset, f"{oid} as its ASN.1 says", error.problem)


RULE = Rule(
    id="further-extensions",
    title="contents of the extensions nobody acts on",
    japanese="その他の拡張領域の構文",
    targets=CERTIFICATES | LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.7, 4.2.1.8, 4.2.1.15, 4.2.2, 5.2.2, 5.2.6, 5.2.7",
    source=None,
    looks_at=(DOCUMENT, SHAPE),
    check=_check,
)
