"""Which CA issued a certificate: by key among the generations of one name, and when it is valid."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from jpki.verify import Kind, Outcome, TrustAnchors, Verdict, Verifier, claimed_kind, rules
from jpki.verify.errors import (
    AnchorError,
    CannotTellError,
    ExpiredError,
    NotYetValidError,
    UntrustedIssuerError,
)
from tests.support import pki
from tests.support.asn1 import bits, explicit, implicit, seq
from tests.support.pki import NOW

SIGN = pki.ca(Kind.SIGN)
FIRST = pki.ca(Kind.SIGN, 1)
THIRD = pki.ca(Kind.SIGN, 3)
FOREIGN = pki.ca(Kind.SIGN, organization="Elsewhere")
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("issuer", [FIRST, SIGN, THIRD], ids=["first", "second", "third"])
def test_the_ca_is_chosen_by_key_among_generations_of_one_name(issuer):
    """All generations share a name; the key identifier picks the one that issued."""
    verifier = pki.verifier(pki.crl(issuer), sign_cas=[THIRD, FIRST, SIGN])

    report = verifier.check(pki.certificate(issuer), Kind.SIGN, moment=NOW)

    assert report.verdict is Verdict.GOOD
    assert issuer.key_id.hex() in report.check("cert.issuer").seen


def test_a_generation_that_is_not_pinned_is_not_trusted():
    """The name of the CA is not enough: its key must be pinned."""
    report = pki.verifier(pki.crl(THIRD)).check(pki.certificate(THIRD), Kind.SIGN, moment=NOW)

    with pytest.raises(UntrustedIssuerError, match="no pinned generation has key"):
        report.require_good()


def test_a_certificate_naming_another_generation_fails_its_signature():
    """Claiming the key of a pinned generation does not make its signature."""
    claims_third = {pki.AUTHORITY_KEY: (False, pki.authority_key(THIRD))}
    verifier = pki.verifier(pki.crl(THIRD), sign_cas=[SIGN, THIRD])

    report = verifier.check(pki.certificate(SIGN, change=claims_third), Kind.SIGN, moment=NOW)

    assert [check.rule for check in report.failures] == [rules.CERT_SIGNATURE]


def test_a_ca_of_another_name_is_not_trusted():
    """A certificate of a CA nobody pinned is refused, whatever it says of itself."""
    report = pki.verifier(pki.crl(FOREIGN)).check(pki.certificate(FOREIGN), Kind.SIGN, moment=NOW)

    with pytest.raises(UntrustedIssuerError, match="no pinned CA has this name"):
        report.require_good()


@pytest.mark.parametrize(
    "authority_key",
    [None, seq(), seq(explicit(1, explicit(4, SIGN.name)), implicit(2, b"\x01\x00\x00\x02"))],
    ids=["absent", "empty", "without key identifier"],
)
def test_without_a_key_identifier_no_generation_is_chosen(authority_key):
    """Issuer and serial number alone do not say which key signed."""
    bent = {} if authority_key is None else {pki.AUTHORITY_KEY: (False, authority_key)}
    dropped = [pki.AUTHORITY_KEY] if authority_key is None else []

    report = pki.verifier(pki.crl(SIGN)).check(
        pki.certificate(SIGN, change=bent, drop=dropped), Kind.SIGN, moment=NOW
    )

    assert report.check("cert.issuer").outcome is Outcome.FAIL


def test_the_key_identifier_alone_finds_the_ca_and_is_not_the_profile():
    """RFC 5280 does not require issuer and serial number of the CA; the profile does."""
    short = {pki.AUTHORITY_KEY: (False, seq(implicit(0, SIGN.key_id)))}

    report = pki.verifier(pki.crl(SIGN)).check(
        pki.certificate(SIGN, change=short), Kind.SIGN, moment=NOW
    )

    assert report.check("cert.issuer").outcome is Outcome.PASS
    assert [one.rule for one in report.failures] == [rules.CERT_AUTHORITY_KEY]


def test_without_any_ca_nobody_can_tell():
    """No pinned CA of the kind is missing knowledge, not a fault of the certificate."""
    verifier = Verifier(TrustAnchors.load(auth=[pki.ca(Kind.AUTH).der]))

    report = verifier.check(pki.certificate(SIGN), Kind.SIGN, moment=NOW)

    assert report.verdict is Verdict.CANNOT_TELL
    with pytest.raises(CannotTellError) as caught:
        report.require_good()
    assert "the CA certificate of C=JP, O=JPKI-EMU" in caught.value.needed[0]


NOT_BEFORE = datetime(2025, 6, 1, 16, 40, 0, tzinfo=UTC)
NOT_AFTER = datetime(2030, 5, 10, 14, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "failing"),
    [
        (NOT_BEFORE - SECOND, [rules.CERT_NOT_BEFORE]),
        (NOT_BEFORE, []),
        (NOT_AFTER, []),
        (NOT_AFTER + timedelta(microseconds=999_999), []),
        (NOT_AFTER + SECOND, [rules.CERT_NOT_AFTER]),
    ],
    ids=["a second early", "first second", "last second", "within it", "a second late"],
)
def test_validity_includes_its_first_and_last_second(moment, failing):
    """RFC 5280 4.1.2.5: both ends belong to the period, which is counted in whole seconds."""
    fresh = pki.crl(SIGN, this_update=moment - SECOND, next_update=moment + SECOND)

    report = pki.verifier(fresh).check(pki.certificate(SIGN), Kind.SIGN, moment=moment)

    assert [check.rule for check in report.failures] == failing


def test_the_day_ends_at_midnight_in_japan():
    """23:59:59 JST of the last day is good, 00:00:00 JST of the next is not."""
    japan = timezone(timedelta(hours=9))
    last = datetime(2030, 5, 10, 23, 59, 59, tzinfo=japan)
    crl = pki.crl(SIGN, this_update=last.astimezone(UTC), next_update=last.astimezone(UTC) + SECOND)
    verifier = pki.verifier(crl)

    in_time = verifier.check(pki.certificate(SIGN), Kind.SIGN, moment=last)
    late = verifier.check(pki.certificate(SIGN), Kind.SIGN, moment=last + SECOND)

    assert in_time.verdict is Verdict.GOOD
    assert "2030-05-10 23:59:59 JST" in in_time.check("cert.not-after").seen
    with pytest.raises(ExpiredError) as caught:
        late.require_good()
    assert caught.value.not_after == last


def test_the_error_of_an_early_certificate_has_its_date():
    """Who catches the error can say from when on the certificate will do."""
    report = pki.verifier(pki.crl(SIGN)).check(
        pki.certificate(SIGN, not_before=NOW + SECOND), Kind.SIGN, moment=NOW
    )

    with pytest.raises(NotYetValidError) as caught:
        report.require_good()
    assert caught.value.not_before == NOW + SECOND


def test_a_certificate_without_end_is_read():
    """99991231235959Z is the value for it (RFC 5280 4.1.2.5), and beyond Japanese clocks."""
    endless = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)

    report = pki.verifier(pki.crl(SIGN)).check(
        pki.certificate(SIGN, not_after=endless), Kind.SIGN, moment=NOW
    )

    assert report.check("cert.not-after").seen == "9999-12-31T23:59:59Z"


@pytest.mark.parametrize(
    ("dates", "more"),
    [
        ({"not_after": NOW - SECOND}, [rules.CERT_WITHIN_CA]),
        ({"not_before": NOW + SECOND}, []),
    ],
    ids=["expired", "not yet valid"],
)
def test_the_ca_must_be_valid_too(dates, more):
    """A certificate of a CA past its end, or before its start, is not good (profile 3.2)."""
    old = pki.ca(Kind.SIGN, 9, **dates)

    report = pki.verifier(pki.crl(old), sign_cas=[old]).check(
        pki.certificate(old), Kind.SIGN, moment=NOW
    )

    assert [check.rule for check in report.failures] == [rules.CA_VALIDITY, *more]


def test_a_moment_without_time_zone_is_refused():
    """Guessing a time zone could move an expiry by nine hours."""
    with pytest.raises(ValueError, match="time zone"):
        pki.verifier().check(pki.certificate(SIGN), Kind.SIGN, moment=datetime(2026, 4, 1))  # noqa: DTZ001


def ca_with(**changes):
    fields = {
        "serial": 5,
        "issuer": SIGN.name,
        "subject": SIGN.name,
        "not_before": NOT_BEFORE,
        "not_after": NOT_AFTER,
        "info": pki.key_info(SIGN.key),
        "extensions": pki.ca_extensions(Kind.SIGN, SIGN.name, SIGN.key_id),
    }
    return pki.assemble(changes.pop("signed_by", SIGN.key), **(fields | changes))


def without(*oids):
    extensions = pki.ca_extensions(Kind.SIGN, SIGN.name, SIGN.key_id)
    return {oid: one for oid, one in extensions.items() if oid not in oids}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"issuer": FOREIGN.name}, "not self-signed"),
        ({"extensions": without(pki.BASIC_CONSTRAINTS)}, "does not say CA"),
        ({"extensions": without(pki.KEY_USAGE)}, "keyCertSign or cRLSign"),
        (
            {"extensions": without(pki.KEY_USAGE) | {pki.KEY_USAGE: (True, bits(b"\x04", 2))}},
            "keyCertSign or cRLSign",
        ),
        ({"extensions": without(pki.SUBJECT_KEY)}, "no subjectKeyIdentifier"),
        ({"signed_by": pki.key("somebody")}, "self-signature"),
        ({"version": 1}, "not version 3"),
    ],
    ids=["issued", "no CA", "no usage", "no cRLSign", "no key id", "forged", "v2"],
)
def test_only_a_self_signed_ca_certificate_can_be_pinned(changes, problem):
    """What is pinned by mistake is refused when it is pinned, not when it is used."""
    with pytest.raises(AnchorError, match=problem):
        TrustAnchors.load(sign=[ca_with(**changes)])


def test_a_holder_s_certificate_cannot_be_pinned():
    """An end-entity certificate is nobody's CA."""
    with pytest.raises(AnchorError):
        TrustAnchors.load(sign=[pki.certificate(SIGN)])


def test_anchors_without_a_kind_are_sorted_by_their_name():
    """The OU of the CA's name says which of the two hierarchies it heads."""
    auth = pki.ca(Kind.AUTH)

    anchors = TrustAnchors.sort([auth.der, SIGN.der, THIRD.der])

    assert [one.certificate.der for one in anchors.sign] == [SIGN.der, THIRD.der]
    assert [one.certificate.der for one in anchors.auth] == [auth.der]


def test_an_anchor_whose_name_says_no_kind_is_not_sorted():
    """A CA of neither name belongs to neither store."""
    nameless = pki.name(("2.5.4.6", "JP"), ("2.5.4.10", "JPKI-EMU"))

    with pytest.raises(AnchorError, match="which of the two"):
        TrustAnchors.sort([ca_with(issuer=nameless, subject=nameless)])


@pytest.mark.parametrize("kind", Kind)
def test_a_certificate_says_which_kind_it_claims_to_be(kind):
    """The policy tells what to ask the verifier."""
    assert claimed_kind(pki.certificate(pki.ca(kind))) is kind


def test_a_certificate_without_a_known_policy_claims_nothing():
    """No kind is guessed."""
    assert claimed_kind(pki.certificate(SIGN, drop=[pki.POLICIES])) is None
