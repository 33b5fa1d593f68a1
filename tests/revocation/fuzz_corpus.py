"""What fuzzing of the index starts from: sound lists, their signed parts, and a file."""

import io
from dataclasses import replace

import numpy as np

from jpki.revocation import in_memory, layout, refusals_of
from jpki.revocation.errors import ListUnusableError
from jpki.verify.crl import RevocationList
from tests.revocation import lists
from tests.support import pki
from tests.support.asn1 import NULL, generalized, integer

LISTS = [
    pki.crl(lists.CA),
    pki.crl(lists.CA, pki.entry(reason=4), pki.entry(9), pki.entry(1 << 90)),
    pki.crl(lists.CA, *lists.uniform(6), number=8, point=None),
    pki.crl(lists.CA, pki.entry(extra={lists.INVALIDITY: (False, generalized(pki.NOW))})),
    pki.crl(lists.CA, pki.entry(), number=9, change={"1.2.3": (True, NULL)}),
    pki.crl(lists.CA, pki.entry(), number=9, change={"2.5.29.27": (True, integer(6))}),
]


def small_file() -> bytes:
    """Make a file with something in every section; `starts`, mostly the same, is cut short."""
    refused = refusals_of(LISTS[-1], ListUnusableError("a delta list"), (lists.ANCHOR,))
    older = pki.crl(lists.CA, pki.entry(5, reason=6), number=6)
    (part,) = in_memory(
        [lists.read(der, with_sha256=True) for der in (older, LISTS[1], LISTS[2])], refused
    )
    file = io.BytesIO()
    layout.write(file, replace(part.contents, starts=np.arange(8, dtype=np.uint32)))
    return file.getvalue()


CORPUS = {
    "index_list": LISTS,
    "signed_list": [RevocationList.parse(der).tbs for der in LISTS],
    "index_file": [small_file()],
}
