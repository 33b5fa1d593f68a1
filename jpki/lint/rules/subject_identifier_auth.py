"""The CN of a user authentication certificate has the shape of the four samples."""

import re

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import SUBJECT, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source

_SHAPE = re.compile(r"[0-9]{6}[0-9A-F]{2}[1-9A-C][1-9A-V][A-Z]{4}[0-9]{5}003A")


def _check(view: View) -> Flaws:
    for attribute in view.name(SUBJECT):
        if attribute.oid == oids.COMMON_NAME and not _SHAPE.fullmatch(attribute.value.text()):
            seen = f"{len(attribute.value.text())} characters of another shape"
            yield Flaw(attribute.value, "dddddd E y m D LLLL ccccc 003A (23 characters)", seen)


RULE = Rule(
    id="subject-identifier-auth",
    title="CN of a user authentication certificate: 23 characters of one shape",
    japanese="利用者証明用のCN（23文字）",
    targets=frozenset({Target.AUTH}),
    severity=Severity.WARNING,
    clause="RFC 5280 4.1.2.6",
    source=Source("PKI 1.2: four samples", Grade.DEDUCED),
    looks_at=(SUBJECT,),
    check=_check,
)
