"""A report of each kind, good, bad and undecided, made by the verifiers themselves."""

from datetime import timedelta
from functools import cache

from jpki.signing.cms import sign_detached
from jpki.signing.login import answer
from jpki.signing.software import SoftwareSigner
from jpki.verify import Kind, OcspSource, Report, TrustAnchors, Verdict, Verifier
from jpki.verify.bundle import Demand, Kept, KeptPolicy, recheck
from jpki.verify.card_face import CardFaceVerifier
from jpki.verify.cms import verify_detached
from jpki.verify.login import RelyingParty
from tests.support import faces, pki
from tests.support.pki import DAY, NOW
from tests.verify.path import making
from tests.verify.path.answering import answer as ocsp
from tests.verify.path.answering import cert_id, revoked, single

SIGN, AUTH = pki.ca(Kind.SIGN), pki.ca(Kind.AUTH)
SIGNED, LOGGED = pki.certificate(SIGN), pki.certificate(AUTH)
LISTS = (pki.crl(SIGN), pki.crl(AUTH))
REVOKED = (pki.crl(SIGN, pki.entry(reason=6)), pki.crl(AUTH, pki.entry()))
PARTY = "https://shop.jpki-emu.invalid"


def certificate(kind=Kind.SIGN, *lists, moment=NOW, der=None) -> Report:
    shown = der or (SIGNED if kind is Kind.SIGN else LOGGED)
    return pki.verifier(*lists).check(shown, kind, moment=moment)


def answered(status=b"\x80\x00") -> Report:
    issuer = making.Holder(AUTH.name, AUTH.key)
    said = ocsp(single(status, about=cert_id(issuer, pki.SERIAL)), signer=issuer)
    verifier = Verifier(TrustAnchors.load(auth=[AUTH.der]), OcspSource.load([said]))
    return verifier.check(LOGGED, Kind.AUTH, moment=NOW)


def login(*lists) -> Report:
    service = RelyingParty(PARTY, pki.verifier(*lists))
    challenge, state = service.begin(moment=NOW)
    signer = SoftwareSigner(LOGGED, pki.key("auth holder"))
    reply = answer(challenge.encode(), signer, relying_party=PARTY, moment=NOW)
    return service.complete(state, reply, moment=NOW + timedelta(seconds=1))


def cms(*lists, content=b"content", message=None) -> Report:
    signer = SoftwareSigner(SIGNED, pki.key("sign holder"))
    made = message or sign_detached(b"content", signer, moment=NOW)
    return verify_detached(made, content, pki.verifier(*lists), moment=NOW)


def path(*lists, der=None) -> Report:
    issuer = making.certificate(making.ROOT, making.ISSUER)
    target = making.certificate(making.ISSUER, making.SUBJECT, ca=False)
    return making.judged(der or target, certificates=[issuer], lists=lists)


def face() -> Report:
    return CardFaceVerifier(faces.anchors()).check(faces.evidence(), moment=faces.NOW)


def kept(*lists, moment=NOW) -> Kept:
    return Kept(
        moment=moment,
        policy=KeptPolicy("sign-card", "emulator"),
        certificate=SIGNED,
        anchors=(SIGN.der,),
        lists=lists or LISTS,
        report=b'{"verdict": "GOOD"}',
    )


def bundle(*lists, anchors=(SIGN.der,)) -> Report:
    return recheck(kept(*lists).write(), anchors=anchors, now=NOW)


PATH_LISTS = tuple(making.LISTS)


@cache
def every() -> dict[str, tuple[Report, Verdict]]:
    """Give reports by what they are about, each with the verdict it must have."""
    good, bad, unknown = Verdict.GOOD, Verdict.BAD, Verdict.CANNOT_TELL
    return {
        "certificate": (certificate(Kind.SIGN, *LISTS), good),
        "certificate for logging in": (certificate(Kind.AUTH, *LISTS), good),
        "certificate on hold": (certificate(Kind.SIGN, *REVOKED), bad),
        "certificate without a list": (certificate(), unknown),
        "certificate with a stale list": (
            certificate(Kind.SIGN, *LISTS, moment=NOW + 90 * DAY),
            unknown,
        ),
        "certificate of the other kind": (certificate(Kind.AUTH, *LISTS, der=SIGNED), bad),
        "certificate with an OCSP answer": (answered(), good),
        "certificate revoked by an OCSP answer": (answered(revoked()), bad),
        "no certificate": (certificate(der=b"0\x80"), bad),
        "login": (login(*LISTS), good),
        "login, revoked": (login(*REVOKED), bad),
        "login without a list": (login(), unknown),
        "signature": (cms(*LISTS), good),
        "signature over something else": (cms(*LISTS, content=b"other"), bad),
        "no signature": (cms(*LISTS, message=b"0\x00"), bad),
        "path": (path(*PATH_LISTS), good),
        "path without lists": (path(), unknown),
        "no path": (path(der=LOGGED), unknown),
        "path of what is no certificate": (path(der=b"hello"), bad),
        "card's face": (face(), good),
        "bundle": (bundle(), good),
        "bundle nobody vouches for": (bundle(anchors=()), unknown),
        "bundle of a revoked certificate": (bundle(*REVOKED), bad),
        "kept evidence of another question": (
            recheck(kept().write(), anchors=[SIGN.der], demand=Demand(kind=Kind.AUTH), now=NOW),
            bad,
        ),
        "no bundle": (recheck(b"hello", now=NOW), bad),
    }
