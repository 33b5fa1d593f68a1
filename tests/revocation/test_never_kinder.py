"""The index is never kinder than the lists it was made from, whatever lists and in which order."""

from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jpki.revocation import IndexDirectory, IndexSource, SerialJudge, merging, refusals
from jpki.verify import CrlSource, Kind
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.keys import SHA256_WITH_RSA
from jpki.verify.policy import CrlRules
from jpki.verify.revocation import Status
from tests.revocation.bends import BENDS, otherwise, split
from tests.support import pki
from tests.support.asn1 import NULL, implicit, integer, octets, oid, seq
from tests.support.pki import DAY, NOW, SERIAL

SIGN, AUTH = pki.ca(Kind.SIGN), pki.ca(Kind.AUTH)
ANCHORS = (Anchor.load(SIGN.der), Anchor.load(AUTH.der))
LISTED, UNLISTED, OTHER = (
    Certificate.parse(pki.certificate(SIGN, serial=serial)) for serial in (SERIAL, 5, 6)
)
NOWHERE = Certificate.parse(pki.certificate(SIGN, serial=0x0765_4321))
"""Whose number's octets are in no list."""
FIRST = pki.ca(Kind.SIGN, 1)
OF_FIRST = pki.crl(FIRST, pki.entry(reason=1))
RULES = CrlRules(max_age=None)
POINT = pki.full_name(pki.point_name(Kind.SIGN))
UNKNOWN_CRITICAL = {"1.2.3": (True, NULL)}
DELTA = {"2.5.29.27": (True, integer(6))}
SOME_REASONS = {pki.ISSUING_POINT: (True, seq(POINT, implicit(3, b"\x01\x7e")))}
NOT_CRITICAL = {pki.ISSUING_POINT: (False, seq(POINT))}
FUTURE = {"this_update": NOW + DAY, "next_update": NOW + 3 * DAY}
HOLD, KEY = pki.entry(reason=6), pki.entry(reason=1)
BEFORE = {"this_update": NOW - DAY}


def crl(*entries, **fields):
    return pki.crl(SIGN, *entries, **fields)


CASES = {
    "a hold gone": [crl(HOLD, number=6, **BEFORE), crl()],
    "a revocation gone": [crl(KEY, number=6, **BEFORE), crl()],
    "gone for long": [crl(HOLD, number=5, **BEFORE), crl(number=6, **BEFORE), crl()],
    "an older one later": [crl(), crl(KEY, number=6, **BEFORE)],
    "the same number": [crl(), crl(KEY)],
    "the same number, both silent": [crl(), crl(pki.entry(9))],
    "not understood": [crl(), crl(KEY, number=8, change=UNKNOWN_CRITICAL)],
    "not understood, names another": [crl(), crl(pki.entry(9), number=8, change=UNKNOWN_CRITICAL)],
    "a delta": [crl(), crl(KEY, number=8, change=DELTA)],
    "removeFromCRL": [crl(), crl(pki.entry(reason=8), number=8)],
    "listed twice": [crl(), crl(KEY, HOLD, number=8)],
    "a trailing byte": [crl(), crl(KEY, number=8) + b"\0"],
    "a bad date": [crl(), crl(seq(integer(SERIAL), b"\x17\x0d261399000000Z"), number=8)],
    "no number": [crl(), crl(KEY, drop=[pki.CRL_NUMBER])],
    "no number, silent": [crl(drop=[pki.CRL_NUMBER])],
    "no nextUpdate": [crl(), crl(KEY, next_update=None, number=8)],
    "another entry is negative": [crl(), crl(KEY, pki.entry(-5), number=8)],
    "no authority key": [crl(), crl(KEY, drop=[pki.AUTHORITY_KEY], number=8)],
    "a point that is not critical": [crl(), crl(KEY, change=NOT_CRITICAL)],
    "some reasons": [crl(), crl(KEY, number=8, change=SOME_REASONS)],
    "under another name": [crl(), crl(KEY, number=9, list_issuer=AUTH.name)],
    "of the future": [crl(), crl(number=8, **FUTURE)],
    "of the future, hold before": [crl(HOLD), crl(number=8, **FUTURE)],
    "of the future, revoked in the past": [crl(), crl(KEY, number=8, **FUTURE)],
    "of the future, and then the present": [
        crl(number=6, **BEFORE),
        crl(number=1 << 150, **FUTURE),
        crl(),
    ],
    "nobody signed": [crl(), crl(KEY, number=8, signed_by=pki.key("somebody")) + b"\0"],
    "version 1": [
        crl(),
        crl(pki.entry(), version=None, drop=[pki.CRL_NUMBER, pki.AUTHORITY_KEY, pki.ISSUING_POINT]),
    ],
}


