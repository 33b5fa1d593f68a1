"""The report: its verdict, its errors, its JSON and its text."""

import json
from dataclasses import FrozenInstanceError, replace

import pytest

from jpki.verify import Kind, Outcome, Verdict, render, rules
from jpki.verify.checks import Check, Rule
from jpki.verify.errors import BadEncodingError, BadError, CannotTellError, RevokedError
from tests.support import pki
from tests.support.asn1 import NULL
from tests.support.pki import DAY, NOW

SIGN = pki.ca(Kind.SIGN)
RULE = Rule("test.rule", "RFC 0", "a rule", "規則")


def judged(*lists, **fields):
    return pki.verifier(*lists).check(pki.certificate(SIGN, **fields), Kind.SIGN, moment=NOW)


def row(outcome: Outcome) -> Check:
    return Check(RULE, outcome, expected="this", seen="that", needed="something")


P, F, C = Outcome.PASS, Outcome.FAIL, Outcome.CANNOT_TELL


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([], Verdict.BAD),
        ([P], Verdict.GOOD),
        ([P, P], Verdict.GOOD),
        ([C], Verdict.CANNOT_TELL),
        ([P, C], Verdict.CANNOT_TELL),
        ([C, P], Verdict.CANNOT_TELL),
        ([F], Verdict.BAD),
        ([P, F], Verdict.BAD),
        ([C, F], Verdict.BAD),
        ([F, C], Verdict.BAD),
        ([P, C, F], Verdict.BAD),
    ],
)
def test_any_failure_is_bad_and_any_doubt_is_not_good(outcomes, verdict):
    """FAIL beats CANNOT_TELL beats PASS; a report without checks proves nothing."""
    report = replace(judged(), checks=tuple(map(row, outcomes)))

    assert report.verdict is verdict


@pytest.mark.parametrize("thing", [judged(), row(P)], ids=["report", "check"])
def test_a_report_is_no_truth_value(thing):
    """`if report:` would let everybody in."""
    with pytest.raises(TypeError, match="truth value"):
        bool(thing)


def test_a_report_cannot_be_changed():
    """What was found stays found."""
    with pytest.raises(FrozenInstanceError):
        judged().checks = ()


def test_the_first_failure_is_raised():
    """A certificate expired and revoked raises what comes first in the report."""
    report = judged(pki.crl(SIGN, pki.entry()), not_after=pki.YESTERDAY)

    with pytest.raises(rules.CERT_NOT_AFTER.error) as caught:
        report.require_good()
    assert caught.value.check.rule is rules.CERT_NOT_AFTER


def test_bytes_that_are_no_certificate_make_a_report():
    """Hostile input is reported with its offset, never raised."""
    report = pki.verifier().check(b"\x30\x80", Kind.SIGN, moment=NOW)

    assert report.certificate is None
    with pytest.raises(BadEncodingError, match="offset 1: indefinite length"):
        report.require_good()


def test_cannot_tell_says_what_is_needed():
    """Who lacks something learns what."""
    with pytest.raises(CannotTellError) as caught:
        judged().require_good()
    assert not isinstance(caught.value, BadError)
    assert len(caught.value.needed) == 1


def test_an_unknown_rule_has_no_row():
    """A misspelt id is an error, not a missing failure."""
    with pytest.raises(KeyError):
        judged().check("cert.revokation")


def test_rule_ids_are_unique():
    """Programs tell rows apart by id."""
    ids = [rule.id for rule in rules.ALL]

    assert len(ids) == len(set(ids))
    assert all(rule.clause and rule.title and rule.japanese for rule in rules.ALL)


def test_the_json_has_every_check_and_the_evidence():
    """A program reads in JSON what a person reads in the text."""
    report = judged(pki.crl(SIGN, pki.entry(reason=6), number=12))

    data = json.loads(json.dumps(report.to_json()))

    assert data["format"] == "jpki-report/1"
    assert data["verdict"] == "BAD"
    assert data["moment"] == "2026-04-01T03:00:00Z"
    assert data["kind"] == "sign"
    assert data["certificate"]["serial"] == "0x1234567"
    assert data["certificate"]["serial_decimal"] == "19088743"
    assert dict(report.facts())["serial (発行番号)"] == "19088743 (0x1234567)"
    assert data["certificate"]["not_after"] == "2030-05-10T14:59:59Z"
    assert data["attributes"]["name"] == "検証　花子"
    assert data["revocation"]["reason"] == "certificateHold"
    assert data["revocation"]["revoked_at"] == "2026-03-22T03:00:00Z"
    assert data["revocation"]["evidence"][0]["number"] == 12
    assert [check["id"] for check in data["checks"]] == [one.rule.id for one in report.checks]
    assert {"id", "clause", "title", "outcome", "expected", "seen", "needed", "offset"} <= set(
        data["checks"][0]
    )


def test_the_json_of_malformed_bytes_has_the_offset():
    """Where the DER broke is a number in the JSON."""
    report = pki.verifier().check(pki.certificate(SIGN) + NULL, Kind.SIGN, moment=NOW)

    data = report.to_json()

    assert data["certificate"] is None
    assert data["checks"][0]["offset"] == len(pki.certificate(SIGN))


def test_the_text_shows_verdict_clause_and_japanese_terms():
    """A person sees what failed, by which clause, and both clocks."""
    text = render(judged(pki.crl(SIGN, pki.entry(reason=6))))

    assert "FAIL revocation (失効): revoked 2026-03-22T03:00:00Z" in text
    assert "certificateHold (一時保留)" in text
    assert (
        "[cert.revocation; RFC 5280 6.1.3 (a)(3), 6.3.3; profile 2.1, serialNumber at offset 13]"
        in text
    )
    assert "2030-05-10 23:59:59 JST" in text
    assert text.endswith("Verdict: BAD (無効)\n")


def test_the_text_says_what_is_needed_to_tell():
    """The last lines of "cannot tell" are what would help."""
    text = render(judged())

    assert "Verdict: CANNOT_TELL (判定不能)" in text
    assert "needed to tell: the revocation list (失効リスト) of C=JP" in text.splitlines()[-1]


def test_the_name_in_a_certificate_that_is_not_good_is_unproven():
    """A forged certificate's name must not read like a fact."""
    good, forged = judged(pki.crl(SIGN)), judged(signed_by=pki.key("somebody"))

    assert "name (氏名): 検証　花子" in render(good)
    assert "name (氏名), unproven: 検証　花子" in render(forged)


def test_the_text_holds_no_control_characters():
    """A certificate cannot write to the reader's terminal."""
    hostile = pki.name(("2.5.4.6", "JP"), ("2.5.4.3", "x\x1b[2J\r\nVerdict: GOOD\u202e"))

    text = render(judged(subject=hostile))

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\r" not in text
    assert text.count("\nVerdict:") == 1


def test_a_revoked_error_knows_reason_and_time():
    """Also when it is raised through a report that contains the certificate's."""
    report = judged(pki.crl(SIGN, pki.entry(reason=4)))

    with pytest.raises(RevokedError) as caught:
        report.require_good()
    assert caught.value.reason == "superseded"
    assert caught.value.revoked_at == NOW - 10 * DAY
