"""The four attributes (基本4情報): odd values are kept and named, unreliable ones are not good."""

import pytest

from jpki.verify import Kind, Outcome, Verdict, rules
from jpki.verify.der import decode
from tests.support import pki
from tests.support.asn1 import NULL, explicit, ia5, implicit, oid, seq, tlv, utf8
from tests.support.pki import ATTRIBUTES, NOW

SIGN = pki.ca(Kind.SIGN)
ARC = "1.2.392.200149.8.5.5."


def judged(names: bytes):
    change = {pki.SUBJECT_ALT_NAME: (False, names)}
    certificate = pki.certificate(SIGN, change=change)
    return pki.verifier(pki.crl(SIGN)).check(certificate, Kind.SIGN, moment=NOW)


def of(**changed: str):
    """Give subjectAltName with items changed, written `of(n1="...")` by their last arc."""
    return pki.alternative_names(ATTRIBUTES | {arc[1:]: text for arc, text in changed.items()})


def _elements(names: bytes) -> list[bytes]:
    return [node.der for node in decode(names)]


def other_name(dotted: str, *value: bytes) -> bytes:
    return explicit(0, oid(dotted), *value)


def test_the_attributes_are_read():
    """Name, birth date, gender, address and both flag strings come out as they are."""
    attributes = judged(of()).attributes

    assert attributes.name == "検証　花子"
    assert attributes.birth_date == "419900510"
    assert attributes.gender == "2"
    assert attributes.address == "東京都清瀬市架空町一丁目２番３号"
    assert (attributes.name_flags, attributes.address_flags) == ("00000", "0" * 16)
    assert not attributes.is_substituted


@pytest.mark.parametrize(
    ("changed", "remark"),
    [
        ({"n3": "1"}, None),
        ({"n3": "2"}, None),
        ({"n3": "3"}, "code 3"),
        ({"n3": "9"}, "code 9"),
        ({"n3": "5"}, "no source lists"),
        ({"n4": "319800217"}, None),
        ({"n4": "520190501"}, None),
        ({"n4": "400000000"}, "not wholly known"),
        ({"n4": "000000000"}, "not wholly known"),
        ({"n4": "319800000"}, "not wholly known"),
        ({"n4": "319800017"}, "not wholly known"),
        ({"n4": "400000229"}, "not wholly known"),
        ({"n4": "419900230"}, "a day no calendar has"),
        ({"n4": "419001300"}, "a day no calendar has"),
        ({"n4": "400000230"}, "a day no calendar has"),
        ({"n4": "419900032"}, "a day no calendar has"),
        ({"n4": "399990231"}, "a day no calendar has"),
        ({"n4": "399990231"}, "the era is not the date's"),
        ({"n4": "419500000"}, "the era is not the date's"),
        ({"n4": "019900510"}, "the era is not known"),
        ({"n4": "119900510"}, "the era is not the date's"),
        ({"n4": "1990-05-10"}, "not of the form"),
        ({"n4": "919900510"}, "not of the form"),
        ({"n1": "TEST HOLDER", "n2": "0" * 11}, None),
        ({"n1": "﨑　花子", "n2": "0" * 4}, "氏名: 1 characters outside JIS X 0208"),
        ({"n1": "検証　\U0001f600\U00020bb7", "n2": "0" * 5}, "氏名: 2 characters outside"),
        ({"n5": "東京都\ufe00ｶ", "n6": "0" * 5}, "住所: 2 characters outside"),
    ],
)
def test_odd_values_are_tolerated_and_reported(changed, remark):
    """A value sources disagree on or nobody expects does not make a signature bad."""
    report = judged(of(**changed))

    assert report.verdict is Verdict.GOOD
    assert (remark or "all six, none odd") in report.check("cert.attributes").seen


