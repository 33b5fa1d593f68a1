"""A card's text and face: genuine, tampered with part by part, incomplete, copied."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from jpki.people import BirthDate, Gender, SubstitutedText
from jpki.verify import EMULATOR, CertificateReport, Verdict, render
from jpki.verify.attributes import HolderAttributes
from jpki.verify.card_face import CardFaceVerifier, CvAnchors, Evidence, NoAnswer
from jpki.verify.card_face_report import PARTS
from jpki.verify.card_face_rules import ALL
from jpki.verify.checks import Check, Outcome
from jpki.verify.errors import (
    AnchorError,
    BadSignatureError,
    CannotTellError,
    CardFaceError,
    UntrustedIssuerError,
)
from jpki.verify.rules import CERT_NOT_AFTER
from tests.support import faces
from tests.support.faces import NOW, evidence

TEXT, VISUAL = "text", "visual"


def judged(
    given: Evidence,
    anchors: CvAnchors | None = None,
    certificate: CertificateReport | None = None,
):
    pinned = faces.anchors() if anchors is None else anchors
    return CardFaceVerifier(pinned).check(given, moment=NOW, certificate=certificate)


def signing(outcome: Outcome = Outcome.PASS, **changes: str | None) -> CertificateReport:
    """Give the report of a signing certificate of the holder, with some attributes changed."""
    person = faces.HOLDER.person
    attributes = HolderAttributes(
        name=person.name.text,
        name_flags=person.name.flags,
        birth_date=person.birth_date.text,
        gender=person.gender.value,
        address=person.address.text,
        address_flags=person.address.flags,
    )
    return CertificateReport(
        moment=NOW,
        checks=(Check(CERT_NOT_AFTER, outcome, expected="", seen=""),),
        policy=EMULATOR.sign,
        certificate=None,
        attributes=replace(attributes, **changes),
    )


def failing(report) -> set[str]:
    return {check.rule.id for check in report.failures}


def undecided(report) -> set[str]:
    found = [check for check in report.checks if check.outcome is Outcome.CANNOT_TELL]
    return {check.rule.id for check in found}


def with_file(ap: str, ef: int, content: bytes) -> Evidence:
    given = evidence()
    return replace(given, **{ap: {**getattr(given, ap), ef: content}})


def without_file(ap: str, ef: int) -> Evidence:
    given = evidence()
    files = dict(getattr(given, ap))
    del files[ef]
    return replace(given, **{ap: files})


def value_offset(raw: bytes, tag: str) -> int:
    """Give where the value of an object begins, not where its tag stands by chance in a key."""
    return next(start for found, start in objects(raw, 0, len(raw)) if found.hex().upper() == tag)


def objects(raw: bytes, at: int, end: int):
    """Give tag and start of the value of every object, those inside templates too."""
    while at < end and raw[at : at + 2] != b"\xff\xff":  # with which files are filled up
        tag = raw[at : at + (2 if raw[at] & 0x1F == 0x1F else 1)]
        at += len(tag)
        octets = max(0, raw[at] - 0x80)
        size = int.from_bytes(raw[at + 1 : at + 1 + octets], "big") if octets else raw[at]
        at += 1 + octets
        yield tag, at
        if tag[0] & 0x20:
            yield from objects(raw, at, at + size)
        at += size


def flipped(ap: str, ef: int, tag: str, *, at: int = 0, bit: int = 1) -> Evidence:
    """Change one bit in the value of one object of one file."""
    raw = bytearray(getattr(evidence(), ap)[ef])
    raw[value_offset(bytes(raw), tag) + at] ^= bit
    return with_file(ap, ef, bytes(raw))


def test_a_genuine_card_is_good_and_everything_signed_is_proven():
    """With all files, both answers and the pinned keys nothing stays open."""
    report = judged(evidence(), certificate=signing()).require_good()

    assert report.verdict is Verdict.GOOD
    assert report.proven == tuple(part.name for part in PARTS if part.proof)
    assert (report.refuted, report.undecided) == ((), ())


def test_what_no_signature_covers_is_never_called_proven():
    """DF29 and DF2A lie behind the signature: a card can be genuine and they are not."""
    tampered = flipped(VISUAL, 2, "DF29")

    report = judged(tampered)

    assert report.verdict is Verdict.GOOD
    assert any("DF29" in part for part in report.unprovable)
    assert any("DF2A" in part for part in report.unprovable)
    assert not set(report.unprovable) & set(report.proven)


TAMPERINGS: dict[str, tuple[Callable[[], Evidence], str]] = {
    "a digit of the number": (lambda: flipped(TEXT, 1, "FF10"), "text.number"),
    "the filler behind the number": (
        lambda: with_file(TEXT, 1, evidence().text[1][:-1] + b"\0"),
        "text.number",
    ),
    "the number's file without filler": (
        lambda: with_file(TEXT, 1, evidence().text[1][:-2]),
        "text.number",
    ),
    "the name": (lambda: flipped(TEXT, 2, "DF22", at=2), "text.attributes"),
    "the address": (lambda: flipped(TEXT, 2, "DF23", at=2), "text.attributes"),
    "the birth date": (lambda: flipped(TEXT, 2, "DF24", at=3), "text.attributes"),
    "the gender": (lambda: flipped(TEXT, 2, "DF25", bit=3), "text.attributes"),
    "an offset in the attributes": (lambda: flipped(TEXT, 2, "DF21", at=1), "text.attributes"),
    "the text's signature": (lambda: flipped(TEXT, 3, "DF33", at=9), "text.signature"),
    "the text's certificate": (lambda: flipped(TEXT, 4, "5F37", at=9), "text.certificate"),
    "the signature over the card's key": (lambda: flipped(TEXT, 7, "DF52", at=9), "text.key"),
    "the card's key": (lambda: flipped(TEXT, 7, "DF51", at=50), "text.key"),
    "the answer of the text's key": (
        lambda: replace(evidence(), text_answer=faces.answered("visual")),
        "text.present",
    ),
    "the birth record's date": (lambda: flipped(VISUAL, 1, "DF11", at=3), "visual.birth-date"),
    "the birth record's key": (lambda: flipped(VISUAL, 1, "DF12", at=50), "visual.birth-date"),
    "the birth record's signature": (lambda: flipped(VISUAL, 1, "DF13"), "visual.birth-date"),
    "the front's birth date": (lambda: flipped(VISUAL, 2, "DF22", at=3), "visual.front"),
    "the front's gender": (lambda: flipped(VISUAL, 2, "DF23", bit=3), "visual.front"),
    "the front's key": (lambda: flipped(VISUAL, 2, "DF24", at=50), "visual.front"),
    "the name's image": (lambda: flipped(VISUAL, 2, "DF25", at=60), "visual.front"),
    "the address's image": (lambda: flipped(VISUAL, 2, "DF26", at=60), "visual.front"),
    "the photo": (lambda: flipped(VISUAL, 2, "DF27", at=500), "visual.front"),
    "the front's signature": (lambda: flipped(VISUAL, 2, "DF28", at=9), "visual.front"),
    "an offset on the front": (lambda: flipped(VISUAL, 2, "DF21", at=3), "visual.front"),
    "the number's image": (lambda: flipped(VISUAL, 5, "DF41", at=60), "visual.number"),
    "the number's signature": (lambda: flipped(VISUAL, 5, "DF43", at=9), "visual.number"),
    "the face's certificate": (lambda: flipped(VISUAL, 4, "5F37", at=9), "visual.certificate"),
    "the answer of the face's key": (
        lambda: replace(evidence(), visual_answer=faces.answered("text")),
        "visual.present",
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_each_tampering_fails_its_own_check(name):
    """One changed bit is seen by the rule that is there for it, and blamed on nothing else."""
    tamper, rule = TAMPERINGS[name]

    report = judged(tamper())

    assert failing(report) == {rule}
    assert report.verdict is Verdict.BAD


def test_a_tampered_photo_is_not_proven_and_what_is_beside_it_still_is():
    """The report says which part may be relied on."""
    report = judged(flipped(VISUAL, 2, "DF27", at=500))

    assert any("photo" in part for part in report.refuted)
    assert any("basic" in part or "基本4情報" in part for part in report.proven)


MISSING = {
    (TEXT, 1): {"text.number"},
    (TEXT, 2): {"text.attributes", "face.agreement"},
    (TEXT, 3): {"text.signature", "text.number", "text.attributes", "face.agreement"},
    (TEXT, 4): {"text.certificate", "text.signature", "text.key", "text.present", "face.agreement"},
    (TEXT, 7): {"text.key", "text.present"},
    (VISUAL, 1): {"visual.birth-date", "visual.one-key"},
    (VISUAL, 2): {"visual.front", "visual.one-key", "face.agreement"},
    (VISUAL, 5): {"visual.number", "visual.one-key"},
    (VISUAL, 4): {
        "visual.certificate", "visual.birth-date", "visual.front", "visual.number",
        "visual.one-key", "visual.present", "face.agreement",
    },
}  # fmt: skip


@pytest.mark.parametrize(("ap", "ef"), MISSING)
def test_a_file_that_was_not_read_leaves_its_checks_undecided(ap, ef):
    """Whoever had no secret for a file learns what it would take, and nothing is called good."""
    report = judged(without_file(ap, ef))

    assert undecided(report) == MISSING[ap, ef]
    assert report.verdict is Verdict.CANNOT_TELL
    assert report.needed


def test_nothing_read_proves_nothing():
    """Every check is undecided for a card nobody read."""
    report = judged(Evidence(), certificate=signing())

    assert undecided(report) == {rule.id for rule in ALL}
    assert report.proven == ()
    with pytest.raises(CannotTellError):
        report.require_good()


def test_without_pinned_keys_the_certificates_are_undecided_and_nothing_is_proven():
    """A certificate that nobody vouches for makes no signature worth anything."""
    report = judged(evidence(), CvAnchors())

    assert undecided(report) == {"text.certificate", "visual.certificate"}
    assert report.proven == ()


def test_another_ca_of_the_same_name_is_not_trusted():
    """The name of a key proves nothing: its own signature must."""
    report = judged(evidence(), faces.anchors("another cv"))

    assert failing(report) == {"text.certificate", "visual.certificate"}
    assert report.proven == ()
    with pytest.raises(UntrustedIssuerError):
        report.require_good()


def test_the_text_cas_key_is_not_taken_for_the_faces():
    """Each application has its own CA; a certificate of the other's is refused."""
    given = evidence()
    swapped = replace(given, visual={**given.visual, 4: given.text[4]})

    report = judged(swapped)

    assert "visual.certificate" in failing(report)


