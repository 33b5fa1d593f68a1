"""What every reader of the verifier promises for any bytes: its own refusal, or values that agree.

Called by `fuzzing` under atheris, and by `test_fuzz_seeds` with a few thousand bent seeds.
"""

import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

from jpki.cv import CvCertificate, CvError
from jpki.lint import Linter, detect
from jpki.lint import Target as LintTarget
from jpki.profiles import EMULATOR
from jpki.verify import Kind, OcspSource, Report, Verifier, render
from jpki.verify.attributes import HolderAttributes
from jpki.verify.bundle import BundleError, Kept, recheck
from jpki.verify.card_anchors import read_anchors
from jpki.verify.card_face import CardFaceVerifier
from jpki.verify.card_files import read_certificate
from jpki.verify.certificate import Certificate
from jpki.verify.challenge import Challenge
from jpki.verify.cms import verify_detached
from jpki.verify.cms_message import CmsMessage
from jpki.verify.crl import RevocationList
from jpki.verify.crl_source import CrlSource
from jpki.verify.der import decode
from jpki.verify.errors import AnchorError, MalformedError
from jpki.verify.formats import Judged, Language, junit, sarif
from jpki.verify.names import describe
from jpki.verify.path import Limits, Parameters, PathVerifier, TrustAnchor
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.constraints import Constraints
from jpki.verify.path.crl import PathCrl
from jpki.verify.path.general_names import general_name, general_names
from jpki.verify.path.names import Name
from jpki.verify.path.ocsp import OcspResponse
from jpki.verify.path.ocsp_data import OcspData
from jpki.verify.path.rsa_pss import PssParameters
from jpki.verify.serials import read_serial, serial_hex, serial_text
from tests.support import faces, pki
from tests.support.asn1 import bits, seq
from tests.support.pki import NOW
from tests.verify.path.making import ANCHOR, ISSUER, ISSUER_CERTIFICATE, ROOT_LIST, TARGET, crl

Target = Callable[[bytes], None]
CAS = {kind: pki.ca(kind) for kind in Kind}
HOLDER = pki.certificate(CAS[Kind.SIGN])
LISTS = {kind: pki.crl(ca) for kind, ca in CAS.items()}
VERIFIER = pki.verifier(*LISTS.values())
TAUGHT = pki.verifier(*LISTS.values())
"""Has seen a good certificate of each kind, so that others like it are judged quickly."""
for _kind, _ca in CAS.items():
    TAUGHT.judge(pki.certificate(_ca), _kind, moment=NOW)
FACE = CardFaceVerifier(faces.anchors())
PARAMETERS = Parameters(limits=Limits(signatures=64, steps=256, comparisons=10_000))


def certificate(data: bytes) -> None:
    """Read certificates both ways; where both can read, they read the same."""
    with contextlib.suppress(MalformedError):
        other = PathCertificate.parse(data)
        str(other.subject), other.key.description
        with contextlib.suppress(MalformedError):
            one = Certificate.parse(data)
            same(one.serial, other.serial)
            same(one.not_after, other.not_after)
            same(one.key_usage, other.key_usage)
            same(one.subject, other.subject.der)
            describe(one.subject)
            HolderAttributes.read(one.alternative_names or ())
    with contextlib.suppress(AnchorError):
        TrustAnchor.of(data)


def revocation_list(data: bytes) -> None:
    """Read lists both ways; where both can read, they list the same."""
    with contextlib.suppress(MalformedError):
        other = PathCrl.parse(data)
        with contextlib.suppress(MalformedError):
            one = RevocationList.parse(data)
            same(one.number, other.number)
            found = {serial for serials in other.entries.values() for serial in serials}
            same(set(one.entries), found)
    CrlSource.load([data])


def ocsp(data: bytes) -> None:
    """Read OCSP answers, and keep what can be kept of those refused."""
    with contextlib.suppress(MalformedError):
        found = OcspResponse.parse(data)
        if (found.answer is None) == (found.status == "successful"):
            raise AssertionError("an answer without success, or the reverse")
    OcspData.load([data])


def message(data: bytes) -> None:
    """Read CMS messages, and verify them."""
    with contextlib.suppress(MalformedError):
        CmsMessage.parse(data)
    shown(verify_detached(data, b"content", VERIFIER, moment=NOW), data)


def name(data: bytes) -> None:
    """Read names both ways: what can be compared can be shown, and is equal to itself."""
    with contextlib.suppress(MalformedError):
        found = Name.parse(data)
        same(found, Name.parse(data))
        same(hash(found), hash(Name.parse(data)))
        str(found)
    with contextlib.suppress(MalformedError):
        describe(data)


def general(data: bytes) -> None:
    """Read GeneralName, GeneralNames (held against each other) and PSS parameters."""
    with contextlib.suppress(MalformedError):
        str(general_name(decode(data)))
    with contextlib.suppress(MalformedError):
        found = tuple(general_names(decode(data)))
        for one in found[:32]:
            str(one)
            Constraints((found[:32],))._objection(one)
            Constraints((), found[:32])._objection(one)
    with contextlib.suppress(MalformedError):
        PssParameters.parse(data)


