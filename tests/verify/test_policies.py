"""The named policies: a kind, a medium, an environment, and no confusion between them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jpki.oids import Policy as Oid
from jpki.signing.cms import sign_detached
from jpki.signing.login import answer
from jpki.signing.software import SoftwareSigner
from jpki.sources import Grade
from jpki.verify import (
    EMULATOR,
    JLIS_TEST,
    POLICY_NAMES,
    PRODUCTION,
    Kind,
    Medium,
    Outcome,
    Verdict,
    claims,
    render,
    rules,
)
from jpki.verify.cms import verify_detached
from jpki.verify.login import RelyingParty
from jpki.verify.one_step import parameters
from tests.support import pki
from tests.support.asn1 import explicit, seq
from tests.support.pki import NOW

ENVIRONMENTS = {"emulator": EMULATOR, "jlis-test": JLIS_TEST, "production": PRODUCTION}
PHONE_OIDS = {Kind.SIGN: Oid.TEST_SIGN_PHONE, Kind.AUTH: Oid.TEST_AUTH_PHONE}


def phone(kind):
    """Give a certificate as it may be on a phone: the card's but for its policy."""
    policies = pki.policies(PHONE_OIDS[kind].dotted)
    return pki.certificate(pki.ca(kind), change={pki.POLICIES: (True, policies)})


def judged(der, kind, medium=Medium.CARD):
    verifier = pki.verifier(pki.crl(pki.ca(kind)))
    return verifier.check(der, kind, moment=NOW, medium=medium)


