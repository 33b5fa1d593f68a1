"""Revocation by lists: what says revoked, what says good, and everything that says neither."""

from dataclasses import dataclass, replace

import pytest

from jpki.verify import CrlSource, Finding, Kind, Outcome, Status, Verdict
from jpki.verify.crl import RevocationList
from jpki.verify.errors import CannotTellError, MalformedError, RevokedError
from jpki.verify.policy import CrlRules
from tests.support import pki
from tests.support.asn1 import (
    NULL,
    boolean,
    enumerated,
    explicit,
    generalized,
    implicit,
    integer,
    octets,
    oid,
    seq,
)
from tests.support.pki import DAY, NOW

SIGN = pki.ca(Kind.SIGN)
THIRD = pki.ca(Kind.SIGN, 3)
AUTH = pki.ca(Kind.AUTH)
ELSEWHERE = pki.point_name(Kind.SIGN, "Hachioji-shi")
HERE = pki.full_name(pki.point_name(Kind.SIGN))
DELTA = "2.5.29.27"
AIA = "1.3.6.1.5.5.7.1.1"
FRESHEST = "2.5.29.46"
INVALIDITY = "2.5.29.24"
ENTRY_ISSUER = "2.5.29.29"
ACCESS = seq(seq(oid("1.3.6.1.5.5.7.48.2"), implicit(6, b"http://ca.jpki-emu.invalid/")))
UNKNOWN = "1.2.392.200149.8.5.99"
TRUE = b"\xff"


def judged(*lists, moment=NOW, certificate=None):
    der = certificate or pki.certificate(SIGN)
    return pki.verifier(*lists).check(der, Kind.SIGN, moment=moment)


def scope(*parts, critical=True):
    """Give an issuingDistributionPoint of these parts."""
    return {pki.ISSUING_POINT: (critical, seq(*parts))}


USELESS = {
    "stale": pki.crl(SIGN, this_update=NOW - 3 * DAY, next_update=NOW - DAY),
    "of the future": pki.crl(SIGN, this_update=NOW + DAY, next_update=NOW + 3 * DAY),
    "without nextUpdate": pki.crl(SIGN, next_update=None),
    "older than a week": pki.crl(SIGN, this_update=NOW - 8 * DAY, next_update=NOW + 30 * DAY),
    "without cRLNumber": pki.crl(SIGN, drop=[pki.CRL_NUMBER]),
    "with a critical cRLNumber": pki.crl(SIGN, change={pki.CRL_NUMBER: (True, integer(7))}),
    "signed by somebody else": pki.crl(SIGN, signed_by=pki.key("somebody")),
    "signed by another generation": pki.crl(THIRD),
    "claiming our key, signed by another": pki.crl(SIGN, signed_by=THIRD.key),
    "of the other authority": pki.crl(AUTH),
    "of another municipality": pki.crl(SIGN, point=ELSEWHERE),
    "under another name": pki.crl(SIGN, list_issuer=AUTH.name),
    "for CA certificates": pki.crl(SIGN, change=scope(implicit(2, TRUE))),
    "for attribute certificates": pki.crl(SIGN, change=scope(implicit(5, TRUE))),
    "for some reasons": pki.crl(SIGN, change=scope(HERE, implicit(3, b"\x06\x40"))),
    "indirect": pki.crl(SIGN, change=scope(HERE, implicit(4, TRUE))),
    "delta": pki.crl(SIGN, change={DELTA: (True, integer(6))}),
    "delta, not critical": pki.crl(SIGN, change={DELTA: (False, integer(6))}),
    "with an unknown critical extension": pki.crl(SIGN, change={UNKNOWN: (True, NULL)}),
    "with an unknown critical entry extension": pki.crl(
        SIGN, pki.entry(serial=5, extra={UNKNOWN: (True, NULL)})
    ),
    "with an entry of another issuer": pki.crl(
        SIGN, pki.entry(serial=5, extra={ENTRY_ISSUER: (True, seq(explicit(4, AUTH.name)))})
    ),
    "with a critical authorityInfoAccess": pki.crl(SIGN, change={AIA: (True, ACCESS)}),
    "with a critical issuerAltName": pki.crl(
        SIGN, change={pki.ISSUER_ALT_NAME: (True, seq(explicit(4, SIGN.name)))}
    ),
    "with a critical freshestCRL": pki.crl(SIGN, change={FRESHEST: (True, seq(seq(HERE)))}),
    "with junk for authorityInfoAccess": pki.crl(SIGN, change={AIA: (True, b"")}),
    "with junk for issuerAltName": pki.crl(SIGN, change={pki.ISSUER_ALT_NAME: (False, b"")}),
    "with junk for freshestCRL": pki.crl(SIGN, change={FRESHEST: (False, b"junk")}),
    "with removeFromCRL": pki.crl(SIGN, pki.entry(serial=5, reason=8)),
    "with two algorithms": pki.crl(SIGN, outer_algorithm=pki.SHA1_WITH_RSA),
    "with a weak algorithm": pki.crl(
        SIGN, inner_algorithm=pki.SHA1_WITH_RSA, outer_algorithm=pki.SHA1_WITH_RSA
    ),
    "with an empty scope": pki.crl(SIGN, change=scope()),
    "with an empty revokedCertificates": pki.crl(SIGN, b""),
    "with bytes left over": pki.crl(SIGN) + b"\x00",
    "no list": b"no list",
}