def both(place, ders, *, at_once=True):
    """Give the source of the lists, and that of an index they were added to."""
    index = IndexDirectory(place)
    rounds = [ders] if at_once else [[der] for der in ders]
    for some in rounds:
        list(index.add([(f"list {number}", der) for number, der in enumerate(some)], ANCHORS))
    return CrlSource.load(ders), IndexSource(index.parts())


def status(source, certificate, moment=NOW):
    return source.status(certificate, ANCHORS[0], moment=moment, crl_rules=RULES)


def facts(finding):
    return finding.status, finding.reason, finding.revoked_at, finding.needed, finding.is_doubtful


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one by one"])
@pytest.mark.parametrize("ders", CASES.values(), ids=CASES)
def test_the_index_says_what_all_the_lists_say(tmp_path, ders, at_once):
    """Of who is listed and who is not; what is quick is not kinder, nor are serials alone."""
    as_lists, as_index = both(tmp_path / "index", ders, at_once=at_once)
    asked = (LISTED, UNLISTED)
    found = [facts(status(as_index, one)) for one in asked]
    cover = as_index.cover(UNLISTED, ANCHORS[0], crl_rules=RULES)
    judge = SerialJudge(as_index.parts, ANCHORS[:1], moment=NOW, crl_rules=RULES)
    alone = [one.status for one in judge.judge([one.serial for one in asked])]

    assert found == [facts(status(as_lists, one)) for one in asked]
    assert all(
        said[0] is Status.NOT_REVOKED or not cover.clears(one.serial, NOW)
        for said, one in zip(found, asked, strict=True)
    )
    assert all(
        one is (Status.REVOKED if said[0] is Status.REVOKED else Status.UNKNOWN)
        for said, one in zip(found, alone, strict=True)
    )


@pytest.mark.parametrize("bend", BENDS.values(), ids=BENDS)
def test_a_list_bent_where_nobody_signed_counts_in_the_index_as_it_does_at_hand(tmp_path, bend):
    """Of whom it names, and of all others; but for what no verifier reads it is a revoking list."""
    ders = [crl(), crl(point=None), bend(crl(KEY, number=8))]
    as_lists, as_index = both(tmp_path / "index", ders)
    asked = (LISTED, UNLISTED, NOWHERE)
    found = [facts(status(as_index, one)) for one in asked]
    covers = [one.cover(LISTED, ANCHORS[0], crl_rules=RULES) for one in (as_lists, as_index)]
    judge = SerialJudge(as_index.parts, ANCHORS[:1], moment=NOW, crl_rules=RULES)
    serials = judge.judge([LISTED.serial, NOWHERE.serial])

    assert found == [facts(status(as_lists, one)) for one in asked]
    assert [found[0][0], found[2][0]] == [Status.UNKNOWN, Status.NOT_REVOKED]
    assert [one.clears(LISTED.serial, NOW) for one in covers] == [False] * 2
    assert [one.clears(NOWHERE.serial, NOW) for one in covers] == [True] * 2
    assert [one.status for one in serials] == [Status.UNKNOWN, Status.NOT_REVOKED]


