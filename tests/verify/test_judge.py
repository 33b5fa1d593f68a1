"""The quick verdict and the full report: never GOOD where the other is not.

Signed parts are bent and signed again, so that it is not the signature that saves us.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpki.verify import AllSources, CrlSource, Kind, OcspSource, TrustAnchors, Verdict, Verifier
from jpki.verify.errors import ExpiredError
from tests.support import pki
from tests.support.asn1 import bits, seq
from tests.support.pki import DAY, NOW
from tests.verify.path.answering import answer, cert_id, revoked, single
from tests.verify.path.making import Holder
from tests.verify.test_profile_checks import ROWS

CAS = {kind: pki.ca(kind) for kind in Kind}
SECOND = timedelta(seconds=1)
FRESH = pki.SERIAL + 77
"""The serial number of a certificate the verifier has not seen."""


def taught(kind, *lists, known=NOW):
    """Give a verifier that has seen one good certificate of this kind."""
    verifier = pki.verifier(*(lists or (pki.crl(CAS[kind]),)))
    first = verifier.judge(pki.certificate(CAS[kind]), kind, moment=known)
    assert first.verdict is Verdict.GOOD
    return verifier


def quick(verifier, der, kind, moment=NOW):
    """Whether the verdict needed no report."""
    return not verifier.judge(der, kind, moment=moment).is_explained


def signed_again(kind, tbs):
    signature = pki.sign(CAS[kind].key, tbs)
    return seq(tbs, pki.SHA256_WITH_RSA, bits(signature))


def tbs_of(der):
    return der[4 : 8 + int.from_bytes(der[6:8])]


HOLDERS = {kind: pki.certificate(CAS[kind], serial=FRESH) for kind in Kind}
TAUGHT = {kind: taught(kind) for kind in Kind}
BOTH_LISTS = {
    kind: taught(kind, pki.crl(CAS[kind]), pki.crl(CAS[kind], point=None)) for kind in Kind
}
REVOKING = pki.verifier(pki.crl(CAS[Kind.SIGN], pki.entry()))


@pytest.mark.parametrize("kind", Kind)
def test_a_certificate_never_seen_before_is_judged_without_a_report(kind):
    """Another holder, number, key, validity: only the shape is known."""
    other = pki.certificate(
        CAS[kind],
        serial=0x7F,
        holder=pki.key("another holder"),
        not_before=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        not_after=datetime(2031, 2, 3, 14, 59, 59, tzinfo=UTC),
    )

    found = TAUGHT[kind].judge(other, kind, moment=NOW)

    assert (found.verdict, found.is_explained) == (Verdict.GOOD, False)
    assert found.report.verdict is Verdict.GOOD
    assert found.require_good().report.certificate.serial == 0x7F


def reports_of_what_is_quickly_good(kind, change, step):
    """Change every so-manieth signed byte, sign again, and explain what needed no report."""
    tbs = tbs_of(HOLDERS[kind])
    bent = (
        signed_again(kind, tbs[:at] + bytes((tbs[at] ^ change,)) + tbs[at + 1 :])
        for at in range(0, len(tbs), step)
    )
    passed = [der for der in bent if quick(TAUGHT[kind], der, kind)]
    return [TAUGHT[kind].check(der, kind, moment=NOW) for der in passed]


@pytest.mark.parametrize(("change", "step"), [(0x01, 5), (0x80, 23), (0x20, 29)])
@pytest.mark.parametrize("kind", Kind)
def test_no_signed_byte_makes_the_quick_verdict_better_than_the_report(kind, change, step):
    """Bytes of what the CA signs are changed, and the CA signs that."""
    reports = reports_of_what_is_quickly_good(kind, change, step)

    assert {report.verdict for report in reports} <= {Verdict.GOOD}


@pytest.mark.soak
@pytest.mark.parametrize("change", [1 << bit for bit in range(8)])
@pytest.mark.parametrize("kind", Kind)
def test_no_signed_bit_at_all_does(kind, change):
    """Each bit of each byte."""
    reports = reports_of_what_is_quickly_good(kind, change, 1)

    assert {report.verdict for report in reports} == {Verdict.GOOD}


@pytest.mark.parametrize(("issuer", "fields", "_wanted"), ROWS.values(), ids=ROWS)
def test_what_one_row_refuses_is_not_good_at_all(issuer, fields, _wanted):
    """Every deviation there is a case for, on the quick way and the long one."""
    kind = issuer.kind
    bent = pki.certificate(issuer, **{one: fields[one] for one in fields if one != "lists"})
    verifier = BOTH_LISTS[kind] if fields.get("lists") != "revoked" else REVOKING

    found = verifier.judge(bent, kind, moment=NOW)

    assert found.verdict is verifier.check(bent, kind, moment=NOW).verdict
    assert found.verdict is not Verdict.GOOD


@pytest.mark.parametrize("kind", Kind)
def test_each_municipality_is_met_once(kind):
    """The first of a place is explained, and all that follow are known by their shape."""
    whole = pki.crl(CAS[kind], point=None)
    verifier = taught(kind, whole)
    point = pki.seq(pki.seq(pki.full_name(pki.point_name(kind, "Kodaira-shi"))))
    ders = [
        pki.certificate(CAS[kind], serial=at, change={pki.CRL_POINTS: (False, point)})
        for at in (1, 2, 3)
    ]

    assert [quick(verifier, der, kind) for der in ders] == [False, True, True]


@pytest.mark.parametrize("kind", Kind)
@settings(max_examples=25, deadline=None)
@given(at=st.floats(0, 1), inserted=st.binary(max_size=3), cut=st.integers(0, 3))
def test_no_byte_more_or_less_does_either(kind, at, inserted, cut):
    """The same for bytes that are put in or left out."""
    tbs = tbs_of(HOLDERS[kind])
    place = int(at * len(tbs))
    der = signed_again(kind, tbs[:place] + inserted + tbs[place + cut :])

    found = TAUGHT[kind].judge(der, kind, moment=NOW)

    assert found.verdict is TAUGHT[kind].check(der, kind, moment=NOW).verdict


@settings(max_examples=25, deadline=None)
@given(
    attributes=st.fixed_dictionaries(
        {
            "1": st.text(max_size=50),
            "4": st.sampled_from(["419900510", "000000000", "400000000", "9", ""]),
            "3": st.sampled_from(["1", "2", "3", "9", "x", ""]),
            "5": st.text(max_size=120),
        }
    ),
    flags=st.sampled_from(["0", "1", "2", ""]),
)
def test_odd_attributes_are_judged_alike(attributes, flags):
    """Unknown birth dates, all genders, texts and flags that do not fit."""
    given_flags = {"2": flags * len(attributes["1"]), "6": flags * len(attributes["5"])}
    names = pki.alternative_names(attributes | given_flags)
    der = pki.certificate(CAS[Kind.SIGN], change={pki.SUBJECT_ALT_NAME: (False, names)})

    found = TAUGHT[Kind.SIGN].judge(der, Kind.SIGN, moment=NOW)

    assert found.verdict is TAUGHT[Kind.SIGN].check(der, Kind.SIGN, moment=NOW).verdict


@pytest.mark.parametrize("item", ["3", "4"], ids=["gender", "birth"])
@pytest.mark.parametrize("text", [b"\xff", "４".encode()], ids=["no UTF-8", "full width"])
def test_a_birth_date_or_gender_that_is_not_ascii_takes_the_long_way(item, text):
    """The report says what it is worth."""
    names = pki.alternative_names(pki.ATTRIBUTES | {item: "~" * len(text)})
    names = names.replace(b"~" * len(text), text)
    der = pki.certificate(CAS[Kind.SIGN], change={pki.SUBJECT_ALT_NAME: (False, names)})

    found = TAUGHT[Kind.SIGN].judge(der, Kind.SIGN, moment=NOW)

    assert found.is_explained
    assert found.verdict is TAUGHT[Kind.SIGN].check(der, Kind.SIGN, moment=NOW).verdict


CA_BEGINS, CA_ENDS = (datetime(year, 9, 14, 14, 59, 59, tzinfo=UTC) for year in (2024, 2034))
BEYOND_THE_CA = {
    "before it begins": (CA_BEGINS - DAY, CA_BEGINS - 2 * DAY, CA_BEGINS + 900 * DAY),
    "after it ends": (CA_ENDS - 400 * DAY, CA_ENDS - 500 * DAY, CA_ENDS + 300 * DAY),
}


@pytest.mark.parametrize(("moment", "begins", "ends"), BEYOND_THE_CA.values(), ids=BEYOND_THE_CA)
def test_what_is_valid_beyond_its_ca_is_not_quickly_good(moment, begins, ends):
    """Though a list is fresh at the moment, and the moment in the certificate's validity."""
    then = pki.crl(CAS[Kind.SIGN], number=8, this_update=moment, next_update=moment + DAY)
    verifier = taught(Kind.SIGN, pki.crl(CAS[Kind.SIGN]), then)
    der = pki.certificate(CAS[Kind.SIGN], serial=FRESH, not_before=begins, not_after=ends)

    found = verifier.judge(der, Kind.SIGN, moment=moment)

    assert found.verdict is verifier.check(der, Kind.SIGN, moment=moment).verdict
    assert found.verdict is not Verdict.GOOD


