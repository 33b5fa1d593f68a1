"""JUnit XML, SARIF and Japanese: each says what the report says."""

import ast
import json
import re
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import jpki.verify
from jpki.verify import Kind, OcspSource, Outcome, TrustAnchors, Verdict, Verifier, render
from jpki.verify.checks import Check, Rule
from jpki.verify.formats import Judged, Language, junit, sarif
from jpki.verify.formats.phrases import PHRASES
from jpki.verify.formats.words import in_japanese
from tests.support import pki
from tests.support.asn1 import NULL, integer
from tests.support.pki import DAY, NOW
from tests.verify.formats.reports import AUTH, SIGN, SIGNED, every
from tests.verify.path.answering import answer, cert_id, single
from tests.verify.path.making import Holder
from tests.verify.test_profile_checks import ROWS

ALL = [
    Judged(f"{at} {name}.cer", SIGNED, report)
    for at, (name, (report, _)) in enumerate(every().items())
]
REPORTS = [report for report, _ in every().values()]


@pytest.mark.parametrize("report", REPORTS, ids=every())
def test_what_cannot_be_told_says_what_would_settle_it(report):
    """In every kind of report: a row without a way out helps nobody."""
    undecided = [one for one in report.all_checks if one.outcome is Outcome.CANNOT_TELL]

    assert [one.rule.id for one in undecided if not one.needed] == []


def count(report, *outcomes) -> int:
    return sum(check.outcome in outcomes for check in report.all_checks)


def test_junit_has_a_case_for_each_check():
    """Failures are failures, and what could not be checked is an error, never a pass."""
    root = ET.fromstring(junit(ALL))

    found = [
        (int(suite.get("tests")), int(suite.get("failures")), int(suite.get("errors")))
        for suite in root
    ]
    assert found == [
        (len(one.all_checks), count(one, Outcome.FAIL), count(one, Outcome.CANNOT_TELL))
        for one in REPORTS
    ]
    assert len(root.findall(".//testcase")) == int(root.get("tests"))
    assert len(root.findall(".//failure")) == int(root.get("failures"))
    assert len(root.findall(".//error")) == int(root.get("errors"))


def test_junit_says_what_would_settle_a_check():
    """And by which clause, and where."""
    [judged] = [one for one in ALL if "certificate without a list" in one.name]

    [error] = ET.fromstring(junit([judged])).findall(".//error")

    assert "needed to tell: the revocation list" in error.text
    assert "clause: RFC 5280 6.1.3 (a)(3)" in error.text
    assert "at: serialNumber, offset 13" in error.text


def test_sarif_has_a_result_for_each_check_that_does_not_hold():
    """Failed is `fail`, undecided is `open`, whose level is `none` (3.27.10)."""
    [run] = json.loads(json.dumps(sarif(ALL, version="1.2.3")))["runs"]

    kinds = [(one["kind"], one["level"]) for one in run["results"]]
    assert kinds.count(("fail", "error")) == sum(count(one, Outcome.FAIL) for one in REPORTS)
    assert kinds.count(("open", "none")) == sum(count(one, Outcome.CANNOT_TELL) for one in REPORTS)
    assert set(kinds) == {("fail", "error"), ("open", "none")}
    assert run["properties"]["verdicts"] == [one.verdict.value for one in REPORTS]


def test_sarif_results_point_at_their_rule_and_file():
    """By index as well as by name."""
    [run] = json.loads(json.dumps(sarif(ALL, version="1.2.3")))["runs"]

    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    files = [one["location"]["uri"] for one in run["artifacts"]]
    locations = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    places = [one["artifactLocation"] for one in locations]
    assert len(rules) == len(set(rules))
    assert [rules[one["ruleIndex"]] for one in run["results"]] == [
        one["ruleId"] for one in run["results"]
    ]
    assert [files[one["index"]] for one in places] == [one["uri"] for one in places]
    assert all(re.fullmatch(r"[A-Za-z0-9._~/%-]+(#certificate\.der)?", uri) for uri in files)


def test_sarif_lists_what_was_judged_twice_once():
    """Artifacts are unique in SARIF (3.14.15)."""
    [judged] = [one for one in ALL if "certificate on hold" in one.name]

    [run] = sarif([judged, judged], version="1.2.3")["runs"]

    assert (len(run["artifacts"]), len(run["results"])) == (1, 2)


def test_sarif_gives_the_bytes_that_were_looked_at():
    """The region is the field in the DER."""
    [judged] = [one for one in ALL if "certificate on hold" in one.name]

    [run] = sarif([judged], version="1.2.3")["runs"]

    [result] = run["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "byteOffset": 13,
        "byteLength": 6,
    }


