"""Every rule is broken by an object that breaks it alone, and kept by one to profile."""

import pytest

from jpki.lint import RULES, Linter, Severity, Target
from jpki.lint.view import View
from jpki.oids import PersonalData
from jpki.profiles import EMULATOR, Kind
from jpki.sources import Grade
from tests.lint.broken import BROKEN, Broken, attribute
from tests.lint.objects import good

IDS = [rule.id for rule in RULES]
NONCE = bytes(32)


def ids(der: bytes, target: Target, *, nonce: bytes | None = None) -> set[str]:
    """Give the rules an object breaks."""
    kind = Kind.AUTH if target is Target.AUTH else Kind.SIGN
    return {
        finding.rule.id for finding in Linter(EMULATOR).lint(der, target, kind=kind, nonce=nonce)
    }


def test_every_rule_has_an_object_that_breaks_it():
    """A rule nobody has seen at work may not work."""
    assert sorted(row.rule for row in BROKEN) == sorted(IDS)


def test_ids_and_titles_are_unique():
    """Programs name rules, people read them."""
    assert len(set(IDS)) == len(IDS)
    assert len({rule.title for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("row", BROKEN, ids=lambda row: row.rule)
def test_an_object_breaks_its_rule_and_no_other(row: Broken):
    """And says where, what belongs there and what is there."""
    kind = Kind.AUTH if row.target is Target.AUTH else Kind.SIGN
    nonce = NONCE if row.rule == "ocsp-nonce-echo" else None

    findings = Linter(EMULATOR).lint(row.der, row.target, kind=kind, nonce=nonce)

    assert {finding.rule.id for finding in findings} == {row.rule, *row.also}
    assert all(0 <= finding.offset <= len(row.der) for finding in findings)
    assert all(finding.expected and finding.seen for finding in findings)


@pytest.mark.parametrize(
    ("born", "seen"),
    [
        ("419900000", "unknown in part or whole"),
        ("419900231", "a day no calendar has"),
        ("019900615", "era 0 (不明)"),
    ],
)
def test_a_birth_date_that_is_no_day_is_told_apart_from_an_unknown_one(born, seen):
    """Nobody was born on the 31st of February; an era can be unknown beside a date."""
    der = attribute("birth-date-known", PersonalData.BIRTH_DATE, born).der

    findings = Linter(EMULATOR).lint(der, Target.SIGN, kind=Kind.SIGN)

    assert [each.seen for each in findings if each.rule.id == "birth-date-known"] == [seen]


@pytest.mark.parametrize("target", Target, ids=lambda target: target.value)
def test_an_object_to_profile_breaks_none(target: Target):
    """Of all kinds."""
    assert ids(good(target), target, nonce=NONCE) == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_where_it_comes_from(rule):
    """A clause, or a row of the profile with its grade."""
    assert rule.clause or rule.source
    assert rule.title
    assert rule.japanese
    assert rule.targets


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_is_only_guessed_is_no_error(rule):
    """Without a clause that asks for it, an assumption may warn, not more."""
    guessed = rule.source is not None and rule.source.grade is Grade.ASSUMED

    assert not (guessed and rule.severity is Severity.ERROR)


def test_what_is_remembered_is_no_excuse():
    """A linter that found an object clean finds what is wrong with the next one."""
    linter = Linter(EMULATOR)
    rows = [row for row in BROKEN if row.target is Target.SIGN]
    linter.lint(good(Target.SIGN), Target.SIGN, kind=Kind.SIGN)

    again = [
        {finding.rule.id for finding in linter.lint(row.der, row.target, kind=Kind.SIGN)}
        for row in rows
    ]

    assert again == [{row.rule, *row.also} for row in rows]


def test_the_offset_is_that_of_the_octet():
    """The character outside the repertoire, in the middle of the name."""
    [row] = [row for row in BROKEN if row.rule == "repertoire"]

    [finding] = Linter(EMULATOR).lint(row.der, row.target, kind=Kind.SIGN)

    assert row.der[finding.offset :].startswith("髙橋".encode())


def test_the_place_of_each_character_is_found_in_one_pass(monkeypatch):
    """A name of 110,000 characters took 14 seconds: what is before one was encoded for each."""
    copied = 0

    class Counted(str):
        __slots__ = ()

        def __getitem__(self, place):
            nonlocal copied
            found = str.__getitem__(self, place)
            copied += len(found)
            return found

    personal = View.personal

    def counted(view, oid, item):
        found = personal(view, oid, item)
        return found and (found[0], Counted(found[1]))

    monkeypatch.setattr(View, "personal", counted)
    der = attribute("repertoire", PersonalData.NAME, "髙é" * 500).der

    findings = Linter(EMULATOR).lint(der, Target.SIGN, kind=Kind.SIGN)

    offsets = [each.offset for each in findings if each.rule.id == "repertoire"]
    assert [each - offsets[0] for each in offsets[:4]] == [0, 5, 10, 15]
    assert len(offsets) == 500
    assert copied < 5000


@pytest.mark.parametrize("size", range(0, 1600, 97))
def test_what_is_cut_short_is_a_finding_and_no_failure(size: int):
    """At whatever octet."""
    assert ids(good(Target.SIGN)[:size], Target.SIGN) == {"strict-der"}
