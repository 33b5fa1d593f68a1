"""Nobody waits for a list that nobody signed: what is read of lists, and what it comes to."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpki.revocation import IndexDirectory, IndexSource
from jpki.verify import CrlSource, Kind, Status, Verdict, crl, der
from jpki.verify.anchors import Anchor
from jpki.verify.bundle import recheck
from jpki.verify.certificate import Certificate
from jpki.verify.crl import RevocationList
from jpki.verify.crl_parts import MOST_BESIDE
from jpki.verify.crl_unreadable import UnreadableList
from jpki.verify.errors import MalformedError
from jpki.verify.keys import PublicKey
from jpki.verify.path.crl import PathCrl
from jpki.verify.policy import CrlRules
from tests.support import pki
from tests.support.asn1 import NULL, bits, octets, oid, seq
from tests.support.pki import DAY, NOW, SERIAL, SHA256_WITH_RSA
from tests.verify.formats.reports import kept

SIGN, AUTH, THIRD = pki.ca(Kind.SIGN), pki.ca(Kind.AUTH), pki.ca(Kind.SIGN, 3)
ISSUER = Anchor.load(SIGN.der)
CERTIFICATE = Certificate.parse(pki.certificate(SIGN))
SOMEBODY = pki.key("somebody")
ELSEWHERE = pki.point_name(Kind.SIGN, "Kodaira-shi")
GOOD, LISTED = pki.crl(SIGN), pki.crl(SIGN, pki.entry(reason=1), number=8)
UNKNOWN = "1.2.392.200149.8.5.99"


def huge(ca=SIGN, *entries, signed_by=SOMEBODY, **fields):
    """Give a list of 200,000 entries, signed by somebody."""
    many = (entries or (pki.entry(),)) * (200_000 // max(1, len(entries)))
    return pki.crl(ca, *many, signed_by=signed_by, **fields)


UNSIGNED = {
    "that covers it": huge(),
    "that names others": huge(SIGN, pki.entry(0x0765_4321)),
    "of another place": huge(point=ELSEWHERE),
    "of the whole CA": huge(point=None),
    "under another name": huge(list_issuer=AUTH.name),
    "of another generation": huge(THIRD, signed_by=THIRD.key),
    "of the other authority": huge(AUTH, signed_by=AUTH.key),
    "that is not understood": huge(change={UNKNOWN: (True, NULL)}),
}


@pytest.fixture
def read(monkeypatch):
    """Note each list whose entries are read, by its SHA-256."""
    lists = []
    original = crl._entries

    def noting(revoked, *others):
        lists.append(sha256(revoked.document).digest())
        return original(revoked, *others)

    monkeypatch.setattr(crl, "_entries", noting)
    return lists


def status(source, certificate=CERTIFICATE, issuer=ISSUER):
    return source.status(certificate, issuer, moment=NOW, crl_rules=CrlRules())


def of_serial(serial):
    return Certificate.parse(pki.certificate(SIGN, serial=serial))


@pytest.mark.parametrize("unsigned", UNSIGNED.values(), ids=UNSIGNED)
def test_a_list_nobody_signed_is_not_read(read, unsigned):
    """However long it is, and whomever it names: it changes nothing."""
    alone, beside = status(CrlSource.load([unsigned])), CrlSource.load([unsigned, GOOD])

    assert (alone.status, alone.is_doubtful) == (Status.UNKNOWN, False)
    assert status(beside).status is Status.NOT_REVOKED
    assert status(CrlSource.load([unsigned, LISTED])).status is Status.REVOKED
    assert read == [sha256(LISTED).digest()]


@pytest.mark.parametrize("unsigned", UNSIGNED.values(), ids=UNSIGNED)
def test_nor_is_it_for_the_quick_verdict(read, unsigned):
    """It takes nobody the short way."""
    verifier = pki.verifier(unsigned, GOOD)
    found = [
        verifier.judge(pki.certificate(SIGN, serial=serial), Kind.SIGN, moment=NOW)
        for serial in (5, 6, SERIAL)
    ]

    assert [one.verdict for one in found] == [Verdict.GOOD] * 3
    assert [one.is_explained for one in found] == [True, False, False]
    assert read == []


def test_nor_is_it_when_evidence_is_judged_again(read):
    """Which anybody may hand on."""
    entries = [pki.entry(serial) for serial in range(1 << 20, (1 << 20) + 20_000)]
    whole = kept(GOOD, pki.crl(SIGN, pki.entry(), *entries, signed_by=SOMEBODY)).write()

    assert recheck(whole, anchors=[SIGN.der], now=NOW).verdict is Verdict.GOOD
    assert recheck(whole, now=NOW).judged.verdict is Verdict.GOOD
    assert read == []


def test_it_is_shown_for_what_it_is():
    """With everything that is known without reading it."""
    finding = status(CrlSource.load([UNSIGNED["that is not understood"]]))

    (one,) = finding.evidence
    assert one.entry is None
    assert one.objections == (
        "signature: not the signature of this key over these bytes",
        f"unknown critical extension {UNKNOWN}",
    )


def test_of_many_lists_those_are_read_that_cover_the_certificate_or_may_name_it(read):
    """All of them only for the quick verdict, once, when there is a second certificate."""
    entries = [pki.entry(serial) for serial in range(1 << 20, (1 << 20) + 30)]
    places = [
        pki.crl(SIGN, *entries, point=pki.point_name(Kind.SIGN, f"Town-{n}")) for n in range(40)
    ]
    own, naming = pki.crl(SIGN, *entries), pki.crl(SIGN, pki.entry(5), *entries, point=ELSEWHERE)
    verifier = pki.verifier(*places, own, naming)

    def judged(serial):
        certificate = pki.certificate(SIGN, serial=serial)
        return verifier.judge(certificate, Kind.SIGN, moment=NOW).verdict, len(read)

    assert judged(SERIAL) == (Verdict.GOOD, 1)
    assert read == [sha256(own).digest()]
    whole = verifier.check(pki.certificate(SIGN, serial=7 << 24), Kind.SIGN, moment=NOW)
    assert (whole.verdict, len(read)) == (Verdict.GOOD, 1)
    assert judged(5 << 24) == (Verdict.GOOD, 42)
    assert judged(5) == (Verdict.BAD, 42)
    assert judged(6 << 24) == (Verdict.GOOD, 42)


def test_who_signed_a_list_is_asked_once_a_key(monkeypatch):
    """Of however many certificates."""
    asked = []
    original = PublicKey.verify_digest

    def noting(key, *words):
        asked.append(id(key))
        return original(key, *words)

    monkeypatch.setattr(PublicKey, "verify_digest", noting)
    source = CrlSource.load([GOOD, pki.crl(THIRD), pki.crl(SIGN, point=ELSEWHERE)])
    anchors = (ISSUER, Anchor.load(THIRD.der))

    def found(serial):
        by_key = [status(source, of_serial(serial), issuer).status for issuer in anchors]
        return by_key, len(asked)

    assert found(7 << 24) == ([Status.NOT_REVOKED] * 2, 4)
    # The octet 5 is in all of them: that of another place is asked about as well, and whether
    # either key signed what may have been put into a list that it did not sign.
    first = found(5)
    assert first[1] > 4
    assert [found(serial) for serial in (5, 6, 8 << 24)] == [first] * 3


BAD_ENTRY = (pki.entry(9), pki.entry(9))
"""A serial number twice, at the end."""
NAMING, SILENT = ((pki.entry(), *BAD_ENTRY), (pki.entry(5 << 24), *BAD_ENTRY))


@pytest.mark.parametrize("place", [b"", ELSEWHERE, None], ids=["here", "elsewhere", "whole CA"])
@pytest.mark.parametrize("order", [1, -1])
def test_what_the_ca_signed_and_cannot_be_read_is_never_good(place, order):
    """And keeps whomever it may name from being so, though other lists do not name it."""
    naming, silent = (pki.crl(SIGN, *one, point=place) for one in (NAMING, SILENT))

    for alone in (naming, silent):
        found = status(CrlSource.load([alone]))
        assert found.status is Status.UNKNOWN
        assert found.is_doubtful is (alone is naming)
    with_good = [status(CrlSource.load([one, GOOD][::order])) for one in (naming, silent)]
    assert [one.status for one in with_good] == [Status.UNKNOWN, Status.NOT_REVOKED]
    assert "a serial number is listed twice" in str(with_good[0].evidence)
    assert status(CrlSource.load([naming, LISTED][::order])).status is Status.REVOKED


def test_one_under_another_name_is_read_too_when_it_may_name_it():
    """The signature alone tells whose word it is."""
    other = pki.crl(SIGN, *NAMING, list_issuer=AUTH.name)

    assert status(CrlSource.load([other, GOOD])).is_doubtful


def test_it_says_each_time_that_it_cannot_be_read(read):
    """And is read once."""
    found = RevocationList.scan(pki.crl(SIGN, *SILENT))
    problems = []
    for _ in range(3):
        for ask in (found.read, lambda: found.entries, lambda: found.not_understood):
            with pytest.raises(MalformedError, match="listed twice") as caught:
                ask()
            problems.append(len(caught.traceback))

    assert len(read) == 1
    assert max(problems) < 8


def split(of):
    """Give the signed part of a list, and its signature."""
    at = of.rindex(SHA256_WITH_RSA)
    return of[4:at], of[-256:]


def in_algorithm(of, hidden):
    """Give a list as it was signed, with this in the algorithm outside, which nobody signs."""
    tbs, signature = split(of)
    return seq(tbs, seq(oid("1.2.3.4"), octets(hidden)), bits(signature))


HIDDEN = {
    "for entries": pki.crl(SIGN, LISTED, signed_by=SOMEBODY),
    "in an entry": pki.crl(SIGN, pki.entry(5), seq(octets(LISTED)), signed_by=SOMEBODY),
    "in an extension": pki.crl(SIGN, change={UNKNOWN: (False, octets(LISTED))}, signed_by=SOMEBODY),
    "in the signature": seq(split(GOOD)[0], SHA256_WITH_RSA, bits(LISTED)),
    "under another name": pki.crl(SIGN, LISTED, signed_by=SOMEBODY, list_issuer=AUTH.name),
    "in the CA's own": in_algorithm(pki.crl(SIGN, number=6), LISTED),
    "in one of another place": in_algorithm(pki.crl(SIGN, point=ELSEWHERE), LISTED),
    "the signature in a signature": seq(
        split(LISTED)[0], SHA256_WITH_RSA, bits(bits(split(LISTED)[1]))
    ),
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_what_the_ca_signed_is_found_within_what_nobody_did(tmp_path, hidden):
    """It is as if it could not be read; an index of the same says so, too."""
    verifier = pki.verifier(hidden, GOOD)
    index = IndexDirectory(tmp_path)
    list(index.add([("hidden", hidden), ("good", GOOD)], [ISSUER]))
    first = verifier.judge(pki.certificate(SIGN, serial=5 << 24), Kind.SIGN, moment=NOW)
    found = verifier.judge(pki.certificate(SIGN), Kind.SIGN, moment=NOW)

    assert (first.verdict, found.verdict) == (Verdict.GOOD, Verdict.CANNOT_TELL)
    assert found.report.verdict is Verdict.CANNOT_TELL
    assert status(IndexSource(index.parts())).is_doubtful
    assert status(CrlSource.load([hidden, LISTED])).status is Status.REVOKED
    # Of which nothing is left to wonder about, since it is at hand.
    whole = [status(CrlSource.load([one, GOOD, LISTED]), of_serial(9)) for one in [hidden]]
    assert [one.status for one in whole] == [Status.NOT_REVOKED]


def test_what_cannot_be_read_is_not_held_against_each_list_that_can(monkeypatch):
    """Copies of lists, each bent in another way, are as many as whoever makes them likes."""
    asked = []
    original = RevocationList.tbs_sha256

    def noting(found):
        asked.append(found)
        return original.__get__(found)

    monkeypatch.setattr(RevocationList, "tbs_sha256", property(noting))
    lists = [pki.crl(SIGN, pki.entry(), point=ELSEWHERE, number=number) for number in range(30)]
    bent = [one + bytes((number,)) for number, one in enumerate(lists)]

    assert status(CrlSource.load([*bent, GOOD, *lists])).status is Status.REVOKED
    assert len(asked) <= 2 * (1 + len(lists))


CASES = {
    "covers": pki.crl(SIGN, pki.entry(5)),
    "covers, not understood": pki.crl(SIGN, pki.entry(6), change={UNKNOWN: (True, NULL)}),
    "an entry not understood": pki.crl(SIGN, pki.entry(7, extra={UNKNOWN: (True, NULL)})),
    "stale": pki.crl(SIGN, pki.entry(6), this_update=NOW - 3 * DAY, next_update=NOW - DAY),
    "elsewhere": pki.crl(SIGN, pki.entry(6), point=ELSEWHERE),
    "whole CA": pki.crl(SIGN, point=None, number=9),
    "under another name": pki.crl(SIGN, pki.entry(7), list_issuer=AUTH.name),
    "two algorithms": pki.crl(SIGN, pki.entry(7), outer_algorithm=pki.SHA1_WITH_RSA),
    "malformed": pki.crl(SIGN, pki.entry(8), *BAD_ENTRY),
    "malformed elsewhere": pki.crl(SIGN, pki.entry(5), *BAD_ENTRY, point=ELSEWHERE),
    "malformed, under another name": pki.crl(SIGN, pki.entry(7), *BAD_ENTRY, list_issuer=AUTH.name),
    "a bent copy of it": pki.crl(SIGN, pki.entry(8), *BAD_ENTRY) + b"\0",
    "no list": GOOD[:-1],
    "forged": pki.crl(SIGN, pki.entry(6), signed_by=SOMEBODY),
    "forged and malformed": pki.crl(SIGN, pki.entry(7), *BAD_ENTRY, signed_by=SOMEBODY),
    "forged elsewhere": pki.crl(SIGN, pki.entry(5), point=ELSEWHERE, signed_by=SOMEBODY),
    "another generation": pki.crl(THIRD, pki.entry(6)),
    "the other authority": pki.crl(AUTH, pki.entry(7)),
    "holding another": pki.crl(SIGN, pki.crl(SIGN, pki.entry(6)), signed_by=SOMEBODY),
    "signed, holding another": in_algorithm(
        pki.crl(SIGN, pki.entry(8), number=6), pki.crl(SIGN, pki.entry(7), number=9)
    ),
    "unreadable, holding another": in_algorithm(
        pki.crl(SIGN, *BAD_ENTRY), pki.crl(SIGN, pki.entry(5), number=9)
    ),
}
SERIALS = (5, 6, 7, 8, 9, 1 << 24)


def read_at_once(ders):
    """Give a source of the same lists, all of them read before it is known who signed them."""
    lists, unreadable = [], []
    for one in ders:
        try:
            lists.append(RevocationList.parse(one))
        except MalformedError as error:
            unreadable.append(UnreadableList.of(one, error))
    return CrlSource(tuple(lists), tuple(unreadable))


def facts(found):
    return found.status, found.reason, found.revoked_at, found.needed, found.is_doubtful


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from(sorted(CASES)), max_size=5, unique=True), st.permutations(SERIALS))
def test_it_comes_to_the_same_in_any_order_and_the_quick_verdict_to_that(names, serials):
    """As if all had been read at once; whatever was asked before."""
    ders = [CASES[name] for name in names]
    certificates = {serial: of_serial(serial) for serial in serials}
    verifier, at_once = pki.verifier(*ders), read_at_once(ders)
    source = verifier.revocation
    before = {serial: status(source, one) for serial, one in certificates.items()}
    cover = source.cover(certificates[9], ISSUER, crl_rules=CrlRules())
    clear = {serial for serial in serials if cover.clears(serial, NOW)}
    after = {serial: status(source, one) for serial, one in certificates.items()}

    assert before == after
    assert {serial: facts(one) for serial, one in before.items()} == {
        serial: facts(status(at_once, one)) for serial, one in certificates.items()
    }
    assert clear == {serial for serial, one in before.items() if one.status is Status.NOT_REVOKED}
    for one in certificates.values():
        quick = verifier.judge(one.der, Kind.SIGN, moment=NOW).verdict
        assert quick is verifier.check(one.der, Kind.SIGN, moment=NOW).verdict


LONG = {
    "an extension": {"change": {UNKNOWN: (False, octets(bytes(MOST_BESIDE)))}},
    "its issuer's name": {"list_issuer": seq(octets(bytes(MOST_BESIDE)))},
    "an algorithm": {"outer_algorithm": seq(octets(bytes(MOST_BESIDE)))},
}


@pytest.mark.parametrize("fields", LONG.values(), ids=LONG)
def test_nothing_of_a_list_is_long_but_its_entries(fields):
    """It is not even walked; what the CA signed so is doubtful, since it cannot be read."""
    long = pki.crl(SIGN, pki.entry(), **fields)

    for kind in (RevocationList, PathCrl):
        with pytest.raises(MalformedError, match="octets beside the entries, more than 131072"):
            kind.scan(long)
    assert status(CrlSource.load([long, GOOD])).is_doubtful


@pytest.mark.parametrize("within", [True, False], ids=["in the signed part", "behind it"])
def test_of_what_does_not_belong_into_a_list_nothing_is_looked_at(monkeypatch, within):
    """There may be millions of it."""
    tbs, signature = split(GOOD)
    _, start, _ = der.header(tbs, 0, len(tbs))
    many = NULL * 100_000
    long = (
        seq(seq(tbs[start:], many), SHA256_WITH_RSA, bits(signature))
        if within
        else seq(tbs, SHA256_WITH_RSA, bits(signature), many)
    )
    looked_at = []
    original = der.header

    def noting(*words):
        looked_at.append(words)
        return original(*words)

    monkeypatch.setattr(der, "header", noting)
    for kind in (RevocationList, PathCrl):
        with pytest.raises(MalformedError, match="unexpected tag 05"):
            kind.scan(long)
    assert len(looked_at) < 100