def test_contents_signed_by_a_key_of_ones_own_are_refused():
    """Whoever signs a card with a key nobody certified is found out by the certificate."""
    forged = Evidence(
        text=dict(faces.text(name="another cv").files),
        visual=dict(faces.visual(name="another cv").files),
        text_answer=faces.answered("text"),
        visual_answer=faces.answered("visual"),
    )

    report = judged(forged)

    assert failing(report) == {"text.certificate", "visual.certificate"}
    assert report.proven == ()


def other_person():
    person = replace(faces.HOLDER.person, birth_date=BirthDate.of(date(1955, 2, 17)))
    return replace(faces.HOLDER, person=person)


def test_the_face_of_one_person_and_the_text_of_another_do_not_agree():
    """Both are signed and genuine, and still no card of one person."""
    mixed = replace(evidence(), visual=dict(faces.visual(other_person()).files))

    report = judged(mixed)

    assert failing(report) == {"face.agreement"}
    with pytest.raises(CardFaceError):
        report.require_good()


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({"name": "見本　花代"}, "other name (氏名)"),
        ({"name": "見本　花"}, "other name (氏名)"),
        ({"name": "見本　花代", "name_flags": "01000"}, "other name (氏名)"),
        ({"birth_date": "419900218"}, "other birth date (生年月日)"),
        ({"gender": "1"}, "other gender (性別)"),
        ({"name": None}, "other name (氏名)"),
        ({"birth_date": None}, "other birth date (生年月日)"),
        ({"gender": None}, "other gender (性別)"),
    ],
)
def test_text_and_signing_certificate_of_two_people_do_not_agree(changes, seen):
    """Contents of one card and certificates of another are no card, however genuine each is."""
    report = judged(evidence(), certificate=signing(**changes))

    assert failing(report) == {"face.holder"}
    assert report.check("face.holder").seen == f"another person: {seen}"
    assert any("signing certificate" in part for part in report.refuted)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": "見本　花代", "name_flags": "00001"},
        {"name": "見本 花子"},
        {"birth_date": "019900217"},
    ],
    ids=["the same", "substitute character", "narrow space", "unknown era"],
)
def test_what_is_only_written_otherwise_is_one_person(changes):
    """A character that stands in for another, its width, and the era prove no second person."""
    report = judged(evidence(), certificate=signing(**changes)).require_good()

    assert report.check("face.holder").seen == "the same"


