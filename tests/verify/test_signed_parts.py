"""What looking through a bent file costs, and that looking once finds what looking often does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.verify import CrlSource, Kind, signed_parts
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.crl_unreadable import UnreadableList
from jpki.verify.errors import MalformedError
from jpki.verify.keys import ALGORITHMS
from jpki.verify.path.ocsp_unreadable import UnreadableAnswer
from jpki.verify.policy import CrlRules
from jpki.verify.serials import serial_octets
from jpki.verify.signed_parts import SignedPart, mentioning
from tests.support import pki
from tests.support.asn1 import bits, integer, octets, seq
from tests.support.bent_files import ANSWER, LIST, peak_of, within_each_other
from tests.support.pki import NOW, SHA256_WITH_RSA

BENT = MalformedError("bent", 0)
KINDS = {"list": (UnreadableList, LIST), "answer": (UnreadableAnswer, ANSWER)}
SIZE = 1 << 20
CONTENTS = {
    "absent": bytes(SIZE),
    "first": integer(0x7654321) + bytes(SIZE),
    "last": bytes(SIZE) + integer(0x7654321),
}


class Searched(bytes):
    """Octets that note how far they are searched."""

    def find(self, what, start, end):
        """Note it, too, when nothing is found."""
        at = super().find(what, start, end)
        self.octets = getattr(self, "octets", 0) + (end if at < 0 else at + len(what)) - start
        return at


@pytest.mark.parametrize(("kind", "beginning"), KINDS.values(), ids=KINDS)
def test_parts_within_each_other_are_not_copied(kind, beginning):
    """However many there are, and however many signatures behind them."""
    der = within_each_other(20, bytes(SIZE), beginning, each=9)

    assert peak_of(lambda: kind.of(der, BENT)) < SIZE // 4
    assert len(kind.of(der, BENT).parts) == 16


@pytest.mark.parametrize(("kind", "beginning"), KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("contents", CONTENTS.values(), ids=CONTENTS)
def test_parts_within_each_other_are_searched_once(kind, beginning, contents):
    """Whether the number's octets are there or not, and wherever."""
    der = Searched(within_each_other(20, contents, beginning, each=9))

    found = list(kind.of(der, BENT).mentions(0x7654321))

    assert len(found) == (16 if any(contents) else 0)
    assert 0 < der.octets <= len(der)


def test_a_part_is_hashed_once_for_all_signatures_and_certificates(monkeypatch):
    """It may be as long as the file; one that mentions nobody is not hashed at all."""
    hashed = []
    original = signed_parts.sha256
    monkeypatch.setattr(signed_parts, "sha256", lambda one: hashed.append(one) or original(one))
    ca = pki.ca(Kind.SIGN)
    der = within_each_other(3, integer(5) + integer(6), LIST, each=9)
    source = CrlSource.load([pki.crl(ca), der])

    for serial in (5, 6, 0x7654321):
        one = Certificate.parse(pki.certificate(ca, serial=serial))
        source.status(one, Anchor.load(ca.der), moment=NOW, crl_rules=CrlRules())

    assert len(hashed) == 3


@pytest.mark.parametrize(("size", "is_tried"), [(0x7D, True), (0x7E, False)])
def test_an_algorithm_is_no_longer_than_any_there_is(size, is_tried):
    """What stands there may be nearly the whole file, and a copy of it at every place."""
    algorithm = seq(octets(bytes(size)))
    tbs = seq(algorithm, integer(0x7654321))

    found = UnreadableList.of(tbs + SHA256_WITH_RSA + bits(bytes(256)), BENT)

    assert found.may_mention(0x7654321) is is_tried


PLACES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted), max_size=8).map(
    sorted
)


@given(st.binary(min_size=30, max_size=30), PLACES)
def test_a_number_is_found_in_each_part_that_holds_it_and_in_no_other(der, places):
    """However they lie within each other or across."""
    parts = [SignedPart(der, *one, ()) for one in places]
    windows = {der[at : at + size] for at in range(30) for size in range(1, 6)}
    numbers = {int.from_bytes(one, "big") for one in windows}

    found = {one: list(mentioning(parts, one)) for one in numbers}

    assert found == {
        number: [one for one in parts if serial_octets(number) in one.tbs] for number in numbers
    }


def test_every_algorithm_of_the_jpki_verifier_digests_with_sha_256():
    """Or it must be asked for the digest of a part: nothing that was signed may go unnoticed."""
    assert {one.digest.name for one in ALGORITHMS.values()} == {"sha256"}