BOUNDARIES = {
    "the list begins": NOW - timedelta(hours=6),
    "the list ends": NOW + 2 * DAY,
    "the certificate begins": datetime(2025, 6, 1, 16, 40, 0, tzinfo=UTC),
    "the certificate ends": datetime(2030, 5, 10, 14, 59, 59, tzinfo=UTC),
    "the CA ends": datetime(2034, 9, 14, 14, 59, 59, tzinfo=UTC),
}


@pytest.mark.parametrize("offset", [-SECOND, 0 * SECOND, SECOND], ids=["before", "at", "after"])
@pytest.mark.parametrize("moment", BOUNDARIES.values(), ids=BOUNDARIES)
@pytest.mark.parametrize("kind", Kind)
def test_the_moments_are_the_same(kind, moment, offset):
    """On both sides of each moment at which a verdict changes."""
    asked = moment + offset

    found = TAUGHT[kind].judge(HOLDERS[kind], kind, moment=asked)

    assert found.verdict is TAUGHT[kind].check(HOLDERS[kind], kind, moment=asked).verdict


def test_the_greatest_age_of_a_list_counts_for_both():
    """A list that says to be good for longer than the policy takes it."""
    old = pki.crl(CAS[Kind.AUTH], this_update=NOW - 7 * DAY, next_update=NOW + 30 * DAY)
    verifier = taught(Kind.AUTH, old)

    last = verifier.judge(HOLDERS[Kind.AUTH], Kind.AUTH, moment=NOW)
    after = verifier.judge(HOLDERS[Kind.AUTH], Kind.AUTH, moment=NOW + SECOND)

    assert (last.verdict, last.is_explained) == (Verdict.GOOD, False)
    assert after.verdict is Verdict.CANNOT_TELL