@pytest.mark.parametrize("name", POLICY_NAMES)
@pytest.mark.parametrize("policies", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_every_environment_has_every_policy_by_its_name(policies, name):
    """Four names, the same everywhere."""
    found = policies.named(name)

    assert found.name == name
    assert found is policies.of(found.kind, found.medium)


def test_no_two_policies_of_an_environment_take_the_same_certificate():
    """One OID, one policy."""
    taken = [oid for policy in EMULATOR for oid in policy.policy_oids]

    assert len(taken) == len(set(taken)) == len(POLICY_NAMES)


@pytest.mark.parametrize("medium", Medium)
def test_how_sure_a_policy_is_can_be_read_from_it(medium):
    """Production's card policies rest on cards; nobody public has seen a phone's."""
    grades = {PRODUCTION.of(kind, medium).basis.grade for kind in Kind}

    assert (grades == {Grade.ASSUMED}) == (medium is Medium.PHONE)


@pytest.mark.parametrize("kind", Kind)
def test_a_phone_is_good_where_a_phone_is_asked_for(kind):
    """And the report says that the OID is a guess."""
    report = judged(phone(kind), kind, Medium.PHONE)

    assert report.verdict is Verdict.GOOD
    assert "its policy OID is a guess" in render(report)
    assert report.to_json()["policy"]["name"] == f"{kind.value}-phone"


@pytest.mark.parametrize(
    ("shown", "asked"), [(Medium.PHONE, Medium.CARD), (Medium.CARD, Medium.PHONE)]
)
@pytest.mark.parametrize("kind", Kind)
def test_card_and_phone_are_not_taken_for_each_other(kind, shown, asked):
    """The policy says which; everything else is alike."""
    ders = {Medium.PHONE: phone(kind), Medium.CARD: pki.certificate(pki.ca(kind))}

    report = judged(ders[shown], kind, asked)

    assert [one.rule for one in report.failures] == [rules.CERT_KIND]


@pytest.mark.parametrize("kind", Kind)
def test_what_a_certificate_claims_is_kind_and_medium(kind):
    """To choose a policy by, where none is named."""
    assert claims(phone(kind)) == (kind, Medium.PHONE)
    assert claims(pki.certificate(pki.ca(kind))) == (kind, Medium.CARD)


BOTH = (Medium.CARD, Medium.PHONE)


@pytest.mark.parametrize(
    ("media", "verdict"), [((Medium.CARD,), Verdict.BAD), (BOTH, Verdict.GOOD)]
)
def test_a_phone_signs_where_phones_are_taken(media, verdict):
    """Whoever says nothing takes cards alone."""
    signer = SoftwareSigner(phone(Kind.SIGN), pki.key("sign holder"))
    message = sign_detached(b"content", signer, moment=NOW)
    verifier = pki.verifier(pki.crl(pki.ca(Kind.SIGN)))

    report = verify_detached(message, b"content", verifier, moment=NOW, media=media)

    assert report.verdict is verdict


@pytest.mark.parametrize(
    ("media", "verdict"), [((Medium.CARD,), Verdict.BAD), (BOTH, Verdict.GOOD)]
)
def test_a_phone_logs_in_where_phones_are_taken(media, verdict):
    """The same for a login."""
    verifier = pki.verifier(pki.crl(pki.ca(Kind.AUTH)))
    service = RelyingParty("https://shop.invalid", verifier, media=media)
    signer = SoftwareSigner(phone(Kind.AUTH), pki.key("auth holder"))
    challenge, state = service.begin(moment=NOW)
    reply = answer(challenge.encode(), signer, relying_party="https://shop.invalid", moment=NOW)

    assert service.complete(state, reply, moment=NOW).verdict is verdict


def test_a_guess_can_be_replaced():
    """Whoever knows the OID writes it in."""
    mine = replace(EMULATOR.sign_phone, policy_oids=frozenset({pki.SIGN_POLICY}))
    verifier = replace(
        pki.verifier(pki.crl(pki.ca(Kind.SIGN))), policies=replace(EMULATOR, sign_phone=mine)
    )

    report = verifier.check(
        pki.certificate(pki.ca(Kind.SIGN)), Kind.SIGN, moment=NOW, medium=Medium.PHONE
    )

    assert report.verdict is Verdict.GOOD


@pytest.mark.parametrize("name", POLICY_NAMES)
def test_a_policy_is_parameters_of_rfc_5280(name):
    """Its one policy required, none mapped, one certificate."""
    found = parameters(EMULATOR.named(name))

    assert found.initial_policies == EMULATOR.named(name).policy_oids
    assert (found.initial_explicit_policy, found.limits.depth) == (True, 1)
    assert (found.initial_policy_mapping_inhibit, found.initial_any_policy_inhibit) == (True, True)


def test_the_last_day_ends_in_japan():
    """23:59:59 of the end date in Japan is the last second: 14:59:59 in UTC."""
    japan = datetime.fromisoformat("2026-04-02T23:59:59+09:00")
    der = pki.certificate(pki.ca(Kind.AUTH), not_after=japan.astimezone(UTC))
    verifier = pki.verifier(pki.crl(pki.ca(Kind.AUTH)))

    last = verifier.check(der, Kind.AUTH, moment=japan)
    after = verifier.check(der, Kind.AUTH, moment=japan + timedelta(seconds=1))

    assert last.verdict is Verdict.GOOD
    assert after.check("cert.not-after").outcome is Outcome.FAIL
    assert "2026-04-02 23:59:59 JST" in after.check("cert.not-after").seen


def test_a_step_of_the_rfc_that_fails_fails_the_row_of_the_profile():
    """A policy that is no part of the user's set, whatever the profile would say to it."""
    mine = replace(EMULATOR.auth, extended_key_usage=frozenset({"1.3.6.1.5.5.7.3.1"}))
    verifier = replace(
        pki.verifier(pki.crl(pki.ca(Kind.AUTH))), policies=replace(EMULATOR, auth=mine)
    )

    report = verifier.check(pki.certificate(pki.ca(Kind.AUTH)), Kind.AUTH, moment=NOW)

    assert [one.rule for one in report.failures] == [rules.CERT_EXTENDED_KEY_USAGE]


def constrained_ca():
    """Give a CA that may certify only names of another country."""
    ca = pki.ca(Kind.AUTH)
    subtree = seq(explicit(4, pki.name(("2.5.4.6", "XX"))))
    extensions = pki.ca_extensions(Kind.AUTH, ca.name, ca.key_id) | {
        "2.5.29.30": (True, seq(explicit(0, subtree)))
    }
    der = pki.assemble(
        ca.key,
        serial=ca.serial,
        issuer=ca.name,
        subject=ca.name,
        not_before=NOW - 900 * pki.DAY,
        not_after=NOW + 2000 * pki.DAY,
        info=pki.key_info(ca.key),
        extensions=extensions,
    )
    return replace(ca, der=der)


def test_a_step_the_profile_has_no_row_for_has_its_own():
    """A CA that is constrained to other names: RFC 5280 6.1.3 (b), (c)."""
    ca = constrained_ca()
    verifier = pki.verifier(pki.crl(ca), auth_cas=[ca])
    der = pki.certificate(ca)

    report = verifier.check(der, Kind.AUTH, moment=NOW)

    assert [one.rule for one in report.failures] == [rules.CERT_PATH]
    assert verifier.judge(der, Kind.AUTH, moment=NOW).verdict is Verdict.BAD


def test_what_the_reader_of_paths_refuses_is_bad():
    """An extension the profile does not look into, and which is not what RFC 5280 says."""
    der = pki.certificate(pki.ca(Kind.AUTH), change={"2.5.29.36": (False, b"\x30\x00")})

    report = judged(der, Kind.AUTH)

    assert [one.rule for one in report.failures] == [rules.CERT_PATH]


@pytest.mark.parametrize(
    ("moment", "signer", "failing"),
    [
        (NOW, None, set()),
        (NOW - 900 * pki.DAY, None, {rules.CERT_NOT_BEFORE}),
        (NOW + 1600 * pki.DAY, None, {rules.CERT_NOT_AFTER}),
        (NOW, pki.key("somebody"), {rules.CERT_SIGNATURE}),
    ],
    ids=["good", "early", "late", "forged"],
)
def test_signature_and_validity_of_what_only_the_profile_reads_are_told(moment, signer, failing):
    """A v1 certificate with extensions: its signature and its dates can be read all the same."""
    der = pki.certificate(pki.ca(Kind.AUTH), version=0, signed_by=signer)
    told = {rules.CERT_SIGNATURE, rules.CERT_NOT_BEFORE, rules.CERT_NOT_AFTER}

    report = pki.verifier(pki.crl(pki.ca(Kind.AUTH))).check(der, Kind.AUTH, moment=moment)

    assert {one.rule for one in report.failures} & told == failing
    assert {one.rule for one in report.checks if one.outcome is Outcome.PASS} >= told - failing


@pytest.mark.parametrize("kind", Kind)
def test_every_row_about_the_certificate_says_where_it_looked(kind):
    """The field by its name, and the offset in the DER."""
    report = judged(pki.certificate(pki.ca(kind)), kind)

    without = {one.rule for one in report.checks if one.offset is None or one.field is None}

    assert without == {rules.CA_VALIDITY}
