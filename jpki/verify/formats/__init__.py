"""Reports in the forms of others: Japanese, JUnit XML, SARIF, and the schema of our own JSON.

    words       a report's phrases in Japanese
    junit       a suite a report, a case a check
    sarif       a result a check that does not hold
    schema      the published JSON Schema of `Report.to_json`

Not here: the report itself (`jpki.verify.report`), text (`jpki.verify.render`), files.
"""

from jpki.verify.formats.judged import Judged
from jpki.verify.formats.junit import junit
from jpki.verify.formats.sarif import sarif
from jpki.verify.formats.words import Language

__all__ = ["Judged", "Language", "junit", "sarif"]