def test_a_character_with_two_spellings_is_one():
    """Tables disagree on eight characters; neither spelling makes another person."""
    person = replace(faces.HOLDER.person, name=SubstitutedText("見本\u2015花子"))
    given = replace(evidence(), text=dict(faces.text(replace(faces.HOLDER, person=person)).files))

    report = judged(given, certificate=signing(name="見本\u2014花子"))

    assert report.check("face.holder").outcome is Outcome.PASS


def test_another_address_is_a_remark():
    """A move reaches text and certificate at different times."""
    report = judged(evidence(), certificate=signing(address="北海道札幌市架空町３番"))

    assert report.verdict is Verdict.GOOD
    assert "another address" in report.check("face.holder").seen


def test_both_codes_of_the_third_gender_are_one():
    """Sources disagree whether it is 3 or 9."""
    third = replace(faces.HOLDER, person=replace(faces.HOLDER.person, gender=Gender("3")))
    given = replace(evidence(), text=dict(faces.text(third).files))

    report = judged(given, certificate=signing(gender="9"))

    assert report.check("face.holder").outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("given", "certificate"),
    [
        (evidence, signing(Outcome.FAIL)),
        (evidence, signing(Outcome.CANNOT_TELL)),
        (evidence, replace(signing(), attributes=None)),
        (evidence, signing(name="見本　ハナ子", name_flags="000110")),
        (lambda: without_file(TEXT, 2), signing()),
        (lambda: without_file(TEXT, 3), signing()),
        (lambda: flipped(TEXT, 2, "DF22", at=2), signing()),
        (lambda: flipped(TEXT, 3, "DF33", at=9), signing()),
        (lambda: flipped(TEXT, 4, "5F37", at=9), signing()),
    ],
    ids=[
        "bad certificate", "undecided certificate", "no attributes", "substitutes of other length",
        "no text", "no digests", "tampered text", "tampered signature", "another signer",
    ],
)  # fmt: skip
def test_an_unproven_side_agrees_with_nobody(given, certificate):
    """What is not itself proven, or cannot be compared, makes nothing good."""
    report = judged(given(), certificate=certificate)

    assert report.check("face.holder").outcome is Outcome.CANNOT_TELL
    assert not any("signing certificate" in part for part in report.proven)


