"""What a card's own signatures prove of its contents outside the JPKI AP: text, face, photo.

`CardFaceVerifier(anchors).check(evidence, moment=...)` judges files read from a card and its
answers to fresh challenges, and says which contents are proven genuine. A file that was not read
leaves its checks undecided, never good. That a challenge is random, new and the caller's own is
the caller's part. With the report of the card's signing certificate it is also judged whether
text and certificate speak of one person.
Not here: reading the card (`jpki.card.client`), the certificates of the JPKI AP (`verifier`).
Card reference §3.2 to §3.6, §4.5. Called by `jpki check-card` and by relying parties.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

from jpki.verify import card_face_checks as judge
from jpki.verify import card_face_rules as rules
from jpki.verify.card_evidence import Answer, CvAnchors, Evidence, NoAnswer
from jpki.verify.card_face_report import CardFaceReport
from jpki.verify.card_files import CvCertificate, File, read_file, read_key
from jpki.verify.card_holder import TextHolder, holder
from jpki.verify.checks import Check, Outcome, Rule
from jpki.verify.errors import MalformedError
from jpki.verify.report import CertificateReport
from jpki.verify.times import second_of

__all__ = ["Answer", "CardFaceReport", "CardFaceVerifier", "CvAnchors", "Evidence", "NoAnswer"]

_NUMBER_FILE_LENGTH = 17
_THREE_DIGESTS = bytes.fromhex("3071300D060960864801650304020105000460")
"""A DigestInfo that names SHA-256 and holds 96 bytes: three digests (card 3.3)."""


@dataclass(frozen=True, slots=True)
class CardFaceVerifier:
    """Judges the contents of cards under pinned CA keys."""

    anchors: CvAnchors

    def check(
        self,
        evidence: Evidence,
        *,
        moment: datetime,
        certificate: CertificateReport | None = None,
    ) -> CardFaceReport:
        """Judge what was read; raises `ValueError` for a moment without a time zone.

        `certificate` is the report of 署名用電子証明書 if it was read off the same card.
        """
        text = _text(evidence, self.anchors.text)
        visual = _visual(evidence, self.anchors.visual)
        checks = [*text.checks, *visual.checks, _agreement(text, visual)]
        if certificate is not None:
            checks.append(holder(text.holder, certificate))
        return CardFaceReport(moment=second_of(moment), checks=tuple(checks))


@dataclass(slots=True)
class _Findings:
    """The rows of one application so far, and what was proven on the way."""

    files: Mapping[int, bytes]
    checks: list[Check] = field(default_factory=list)
    certificate: CvCertificate | None = None
    birth_dates: set[bytes] = field(default_factory=set)
    genders: set[bytes] = field(default_factory=set)
    holder: TextHolder | None = None

    def add(self, check: Check) -> bool:
        """Add a row; say whether its rule holds."""
        self.checks.append(check)
        return check.outcome is Outcome.PASS

    def knows(self, birth_date: bytes, gender: bytes | None) -> None:
        """Note what a signed record says of the person."""
        self.birth_dates.add(birth_date)
        if gender is not None:
            self.genders.add(gender)

    def read(
        self, rule: Rule, ef: int, outer: int, tags: tuple[int, ...], offsets: int | None = None
    ) -> File | None:
        """Read a file for a rule; when that cannot be, the rule's row says why."""
        raw = self.files.get(ef)
        if raw is None:
            self.add(judge.missing(rule, ef))
            return None
        try:
            return read_file(raw, outer, tags, offsets=offsets)
        except MalformedError as error:
            expected = f"EF {ef:04X} in the form of the card reference"
            self.add(rule.malformed(expected=expected, error=error))
            return None

    def key(self, file: File, tag: int) -> int | None:
        """Give the modulus of a key in a record, None when it is none."""
        try:
            return read_key(file.value(tag))
        except MalformedError:
            return None


def _text(evidence: Evidence, anchors: Mapping[bytes, bytes]) -> _Findings:
    """Judge the 券面入力補助AP."""
    found = _Findings(evidence.text)
    check, found.certificate = judge.issuer(rules.TEXT_ISSUER, found.files, anchors)
    trusted = found.add(check)
    signatures = found.read(rules.TEXT_SIGNATURE, 0x03, 0xFF30, (0xDF31, 0xDF32, 0xDF33))
    signed = False
    if signatures is not None:
        signed = found.add(
            judge.signature(
                rules.TEXT_SIGNATURE,
                found.certificate,
                signatures.span(0xDF31, 0xDF32),
                signatures.value(0xDF33),
            )
        )
    _number_digest(found, signatures)
    file = _attributes_digest(found, signatures, signed=signed)
    if file is not None and trusted:
        found.holder = TextHolder.of(file)
    _text_key(found, evidence.text_answer)
    return found


def _number_digest(found: _Findings, signatures: File | None) -> None:
    """Judge EF 0001: DF31 covers all 17 bytes of the file, filler included."""
    raw = found.files.get(0x01)
    if raw is None:
        found.add(judge.missing(rules.TEXT_NUMBER, 0x01))
    elif len(raw) != _NUMBER_FILE_LENGTH:
        seen, expected = f"{len(raw)} bytes", f"the {_NUMBER_FILE_LENGTH} bytes of the file"
        found.add(rules.TEXT_NUMBER.failed(expected=expected, seen=seen))
    else:
        found.add(_digest(rules.TEXT_NUMBER, raw, signatures, 0xDF31))


