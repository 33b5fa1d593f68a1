"""What a CA signed with lengths that DER forbids is no less what it said: it keeps others silent.

By both verifiers and an index, with something in front or not; for answers as for lists.
"""

import pytest

from jpki.revocation import IndexDirectory, IndexSource
from jpki.verify import CrlSource, Kind, Status, Verdict, any_length
from jpki.verify.anchors import Anchor
from jpki.verify.any_length import Elements, contents
from jpki.verify.certificate import Certificate
from jpki.verify.path.ocsp_unreadable import UnreadableAnswer
from jpki.verify.policy import CrlRules
from tests.support import pki
from tests.support.asn1 import NULL, bits, explicit, generalized, seq
from tests.support.pki import NOW, SHA256_WITH_RSA
from tests.verify.path.answering import by_key, response, revoked, single
from tests.verify.path.making import ISSUER, LISTED, LISTS, crl, judged
from tests.verify.path.test_bent_caps import BENT
from tests.verify.path.test_bent_outside import parts

SIGN = pki.ca(Kind.SIGN)
CERTIFICATE, ANCHOR = Certificate.parse(pki.certificate(SIGN)), Anchor.load(SIGN.der)
FRONTS = {"alone": b"", "behind a page": b"-" * 5000}
END = b"\0\0"


def longer(element: bytes, octets: int) -> bytes:
    """Write the length of a DER element of less than 64 KiB in so many octets."""
    start, end = contents(element, 0)
    count = octets - 1
    return (
        element[:1] + bytes([0x80 + count]) + (end - start).to_bytes(count, "big") + inner(element)
    )


def inner(element: bytes) -> bytes:
    return element[contents(element, 0)[0] :]


def endless(element: bytes) -> bytes:
    return element[:1] + b"\x80" + inner(element) + END


def with_first(tbs: bytes, old: bytes, new: bytes) -> bytes:
    return seq(inner(tbs).replace(old, new, 1))


def around_entries(tbs: bytes, change) -> bytes:
    """Change how the length of revokedCertificates is written, as it stands behind two times."""
    body = inner(tbs)
    at = body.index(b"\x17\x0d") + 30
    end = contents(body, at)[1]
    return body[:at] + change(body[at:end]) + body[end:]


VERSION, NAME = b"\x02\x01\x01", SHA256_WITH_RSA[2:13]
LIST_LENGTHS = {
    "TBS 83": lambda tbs: longer(tbs, 4),
    "TBS 84": lambda tbs: longer(tbs, 5),
    "TBS 88": lambda tbs: longer(tbs, 9),
    "TBS indefinite": endless,
    "version 81": lambda tbs: with_first(tbs, VERSION, longer(VERSION, 2)),
    "version 88": lambda tbs: with_first(tbs, VERSION, longer(VERSION, 9)),
    "algorithm 81": lambda tbs: with_first(tbs, SHA256_WITH_RSA, longer(SHA256_WITH_RSA, 2)),
    "algorithm 88": lambda tbs: with_first(tbs, SHA256_WITH_RSA, longer(SHA256_WITH_RSA, 9)),
    "algorithm indefinite": lambda tbs: with_first(tbs, SHA256_WITH_RSA, endless(SHA256_WITH_RSA)),
    "its name 81": lambda tbs: with_first(tbs, SHA256_WITH_RSA, seq(longer(NAME, 2), NULL)),
    "its NULL 82": lambda tbs: with_first(tbs, SHA256_WITH_RSA, seq(NAME, b"\5\x82\0\0")),
    "entries 84": lambda tbs: seq(around_entries(tbs, lambda one: longer(one, 5))),
    "entries indefinite": lambda tbs: seq(around_entries(tbs, endless)),
    "all indefinite": lambda tbs: endless(seq(around_entries(tbs, endless))),
}
RESPONSE_VERSION = explicit(0, b"\x02\x01\0")
ANSWER_LENGTHS = {
    "TBS 83": lambda tbs: longer(tbs, 4),
    "TBS 88": lambda tbs: longer(tbs, 9),
    "TBS indefinite": endless,
    "version 81": lambda tbs: seq(longer(RESPONSE_VERSION, 2), inner(tbs)),
    "version within 88": lambda tbs: seq(explicit(0, longer(b"\x02\x01\0", 9)), inner(tbs)),
    "version indefinite": lambda tbs: seq(endless(RESPONSE_VERSION), inner(tbs)),
}