def test_without_a_signing_certificate_there_is_nothing_to_compare():
    """Neither a row nor a part: who read none does not learn whose the others are."""
    report = judged(evidence())

    assert "face.holder" not in {check.rule.id for check in report.checks}
    assert not any("signing certificate" in part for part in (*report.proven, *report.undecided))


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (None, "the card was not asked"),
        (NoAnswer("COMPUTE DIGITAL SIGNATURE answered 6985"), "answered 6985"),
    ],
    ids=["not asked", "refused"],
)
def test_a_card_that_did_not_answer_is_undecided_and_the_reason_is_said(answer, seen):
    """Nobody asked, or the card refused: neither proves a copy, and both are not the same."""
    report = judged(replace(evidence(), text_answer=answer))

    (row,) = [check for check in report.checks if check.rule.id == "text.present"]
    assert undecided(report) == {"text.present"}
    assert row.seen.endswith(seen)


def test_a_copied_answer_to_another_challenge_is_refused():
    """A recording of an earlier answer is no proof that the card is here."""
    old = faces.answered("visual", b"another challenge of yesterday")
    replayed = replace(old, challenge=faces.CHALLENGE)

    report = judged(replace(evidence(), visual_answer=replayed))

    assert failing(report) == {"visual.present"}
    with pytest.raises(BadSignatureError):
        report.require_good()