@pytest.mark.parametrize("most", [refusals.MOST_KEPT, 100], ids=["kept", "too large to keep"])
@pytest.mark.parametrize("order", [[0, 1, 2], [1, 0, 2], [1, 2, 0]])
def test_a_bent_copy_says_no_more_than_the_list_itself(tmp_path, monkeypatch, order, most):
    """Whichever came first; of another list's signed part nothing is settled by it."""
    monkeypatch.setattr(refusals, "MOST_KEPT", most)
    # The octets of 0x0130 are in every list: its version ends, its signature algorithm begins.
    by_chance = Certificate.parse(pki.certificate(SIGN, serial=0x0130))
    whole, newer = crl(pki.entry(9)), crl(pki.entry(9), number=8)
    as_lists, as_index = both(
        tmp_path / "index", [[whole + b"\n", whole, newer][row] for row in order], at_once=False
    )
    other, as_other = both(tmp_path / "other", [whole, newer + b"\n"])
    found = [
        [status(source, one).status for one in (by_chance, LISTED)]
        for source in (as_lists, as_index, other, as_other)
    ]

    assert found[:2] == [[Status.NOT_REVOKED] * 2] * 2
    assert sum(not one.der for part in as_index.parts for one in part.contents.refused) == 0
    assert [one[0] for one in found[2:]] == [Status.UNKNOWN] * 2


@pytest.mark.parametrize("first", [0, 1], ids=["in front", "behind"])
def test_a_file_of_two_lists_too_large_to_keep_is_not_settled_by_one(tmp_path, monkeypatch, first):
    """The other is nobody's copy, and may have named anybody."""
    whole, revoking = crl(), crl(KEY, number=8)
    file = b"".join([whole, revoking] if first == 0 else [revoking, whole])
    monkeypatch.setattr(refusals, "MOST_KEPT", len(file) - 1)
    _, as_index = both(tmp_path / "index", [file, whole], at_once=False)

    assert status(as_index, LISTED).status is Status.UNKNOWN


def test_of_a_file_too_large_to_keep_what_the_ca_signed_is_kept(tmp_path, monkeypatch):
    """Whoever supplies files leaves nobody in doubt by what he puts round a list that is replaced.

    Nobody but whom that may name, as if the file were at hand.
    """
    junk = bytes(5000)
    file = junk + crl(KEY, number=5, **BEFORE) + junk + crl(pki.entry(9), number=6) + junk
    monkeypatch.setattr(refusals, "MOST_KEPT", 5000)
    as_lists, as_index = both(tmp_path / "index", [crl(point=None), file])
    judge = SerialJudge(as_index.parts, ANCHORS[:1], moment=NOW, crl_rules=RULES)
    serials = judge.judge([NOWHERE.serial, LISTED.serial, 9])
    found = [[status(source, one) for one in (NOWHERE, LISTED)] for source in (as_lists, as_index)]

    assert [[one.status for one in each] for each in found] == [
        [Status.NOT_REVOKED, Status.UNKNOWN]
    ] * 2
    assert [one.status for one in serials] == [Status.NOT_REVOKED, Status.UNKNOWN, Status.UNKNOWN]
    assert {sha256(file).digest()} == set(as_index.parts[0].doubts.mentioning(SERIAL))


BENT = crl(KEY, number=5)
IN_MANY_WAYS = {
    "junk behind": [BENT + bytes([row]) for row in range(9)],
    "beside another": [BENT + bytes([row]) + crl(number=6) for row in range(9)],
    "the algorithm outside": [
        otherwise(seq(SHA256_WITH_RSA[2:13], integer(row)))(BENT) for row in range(9)
    ],
}


@pytest.mark.parametrize("files", IN_MANY_WAYS.values(), ids=IN_MANY_WAYS)
@pytest.mark.parametrize(("most", "value"), [("MOST_REFUSALS", 3), ("MOST_REFUSED", 4 * len(BENT))])
def test_one_list_bent_in_many_ways_takes_the_room_of_one(
    tmp_path, monkeypatch, files, most, value
):
    """Or else nobody were good any more, and nothing could be done about it."""
    monkeypatch.setattr(merging, most, value)
    _, as_index = both(tmp_path / "index", [crl(), *files], at_once=False)

    assert status(as_index, NOWHERE).status is Status.NOT_REVOKED
    assert status(as_index, LISTED).status is Status.UNKNOWN