def test_who_is_on_a_list_is_revoked_at_once():
    """Whatever was learned from others."""
    lists = pki.crl(CAS[Kind.SIGN], pki.entry(serial=FRESH, reason=6))
    verifier = taught(Kind.SIGN, lists)

    assert verifier.judge(HOLDERS[Kind.SIGN], Kind.SIGN, moment=NOW).verdict is Verdict.BAD


def test_an_unreadable_list_that_may_name_it_takes_the_long_way():
    """Only the report can say whether its CA signed it."""
    broken = pki.crl(CAS[Kind.SIGN], pki.entry(serial=FRESH), pki.entry(serial=FRESH))
    verifier = taught(Kind.SIGN, pki.crl(CAS[Kind.SIGN]), broken)

    found = verifier.judge(HOLDERS[Kind.SIGN], Kind.SIGN, moment=NOW)

    assert (found.verdict, found.is_explained) == (Verdict.CANNOT_TELL, True)


def answered(status=b"\x80\x00", serial=FRESH) -> bytes:
    issuer = Holder(CAS[Kind.AUTH].name, CAS[Kind.AUTH].key)
    return answer(single(status, about=cert_id(issuer, serial)), signer=issuer)


ANSWERS = {
    "about somebody else": (answered(revoked(), serial=99), Verdict.GOOD, False),
    "good": (answered(), Verdict.GOOD, True),
    "revoked": (answered(revoked()), Verdict.BAD, True),
    "bent where nobody signed": (answered() + b"\0", Verdict.CANNOT_TELL, True),
    "bent, about somebody else": (answered(serial=99) + b"\0", Verdict.GOOD, False),
}


