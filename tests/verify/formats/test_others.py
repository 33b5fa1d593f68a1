"""JUnit XML and SARIF: each says what the report says, in the form of its schema."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from jpki.verify import Kind, Outcome
from jpki.verify.checks import Check, Rule
from jpki.verify.formats import Judged, junit, sarif
from tests.support import pki
from tests.support.asn1 import explicit, seq
from tests.support.pki import NOW
from tests.verify.formats.reports import SIGNED, every

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


def test_sarif_points_into_a_certificate_whose_extensions_are_none():
    """Its fields are found as far as they can be read: here to an empty Extension."""
    der = seq(seq(*[seq()] * 7, explicit(3, seq(seq()))), seq(), seq())
    report = pki.verifier().check(der, Kind.SIGN, moment=NOW)

    [run] = sarif([Judged("odd.cer", der, report)], version="1.2.3")["runs"]

    [result] = run["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"byteOffset": 26}


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