def signed_list(tbs: bytes, key) -> bytes:
    return seq(tbs, SHA256_WITH_RSA, bits(pki.sign(key, tbs)))


@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS)
@pytest.mark.parametrize("change", LIST_LENGTHS.values(), ids=LIST_LENGTHS)
def test_a_list_with_such_lengths_keeps_others_from_saying_good(tmp_path, change, front):
    """It may name the certificate; whoever else it does not name is good."""
    tbs, _ = parts(pki.crl(SIGN, pki.entry(reason=1), number=8))
    ders = [pki.crl(SIGN), front + signed_list(change(tbs), SIGN.key)]
    index = IndexDirectory(tmp_path)
    added = list(index.add([(str(number), der) for number, der in enumerate(ders)], [ANCHOR]))
    sources = CrlSource.load(ders), IndexSource(index.parts())
    other = Certificate.parse(pki.certificate(SIGN, serial=0x0765_4321))

    def found(certificate):
        rules = CrlRules()
        return [one.status(certificate, ANCHOR, moment=NOW, crl_rules=rules) for one in sources]

    assert {one.remembered for one in added} == {True, False}
    assert [one.is_doubtful for one in found(CERTIFICATE)] == [True] * 2
    assert [one.status for one in found(other)] == [Status.NOT_REVOKED] * 2


@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS)
@pytest.mark.parametrize("change", LIST_LENGTHS.values(), ids=LIST_LENGTHS)
def test_so_does_one_for_a_path(change, front):
    """Whose keys are of any algorithm."""
    tbs, _ = parts(crl(ISSUER, LISTED))
    bent = front + signed_list(change(tbs), ISSUER.key)

    assert judged(lists=[*LISTS, bent]).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS)
@pytest.mark.parametrize("change", ANSWER_LENGTHS.values(), ids=ANSWER_LENGTHS)
def test_so_does_an_answer(change, front):
    """By whoever may speak."""
    tbs = change(seq(by_key(ISSUER), generalized(NOW), seq(single(revoked()))))
    bent = front + response(signed_list(tbs, ISSUER.key))

    assert judged(lists=LISTS, ocsp=[bent]).verdict is Verdict.CANNOT_TELL


def test_elements_of_indefinite_length_are_followed_so_far_in_a_file(monkeypatch):
    """However they lie within each other."""
    monkeypatch.setattr(any_length, "MOST_STEPS", 10)
    flat, deep = b"\x30\x80" + NULL * 9 + END, b"\x30\x80" * 5 + END * 5

    assert Elements(flat).at(0) == (2, 20, 22)
    assert Elements(deep).at(0) == (2, 18, 20)
    assert Elements(flat[:2] + NULL + flat[2:]).at(0) is None
    twice = Elements(flat + deep)
    assert (twice.at(0), twice.at(22)) == ((2, 20, 22), None)


def test_and_no_further_than_it_has_octets():
    """There may be many files."""
    flat = b"\x30\x80" + NULL * 9 + END
    thrice = Elements(flat)

    assert [thrice.at(0) for _ in range(3)] == [(2, 20, 22), (2, 20, 22), None]


@pytest.mark.parametrize(
    "none", [b"", b"\x30", b"\x30\x01", b"\x30\x82\0", b"\x30\x80", b"\x30\x80\0", b"\x30\xff\1"]
)
def test_what_is_cut_short_is_no_element(none):
    """Nor does anything go on behind the end of a file."""
    assert Elements(none).at(0) is None
    assert UnreadableAnswer.of(none, BENT).parts == ()