@pytest.mark.parametrize(("said", "verdict", "explained"), ANSWERS.values(), ids=ANSWERS)
def test_answers_beside_lists_are_heard_by_both(said, verdict, explained):
    """Whoever an OCSP answer is or may be about takes the long way; nobody else does."""
    source = AllSources((CrlSource.load([pki.crl(CAS[Kind.AUTH])]), OcspSource.load([said])))
    verifier = Verifier(TrustAnchors.load(auth=[CAS[Kind.AUTH].der]), source)
    first = pki.certificate(CAS[Kind.AUTH])
    assert verifier.judge(first, Kind.AUTH, moment=NOW).verdict is Verdict.GOOD

    found = verifier.judge(HOLDERS[Kind.AUTH], Kind.AUTH, moment=NOW)

    assert (found.verdict, found.is_explained) == (verdict, explained)
    assert verifier.check(HOLDERS[Kind.AUTH], Kind.AUTH, moment=NOW).verdict is verdict


def test_a_source_that_knows_no_shortcut_is_asked_each_time():
    """Whoever cannot promise an answer for a serial number alone is asked about each."""

    class Plain:
        def __init__(self):
            self.source = CrlSource.load([pki.crl(CAS[Kind.AUTH])])
            self.asked = 0

        def status(self, *words, **named):
            self.asked += 1
            return self.source.status(*words, **named)

    source = Plain()
    verifier = Verifier(TrustAnchors.load(auth=[CAS[Kind.AUTH].der]), source)

    verdicts = [verifier.judge(HOLDERS[Kind.AUTH], Kind.AUTH, moment=NOW).verdict for _ in "12"]

    assert (verdicts, source.asked) == ([Verdict.GOOD] * 2, 2)


def test_what_is_learned_of_one_kind_is_nothing_for_the_other():
    """Kind confusion is refused on the quick way as well."""
    assert TAUGHT[Kind.AUTH].judge(HOLDERS[Kind.AUTH], Kind.SIGN, moment=NOW).verdict is Verdict.BAD
    assert TAUGHT[Kind.SIGN].judge(HOLDERS[Kind.SIGN], Kind.AUTH, moment=NOW).verdict is Verdict.BAD


def test_a_judgement_is_no_truth_value():
    """`if verifier.judge(...)` would let everybody in."""
    with pytest.raises(TypeError, match="truth value"):
        bool(TAUGHT[Kind.AUTH].judge(HOLDERS[Kind.AUTH], Kind.AUTH, moment=NOW))


def test_a_bad_judgement_raises_the_error_of_its_report():
    """As the report does."""
    found = TAUGHT[Kind.AUTH].judge(HOLDERS[Kind.AUTH], Kind.AUTH, moment=NOW + 3000 * DAY)

    with pytest.raises(ExpiredError):
        found.require_good()


@pytest.mark.parametrize("thing", [b"", b"0", b"0\x82", bytes(700), b"0\x82\x02\xb8" + bytes(696)])
@pytest.mark.parametrize("kind", Kind)
def test_nothing_handed_in_makes_it_raise(kind, thing):
    """What is no certificate is bad."""
    assert TAUGHT[kind].judge(thing, kind, moment=NOW).verdict is Verdict.BAD
