"""How much of a bent list or answer is looked at, and what of the rest.

Whoever hands a file on may put anything in front and behind. What is beyond never makes a verdict
kinder than it is without the file, and looking at it costs what a few signatures do.
"""

import pytest

from jpki.verify import CrlSource, Kind, Status, Verdict, crl_unreadable, der, signed_parts
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.crl_unreadable import UnreadableList
from jpki.verify.errors import MalformedError
from jpki.verify.keys import PublicKey
from jpki.verify.path import ocsp_unreadable, signatures
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.ocsp import MAX_ANSWER_BYTES
from jpki.verify.path.ocsp_unreadable import UnreadableAnswer
from jpki.verify.policy import CrlRules
from tests.support import pki
from tests.support.asn1 import NULL, bits, explicit, integer, octets, seq
from tests.support.pki import NOW, SHA256_WITH_RSA
from tests.verify.path.answering import (
    DELEGATED,
    RESPONDER,
    answer,
    cert_id,
    delegate,
    revoked,
    single,
)
from tests.verify.path.making import (
    ISSUER,
    LISTED,
    LISTS,
    ROOT,
    ROOT_LIST,
    SERIAL,
    STRANGER,
    certificate,
    crl,
    holder,
    judged,
)

REVOKING = crl(ISSUER, LISTED)
SAID = single(revoked())
OWN = answer(SAID)
BENT = MalformedError("bent", 0)
UNKNOWN = "1.2.392.200149.8.5.99"


def junk_lists(count: int, serial: int = SERIAL, each: int = 1) -> bytes:
    """Give what looks like so many lists with a number's bytes, none signed by anybody.

    Behind each of them stand so many that look like signatures, as those of answers.
    """
    return bytes(64) + _unsigned(seq(SHA256_WITH_RSA, integer(serial)), count, each)


def junk_answers(count: int, each: int = 1, said: bytes = octets(bytes(20))) -> bytes:
    """Give what looks like so many answers with the target's number, none signed by anybody."""
    return _unsigned(seq(explicit(2, said), integer(SERIAL)), count, each)


def _unsigned(tbs: bytes, count: int, each: int) -> bytes:
    """Write BIT STRINGs within each other: every header is four octets of the one before."""
    start = tbs + SHA256_WITH_RSA + b"\x03\x82\x01\x01" * each + b"\0"
    return b"".join(start + number.to_bytes(2, "big") * 128 for number in range(count))


def counted(monkeypatch, place, name: str) -> list[object]:
    """Note each call of a function."""
    calls: list[object] = []
    original = getattr(place, name)

    def noting(*words):
        calls.append(words)
        return original(*words)

    monkeypatch.setattr(place, name, noting)
    return calls


# --- signed parts ----------------------------------------------------------------------------

JUNK = {
    "lists": lambda count: {"lists": [*LISTS, junk_lists(count) + REVOKING]},
    "answers": lambda count: {"lists": LISTS, "ocsp": [junk_answers(count) + OWN]},
}


@pytest.mark.parametrize("given", JUNK.values(), ids=JUNK)
def test_sixteen_signed_parts_of_a_file_are_tried(given):
    """The last of them is the CA's."""
    assert judged(**given(15)).verdict is Verdict.CANNOT_TELL


def test_what_cannot_be_a_signed_part_is_not_counted():
    """Empty sequences with a signature behind, or certificates that are none."""
    decoys = b"\x30\x00" * 17 + bits(bytes(48))
    lookalikes = [bytes.fromhex("30073005a003020102")] * 40
    own = answer(SAID, signer=RESPONDER, certificates=[*lookalikes, DELEGATED])

    assert judged(lists=[*LISTS, decoys + REVOKING]).verdict is Verdict.CANNOT_TELL
    assert judged(lists=LISTS, ocsp=[own + b"\0"]).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("beside", "verdict"),
    [([ROOT_LIST], Verdict.CANNOT_TELL), (LISTS, Verdict.GOOD), ([*LISTS, REVOKING], Verdict.BAD)],
    ids=["nothing", "not listed", "listed"],
)
def test_the_seventeenth_is_as_if_it_had_not_been_given(beside, verdict):
    """Whoever puts that much in front could have kept the file: it clears nobody."""
    assert judged(lists=beside).verdict is verdict
    assert judged(lists=[*beside, junk_lists(16) + REVOKING]).verdict is verdict
    assert judged(lists=beside, ocsp=[junk_answers(16) + OWN]).verdict is verdict


