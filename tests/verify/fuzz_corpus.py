"""What fuzzing of the verifier starts from: sound bytes of every kind it reads."""

import io
import zipfile

from jpki.lint import Target
from jpki.verify import Kind
from jpki.verify.bundle import BundleLimits
from jpki.verify.bundle.container import unpack
from tests.lint.broken import BROKEN
from tests.lint.objects import good
from tests.support import pki
from tests.support.asn1 import NULL, explicit, implicit, integer, oid, seq
from tests.support.cms import Message
from tests.support.pki import NOW
from tests.verify.formats.reports import kept
from tests.verify.path.answering import HOUR, NONCE, answer, error, revoked, single
from tests.verify.path.making import ISSUER, TARGET, crl
from tests.verify.path.test_mutations import PARTS
from tests.verify.path.test_ocsp_form import SOUND

SIGN, AUTH = pki.ca(Kind.SIGN), pki.ca(Kind.AUTH)
CERTIFICATES = [
    pki.certificate(SIGN),
    pki.certificate(AUTH),
    SIGN.der,
    PARTS["issuer"],
    PARTS["target"],
    TARGET,
]
LISTS = [
    pki.crl(SIGN, pki.entry(reason=4), pki.entry(serial=9)),
    crl(ISSUER),
    PARTS["list"],
    PARTS["delta"],
]
ANSWERS = [
    SOUND,
    answer(single(revoked()), single()),
    answer(nonce=b"n" * 32, extensions={NONCE: (True, b"\x04\x01n")}),
    error(3),
]
STALE_ANSWER = answer(single(next_update=NOW - HOUR / 2), certificates=[CERTIFICATES[3]])
NAMES = [
    SIGN.name,
    ISSUER.name,
    pki.point_name(Kind.SIGN),
    pki.name(("2.5.4.6", "JP"), ("2.5.4.3", "検証　花子")),
]
GENERAL = [
    pki.alternative_names(),
    seq(explicit(4, SIGN.name), implicit(2, b"a.example"), implicit(7, bytes(8))),
    implicit(6, b"ldap://list.example/"),
    seq(
        explicit(0, seq(oid("2.16.840.1.101.3.4.2.1"), NULL)),
        explicit(1, seq(oid("1.2.840.113549.1.1.8"), seq(oid("2.16.840.1.101.3.4.2.1"), NULL))),
        explicit(2, integer(32)),
    ),
]


def kept_zip() -> bytes:
    """Give evidence whose parts are not packed, so that bent bytes reach what reads them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in unpack(kept().write(), BundleLimits()).items():
            archive.writestr(name, content)
    return out.getvalue()


CORPUS: dict[str, list[bytes]] = {
    "certificate": CERTIFICATES,
    "revocation_list": LISTS,
    "ocsp": ANSWERS,
    "message": [Message().encode(), Message(signed=None).encode()],
    "name": NAMES,
    "general": GENERAL,
    "bundle": [kept().write(), kept_zip()],
    "lint": [*(good(target) for target in Target), *(row.der for row in BROKEN[::10])],
    # Nothing here is good as it is: only a forgery could become it.
    "question": [*CERTIFICATES[3:], *LISTS[2:], ANSWERS[1], STALE_ANSWER, error(3)],
}