def test_no_list_at_all_cannot_tell():
    """Without revocation data nothing is good, and the report says which list is wanted."""
    report = judged()

    assert report.verdict is Verdict.CANNOT_TELL
    assert "Kiyose-shi CRLDP" in report.needed[0]
    with pytest.raises(CannotTellError):
        report.require_good()


@pytest.mark.parametrize("useless", USELESS.values(), ids=USELESS)
def test_a_list_that_proves_nothing_cannot_tell(useless):
    """Stale, future, foreign, partial, not understood or unreadable lists are never "good"."""
    report = judged(useless)

    assert report.verdict is Verdict.CANNOT_TELL
    assert report.check("cert.revocation").outcome is Outcome.CANNOT_TELL
    assert report.revocation.status is Status.UNKNOWN


@pytest.mark.parametrize("useless", USELESS.values(), ids=USELESS)
def test_a_useless_list_does_not_spoil_a_good_one(useless):
    """What proves nothing takes nothing away either."""
    assert judged(useless, pki.crl(SIGN)).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    "good",
    [
        pki.crl(SIGN),
        pki.crl(SIGN, pki.entry(serial=5)),
        pki.crl(SIGN, point=None),
        pki.crl(SIGN, change=scope(HERE, implicit(1, TRUE))),
        pki.crl(SIGN, change=scope(implicit(1, TRUE))),
        pki.crl(SIGN, change=scope(HERE, critical=False)),
        pki.crl(SIGN, drop=[pki.AUTHORITY_KEY]),
        pki.crl(SIGN, this_update=NOW, next_update=NOW + DAY),
        pki.crl(SIGN, this_update=NOW - DAY, next_update=NOW),
        pki.crl(SIGN, change={UNKNOWN: (False, NULL)}),
        pki.crl(SIGN, number=0),
        pki.crl(SIGN, number=(1 << 159) - 1),
    ],
    ids=[
        "partition without entries",
        "partition with another entry",
        "list of the whole CA",
        "partition for holders",
        "all holders",
        "scope not critical",
        "without key identifier",
        "from this second on",
        "until this second",
        "with an unknown extension that is not critical",
        "with the first number",
        "with a number of 20 octets",
    ],
)
def test_a_fresh_list_that_covers_the_certificate_says_good(good):
    """Covering, authentic, understood and fresh: the certificate not on it is not revoked."""
    report = judged(good)

    assert report.verdict is Verdict.GOOD
    assert report.revocation.status is Status.NOT_REVOKED
    assert report.revocation.basis.sha256 == RevocationList.parse(good).sha256