@pytest.mark.parametrize("count", [1, 8, 40])
def test_a_place_counts_once_whatever_looks_like_signatures_behind_it(count):
    """BIT STRINGs within each other, behind one part that nobody signed."""
    behind = b"\x03\x21" * count + bytes(33)
    a_list = seq(SHA256_WITH_RSA, integer(1)) + behind
    said = seq(explicit(2, octets(bytes(20))), integer(1)) + behind

    assert judged(lists=[*LISTS, a_list + REVOKING]).verdict is Verdict.CANNOT_TELL
    assert judged(lists=LISTS, ocsp=[said + OWN]).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("others", "in_front", "verdict"),
    [
        (0, 15, Verdict.CANNOT_TELL),
        (0, 16, Verdict.GOOD),
        (7, 1, Verdict.CANNOT_TELL),
        (8, 1, Verdict.GOOD),
    ],
)
def test_places_share_sixteen_signatures_evenly(others, in_front, verdict):
    """The CA's own stands behind what looks like one; so does junk behind each other place."""
    at = REVOKING.rindex(SHA256_WITH_RSA) + len(SHA256_WITH_RSA)
    a_list = REVOKING[:at] + b"\x03\x82\x01\x01" * in_front + REVOKING[at:]
    said = OWN.replace(SHA256_WITH_RSA, SHA256_WITH_RSA + b"\x03\x82\x01\x01" * in_front)

    lists = [*LISTS, junk_lists(others, each=9) + a_list]
    answers = [junk_answers(others, each=9) + said]

    assert judged(lists=lists).verdict is verdict
    assert judged(lists=LISTS, ocsp=answers).verdict is verdict


CROWDS = [(300, 1), (16, 9), (3, 9), (1, 40)]
"""Places in a file, and what looks like signatures behind each."""


@pytest.mark.parametrize(("count", "each"), CROWDS)
def test_a_file_of_junk_lists_costs_sixteen_signatures(monkeypatch, count, each):
    """At most, under each key that may have signed them: the root's and the issuer's."""
    calls = counted(monkeypatch, signatures, "_objection")
    judged(lists=LISTS)
    before = len(calls)

    report = judged(lists=[*LISTS, junk_lists(count, each=each)])

    assert report.verdict is Verdict.GOOD
    assert 0 < len(calls) - 2 * before <= 16 * 2


@pytest.mark.parametrize(("count", "each"), CROWDS)
def test_a_file_of_junk_lists_costs_the_jpki_verifier_no_more(monkeypatch, count, each):
    """Which has no budget beside."""
    ca = pki.ca(Kind.SIGN)
    asked = Certificate.parse(pki.certificate(ca)), Anchor.load(ca.der)
    source = CrlSource.load([pki.crl(ca), junk_lists(count, pki.SERIAL, each)])
    calls = counted(monkeypatch, PublicKey, "verify_digest")

    finding = source.status(*asked, moment=NOW, crl_rules=CrlRules())

    assert finding.status is Status.NOT_REVOKED
    # One is of the list that clears it.
    assert 1 < len(calls) <= 1 + 16


@pytest.mark.parametrize(("count", "each"), CROWDS)
def test_a_file_of_junk_answers_costs_sixteen_signatures(monkeypatch, count, each):
    """By each of three algorithms that are accepted of the issuer's key, which they do not name."""
    calls = counted(monkeypatch, signatures, "_objection")
    judged(lists=LISTS)
    before = len(calls)

    report = judged(lists=LISTS, ocsp=[junk_answers(count, each, bytes(22))])

    assert report.verdict is Verdict.GOOD
    assert 0 < len(calls) - 2 * before <= 16 * 3


