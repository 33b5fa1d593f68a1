"""Targets of a good path that neither drawing nor bending comes to: each says one thing too much.

Nothing here knows what is right. Called by `asked`.
"""

from tests.support import pki
from tests.support.asn1 import integer, seq
from tests.support.pki import Extensions
from tests.verify.path.making import CERT_SIGN, ISSUER, SERIAL, SUBJECT, certificate

TRUE = b"\x01\x01\xff"
SIGNATURES = b"\x03\x02\x07\x80"
_CHANGES: dict[int, Extensions] = {
    # keyCertSign of one that is no CA's, and says nothing of it, or says so.
    1: {pki.KEY_USAGE: (True, CERT_SIGN)},
    2: {pki.KEY_USAGE: (True, CERT_SIGN), pki.BASIC_CONSTRAINTS: (True, seq())},
    # The path length of a CA that may sign no certificates.
    3: {
        pki.KEY_USAGE: (True, SIGNATURES),
        pki.BASIC_CONSTRAINTS: (True, seq(TRUE, integer(0))),
    },
}
WRITTEN = {
    number: certificate(ISSUER, SUBJECT, ca=False, serial=SERIAL, change=change)
    for number, change in _CHANGES.items()
}