REASONS = {
    None: "unspecified",
    1: "keyCompromise",
    2: "cACompromise",
    3: "affiliationChanged",
    4: "superseded",
    5: "cessationOfOperation",
    6: "certificateHold",
    9: "privilegeWithdrawn",
    10: "aACompromise",
}


@pytest.mark.parametrize(("code", "reason"), REASONS.items(), ids=map(str, REASONS.values()))
def test_a_listed_certificate_is_revoked_for_any_reason(code, reason):
    """Every reason ends a certificate; a hold is never lifted in JPKI, so it does too."""
    report = judged(pki.crl(SIGN, pki.entry(reason=code)))

    with pytest.raises(RevokedError) as caught:
        report.require_good()
    assert (caught.value.reason, caught.value.revoked_at) == (reason, NOW - 10 * DAY)


@pytest.mark.parametrize(
    "revoking",
    [
        pki.crl(SIGN, pki.entry(), this_update=NOW - 3 * DAY, next_update=NOW - DAY),
        pki.crl(SIGN, pki.entry(), this_update=NOW - 30 * DAY, next_update=NOW - 29 * DAY),
        pki.crl(SIGN, pki.entry(), next_update=None),
        pki.crl(SIGN, pki.entry(), drop=[pki.CRL_NUMBER]),
        pki.crl(SIGN, pki.entry(), point=ELSEWHERE),
        pki.crl(SIGN, pki.entry(), change=scope(implicit(2, TRUE))),
        pki.crl(SIGN, pki.entry(), this_update=NOW + DAY, next_update=NOW + 3 * DAY),
        pki.crl(SIGN, pki.entry(revoked_at=NOW + DAY)),
    ],
    ids=[
        "stale",
        "stale and dated before the revocation it lists",
        "without nextUpdate",
        "without number",
        "of another municipality",
        "for CA certificates",
        "of the future, about the past",
        "of now, dated in the future",
    ],
)
def test_revoked_needs_no_fresh_or_fitting_list(revoking):
    """Revocation is final and serial numbers are unique: an authentic list that names it counts."""
    report = judged(revoking)

    assert report.revocation.status is Status.REVOKED
    assert report.verdict is Verdict.BAD


@pytest.mark.parametrize(
    "powerless",
    [
        pki.crl(SIGN, pki.entry(), signed_by=pki.key("somebody")),
        pki.crl(SIGN, pki.entry(), change={DELTA: (True, integer(6))}, signed_by=THIRD.key),
        pki.crl(THIRD, pki.entry()),
        pki.crl(AUTH, pki.entry()),
    ],
    ids=["forged", "forged delta", "other generation", "other authority"],
)
def test_a_list_that_is_not_authentic_says_nothing(powerless):
    """Anybody could have written it: it neither revokes nor stands in the way of a good list."""
    assert judged(powerless).verdict is Verdict.CANNOT_TELL
    assert judged(powerless, pki.crl(SIGN)).verdict is Verdict.GOOD


OBSCURE = {
    "a delta": pki.crl(SIGN, pki.entry(), change={DELTA: (True, integer(6))}),
    "a delta, not critical": pki.crl(SIGN, pki.entry(), change={DELTA: (False, integer(6))}),
    "with an unknown critical extension": pki.crl(
        SIGN, pki.entry(), change={UNKNOWN: (True, NULL)}
    ),
    "with an unknown critical entry extension": pki.crl(
        SIGN, pki.entry(extra={UNKNOWN: (True, NULL)})
    ),
    "with it on another entry": pki.crl(
        SIGN, pki.entry(), pki.entry(serial=5, extra={UNKNOWN: (True, NULL)})
    ),
    "with an entry of another issuer": pki.crl(
        SIGN, pki.entry(extra={ENTRY_ISSUER: (True, seq(explicit(4, AUTH.name)))})
    ),
    "with removeFromCRL": pki.crl(SIGN, pki.entry(reason=8)),
    "indirect": pki.crl(SIGN, pki.entry(), change=scope(HERE, implicit(4, TRUE))),
    "indirect, of another place": pki.crl(
        SIGN, pki.entry(), change=scope(pki.full_name(ELSEWHERE), implicit(4, TRUE))
    ),
    "under another name": pki.crl(SIGN, pki.entry(), list_issuer=pki.ca_name(Kind.SIGN, "JPKI")),
    "naming another key": pki.crl(
        SIGN, pki.entry(), change={pki.AUTHORITY_KEY: (False, pki.authority_key(THIRD))}
    ),
    "with two algorithms": pki.crl(SIGN, pki.entry(), outer_algorithm=pki.SHA1_WITH_RSA),
    "stale": pki.crl(
        SIGN,
        pki.entry(),
        change={UNKNOWN: (True, NULL)},
        this_update=NOW - 3 * DAY,
        next_update=NOW - DAY,
    ),
    "of the future": pki.crl(
        SIGN,
        pki.entry(revoked_at=NOW + DAY),
        change={UNKNOWN: (True, NULL)},
        this_update=NOW + DAY,
        next_update=NOW + 3 * DAY,
    ),
}