@pytest.mark.parametrize(("count", "each"), CROWDS)
def test_what_is_put_into_files_that_can_be_read_costs_no_more(monkeypatch, count, each):
    """Of a stranger, whose own signature is tried once more under each key and algorithm."""
    ca = pki.ca(Kind.SIGN)
    asked = Certificate.parse(pki.certificate(ca)), Anchor.load(ca.der)
    junk = {UNKNOWN: (False, octets(junk_answers(count, each, bytes(22))))}
    sent = answer(single(about=cert_id(serial=9)), extensions=junk, signed_by=STRANGER)
    own = pki.crl(ca, junk_lists(count, pki.SERIAL, each), signed_by=STRANGER.key)
    source = CrlSource.load([pki.crl(ca), own])
    calls, by_digest = (
        counted(monkeypatch, *one)
        for one in ((signatures, "_objection"), (PublicKey, "verify_digest"))
    )
    judged(lists=LISTS)
    before = len(calls)

    listed = crl(ISSUER, junk_lists(count, each=each), signed_by=STRANGER.key)
    reports = [judged(lists=[*LISTS, listed]), judged(lists=LISTS, ocsp=[sent])]
    findings = [source.status(*asked, moment=NOW, crl_rules=CrlRules()) for _ in range(3)]

    assert [one.verdict for one in reports] == [Verdict.GOOD] * 2
    assert {one.status for one in findings} == {Status.NOT_REVOKED}
    assert 0 < len(calls) - 3 * before <= 16 * 2 + 1 + 16 * 3
    assert 1 < len(by_digest) <= 2 + 16


def test_some_files_of_junk_take_nothing_away():
    """Within what a question may cost there is room for several."""
    lists = [junk_lists(16, serial << 32 | SERIAL, each=9) for serial in range(1, 6)]
    answers = [junk_answers(16, 9, bytes([number]) * 22) for number in range(5)]

    assert judged(lists=[*LISTS, *lists], ocsp=answers).verdict is Verdict.GOOD


BEGINNINGS = {
    "lists": (crl_unreadable, UnreadableList, seq(SHA256_WITH_RSA, integer(SERIAL))),
    "answers": (ocsp_unreadable, UnreadableAnswer, seq(explicit(2, octets(bytes(20))))),
}


@pytest.mark.parametrize("count", [50, 1000, 10_000])
@pytest.mark.parametrize(("room", "kind", "beginning"), BEGINNINGS.values(), ids=BEGINNINGS)
def test_of_what_only_begins_like_a_signed_part_some_thousands_are_looked_at(
    monkeypatch, room, kind, beginning, count
):
    """To look for a signature behind each takes longer than to write the beginning.

    In a small file fewer: there may be thousands of those.
    """
    calls = counted(monkeypatch, room, "signatures_behind")
    der = bytes(64) + beginning * count

    found = kind.of(der, BENT)

    assert not found.may_mention(SERIAL)
    assert len(calls) == min(count, 64 + len(der) // 32, 1 << 12)


@pytest.mark.parametrize("behind", [b"\x03\x00", b"\x03\x20", b"\x03\x88"])
def test_of_what_begins_like_a_bit_string_some_are_read(monkeypatch, behind):
    """Behind each place could be as many as octets, none of them a signature."""
    tbs, rest = seq(SHA256_WITH_RSA, integer(SERIAL)), bytes(160)
    calls = counted(monkeypatch, signed_parts, "contents")

    UnreadableList.of(tbs + behind * 80 + rest, BENT)

    assert len(calls) <= 16


@pytest.mark.parametrize(("between", "is_tried"), [(158, True), (159, True), (160, False)])
def test_a_signature_begins_near_behind_its_part(between, is_tried):
    """What stands between is no element, so the next one is none either."""
    tbs = seq(SHA256_WITH_RSA, integer(SERIAL))

    found = UnreadableList.of(tbs + b"\xff" * between + bits(bytes(256)), BENT)

    assert found.may_mention(SERIAL) is is_tried


@pytest.mark.parametrize(("size", "is_tried"), [(1024, True), (1025, False)])
def test_a_signature_is_no_longer_than_that_of_the_largest_key(size, is_tried):
    """Nobody can verify a longer one, and each would be a copy of as much as is there."""
    tbs = seq(SHA256_WITH_RSA, integer(SERIAL))

    found = UnreadableList.of(tbs + SHA256_WITH_RSA + bits(bytes(size)), BENT)

    assert found.may_mention(SERIAL) is is_tried


# --- answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "long",
    [
        b"\0" * (2 * MAX_ANSWER_BYTES) + OWN,
        OWN + b"\0" * (2 * MAX_ANSWER_BYTES),
        answer(SAID, extensions={UNKNOWN: (False, octets(bytes(MAX_ANSWER_BYTES)))}),
        answer(SAID, extensions={UNKNOWN: (False, octets(bytes(2 * MAX_ANSWER_BYTES)))}),
    ],
    ids=["in front", "behind", "longer than is read", "twice as long"],
)
def test_an_answer_of_any_length_is_searched(long):
    """One that is longer than is read may still say revoked."""
    assert judged(lists=LISTS, ocsp=[long]).verdict is Verdict.CANNOT_TELL