def test_what_a_certificate_says_cannot_break_the_xml():
    """Control characters and markup in names are only text."""
    rule = Rule("test.rule", "RFC 0", "<a> & b", "規則")
    check = Check(rule, Outcome.FAIL, expected="]]>", seen="\x00\x1b[31m<b>\ufffe")
    report = every()["certificate"][0]
    bent = type(report)(
        moment=report.moment, checks=(check,), policy=report.policy, certificate=None
    )

    [failure] = ET.fromstring(junit([Judged("a\x01b", b"", bent)])).findall(".//failure")

    assert failure.get("message") == "\\u0000\\u001b[31m<b>\\ufffe"


_TECHNICAL = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:]+Z( \([^)]*\))?|\b[A-Z]{1,2}=[^,；、（の]*"
    r"|[\w/]*[A-Z][\w/=-]*|\b[a-z]+[A-Z]\w*|\b[0-9a-f]{40,}\b|[a-z0-9-]+\.[\w./-]+|\bv[123]\b|https?:[\w/.-]+|\breasons\b|id-pkix-ocsp-basic|「unauthorized」|\bunspecified\b"
)
"""What stays as it is in Japanese: moments, names, identifiers, digests, addresses."""
_ENGLISH = re.compile(r"\b[a-z]{2,}\b")
_COVERED = ("certificate", "login", "bundle", "path")


@pytest.mark.parametrize(
    "report",
    [report for name, (report, _) in every().items() if name.startswith(_COVERED)],
    ids=[name for name in every() if name.startswith(_COVERED)],
)
def test_what_certificates_logins_and_paths_say_is_there_in_japanese(report):
    """No phrase of theirs is left in English."""
    assert left_in_english(report) == {}


def words_left(text):
    """Give the English words of a phrase that are no names."""
    return _ENGLISH.findall(_TECHNICAL.sub("", in_japanese(text)))


def left_in_english(report):
    said = [check.seen for check in report.all_checks]
    said += [check.expected for check in report.all_checks]
    said += [*report.needed, report.proviso]
    return {text: in_japanese(text) for text in said if words_left(text)}


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


_RAISED = {"DerError", "MalformedError", "SignatureProblem"}
_ROOM = Path(jpki.verify.__file__).parent
_READERS = (
    *("certificate", "crl", "der", "der_rules", "extensions", "keys", "names"),
    *(f"path/{name}" for name in ("certificate", "crl", "extensions", "general_names", "names")),
    *(f"path/{name}" for name in ("keys", "ocsp", "ocsp_single", "rsa_pss")),
)


def problems():
    """Give the text of every problem in the source of the readers, with 7 for what is put in."""
    trees = (ast.parse((_ROOM / f"{name}.py").read_text(encoding="utf-8")) for name in _READERS)
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    texts = (
        call.args[0] for call in calls if getattr(call.func, "id", "") in _RAISED and call.args
    )
    return sorted(
        {filled(text) for text in texts if isinstance(text, ast.Constant | ast.JoinedStr)}
    )


def filled(text):
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in parts)


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


@pytest.mark.parametrize("problem", problems())
def test_each_problem_a_reader_can_find_has_its_phrase(problem):
    """Whatever the readers of certificates, lists and answers raise, numbers filled in."""
    assert words_left(problem) == []


@pytest.mark.parametrize("phrase", PHRASES)
def test_no_phrase_is_hidden_by_another(phrase):
    """Each is found as itself, whatever stands before it in the table."""
    filled = (
        phrase.replace("{#}", "7")
        .replace("{time}", "2026-04-01T03:00:00Z (2026-04-01 12:00:00 JST)")
        .replace("{word}", "Word")
        .replace("{}", "Ω")
    )
    values = re.findall(r"\{[^}]*\}", phrase)
    given = [
        {"{#}": "7", "{word}": "Word", "{}": "Ω"}.get(
            one, "2026-04-01T03:00:00Z (2026-04-01 12:00:00 JST)"
        )
        for one in values
    ]

    assert in_japanese(filled) == PHRASES[phrase].format(*given)


@pytest.mark.parametrize("report", REPORTS, ids=every())
def test_both_languages_give_the_same_rows_and_verdict(report):
    """Nothing is left out in either."""
    english, japanese = render(report), render(report, Language.JAPANESE)

    assert len(english.splitlines()) == len(japanese.splitlines())
    assert f"Verdict: {report.verdict.value}" in english
    assert f"判定: {report.verdict.japanese}" in japanese