@pytest.mark.parametrize("order", [1, -1], ids=["first", "last"])
@pytest.mark.parametrize("obscure", OBSCURE.values(), ids=OBSCURE)
def test_what_is_signed_but_not_understood_and_names_it_forbids_good(obscure, order):
    """The CA said something of this certificate: that it could not be checked is never "good"."""
    report = judged(*[obscure, pki.crl(SIGN, number=9)][::order])

    assert report.revocation.status is Status.UNKNOWN
    assert report.verdict is Verdict.CANNOT_TELL
    assert "not understood" in report.needed[0]
    assert "names it: " in report.check("cert.revocation").seen


@pytest.mark.parametrize("order", [1, -1], ids=["first", "last"])
@pytest.mark.parametrize("obscure", OBSCURE.values(), ids=OBSCURE)
def test_what_is_not_understood_takes_no_revocation_back(obscure, order):
    """A list that is understood and names the certificate decides, whatever else is there."""
    lists = [obscure, pki.crl(SIGN), pki.crl(SIGN, pki.entry(), number=9)]

    report = judged(*lists[::order])

    assert report.revocation.status is Status.REVOKED
    assert report.revocation.basis.number == 9


LISTED = pki.crl(SIGN, pki.entry(reason=1))
UNREADABLE = {
    "a serial number twice": pki.crl(SIGN, pki.entry(), pki.entry()),
    "reason 7": pki.crl(SIGN, pki.entry(reason=7)),
    "v3": pki.crl(SIGN, pki.entry(), version=2),
    "bytes left over": pki.crl(SIGN, pki.entry()) + b"\x00",
    "a time that does not exist": pki.crl(SIGN, seq(integer(pki.SERIAL), b"\x17\x0d260231030000Z")),
    "a padded serial number": pki.crl(
        SIGN, seq(b"\x02\x05\x00" + integer(pki.SERIAL)[2:], pki.time(NOW))
    ),
    "a longer length than needed": b"\x30\x83\x00" + LISTED[2:],
    "an indefinite length": b"\x30\x80" + LISTED[4:] + b"\x00\x00",
    "a byte before": b"\x00" + LISTED,
    "behind something else": bytes(64) + LISTED,
    "wrapped": seq(LISTED),
    "no outer header": LISTED[4:],
    "a signature for show before it": seq(seq(seq(), NULL), NULL, b"\x03\x02\x00\x00", LISTED),
    "a page for an algorithm outside": pki.crl(
        SIGN, pki.entry(reason=1), outer_algorithm=octets(bytes(500))
    ),
    "signatures for an algorithm outside": pki.crl(
        SIGN, pki.entry(reason=1), outer_algorithm=octets(b"\x03\x40" * 60)
    ),
    "no algorithm outside": pki.crl(SIGN, pki.entry(reason=1), outer_algorithm=NULL),
    "the signature's length longer than needed": LISTED[:-261] + b"\x03\x83\x00" + LISTED[-259:],
    "junk for contents": pki.crl(SIGN, pki.entry(), change={AIA: (False, b"")}),
}