def judgement(data: bytes) -> None:
    """Judge foreign bytes, and what a CA signs of them, quickly: as the report says."""
    for kind, ca in CAS.items():
        signed = seq(data, pki.SHA256_WITH_RSA, bits(pki.sign(ca.key, data)))
        for der in (data, signed):
            found = TAUGHT.judge(der, kind, moment=NOW).verdict
            same(found, TAUGHT.check(der, kind, moment=NOW).verdict)


def challenge(data: bytes) -> None:
    """Read login challenges: what can be read is what would be written again."""
    with contextlib.suppress(MalformedError):
        same(Challenge.parse(data).encode(), data)


def number(data: bytes) -> None:
    """Read serial numbers as people write them: what is read can be written, and read again."""
    serial = read_serial(data.decode(errors="replace"))
    if serial is not None:
        same((read_serial(serial_text(serial)), read_serial(serial_hex(serial))), (serial, serial))


def face_anchor(data: bytes) -> None:
    """Read the keys that faces are judged by: whatever is taken pins one at least."""
    with contextlib.suppress(AnchorError):
        found = read_anchors([data])
        same(bool(found.text or found.visual), True)


def face(data: bytes) -> None:
    """Read a card's files; a CV certificate both ways, and foreign bytes in place of each file."""
    with contextlib.suppress(CvError):
        other = CvCertificate.parse(data)
        one = read_certificate(bytes(other))
        same((one.body, one.signature), (other.body, other.signature))
    with contextlib.suppress(MalformedError):
        read_certificate(data)
    genuine = faces.evidence()
    for ap in ("text", "visual"):
        files = getattr(genuine, ap)
        for ef in files:
            given = replace(genuine, **{ap: {**files, ef: data}})
            render(FACE.check(given, moment=faces.NOW))


def question(data: bytes) -> None:
    """Ask a whole question with foreign bytes in every place: a report, and never GOOD."""
    for place in ("certificates", "lists", "ocsp"):
        given = {"certificates": [ISSUER_CERTIFICATE], "lists": [ROOT_LIST, STALE]}
        given[place] = [*given.get(place, []), data]
        verifier = PathVerifier.load([ANCHOR], parameters=PARAMETERS, **given)
        report = verifier.check(TARGET, moment=NOW)
        shown(report, TARGET)
        if report.verdict.value == "GOOD":
            raise AssertionError(f"good by {place}")
    shown(PathVerifier.load([ANCHOR], parameters=PARAMETERS).check(data, moment=NOW), data)
    shown(Verifier(VERIFIER.anchors).check(data, Kind.SIGN, moment=NOW), data)
    for source in (CrlSource.load([LISTS[Kind.SIGN], data]), OcspSource.load([data])):
        one = Verifier(VERIFIER.anchors, source)
        shown(one.check(HOLDER, Kind.SIGN, moment=NOW), HOLDER)


def bundle(data: bytes) -> None:
    """Judge foreign bytes as kept evidence: what can be read is what would be written again."""
    with contextlib.suppress(BundleError):
        found = Kept.read(data)
        same(Kept.read(found.write()), found)
    report = recheck(data, now=NOW)
    shown(report, data)
    if report.verdict.value == "GOOD":
        raise AssertionError("good, and nobody pinned a CA")


def lint(data: bytes) -> None:
    """Hold foreign bytes against the rules of every kind; what is remembered changes nothing."""
    detect(data)
    for target in LINTED:
        found = LINTER.lint(data, target, kind=Kind.SIGN)
        same(LINTER.lint(data, target, kind=Kind.SIGN), found)
        same(Linter(EMULATOR).lint(data, target, kind=Kind.SIGN), found)
        if any(not 0 <= one.offset <= len(data) for one in found):
            raise AssertionError("a place outside the object")


LINTED = tuple(LintTarget)
LINTER = Linter(EMULATOR)
STALE = crl(ISSUER, this_update=NOW - 9 * pki.DAY, next_update=NOW - 8 * pki.DAY)
TARGETS: tuple[Target, ...] = (
    certificate,
    revocation_list,
    ocsp,
    message,
    name,
    general,
    judgement,
    challenge,
    number,
    face_anchor,
    face,
    question,
    bundle,
    lint,
)


def shown(report: Report, data: bytes) -> None:
    """Write a report in every form there is; what was seen of foreign bytes spoils none."""
    for language in Language:
        render(report, language)
    json.dumps(report.to_json())
    judged = [Judged("file", data, report)]
    ET.fromstring(junit(judged))
    json.dumps(sarif(judged, version="1"))


def same(one: object, other: object) -> None:
    """Raise when two readers disagree."""
    if one != other:
        raise AssertionError(f"{one!r} here, {other!r} there")
