"""What fuzzing of the verifier starts from: sound bytes of every kind it reads."""

import io
import zipfile

from jpki.ca.cv import CvRole
from jpki.lint import Target
from jpki.verify import Kind
from jpki.verify.bundle import BundleLimits
from jpki.verify.bundle.container import unpack
from jpki.verify.challenge import Challenge
from tests.lint.broken import BROKEN
from tests.lint.objects import good
from tests.support import faces, pki
from tests.support.asn1 import NULL, explicit, implicit, integer, oid, seq, set_of, utf8
from tests.support.cms import Message
from tests.support.pki import NOW
from tests.verify.formats.reports import kept
from tests.verify.path.answering import HOUR, NONCE, answer, error, revoked, single
from tests.verify.path.making import (
    ISSUER,
    NAME_CONSTRAINTS,
    ROOT,
    SIGNER,
    TARGET,
    Holder,
    certificate,
    crl,
    crl_issuer,
    scope,
)
from tests.verify.path.test_mutations import PARTS
from tests.verify.path.test_ocsp_form import SOUND

SIGN, AUTH = pki.ca(Kind.SIGN), pki.ca(Kind.AUTH)
SUBTREES = (
    seq(explicit(4, ROOT.name)),
    seq(implicit(1, b"a.example")),
    seq(implicit(6, b".a.example")),
    seq(implicit(7, bytes(8))),
)
POINT = explicit(0, explicit(0, implicit(6, b"ldap://list.example/a%41?x")))
REASONS = implicit(1, b"\x05\x60")
WIDE = certificate(
    ROOT,
    Holder(ISSUER.name, pki.curve_key("wide")),
    change={
        NAME_CONSTRAINTS: (True, seq(explicit(0, *SUBTREES), explicit(1, *SUBTREES))),
        pki.CRL_POINTS: (False, seq(seq(POINT, REASONS, crl_issuer(SIGNER)))),
        "2.5.29.46": (False, seq(seq(POINT))),
        "2.5.29.16": (False, seq(implicit(0, b"20260101000000Z"))),
        "2.5.29.9": (False, seq(seq(oid("2.5.4.3"), set_of(utf8("x"))))),
        pki.AUTHORITY_INFO: (False, pki.ocsp_access()),
    },
)
"""A certificate with all that no other here has: a curve, reasons, subtrees of each form."""
INDIRECT = crl(
    SIGNER,
    pki.entry(serial=5, extra={"2.5.29.29": (True, seq(explicit(4, ISSUER.name)))}),
    pki.entry(serial=6, reason=8),
    change=scope(POINT, implicit(3, b"\x05\x60"), implicit(4, b"\xff")),
)
CERTIFICATES = [
    pki.certificate(SIGN),
    pki.certificate(AUTH),
    SIGN.der,
    PARTS["issuer"],
    PARTS["target"],
    TARGET,
    WIDE,
]
LISTS = [
    pki.crl(SIGN, pki.entry(reason=4), pki.entry(serial=9)),
    crl(ISSUER),
    PARTS["list"],
    PARTS["delta"],
    INDIRECT,
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
    seq(
        *(implicit(1, one) for one in (b"a@a.example", b"a.example", b".example")),
        *(implicit(2, one) for one in (b"*.a.example", b"b.a.example", b"")),
        *(
            implicit(6, one)
            for one in (b"ldap://a.example:1/", b"x://u@b.a.example?", b".a.example")
        ),
        *(implicit(7, one) for one in (bytes(4), bytes(16), b"\x0a\0\0\1\xff\0\0\0")),
    ),
    implicit(6, b"ldap://list.example/"),
    seq(
        explicit(0, seq(oid("2.16.840.1.101.3.4.2.1"), NULL)),
        explicit(1, seq(oid("1.2.840.113549.1.1.8"), seq(oid("2.16.840.1.101.3.4.2.1"), NULL))),
        explicit(2, integer(32)),
    ),
]


CHALLENGE = Challenge(bytes(range(32)), "https://shop.jpki-emu.invalid", NOW, NOW + HOUR)


def signed_part(der: bytes) -> bytes:
    """Give tbsCertificate of a certificate of JPKI, whose lengths have two octets."""
    return der[4 : 8 + int.from_bytes(der[6:8])]


def kept_zip() -> bytes:
    """Give evidence whose parts are not packed, so that bent bytes reach what reads them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in unpack(kept().write(), BundleLimits()).items():
            archive.writestr(name, content)
    return out.getvalue()


CV_ANCHORS = [
    bytes(faces.authority().certificate_for(role, municipality="13221"))
    for role in (CvRole.TEXT_CA, CvRole.SURFACE_CA)
]
CORPUS: dict[str, list[bytes]] = {
    "certificate": CERTIFICATES,
    "revocation_list": LISTS,
    "ocsp": ANSWERS,
    "message": [Message().encode(), Message(signed=None).encode()],
    "name": NAMES,
    "general": GENERAL,
    "judgement": [*CERTIFICATES[:2], *map(signed_part, CERTIFICATES[:2])],
    "challenge": [CHALLENGE.encode()],
    "number": [b"16909060 (0x1020304)", b"0x0AbC", b"7"],
    "face_anchor": CV_ANCHORS,
    "face": [*faces.text().files.values(), *faces.visual().files.values()],
    "bundle": [kept().write(), kept_zip()],
    "lint": [*(good(target) for target in Target), *(row.der for row in BROKEN[::10])],
    # Nothing here is good as it is: only a forgery could become it.
    "question": [*CERTIFICATES[3:], *LISTS[2:], ANSWERS[1], STALE_ANSWER, error(3)],
}