def test_a_short_challenge_proves_nothing():
    """What can be guessed can be answered beforehand."""
    report = judged(replace(evidence(), text_answer=faces.answered("text", b"short")))

    assert failing(report) == {"text.present"}


def test_the_key_of_an_unproven_record_proves_no_presence():
    """A forger can put a key of his own into a record; then its answers say nothing."""
    records = {ef: evidence().visual[ef] for ef in (2, 4)}
    given = replace(flipped(VISUAL, 2, "DF27", at=500), text={})
    only_front = replace(given, visual={**records, 2: given.visual[2]})

    report = judged(only_front)

    assert report.check("visual.present").outcome is Outcome.CANNOT_TELL


@pytest.mark.parametrize("ap", [TEXT, VISUAL])
@pytest.mark.parametrize("ef", [1, 2, 4])
@pytest.mark.parametrize("cut", [0, 1, 3, 16])
def test_cut_files_are_refused_and_break_nothing(ap, ef, cut):
    """A file cut short anywhere makes a bad report and no exception."""
    report = judged(with_file(ap, ef, getattr(evidence(), ap)[ef][:cut]))

    assert report.verdict is Verdict.BAD


def test_something_behind_the_contents_is_refused():
    """Only filler may follow a file's contents, or two readers could see two things."""
    raw = evidence().visual[1] + b"\xff\xff\x00"

    assert failing(judged(with_file(VISUAL, 1, raw))) == {"visual.birth-date"}


@pytest.mark.parametrize(
    ("name", "key"), [(b"short", b""), (bytes(16), b"no key"), (bytes(16), bytes(265))]
)
def test_what_is_no_key_cannot_be_pinned(name, key):
    """A wrong anchor is told when it is pinned."""
    with pytest.raises(AnchorError):
        CvAnchors(text={name: key})


def test_a_moment_needs_a_time_zone():
    """As everywhere: no guessing."""
    with pytest.raises(ValueError, match="time zone"):
        CardFaceVerifier(faces.anchors()).check(evidence(), moment=datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_report_holds_no_number_and_no_attribute():
    """Reports are logged: what they say of the holder is which parts are proven."""
    report = judged(evidence(), certificate=signing(address="北海道札幌市架空町３番"))

    said = render(report) + json.dumps(report.to_json(), ensure_ascii=False) + repr(report)

    assert faces.NUMBER not in said
    assert "花子" not in said
    assert "架空町" not in said
    assert "19900217" not in said
    assert "photo (顔写真)" in said


def test_every_rule_has_its_row_and_every_row_its_tampering():
    """A rule that nothing can break would be no rule."""
    broken = {rule for _, rule in TAMPERINGS.values()}
    broken |= {"visual.one-key", "face.agreement", "face.holder"}

    assert [check.rule for check in judged(evidence(), certificate=signing()).checks] == list(ALL)
    assert broken == {rule.id for rule in ALL}