def _attributes_digest(found: _Findings, signatures: File | None, *, signed: bool) -> File | None:
    """Judge EF 0002: DF32 covers the objects behind the table of offsets; give it when it holds."""
    tags = (0xDF22, 0xDF23, 0xDF24, 0xDF25)
    file = found.read(rules.TEXT_ATTRIBUTES, 0x02, 0xFF20, tags, offsets=0xDF21)
    if file is None:
        return None
    check = _digest(rules.TEXT_ATTRIBUTES, file.span(0xDF22, 0xDF25), signatures, 0xDF32)
    if not found.add(check) or not signed:
        return None
    found.knows(file.value(0xDF24), file.value(0xDF25))
    return file


def _digest(rule: Rule, content: bytes, signatures: File | None, tag: int) -> Check:
    """Compare a SHA-256 digest with the one in EF 0003."""
    if signatures is None:
        return judge.missing(rule, 0x03)
    same = compare_digest(sha256(content).digest(), signatures.value(tag))
    seen = "the same" if same else "another digest: the contents were changed"
    return rule.judged(same, expected=f"the SHA-256 digest in {tag:04X}", seen=seen)


def _text_key(found: _Findings, answer: Answer | NoAnswer | None) -> None:
    """Judge EF 0007 and the answer made with the key in it."""
    modulus = None
    file = found.read(rules.TEXT_KEY, 0x07, 0xFF50, (0xDF51, 0xDF52))
    if file is not None:
        check = judge.signature(
            rules.TEXT_KEY, found.certificate, file.span(0xDF51, 0xDF51), file.value(0xDF52)
        )
        if found.add(check):
            modulus = found.key(file, 0xDF51)
    found.add(judge.present(rules.TEXT_PRESENT, modulus, answer))


def _visual(evidence: Evidence, anchors: Mapping[bytes, bytes]) -> _Findings:
    """Judge the 券面事項確認AP."""
    found = _Findings(evidence.visual)
    check, found.certificate = judge.issuer(rules.VISUAL_ISSUER, found.files, anchors)
    found.add(check)
    records = (_birth(found), _front(found), _number(found))
    read = [record for record in records if record is not None]
    proven = [record.modulus for record in read if record.proven and record.modulus is not None]
    found.add(_one_key(read, len(records)))
    found.add(
        judge.present(rules.VISUAL_PRESENT, proven[0] if proven else None, evidence.visual_answer)
    )
    return found


@dataclass(frozen=True, slots=True)
class _Record:
    """One record of the face: the card's key in it, and whether its signature holds."""

    modulus: int | None
    proven: bool


def _birth(found: _Findings) -> _Record | None:
    """Judge EF 0001: DF13 covers what stands before it."""
    file = found.read(rules.VISUAL_BIRTH, 0x01, 0xFF10, (0xDF11, 0xDF12, 0xDF13))
    if file is None:
        return None
    check = judge.signature(
        rules.VISUAL_BIRTH, found.certificate, file.span(0xDF11, 0xDF12), file.value(0xDF13)
    )
    proven = found.add(check)
    if proven:
        found.knows(file.value(0xDF11), None)
    return _Record(found.key(file, 0xDF12), proven)


def _front(found: _Findings) -> _Record | None:
    """Judge EF 0002: DF28 covers three digests, of person and key, of both texts, of the photo."""
    tags = tuple(range(0xDF22, 0xDF2B))
    file = found.read(rules.VISUAL_FRONT, 0x02, 0xFF20, tags, offsets=0xDF21)
    if file is None:
        return None
    groups = ((0xDF22, 0xDF24), (0xDF25, 0xDF26), (0xDF27, 0xDF27))
    digests = b"".join(sha256(file.span(*group)).digest() for group in groups)
    check = judge.block(
        rules.VISUAL_FRONT, found.certificate, _THREE_DIGESTS + digests, file.value(0xDF28)
    )
    proven = found.add(check)
    if proven:
        found.knows(file.value(0xDF22), file.value(0xDF23))
    return _Record(found.key(file, 0xDF24), proven)


def _number(found: _Findings) -> _Record | None:
    """Judge EF 0005: DF43 covers what stands before it."""
    file = found.read(rules.VISUAL_NUMBER, 0x05, 0xFF40, (0xDF41, 0xDF42, 0xDF43))
    if file is None:
        return None
    check = judge.signature(
        rules.VISUAL_NUMBER, found.certificate, file.span(0xDF41, 0xDF42), file.value(0xDF43)
    )
    return _Record(found.key(file, 0xDF42), found.add(check))


def _one_key(read: list[_Record], expected_records: int) -> Check:
    """Judge whether the records carry one key, as those of one card do.

    Only proven records count: what an unproven one says is said already.
    """
    expected = "one key in all records of the face"
    rule = rules.VISUAL_ONE_KEY
    keys = {record.modulus for record in read if record.proven}
    if len(keys) > 1 or None in keys:
        return rule.failed(expected=expected, seen="records that were signed for different keys")
    if len([record for record in read if record.proven]) < expected_records:
        needed = f"{rule.title}: all three records, each with a signature that holds"
        return rule.unknown(expected=expected, seen="not all records are proven", needed=needed)
    return rule.passed(expected=expected, seen="one key")


def _agreement(text: _Findings, visual: _Findings) -> Check:
    """Compare the birth dates and genders that are proven; text and face are signed apart."""
    expected = "the same birth date and gender in text and on the face"
    rule = rules.AGREEMENT
    dates, genders = text.birth_dates | visual.birth_dates, text.genders | visual.genders
    if len(dates) > 1 or len(genders) > 1:
        return rule.failed(expected=expected, seen="signed records that contradict each other")
    if not text.genders or not visual.genders:
        needed = f"{rule.title}: the attributes and the front, each with a signature that holds"
        return rule.unknown(expected=expected, seen="not both are proven", needed=needed)
    return rule.passed(expected=expected, seen="the same")
