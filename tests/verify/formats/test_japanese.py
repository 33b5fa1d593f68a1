"""Japanese: everything a report can say has its phrase, and the table holds together."""

import re
from datetime import timedelta

import pytest

from jpki.verify import (
    Kind,
    OcspSource,
    TrustAnchors,
    Verdict,
    Verifier,
    card_face_rules,
    render,
    rules,
)
from jpki.verify.bundle import rules as bundle_rules
from jpki.verify.checks import Rule
from jpki.verify.formats import Language
from jpki.verify.formats.phrases import PHRASES
from jpki.verify.formats.words import in_japanese
from jpki.verify.path import rules as path_rules
from tests.support import pki
from tests.support.asn1 import NULL, integer
from tests.support.pki import DAY, NOW
from tests.verify.formats.english import words_left
from tests.verify.formats.reports import AUTH, SIGN, every
from tests.verify.formats.sources import IN_PARTS, unknown_parts, written
from tests.verify.path.answering import answer, cert_id, single
from tests.verify.path.making import Holder
from tests.verify.test_profile_checks import ROWS

RULES = [
    value
    for table in (rules, path_rules, card_face_rules, bundle_rules)
    for value in vars(table).values()
    if isinstance(value, Rule)
]
REPORTS = [report for report, _ in every().values()]
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def left_in_english(report):
    said = [text for check in report.all_checks for text in (check.seen, check.expected)]
    said += [*report.needed, report.proviso]
    said += [text for row in report.facts() for text in row]
    return {text: in_japanese(text) for text in said if words_left(text)}


@pytest.mark.parametrize("report", REPORTS, ids=every())
def test_no_report_leaves_a_phrase_in_english(report):
    """Certificates, logins, signatures, paths, faces and bundles, good, bad and open."""
    assert left_in_english(report) == {}


def test_every_rule_has_a_japanese_title():
    """Titles stand before every row, and inside what is needed to tell: one for one."""
    titles = {(one.title, one.japanese) for one in RULES}

    assert [title for title, japanese in titles if not _JAPANESE.search(japanese)] == []
    assert [title for title, _ in titles if words_left(title)] == []
    assert len(titles) == len({title for title, _ in titles})


@pytest.mark.parametrize("text", written())
def test_each_text_in_the_source_has_its_phrase(text):
    """Whatever the verifier can write, with something filled in where it writes a value."""
    assert words_left(text) == ()


@pytest.mark.parametrize("whole", dict.fromkeys(IN_PARTS.values()))
def test_what_is_written_in_parts_has_its_phrase_as_a_whole(whole):
    """Parts of a text that a report never shows alone."""
    assert words_left(whole) == ()


def test_no_part_is_listed_that_is_not_written_any_more():
    """Else a text of the same words could hide behind it."""
    assert unknown_parts() == set()


BAD_LISTS = {
    "number critical": pki.crl(SIGN, change={pki.CRL_NUMBER: (True, integer(7))}),
    "unknown critical": pki.crl(SIGN, change={"1.2.3": (True, NULL)}),
    "lifted": pki.crl(SIGN, pki.entry(reason=8)),
    "entry extension": pki.crl(SIGN, pki.entry(extra={"1.2.3": (True, NULL)})),
    "delta": pki.crl(SIGN, change={"2.5.29.27": (True, integer(6))}),
    "two algorithms": pki.crl(SIGN, outer_algorithm=pki.SHA1_WITH_RSA),
    "inside and outside": pki.crl(SIGN, inner_algorithm=pki.SHA1_WITH_RSA),
    "listed twice": pki.crl(SIGN, pki.entry(), pki.entry()),
    "byte behind": pki.crl(SIGN, pki.entry()) + b"0",
    "v1 with extensions": pki.crl(SIGN, version=None),
    "other place": pki.crl(SIGN, point=pki.point_name(Kind.SIGN, "Kodaira-shi")),
    "other signer": pki.crl(SIGN, signed_by=pki.key("somebody")),
    "no number": pki.crl(SIGN, drop=[pki.CRL_NUMBER]),
    "no end": pki.crl(SIGN, next_update=None),
    "stale": pki.crl(SIGN, next_update=NOW - timedelta(hours=1)),
    "future": pki.crl(SIGN, this_update=NOW + timedelta(hours=1)),
}