@pytest.mark.parametrize("order", [1, -1], ids=["first", "last"])
@pytest.mark.parametrize("unreadable", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_signed_but_unreadable_and_may_name_it_forbids_good(unreadable, order):
    """A list the CA signed that cannot be searched may hold this certificate's revocation."""
    report = judged(*[unreadable, pki.crl(SIGN)][::order])

    assert report.verdict is Verdict.CANNOT_TELL
    assert "not understood" in report.needed[0]
    assert "unreadable" in report.check("cert.revocation").seen


@pytest.mark.parametrize(
    "unreadable",
    [
        pki.crl(SIGN, pki.entry(reason=7), signed_by=pki.key("somebody")),
        pki.crl(THIRD, pki.entry(reason=7)),
        pki.crl(SIGN, pki.entry(serial=5, reason=7)),
        pki.crl(SIGN, pki.entry(), inner_algorithm=NULL, outer_algorithm=NULL),
        pki.crl(SIGN, pki.entry(reason=7))[:-1],
        seq(NULL, NULL, NULL),
        b"",
    ],
    ids=[
        "forged",
        "other generation",
        "without its bytes",
        "signed in no known way",
        "cut short",
        "no bit string",
        "empty",
    ],
)
def test_what_is_unreadable_and_not_signed_says_nothing(unreadable):
    """Otherwise anybody's file in the directory of lists would put an end to every "good"."""
    assert judged(unreadable, pki.crl(SIGN)).verdict is Verdict.GOOD


def test_an_unreadable_list_takes_no_revocation_back():
    """A list that can be read and names the certificate decides."""
    report = judged(UNREADABLE["reason 7"], pki.crl(SIGN, pki.entry()))

    assert report.revocation.status is Status.REVOKED


@pytest.mark.parametrize("order", [1, -1])
def test_revoked_wins_over_not_listed(order):
    """Of two lists, one naming the certificate and one not, the one that names it decides."""
    lists = [pki.crl(SIGN, number=9), pki.crl(SIGN, pki.entry(), number=8, point=None)]

    report = judged(*lists[::order])

    assert report.revocation.status is Status.REVOKED
    assert report.revocation.basis.number == 8


def test_a_later_list_says_nothing_of_an_earlier_moment():
    """Judged as of a day before its revocation, a certificate was good by that day's list."""
    that_day = pki.crl(SIGN)
    later = pki.crl(
        SIGN,
        pki.entry(revoked_at=NOW + DAY),
        this_update=NOW + 2 * DAY,
        next_update=NOW + 3 * DAY,
    )

    assert judged(that_day, later).verdict is Verdict.GOOD
    assert judged(later).verdict is Verdict.CANNOT_TELL
    assert judged(that_day, later, moment=NOW + 2 * DAY).verdict is Verdict.BAD


def test_an_invalidity_date_reaches_back():
    """A key known to have been unsafe at the moment revokes, though it was listed later."""
    unsafe = {INVALIDITY: (False, generalized(NOW - DAY))}
    later = pki.crl(
        SIGN,
        pki.entry(revoked_at=NOW + DAY, reason=1, extra=unsafe),
        this_update=NOW + 2 * DAY,
        next_update=NOW + 3 * DAY,
    )

    assert judged(pki.crl(SIGN), later).verdict is Verdict.BAD


def test_the_evidence_is_recorded():
    """A report names the list it rests on: issuer's scope, number, dates, SHA-256."""
    der = pki.crl(SIGN, number=4711)

    report = judged(pki.crl(SIGN, point=ELSEWHERE), der)

    (basis,) = report.revocation.evidence
    assert basis is report.revocation.basis
    assert (basis.number, basis.this_update.tzinfo is not None) == (4711, True)
    assert basis.scope.endswith("CN=Kiyose-shi CRLDP")
    assert basis.sha256 == RevocationList.parse(der).sha256


def test_lists_of_other_places_are_shown_when_there_is_no_better():
    """A report without the right list names a few of those it had, not all 1,900."""
    towns = [pki.crl(SIGN, point=pki.point_name(Kind.SIGN, f"Town-{n}")) for n in range(5)]

    evidence = judged(*towns).revocation.evidence

    assert [one.objections for one in evidence] == [("for another distribution point",)] * 3


def test_an_unreadable_list_is_evidence_of_nothing_but_itself():
    """The report shows what was given and where it broke."""
    report = judged(b"\x30\x80no list")

    (evidence,) = report.revocation.evidence
    assert evidence.objections == ("offset 1: indefinite length",)


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [(CrlRules(max_age=None), Verdict.GOOD), (CrlRules(max_age=DAY), Verdict.CANNOT_TELL)],
)
def test_the_age_a_list_may_have_is_policy(rules, verdict):
    """The CA's nextUpdate is its word; a relying party may be stricter, or leave it at that."""
    old = pki.crl(SIGN, this_update=NOW - 8 * DAY, next_update=NOW + DAY)
    verifier = pki.verifier(old)
    finding = verifier.revocation.status(
        verifier_certificate(), verifier.anchors.sign[0], moment=NOW, crl_rules=rules
    )

    assert (finding.status is Status.NOT_REVOKED) == (verdict is Verdict.GOOD)