@pytest.mark.parametrize("first", [0, 1], ids=["bent first", "bent last"])
def test_a_refused_list_that_can_be_read_counts_beside_its_bent_copy(tmp_path, first):
    """It says revoked, where the copy only may."""
    plain = crl(KEY, drop=[pki.CRL_NUMBER])
    files = [plain, plain + b"\0"]
    sources = both(tmp_path / "index", [files[1 - first], files[first]], at_once=False)

    assert [status(one, LISTED).status for one in sources] == [Status.REVOKED] * 2


@pytest.mark.parametrize("first", [0, 1])
def test_what_was_put_into_a_refused_list_counts_beside_one_without_it(tmp_path, first):
    """Though the signed part of both is the same."""
    outside = [seq(oid("1.2.3.4"), octets(one)) for one in (b"", crl(KEY, number=8))]
    tbs, _, signed = split(crl(pki.entry(9), number=5))
    files = [seq(tbs, one, signed) for one in outside]
    sources = both(tmp_path / "index", [crl(), files[first], files[1 - first]], at_once=False)

    assert [status(one, LISTED).status for one in sources] == [Status.UNKNOWN] * 2


def test_a_bent_list_is_not_settled_by_another_that_differs_in_its_entries_alone(tmp_path):
    """Of which the index keeps all else apart from them."""
    by_chance = Certificate.parse(pki.certificate(SIGN, serial=0x0130))
    sources = both(tmp_path / "index", [crl() + b"\0", crl(pki.entry(9))])

    assert [status(one, by_chance).status for one in sources] == [Status.UNKNOWN] * 2


def test_a_bent_copy_is_not_settled_by_one_whose_signature_is_bent(tmp_path):
    """Which is nobody's word, though its signed part is the same."""
    revoking = crl(KEY, number=8)
    ders = [crl(), revoking + b"\0", revoking[:-1] + bytes([revoking[-1] ^ 1])]
    sources = both(tmp_path / "index", ders)

    assert [status(one, LISTED).status for one in sources] == [Status.UNKNOWN] * 2


ONLY = {"CA certificates": 2, "attribute certificates": 5, "some reasons": 3}


@pytest.mark.parametrize("tag", ONLY.values(), ids=ONLY)
def test_a_list_for_others_says_nothing_of_a_serial_number_alone(tmp_path, tag):
    """Nor any list of a number that no certificate has."""
    scope = seq(implicit(tag, b"\x01\x7e" if tag == 3 else b"\xff"))
    partial = crl(point=None, change={pki.ISSUING_POINT: (True, scope)})
    _, as_partial = both(tmp_path / "index", [partial])
    _, as_whole = both(tmp_path / "other", [crl(point=None)])
    asked = [SERIAL, 1 << 40, 0, -5]
    found = [
        [
            one.status
            for one in SerialJudge(source.parts, ANCHORS[:1], moment=NOW, crl_rules=RULES).judge(
                asked
            )
        ]
        for source in (as_partial, as_whole)
    ]

    assert found == [
        [Status.UNKNOWN] * 4,
        [Status.NOT_REVOKED, Status.NOT_REVOKED, Status.UNKNOWN, Status.UNKNOWN],
    ]


@pytest.mark.parametrize("old", [OF_FIRST, OF_FIRST + b"\0"], ids=["taken", "refused"])
def test_a_key_of_the_ca_that_is_not_named_leaves_serial_numbers_alone_open(tmp_path, old):
    """Whatever its lists say, taken or refused; not where it is known who issued them."""
    index = IndexDirectory(tmp_path / "index")
    new = pki.crl(SIGN, pki.entry(9), point=None)
    list(index.add([("old", old), ("new", new)], (Anchor.load(FIRST.der), *ANCHORS)))

    def judged(**known):
        judge = SerialJudge(index.parts(), ANCHORS[:1], moment=NOW, crl_rules=RULES, **known)
        return judge.judge([SERIAL, 5, 9])

    key = Anchor.load(FIRST.der).key_identifier.hex()
    assert [one.status for one in judged()] == [Status.UNKNOWN, Status.UNKNOWN, Status.REVOKED]
    assert (key in judged()[0].because) == (old == OF_FIRST)
    assert [one.status for one in judged(key_is_known=True)] == [
        Status.NOT_REVOKED,
        Status.NOT_REVOKED,
        Status.REVOKED,
    ]