@pytest.mark.parametrize(("issuer", "fields", "_wanted"), ROWS.values(), ids=ROWS)
def test_what_fails_is_said_in_japanese(issuer, fields, _wanted):
    """Every certificate there is a bad case for."""
    bent = pki.certificate(issuer, **{one: fields[one] for one in fields if one != "lists"})

    assert left_in_english(pki.verifier(pki.crl(issuer)).check(bent, issuer.kind, moment=NOW)) == {}


@pytest.mark.parametrize("bent", BAD_LISTS.values(), ids=BAD_LISTS)
def test_what_is_wrong_with_a_list_is_said_in_japanese(bent):
    """Lists that say what they may not, and lists that cannot be read."""
    report = pki.verifier(bent).check(pki.certificate(SIGN), Kind.SIGN, moment=NOW)

    assert report.verdict is Verdict.CANNOT_TELL
    assert left_in_english(report) == {}


def said_by(**fields):
    issuer = Holder(AUTH.name, AUTH.key)
    return answer(single(about=cert_id(issuer, pki.SERIAL), **fields), signer=issuer)


BAD_ANSWERS = {
    "stale": said_by(this_update=NOW - 9 * DAY, next_update=NOW - 8 * DAY),
    "future": said_by(this_update=NOW + DAY, next_update=NOW + 2 * DAY),
    "cut": said_by()[:-1],
    "an error": b"\x30\x03\x0a\x01\x06",
}


@pytest.mark.parametrize("bent", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_what_is_wrong_with_an_answer_is_said_in_japanese(bent):
    """OCSP answers that prove nothing."""
    verifier = Verifier(TrustAnchors.load(auth=[AUTH.der]), OcspSource.load([bent]))

    report = verifier.check(pki.certificate(AUTH), Kind.AUTH, moment=NOW)

    assert report.verdict is Verdict.CANNOT_TELL
    assert left_in_english(report) == {}


NAMES = [
    "C=JP, O=JPKI-EMU, OU=JPKI for user authentication",
    "CN=none, O=revoked or absent, CN=signed by key 7",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_as_it_is(name):
    """Whatever words it is made of."""
    plain = (
        "the revocation list (失効リスト) of {}, complete, understood and fresh at {}, with its "
    )
    moment = _PUT_IN["{time}"]

    assert name in in_japanese(f"{plain.format(name, moment)}signer's certificate")
    assert name in in_japanese(f"issuer {name}; no pinned CA has this name")
    assert name in in_japanese(f"CRL no. 7 {name} of {moment}: without nextUpdate")


_PUT_IN = {
    "{#}": "7",
    "{time}": "2026-04-01T03:00:00Z (2026-04-01 12:00:00 JST)",
    "{word}": "Word",
    "{name}": "Name",
    "{serial}": "77 (0x4D)",
    "{place}": "dNSName example",
    "{}": "Ω",
}


@pytest.mark.parametrize("phrase", PHRASES)
def test_no_phrase_is_hidden_by_another(phrase):
    """Each is found as itself, whatever stands before it in the table."""
    marks = re.findall(r"\{[^}]*\}", phrase)
    filled = phrase
    for mark in marks:
        filled = filled.replace(mark, _PUT_IN[mark])

    assert in_japanese(filled) == PHRASES[phrase].format(*(_PUT_IN[mark] for mark in marks))


@pytest.mark.parametrize("report", REPORTS, ids=every())
def test_both_languages_give_the_same_rows_and_verdict(report):
    """Nothing is left out in either."""
    english, japanese = render(report), render(report, Language.JAPANESE)

    assert len(english.splitlines()) == len(japanese.splitlines())
    assert f"Verdict: {report.verdict.value}" in english
    assert f"判定: {report.verdict.japanese}" in japanese


def test_a_name_written_to_be_taken_apart_without_end_stays_as_it_is():
    """Each part of it looks like the title of the next."""
    assert in_japanese("a, " + "kind: " * 1200 + "none")
