"""The authorities' own certificates, and their generations under one name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509 as pyca

from jpki.ca import Authority, SoftwareKey, make_list
from jpki.ca.certificates import AuthorityFacts, authority_tbs, signed
from jpki.ca.errors import CaError, NoUsableKeyError, RegisterError, SerialsExhaustedError
from jpki.oids import Policy
from jpki.profiles import (
    AUTH_AUTHORITY,
    EMULATOR,
    FAITHFUL,
    PRODUCTION,
    SIGN_AUTHORITY,
    Kind,
)
from jpki.profiles.certificates import LARGEST_SERIAL
from jpki.profiles.reasons import RevocationReason

from . import reading
from .citizens import DAY, FOUNDED, NOON, chance, request

FOUR_YEARS_ON = datetime(2030, 4, 1, tzinfo=UTC)


def test_extensions_stand_in_order(sign):
    """KU, SAN, BC, CRLDP, SKI; KU and BC critical; no AKI, no policies, no AIA."""
    der = sign.generations[0].certificate

    assert reading.shape(reading.certificate(der)["tbs_certificate"]["extensions"]) == [
        ("2.5.29.15", True),
        ("2.5.29.17", False),
        ("2.5.29.19", True),
        ("2.5.29.31", False),
        ("2.5.29.14", False),
    ]
    assert reading.value(der, "2.5.29.15") == bytes.fromhex("03020106")
    assert reading.value(der, "2.5.29.19") == bytes.fromhex("30030101ff")


def test_it_is_self_signed(auth):
    """Issuer and subject are the same octets, and its own key verifies it."""
    certificate = pyca.load_der_x509_certificate(auth.generations[0].certificate)

    certificate.verify_directly_issued_by(certificate)
    assert certificate.issuer.public_bytes() == certificate.subject.public_bytes()


def test_it_holds_ten_years_to_the_end_of_the_day_before(sign):
    """Founded on 1 April, it ends with 31 March in Japan."""
    generation = sign.generations[0]

    assert generation.not_before == FOUNDED
    assert generation.not_after == datetime(2036, 3, 31, 14, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("profile", "serial", "size"),
    [
        (SIGN_AUTHORITY, 1, 1301),
        (SIGN_AUTHORITY, 0x0132C4AB, 1304),
        (AUTH_AUTHORITY, 1, 1316),
        (AUTH_AUTHORITY, 0x0133C349, 1319),
    ],
)
def test_with_the_real_names_the_size_is_the_real_size(keys, profile, serial, size):
    """The six public certificates have these four sizes; the signature here is zeros."""
    facts = AuthorityFacts(serial, FOUNDED, FOUNDED, keys[0].public_key, bytes(20))

    assert len(signed(authority_tbs(profile, PRODUCTION, facts), bytes(256))) == size


def test_generations_share_a_name_and_not_a_key(sign, keys):
    """Only the key identifier tells them apart; the new one signs."""
    second = sign.add_generation(keys[2], moment=FOUR_YEARS_ON)

    first = sign.generations[0]
    one, other = (pyca.load_der_x509_certificate(g.certificate) for g in (first, second))
    assert one.subject.public_bytes() == other.subject.public_bytes()
    assert first.key_identifier != second.key_identifier
    assert (first.number, second.number) == (1, 2)


def test_holders_and_generations_draw_from_one_counter(sign, keys, holder_key):
    """Founding, issue, renewal of the key, issue: four numbers in a row."""
    one = sign.issue(request(holder_key), moment=NOON, randomness=chance)
    second = sign.add_generation(keys[2], moment=FOUR_YEARS_ON)
    other = sign.issue(request(holder_key), moment=FOUR_YEARS_ON + DAY, randomness=chance)

    start = sign.generations[0].serial
    assert [one.serial, second.serial, other.serial] == [start + 1, start + 2, start + 3]


def test_the_newest_generation_signs(sign, keys, holder_key):
    """From the day of its own certificate on, and not before."""
    second = sign.add_generation(keys[2], moment=FOUR_YEARS_ON)

    before = sign.issue(request(holder_key), moment=FOUR_YEARS_ON - DAY, randomness=chance)
    after = sign.issue(request(holder_key), moment=FOUR_YEARS_ON, randomness=chance)
    assert before.issuer == sign.generations[0].certificate
    assert after.issuer == second.certificate


def test_a_generation_without_its_key_signs_nothing(sign, register, holder_key):
    """An authority opened without keys can be read, but not issue."""
    blind = Authority(register, Kind.SIGN, keys=[])

    assert blind.generations[0].certificate == sign.generations[0].certificate
    with pytest.raises(NoUsableKeyError):
        blind.issue(request(holder_key), moment=NOON, randomness=chance)


def test_keys_find_their_generation_by_themselves(sign, register, keys, holder_key):
    """The order in which keys are given does not matter."""
    sign.add_generation(keys[2], moment=FOUR_YEARS_ON)

    reopened = Authority(register, Kind.SIGN, keys=[keys[2], keys[1], keys[0]])
    issued = reopened.issue(request(holder_key), moment=NOON, randomness=chance)
    assert issued.issuer == sign.generations[0].certificate


def test_no_certificate_outlives_its_authority(sign, holder_key):
    """An authority in its sixth year cannot vouch for five years more."""
    late = sign.generations[0].not_after - timedelta(days=4 * 365)

    with pytest.raises(NoUsableKeyError, match="add a generation"):
        sign.issue(request(holder_key), moment=late, randomness=chance)
    assert [record.municipality for record in sign.certificates()] == [None]


def test_one_key_serves_one_generation(sign, keys):
    """The same key cannot come back as a new generation: key identifiers must differ."""
    with pytest.raises(RegisterError, match="key"):
        sign.add_generation(keys[0], moment=FOUR_YEARS_ON)


def test_a_holders_key_becomes_no_generation(sign, auth, keys, holder_key):
    """Of neither authority: its holder could issue certificates from then on."""
    sign.issue(request(holder_key), moment=NOON, randomness=chance)

    with pytest.raises(RegisterError, match="holder's"):
        sign.add_generation(keys[3], moment=FOUR_YEARS_ON)
    with pytest.raises(RegisterError, match="holder's"):
        auth.add_generation(keys[3], moment=FOUR_YEARS_ON)


def test_one_key_serves_one_authority(sign, register, keys):
    """With one key in both hierarchies, one kind of certificate could pass for the other."""
    with pytest.raises(RegisterError, match="key"):
        Authority.found(register, Kind.AUTH, key=keys[0], moment=FOUNDED)
    assert len(sign.generations) == 1


def test_an_authority_is_founded_once(sign, register, keys):
    """A second founding would start the counter again."""
    with pytest.raises(RegisterError, match="already"):
        Authority.found(register, Kind.SIGN, key=keys[2], moment=FOUNDED)
    assert len(sign.generations) == 1


def test_an_authority_that_was_not_founded_does_not_open(register):
    """Nothing is made up on opening."""
    with pytest.raises(RegisterError, match="no sign authority"):
        Authority(register, Kind.SIGN, keys=[])


def test_an_authority_opens_under_its_own_name_only(sign, register, keys):
    """One authority never issues under two names."""
    assert sign.naming is EMULATOR

    with pytest.raises(RegisterError, match="JPKI-EMU"):
        Authority(register, Kind.SIGN, keys=keys, naming=FAITHFUL)


def test_the_faithful_names_are_there_for_the_asking(register, keys, holder_key):
    """O=JPKI-TEST and the Japanese names as in the J-LIS test environment."""
    authority = Authority.found(register, Kind.AUTH, key=keys[0], moment=FOUNDED, naming=FAITHFUL)
    issued = authority.issue(request(holder_key), moment=NOON, randomness=chance)

    assert reading.certificate(issued.der).issuer.native["organization_name"] == "JPKI-TEST"


def test_nothing_is_issued_under_the_real_name(register, keys):
    """The production naming is for verifiers."""
    with pytest.raises(CaError, match="real service"):
        Authority.found(register, Kind.SIGN, key=keys[0], moment=FOUNDED, naming=PRODUCTION)


@pytest.mark.parametrize(
    "changes",
    [
        {"may_issue": True},
        {"may_issue": True, "organization": "JPKI-EMU"},
    ],
    ids=["all of it", "the policies"],
)
def test_nor_under_a_naming_made_to_look_real(register, keys, changes):
    """Neither O=JPKI nor a production policy gets past, whatever `may_issue` says."""
    naming = replace(PRODUCTION, **changes)

    with pytest.raises(CaError, match="real service"):
        Authority.found(register, Kind.SIGN, key=keys[0], moment=FOUNDED, naming=naming)


@pytest.mark.parametrize(
    "changes",
    [
        {"organization": "JPKI"},
        {"organization": "jpki"},
        {"organization": " JPKI  "},
        {"organization": "ＪＰＫＩ"},
        {"organization": "JP\u200bKI"},
        {"organization": "JPKI\x00"},
        {"sign_policy": Policy.SIGN_CARD},
        {"sign_policy": Policy.SIGN_PHONE},
        {"auth_policy": Policy.AUTH_PHONE},
        {"sign_policy": Policy.AUTH_CARD},
    ],
    ids=str,
)
def test_one_real_looking_name_or_policy_is_enough_to_refuse(register, keys, changes):
    """A verifier would take each for the real thing: names compare without case and width."""
    with pytest.raises(CaError, match="real service"):
        Authority.found(
            register,
            Kind.SIGN,
            key=keys[0],
            moment=FOUNDED,
            naming=replace(EMULATOR, **changes),
        )


def test_a_revoked_generation_issues_nothing_more(sign, holder_key):
    """Its key may be in other hands; its lists go on."""
    sign.revoke(sign.generations[0].serial, RevocationReason.CA_COMPROMISE, moment=NOON)

    with pytest.raises(NoUsableKeyError):
        sign.issue(request(holder_key), moment=NOON + DAY, randomness=chance)
    assert make_list(sign, None, moment=NOON + DAY, generation=1).entries == 1


@pytest.mark.parametrize("first", [0, 1, 0x007FFFFF, 0x80000000])
def test_the_counter_starts_within_four_octets(register, keys, first):
    """A serial number of another length would not look like the real ones."""
    with pytest.raises(CaError, match="four octets"):
        Authority.found(register, Kind.SIGN, key=keys[0], moment=FOUNDED, first_serial=first)


def test_the_counter_stops_at_its_end(register, keys, holder_key):
    """The last number of four octets is given out, and none after it."""
    authority = Authority.found(
        register, Kind.AUTH, key=keys[0], moment=FOUNDED, first_serial=LARGEST_SERIAL - 1
    )
    last = authority.issue(request(holder_key), moment=NOON, randomness=chance)

    assert last.serial == LARGEST_SERIAL
    with pytest.raises(SerialsExhaustedError):
        authority.issue(request(holder_key), moment=NOON, randomness=chance)


def test_no_repr_shows_a_key(sign, keys):
    """Neither the key nor what holds it prints anything of it."""
    shown = repr(sign.generations) + repr(keys[0]) + repr(SoftwareKey)

    assert "private" not in shown.lower()