def test_a_refused_list_too_large_to_keep_may_name_anybody(tmp_path, monkeypatch):
    """Unless something says revoked."""
    monkeypatch.setattr(refusals, "MOST_KEPT", 100)
    whole = crl(pki.entry(9), point=None)
    _, as_index = both(tmp_path / "index", [whole, crl(number=8, change=DELTA)])
    judge = SerialJudge(as_index.parts, ANCHORS[:1], moment=NOW, crl_rules=RULES)
    named = Certificate.parse(pki.certificate(SIGN, serial=9))

    assert [status(as_index, one).status for one in (LISTED, named)] == [
        Status.UNKNOWN,
        Status.REVOKED,
    ]
    assert [one.status for one in judge.judge([SERIAL, 9])] == [Status.UNKNOWN, Status.REVOKED]


def test_refused_lists_beyond_those_remembered_may_name_anybody(tmp_path, monkeypatch):
    """However many there are: the index grows no more, and none of it can be forgotten."""
    monkeypatch.setattr(merging, "MOST_REFUSALS", 2)
    refused = [crl(pki.entry(9), number=8 + row, change=DELTA) for row in range(5)]
    _, as_index = both(tmp_path / "index", [crl(), *refused], at_once=False)
    asked = [status(as_index, LISTED).status]
    digests = [sha256(der).digest() for der in refused]
    forgotten = IndexDirectory(tmp_path / "index").forget([*digests, bytes(32)])
    (part,) = IndexDirectory(tmp_path / "index").parts()

    assert (len(as_index.parts[0].contents.refused), forgotten) == (3, tuple(digests[:2]))
    assert [*asked, status(IndexSource((part,)), LISTED).status] == [Status.UNKNOWN] * 2


def test_a_copy_of_what_was_read_is_not_one_too_many(tmp_path, monkeypatch):
    """Of one too large to keep nothing has to be remembered then."""
    monkeypatch.setattr(merging, "MOST_REFUSALS", 1)
    monkeypatch.setattr(refusals, "MOST_KEPT", 100)
    whole = crl()
    _, as_index = both(
        tmp_path / "index", [whole, crl(number=8, change=DELTA), whole + b"\0"], at_once=False
    )

    assert len(as_index.parts[0].contents.refused) == 1


def test_what_is_forgotten_counts_no_longer_and_all_else_does(tmp_path):
    """A refused list by its SHA-256, replaced ones by when they came out; not those in use."""
    faulty = crl(KEY, number=9, change=UNKNOWN_CRITICAL)
    older = [
        crl(pki.entry(row, reason=6), number=row, this_update=NOW - (8 - row) * DAY)
        for row in (5, 6, 7)
    ]
    _, before = both(tmp_path / "index", [*older, crl(number=8), faulty], at_once=False)
    index = IndexDirectory(tmp_path / "index")
    forgotten = index.forget([sha256(faulty).digest()], before=NOW - 2 * DAY)
    after = IndexSource(index.parts())
    found = {
        serial: [status(source, certificate).status for source in (before, after)]
        for serial, certificate in {
            row: Certificate.parse(pki.certificate(SIGN, serial=row)) for row in (SERIAL, 5, 6, 7)
        }.items()
    }

    assert set(forgotten) == {sha256(der).digest() for der in (faulty, older[0])}
    assert found == {
        SERIAL: [Status.UNKNOWN, Status.NOT_REVOKED],
        5: [Status.REVOKED, Status.NOT_REVOKED],
        6: [Status.REVOKED] * 2,
        7: [Status.REVOKED] * 2,
    }
    assert index.forget([sha256(crl(number=8)).digest()], before=NOW - 2 * DAY) == ()