def verifier_certificate():
    return judged().certificate


MALFORMED = {
    "v1 with extensions": pki.crl(SIGN, version=None),
    "v3": pki.crl(SIGN, version=2),
    "a serial number twice": pki.crl(SIGN, pki.entry(), pki.entry()),
    "reason 7": pki.crl(SIGN, pki.entry(reason=7)),
    "invalidityDate as UTCTime": pki.crl(
        SIGN, pki.entry(extra={INVALIDITY: (False, b"\x17\x0d260401030000Z")})
    ),
    "two scopes at once": pki.crl(SIGN, change=scope(implicit(1, TRUE), implicit(2, TRUE))),
    "scope with FALSE written out": pki.crl(SIGN, change=scope(HERE, implicit(1, b"\x00"))),
    "a negative number": pki.crl(SIGN, number=-1),
    "a number of 21 octets": pki.crl(SIGN, number=1 << 160),
    "reason as INTEGER": pki.crl(SIGN, pki.entry(extra={pki.REASON: (False, integer(1))})),
    "critical of FALSE written out": pki.crl(
        SIGN,
        seq(
            integer(9),
            pki.time(NOW),
            seq(seq(pki.oid(pki.REASON), boolean(False), pki.octets(enumerated(1)))),
        ),
    ),
}


@pytest.mark.parametrize("der", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_list_is_refused_with_its_offset(der):
    """What RFC 5280 forbids in a list's structure ends the reading."""
    with pytest.raises(MalformedError) as caught:
        RevocationList.parse(der)
    assert 0 < caught.value.offset < len(der)


def test_an_empty_revoked_list_is_refused():
    """Without entries the field is left out (RFC 5280 5.1.2.6)."""
    with pytest.raises(MalformedError, match="revokedCertificates is empty"):
        RevocationList.parse(pki.crl(SIGN, b""))


@dataclass(frozen=True)
class Claiming:
    """A source that claims without evidence."""

    claimed: Status

    def status(self, certificate, issuer, *, moment, crl_rules):
        return Finding(self.claimed)


@pytest.mark.parametrize(
    ("claimed", "verdict"),
    [
        (Status.REVOKED, Verdict.BAD),
        (Status.UNKNOWN, Verdict.CANNOT_TELL),
        (Status.NOT_REVOKED, Verdict.CANNOT_TELL),
    ],
)
def test_good_needs_evidence_and_revoked_does_not(claimed, verdict):
    """Any source can be plugged in; one that says "good" must show what it rests on."""
    verifier = replace(pki.verifier(), revocation=Claiming(claimed))

    report = verifier.check(pki.certificate(SIGN), Kind.SIGN, moment=NOW)

    assert report.verdict is verdict


def test_an_empty_source_is_the_default():
    """Nobody gets "good" by forgetting the lists."""
    assert CrlSource().lists == ()
    assert judged().verdict is Verdict.CANNOT_TELL
