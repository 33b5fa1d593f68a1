"""What an answer may cost: products a certificate chooses, lists of strangers, time."""

from itertools import count

import pytest

from jpki.verify import Verdict
from jpki.verify.path import Limits, Parameters, PathVerifier
from jpki.verify.path import crl as path_crl
from tests.support import pki
from tests.support.asn1 import explicit, implicit, integer
from tests.support.pki import NOW
from tests.verify.path.making import (
    ANCHOR,
    ISSUER,
    ISSUER_CERTIFICATE,
    LISTS,
    ROOT_LIST,
    SERIAL,
    STRANGER,
    SUBJECT,
    TARGET,
    certificate,
    crl,
    judged,
    named,
    point,
    scope,
)

CRL_ISSUERS = [named(f"list issuer {number}") for number in range(40)]
PLACES = b"".join(implicit(6, b"a:%d" % number) for number in range(60))
CROWDED = certificate(
    ISSUER,
    SUBJECT,
    ca=False,
    serial=SERIAL,
    change=point(
        explicit(0, explicit(0, PLACES)),
        explicit(2, b"".join(explicit(4, name) for name in CRL_ISSUERS)),
    ),
)


def test_the_names_of_a_distribution_point_are_counted_by_their_product():
    """40 issuers with lists at 60 places are 2,400 lookups; without lists there are none."""
    limits = Limits(comparisons=2000)
    strangers = [
        crl(STRANGER, list_issuer=name, change=scope(implicit(4, b"\xff"))) for name in CRL_ISSUERS
    ]

    few = judged(CROWDED, lists=LISTS, limits=limits)
    many = judged(CROWDED, lists=[*LISTS, *strangers], limits=limits)

    assert few.verdict is Verdict.GOOD
    assert many.verdict is Verdict.CANNOT_TELL
    assert many.checks[-1].rule.id == "path.budget"


def test_nobody_reads_the_entries_of_a_list_before_its_signer_is_proven(monkeypatch):
    """In the issuer's name or another, a list, a delta: only what the CA signed is read."""
    read = []
    original = path_crl._EntryReader.read

    def noted(self, revoked):
        read.append(revoked.der)
        return original(self, revoked)

    monkeypatch.setattr(path_crl._EntryReader, "read", noted)
    entry = pki.entry(serial=SERIAL, reason=1)
    delta = {"2.5.29.27": (True, integer(1))}
    foreign = [
        crl(STRANGER, entry),
        crl(ISSUER, entry, signed_by=STRANGER.key),
        crl(ISSUER, entry, signed_by=STRANGER.key, change=delta),
    ]

    report = judged(lists=[*LISTS, *foreign])
    judged(lists=[ROOT_LIST, crl(ISSUER, pki.entry(serial=5))])

    assert report.verdict is Verdict.GOOD
    assert len(read) == 1


@pytest.mark.parametrize("junk", [pki.entry(serial=SERIAL) * 2, pki.entry(serial=SERIAL) + b"\0\0"])
def test_entries_nobody_can_read_are_the_word_of_whoever_signed_them(junk):
    """What the CA said of it is not known; what a stranger said does not matter."""
    by_ca, by_stranger = crl(ISSUER, junk), crl(ISSUER, junk, signed_by=STRANGER.key)

    assert judged(lists=[*LISTS, by_ca]).verdict is Verdict.CANNOT_TELL
    assert judged(lists=[*LISTS, by_stranger]).verdict is Verdict.GOOD


def test_a_question_ends_with_its_time():
    """A clock that shows one second more at each look; without a clock no time passes."""
    limited = Parameters(limits=Limits(seconds=5))

    def asked(clock):
        return PathVerifier.load(
            [ANCHOR],
            certificates=[ISSUER_CERTIFICATE],
            lists=LISTS,
            parameters=limited,
            clock=clock,
        ).check(TARGET, moment=NOW)

    late = asked(count().__next__)

    assert late.verdict is Verdict.CANNOT_TELL
    assert "no answer within 5 seconds" in late.checks[-1].seen
    assert asked(None).verdict is Verdict.GOOD