def test_serial_numbers_alone_are_told_by_lists_that_were_refused(tmp_path):
    """Whom one that cannot be read may name cannot be told, in whatever octets; others can."""
    serials = [1, 127, 128, 255, 32767, 32768, 1 << 23, 1 << 31, (1 << 32) - 1, 1 << 40, 1 << 90]
    unreadable = crl(*map(pki.entry, serials), number=8, point=None) + b"\0"
    _, as_index = both(tmp_path / "index", [crl(point=None), unreadable])
    judge = SerialJudge(as_index.parts, ANCHORS[:1], moment=NOW, crl_rules=RULES)

    assert {one.status for one in judge.judge(serials)} == {Status.UNKNOWN}
    assert judge.judge([0x0765_4321])[0].status is Status.NOT_REVOKED


@st.composite
def published(draw):
    """Make a list of one of two scopes: held, gone, odd, older, of the future, in any way."""
    entries = [
        pki.entry(
            serial,
            NOW + draw(st.sampled_from([-9, -2, -1, 0, 1])) * DAY,
            draw(st.sampled_from([1, 4, 6])),
        )
        for serial in draw(st.lists(st.sampled_from([SERIAL, 5, 6]), max_size=2, unique=True))
    ]
    issued = NOW + draw(st.sampled_from([-3, -2, -1, -0.5, 0, 1])) * DAY
    fields = draw(
        st.sampled_from(
            [
                {},
                {},
                {},
                {},
                {"change": UNKNOWN_CRITICAL},
                {"change": DELTA},
                {"drop": ["2.5.29.20"]},
            ]
        )
    )
    point = draw(st.sampled_from([None, pki.point_name(Kind.SIGN)]))
    number = draw(st.integers(1, 5))
    der = crl(
        *entries,
        number=number,
        point=point,
        this_update=issued,
        next_update=issued + draw(st.sampled_from([1, 3])) * DAY,
        **fields,
    )
    return draw(st.one_of(st.just(der), st.just(der), st.just(der), bent(der)))


@st.composite
def bent(draw, der):
    """Bend a list in a way known, or change, insert or leave out octets outside its signed part."""
    if draw(st.booleans()):
        return draw(st.sampled_from(list(BENDS.values())))(der)
    behind = der.rindex(SHA256_WITH_RSA)
    at = draw(st.one_of(st.integers(0, 3), st.integers(behind, len(der))))
    octets = draw(st.binary(max_size=3))
    return der[:at] + octets + der[at + draw(st.integers(0, 2)) :]


@settings(max_examples=60, deadline=None)
@given(st.lists(published(), max_size=6), st.booleans(), st.sampled_from([-2, -0.5, 0, 1, 2]))
@example([crl(HOLD, number=6, **BEFORE), crl(number=7)], True, 0)
def test_any_lists_in_any_order_never_make_the_index_kinder(tmp_path_factory, ders, at_once, days):
    """Revoked is revoked, and not revoked is so by all the lists together."""
    place = tmp_path_factory.mktemp("index")
    as_lists, as_index = both(place, ders, at_once=at_once)
    moment = NOW + days * DAY
    found = [
        (status(as_lists, one, moment).status, status(as_index, one, moment).status)
        for one in (LISTED, UNLISTED, OTHER)
    ]
    cover = as_index.cover(OTHER, ANCHORS[0], crl_rules=RULES)

    assert [one for one in found if one[0] is not one[1] and one[1] is not Status.UNKNOWN] == []
    assert [
        one for one in found if (one[0] is Status.REVOKED) is not (one[1] is Status.REVOKED)
    ] == []
    assert all(
        said[0] is Status.NOT_REVOKED or not cover.clears(one.serial, moment)
        for said, one in zip(found, (LISTED, UNLISTED, OTHER), strict=True)
    )