@pytest.mark.parametrize("hidden", ["\0", "\n", "\x7f", "\x85", "\u200b", "\u202e", "\u2028"])
@pytest.mark.parametrize("text", ["n1", "n5"])
def test_characters_nobody_sees_make_a_text_unreliable(text, hidden):
    """By the report and by the quick verdict: they may turn the direction it is read in."""
    flags = {"n1": "n2", "n5": "n6"}[text]
    change = {pki.SUBJECT_ALT_NAME: (False, of(**{text: f"花{hidden}子", flags: "000"}))}
    certificate = pki.certificate(SIGN, change=change)
    verifier = pki.verifier(pki.crl(SIGN))
    verifier.judge(pki.certificate(SIGN, serial=7), Kind.SIGN, moment=NOW)
    found = verifier.check(certificate, Kind.SIGN, moment=NOW)

    assert "nobody sees" in found.check("cert.attributes").seen
    assert found.verdict is Verdict.CANNOT_TELL
    assert verifier.judge(certificate, Kind.SIGN, moment=NOW).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    "extra",
    [
        other_name(ARC + "7", explicit(0, utf8("ケンショウ　ハナコ"))),
        other_name("1.3.6.1.4.1.311.20.2.3", explicit(0, utf8("someone"))),
        other_name(ARC + "8", explicit(0, NULL)),
    ],
    ids=["arc 7", "another arc", "no text"],
)
def test_names_of_unknown_types_are_tolerated_and_reported(extra):
    """Kana of the name may come as a new otherName any day; its value is handed on raw."""
    report = judged(seq(*_elements(of()), extra))

    assert report.verdict is Verdict.GOOD
    assert len(report.attributes.unknown) == 1
    assert "unknown type" in report.attributes.remarks[0]


@pytest.mark.parametrize("before", [_elements(of()), []], ids=["beside them", "alone"])
def test_names_of_other_forms_are_refused(before):
    """The profile has otherNames alone: no later edition adds a mail address."""
    report = judged(seq(*before, implicit(1, b"someone@jpki-emu.invalid")))

    assert [check.rule for check in report.failures] == [rules.CERT_ATTRIBUTES]


@pytest.mark.parametrize(
    ("changed", "text"),
    [({"n2": "01000"}, "name"), ({"n6": "0" * 15 + "1"}, "address")],
)
def test_substituted_characters_are_pointed_out(changed, text):
    """With a flag set the text is not the register's, and the row says so (profile 3.2)."""
    report = judged(of(**changed))

    assert report.attributes.is_substituted
    assert "not the register's" in report.check("cert.attributes").seen
    assert report.verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("names", "defect"),
    [
        (of(n2="0000"), "not one 0 or 1 for each character"),
        (of(n2="0000x"), "not one 0 or 1 for each character"),
        (of(n6=""), "not one 0 or 1 for each character"),
        (pki.alternative_names({"1": "検証　花子", "2": "00000"}), "missing"),
        (seq(*_elements(of()), *_elements(pki.alternative_names({"3": "1"}))), "twice"),
    ],
    ids=["short flags", "flags of other digits", "no flags", "missing", "twice"],
)
def test_unreliable_attributes_are_not_good(names, defect):
    """Nobody can tell which characters or which of two values hold: CANNOT_TELL."""
    report = judged(names)

    assert report.verdict is Verdict.CANNOT_TELL
    check = report.check("cert.attributes")
    assert (check.outcome, defect in check.seen) == (Outcome.CANNOT_TELL, True)


@pytest.mark.parametrize(
    "flawed",
    [
        other_name(ARC + "1"),
        other_name(ARC + "1", explicit(0, utf8("a"), utf8("b"))),
        other_name(ARC + "1", explicit(0, ia5("a"))),
        other_name(ARC + "1", utf8("a")),
        explicit(0, utf8("a")),
    ],
    ids=["no value", "two values", "not UTF8String", "not tagged", "no type"],
)
def test_an_other_name_that_is_none_is_bad(flawed):
    """The form of an otherName is not a matter of tolerance."""
    report = judged(seq(flawed))

    assert report.check("cert.attributes").outcome is Outcome.FAIL


def test_a_name_of_no_known_form_makes_the_certificate_malformed():
    """GeneralName is a closed choice (RFC 5280 4.2.1.6)."""
    report = judged(seq(tlv(0x89, b"?")))

    assert report.checks[0].offset is not None
    assert report.verdict is Verdict.BAD


def test_attributes_do_not_show_in_a_repr():
    """A report in a log must not tell who somebody is."""
    report = judged(of())

    assert "検証" not in repr(report)
    assert "清瀬市架空町" not in repr(report)
    assert "419900510" not in repr(report.attributes)


def test_a_login_certificate_is_asked_for_no_attributes():
    """利用者証明用 certificates carry no name; there is no such row."""
    auth = pki.ca(Kind.AUTH)

    report = pki.verifier(pki.crl(auth)).check(pki.certificate(auth), Kind.AUTH, moment=NOW)

    assert report.attributes is None
    assert "cert.attributes" not in {check.rule.id for check in report.checks}