def crowd(count: int) -> list[bytes]:
    return [certificate(ROOT, holder("other"), ca=False) for _ in range(count)]


def by_responder(*certificates: bytes, **fields: object) -> bytes:
    return answer(SAID, **({"signer": RESPONDER, "certificates": certificates} | fields)) + b"\0"


LONG, LONGER = (
    delegate(ISSUER, RESPONDER, change={UNKNOWN: (False, octets(bytes(size)))})
    for size in (1 << 14, 1 << 16)
)
UNREAD = {
    "the last that is read": by_responder(*crowd(31), DELEGATED),
    "the first that is not": by_responder(*crowd(32), DELEGATED),
    "behind what is none": b"\x30\x05\x30\x03\xa0\x03\x02\x01\x02" * 32 + by_responder(DELEGATED),
    "too long to read": by_responder(LONG),
    "with lengths of four octets": by_responder(LONGER),
}


@pytest.mark.parametrize("bent", UNREAD.values(), ids=UNREAD)
def test_a_responder_s_certificate_may_be_among_those_not_read(bent):
    """However many are put in front of it, what it signed is not taken for a stranger's."""
    assert judged(lists=LISTS, ocsp=[bent]).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("sent", "verdict"),
    [
        (by_responder(*crowd(32), signed_by=STRANGER), Verdict.GOOD),
        (by_responder(*crowd(33), signed_by=STRANGER), Verdict.CANNOT_TELL),
        (
            answer(single(about=octets(b"no CertID")), signed_by=STRANGER, certificates=crowd(33)),
            Verdict.GOOD,
        ),
    ],
    ids=["all read", "not all read", "of nobody"],
)
def test_only_where_not_all_were_read_and_the_number_occurs(sent, verdict):
    """A crowd of certificates alone takes nothing away."""
    assert judged(lists=LISTS, ocsp=[sent]).verdict is verdict


def test_of_a_responder_s_name_as_long_as_the_file_nothing_is_read(monkeypatch):
    """It could be walked for a minute."""
    read = counted(monkeypatch, der.Node, "__iter__")
    tbs = seq(explicit(1, NULL * 3000), NULL)

    found = UnreadableAnswer.of(tbs + SHA256_WITH_RSA + bits(bytes(256)), BENT)

    assert len(found.parts) == 1
    assert read == []


def test_of_names_within_each_other_one_is_read(monkeypatch):
    """The others may be anybody's."""
    rest = NULL * 400
    for _ in range(9):
        named = explicit(1, rest)
        rest = octets(seq(named, NULL)[: -len(rest) - len(NULL)]) + rest
    read = counted(monkeypatch, ocsp_unreadable, "strict")

    found = UnreadableAnswer.of(rest + NULL + SHA256_WITH_RSA + bits(bytes(256)), BENT)

    assert len(found.parts) == 9
    assert len(read) == 1


def test_of_a_crowd_of_certificates_some_are_read(monkeypatch):
    """Each takes time, and looks like one alone: lengths are what whoever wrote them likes."""
    parsed = counted(monkeypatch, PathCertificate, "parse")

    UnreadableAnswer.of(DELEGATED * 300, BENT)

    assert len(parsed) == 32


@pytest.mark.parametrize("count", [1, 2, 40])
def test_of_certificates_within_each_other_no_more_is_read_than_the_file_has(monkeypatch, count):
    """Each of them would be walked to the end."""
    within = NULL * 1000
    for _ in range(count):
        front = b"\x30\x82%b\x30\x82%b\xa0\x03\x02\x01\x02"
        sizes = (len(within) + more for more in (9, 5))
        within = octets(front % tuple(one.to_bytes(2, "big") for one in sizes)) + within
    parsed = counted(monkeypatch, PathCertificate, "parse")

    found = UnreadableAnswer.of(within, BENT)

    assert len(parsed) == 1
    assert found.has_more_certificates is (count > 1)


@pytest.mark.parametrize(("count", "has_more"), [(1 << 12, False), (1 + (1 << 12), True)])
def test_of_what_may_stand_in_a_certificate_some_thousands_are_looked_at(count, has_more):
    """There may be one behind."""
    assert UnreadableAnswer.of(explicit(0, integer(2)) * count, BENT).has_more_certificates is (
        has_more
    )
