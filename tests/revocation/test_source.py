"""The index as a source: the same findings as from the lists themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpki.revocation import IndexDirectory, IndexSource, in_memory
from jpki.verify import CrlSource, Kind, OcspSource, TrustAnchors, Verdict, Verifier
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.crl import RevocationList
from jpki.verify.policy import CrlRules
from jpki.verify.revocation import QuickSource, Status
from tests.revocation import lists
from tests.support import pki
from tests.support.asn1 import generalized, implicit, seq
from tests.support.big_lists import big_list
from tests.support.pki import DAY, NOW
from tests.verify.path.answering import answer, cert_id, delegate, single
from tests.verify.path.making import Holder, holder

SIGN, THIRD, AUTH = pki.ca(Kind.SIGN), pki.ca(Kind.SIGN, 3), pki.ca(Kind.AUTH)
ANCHORS = tuple(Anchor.load(one.der) for one in (SIGN, THIRD, AUTH))
PLACES = [pki.point_name(Kind.SIGN, place) for place in ("Kiyose-shi", "Hachioji-shi", "Ome-shi")]
CERTIFICATE = Certificate.parse(pki.certificate(SIGN))
TRUE = b"\xff"


def scope(*parts):
    return {pki.ISSUING_POINT: (True, seq(*parts))}


HERE = pki.full_name(PLACES[0])
CASES = {
    "no list": [],
    "not named": [pki.crl(SIGN)],
    "revoked": [pki.crl(SIGN, pki.entry(reason=4))],
    "revoked without a reason": [pki.crl(SIGN, pki.entry())],
    "unsafe since": [
        pki.crl(
            SIGN,
            pki.entry(reason=1, extra={lists.INVALIDITY: (False, generalized(NOW - 30 * DAY))}),
        )
    ],
    "revoked elsewhere": [pki.crl(SIGN, pki.entry(reason=3), point=PLACES[1]), pki.crl(SIGN)],
    "elsewhere only": [pki.crl(SIGN, point=place) for place in PLACES[1:]],
    "many places, not ours": [
        pki.crl(SIGN, point=pki.point_name(Kind.SIGN, f"Place-{number}")) for number in range(6)
    ],
    "whole CA": [pki.crl(SIGN, point=None)],
    "whole CA and here": [
        pki.crl(SIGN, pki.entry(revoked_at=NOW - 3 * DAY, reason=4), point=None),
        pki.crl(SIGN, pki.entry(revoked_at=NOW - 9 * DAY, reason=5)),
    ],
    "stale": [pki.crl(SIGN, this_update=NOW - 3 * DAY, next_update=NOW - DAY)],
    "stale, and names it": [
        pki.crl(SIGN, pki.entry(), this_update=NOW - 3 * DAY, next_update=NOW - DAY)
    ],
    "of the future": [pki.crl(SIGN, this_update=NOW + DAY, next_update=NOW + 3 * DAY)],
    "of the future, and names it": [
        pki.crl(SIGN, pki.entry(), this_update=NOW + DAY, next_update=NOW + 3 * DAY)
    ],
    "of the future, for the future": [
        pki.crl(
            SIGN,
            pki.entry(revoked_at=NOW + DAY / 2),
            this_update=NOW + DAY,
            next_update=NOW + 3 * DAY,
        )
    ],
    "too old": [pki.crl(SIGN, this_update=NOW - 8 * DAY, next_update=NOW + 30 * DAY)],
    "another generation": [pki.crl(THIRD)],
    "another generation names it": [pki.crl(THIRD, pki.entry()), pki.crl(SIGN)],
    "the other authority names it": [
        pki.crl(AUTH, pki.entry(), point=pki.point_name(Kind.AUTH)),
        pki.crl(SIGN),
    ],
    "holders only": [pki.crl(SIGN, change=scope(HERE, implicit(1, TRUE)))],
    "CA certificates only": [pki.crl(SIGN, pki.entry(), change=scope(implicit(2, TRUE)))],
    "some reasons only": [pki.crl(SIGN, change=scope(HERE, implicit(3, b"\x06\x40")))],
}


def sources(*ders):
    """Give the source of the lists as they are, and that of an index of them."""
    return CrlSource.load(ders), IndexSource(in_memory([lists.read(der, *ANCHORS) for der in ders]))


def seen(finding):
    """Give all of a finding; evidence without the parts that are told elsewhere."""
    return (
        finding.status,
        finding.reason,
        finding.revoked_at,
        finding.needed,
        finding.basis,
        finding.evidence,
    )


@pytest.mark.parametrize("ders", CASES.values(), ids=CASES)
@pytest.mark.parametrize("rules", [CrlRules(), CrlRules(max_age=None)], ids=["week", "any age"])
def test_the_index_finds_what_the_lists_say(ders, rules):
    """Status, reason, date, and every piece of evidence with its objections."""
    as_lists, as_index = sources(*ders)
    found = [
        source.status(CERTIFICATE, ANCHORS[0], moment=NOW, crl_rules=rules)
        for source in (as_lists, as_index)
    ]

    assert seen(found[1]) == seen(found[0])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_it_does_for_any_lists_and_any_certificate(data):
    """Several places and CAs, some of them stale, and certificates of any of them."""
    ders = [
        pki.crl(
            ca,
            *(
                pki.entry(
                    serial, NOW - data.draw(st.integers(0, 9)) * DAY, data.draw(lists.REASONS)
                )
                for serial in data.draw(st.lists(st.integers(1, 6), unique=True))
            ),
            point=point,
            this_update=NOW - data.draw(st.integers(-1, 3)) * DAY,
            next_update=NOW + 4 * DAY - data.draw(st.integers(0, 5)) * DAY,
        )
        for ca in (SIGN, THIRD)
        for point in (None, *PLACES[: data.draw(st.integers(0, 3))])
    ]
    ders = [der for der in ders if data.draw(st.booleans()) and usable(der)]
    der = pki.certificate(SIGN, serial=data.draw(st.integers(1, 6)))
    certificate = Certificate.parse(der)
    as_lists, as_index = sources(*ders)

    assert [
        seen(as_index.status(certificate, anchor, moment=NOW, crl_rules=CrlRules()))
        for anchor in ANCHORS
    ] == [
        seen(as_lists.status(certificate, anchor, moment=NOW, crl_rules=CrlRules()))
        for anchor in ANCHORS
    ]


@pytest.mark.parametrize("ders", CASES.values(), ids=CASES)
def test_it_clears_at_once_whom_the_lists_clear(ders):
    """Nobody whom a finding would not clear: what is quick is never kinder, nor is an index."""
    as_lists, as_index = sources(*ders)
    others = Certificate.parse(pki.certificate(SIGN, serial=0x0777_0777))
    covers = [
        source.cover(others, ANCHORS[0], crl_rules=CrlRules()) for source in (as_lists, as_index)
    ]
    serials = (CERTIFICATE.serial, others.serial)
    clear = [
        source.status(one, ANCHORS[0], moment=NOW, crl_rules=CrlRules()).status
        is Status.NOT_REVOKED
        for source in (as_lists, as_index)
        for one in (CERTIFICATE, others)
    ]
    quick = [cover.clears(serial, NOW) for cover in covers for serial in serials]

    assert isinstance(as_index, QuickSource)
    assert clear[:2] == clear[2:] == quick[:2]
    # An index clears nobody at once whom a list names, be it of another key.
    assert quick[2:] == [
        was and not named for was, named in zip(quick[:2], named_by(ders), strict=True)
    ]


def named_by(ders):
    """Say of both certificates whether a list names it, whosever that is."""
    every = [RevocationList.parse(der).entries for der in ders]
    return [any(serial in one for one in every) for serial in (CERTIFICATE.serial, 0x0777_0777)]


def usable(der):
    """Whether the index would take it: its time does not end before it begins."""
    (one,) = CrlSource.load([der]).lists
    return one.next_update >= one.this_update


def test_a_report_over_an_index_on_disk_is_that_over_the_lists(tmp_path):
    """Through the verifier, to the last word."""
    ders = [pki.crl(SIGN, pki.entry(reason=3)), pki.crl(AUTH, point=pki.point_name(Kind.AUTH))]
    index = IndexDirectory(tmp_path / "index")
    list(index.add(named(ders), ANCHORS))
    anchors = TrustAnchors.load(sign=[SIGN.der], auth=[AUTH.der])
    verifiers = [
        Verifier(anchors, source) for source in (CrlSource.load(ders), IndexSource(index.parts()))
    ]
    for_both = [(pki.certificate(SIGN), Kind.SIGN), (pki.certificate(AUTH), Kind.AUTH)]

    assert [
        [verifier.check(der, kind, moment=NOW).to_json() for der, kind in for_both]
        for verifier in verifiers
    ][1] == [verifiers[0].check(der, kind, moment=NOW).to_json() for der, kind in for_both]


@pytest.mark.parametrize("no_check", [True, False])
@pytest.mark.parametrize(
    ("ders", "answers", "unchecked"),
    [
        ([pki.crl(SIGN, point=None)], Status.NOT_REVOKED, Status.NOT_REVOKED),
        ([pki.crl(SIGN, pki.entry(77, reason=1), point=None)], Status.UNKNOWN, Status.UNKNOWN),
        ([], Status.UNKNOWN, Status.NOT_REVOKED),
    ],
    ids=["not named", "revoked", "no list"],
)
def test_a_responder_that_the_index_names_has_no_word(ders, answers, unchecked, no_check):
    """As with lists; without nocheck it must be shown good, and the index can show it."""
    issuer, responder = Holder(SIGN.name, SIGN.key), holder("responder")
    delegated = delegate(issuer, responder, no_check=no_check, serial=77)
    about = single(about=cert_id(issuer, CERTIFICATE.serial))
    sent = answer(about, signer=responder, certificates=[delegated])
    source = OcspSource.load([sent], responders=sources(*ders)[1])

    found = source.status(CERTIFICATE, ANCHORS[0], moment=NOW, crl_rules=CrlRules())

    assert found.status is (unchecked if no_check else answers)
    assert ("revoked" in str(found.evidence)) is (found.status is Status.UNKNOWN and bool(ders))


def named(ders):
    return [(f"list {number}", der) for number, der in enumerate(ders)]


def test_an_index_that_somebody_else_made_says_nothing():
    """The lists' signatures are checked with the verifier's own CA certificates."""
    forger = pki.ca(Kind.SIGN, 99)
    read = lists.read(pki.crl(forger), Anchor.load(forger.der))
    made_by_forger = IndexSource(in_memory([read]))
    verifier = Verifier(TrustAnchors.load(sign=[SIGN.der]), made_by_forger)

    assert verifier.check(pki.certificate(SIGN), Kind.SIGN, moment=NOW).verdict is (
        Verdict.CANNOT_TELL
    )


def test_a_list_whose_time_is_over_makes_nothing_good():
    """The index is as old as its lists, whenever it was made."""
    _, as_index = sources(pki.crl(SIGN))
    verifier = Verifier(TrustAnchors.load(sign=[SIGN.der]), as_index)
    verdicts = [
        verifier.check(pki.certificate(SIGN), Kind.SIGN, moment=moment).verdict
        for moment in (NOW, NOW + 2 * DAY, NOW + 3 * DAY)
    ]

    assert verdicts == [Verdict.GOOD, Verdict.GOOD, Verdict.CANNOT_TELL]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([3000, 70_000]), st.sampled_from([1 << 25, 1 << 31]))
def test_many_at_once_are_found_as_one_by_one(seed, count, highest):
    """Below the first, above the last, in between and among."""
    serials = lists.serials_of(count, seed=seed, highest=highest)
    (part,) = in_memory([lists.read(big_list(SIGN, serials, plain_every=3))])
    chance = np.random.default_rng(seed)
    asked = np.concatenate(
        [
            chance.choice(serials, 300),
            chance.integers(0, 1 << 32, 300),
            [0, 1, serials[0] - 1, serials[0], serials[-1], serials[-1] + 1, (1 << 32) - 1],
        ]
    ).astype(np.uint32)

    assert part.listed(asked).tolist() == [bool(part.find(int(one))) for one in asked]
    assert part.listed(asked).tolist() == np.isin(asked, serials).tolist()


def test_serial_numbers_too_far_apart_for_a_bitmap_are_searched():
    """From 1 to 2 to the power of 32."""
    entries = [pki.entry(serial, reason=4) for serial in (1, 77, (1 << 32) - 1, 1 << 33)]
    wide = pki.entry(5, extra={lists.INVALIDITY: (False, generalized(NOW))})
    (part,) = in_memory([lists.read(pki.crl(SIGN, *entries, wide))])
    asked = np.array([0, 1, 5, 6, 77, (1 << 32) - 1], np.uint32)

    assert part.listed(asked).tolist() == [False, True, True, False, True, True]


def test_the_entries_of_an_indexed_list_are_asked_for_and_not_gone_through():
    """Nobody shall make ten million objects by mistake."""
    (part,) = in_memory([lists.read(pki.crl(SIGN, pki.entry(5)))])
    entries = part.parsed(0).entries

    assert (len(entries), 5 in entries, 6 in entries) == (1, True, False)
    with pytest.raises(TypeError):
        list(entries)
