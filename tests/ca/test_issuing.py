"""What is issued to whom, and what is refused before a serial number is spent."""

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jpki.ca import CertificateState
from jpki.ca.errors import (
    CaError,
    RequestRefusedError,
    RevocationRefusedError,
    UnknownSerialError,
)
from jpki.people import BirthDate, Gender, SubstitutedText
from jpki.profiles import Municipality, RevocationReason

from .citizens import DAY, NOON, chance, person, request

DATABASES = ["sqlite", "postgresql"]

UNDER_15 = BirthDate.of(date(2011, 11, 24))
"""Fifteen on the day after NOON."""
JUST_15 = BirthDate.of(date(2011, 11, 23))


def spki(key) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def test_the_register_knows_what_was_handed_out(sign, holder_key):
    """The record holds the certificate, its holder and its place."""
    issued = sign.issue(request(holder_key), moment=NOON, randomness=chance)

    record = sign.certificate(issued.serial)
    assert record.der == issued.der
    assert (record.holder, record.municipality) == ("hanako", "13221")
    assert record.state(NOON) is CertificateState.GOOD


def test_fractions_of_a_second_are_dropped(auth, holder_key):
    """A certificate says whole seconds; so does what is given back."""
    issued = auth.issue(
        request(holder_key), moment=NOON.replace(microsecond=999_999), randomness=chance
    )

    assert issued.not_before == NOON


def test_serial_numbers_follow_one_another(auth, holder_key):
    """A counter, not chance."""
    first = auth.issue(request(holder_key), moment=NOON, randomness=chance)
    second = auth.issue(request(holder_key), moment=NOON, randomness=chance)

    assert second.serial == first.serial + 1


def test_a_check_says_the_end_and_leaves_nothing(auth, holder_key):
    """Everything but the signature, without a number; what is renewed stays good."""
    old = auth.issue(request(holder_key), moment=NOON, randomness=chance)
    wanted = request(holder_key, renews=old.serial)
    before = list(auth.certificates())

    end = auth.check(wanted, moment=NOON + DAY, randomness=chance)

    assert list(auth.certificates()) == before
    new = auth.issue(wanted, moment=NOON + DAY, randomness=chance)
    assert (new.serial, new.not_after) == (old.serial + 1, end)
    with pytest.raises(RequestRefusedError, match="only a certificate that is good"):
        auth.check(wanted, moment=NOON + 2 * DAY, randomness=chance)


def test_the_two_authorities_count_apart(sign, auth, holder_key, second_key):
    """Each has its own counter in the same register."""
    sign.issue(request(holder_key), moment=NOON, randomness=chance)
    one = sign.issue(request(holder_key), moment=NOON, randomness=chance)
    other = auth.issue(request(second_key), moment=NOON, randomness=chance)

    assert (one.serial, other.serial) == (
        sign.generations[0].serial + 2,
        auth.generations[0].serial + 1,
    )
    with pytest.raises(UnknownSerialError):
        auth.certificate(one.serial)


def test_nobody_under_15_gets_a_signing_certificate(sign, holder_key):
    """署名用電子証明書 begin with 15; no serial number is spent on the attempt."""
    young = request(holder_key, person=person(birth_date=UNDER_15))

    with pytest.raises(RequestRefusedError) as refusal:
        sign.issue(young, moment=NOON, randomness=chance)
    assert refusal.value.rule == "minimum age"
    assert len(list(sign.certificates())) == 1


def test_on_the_fifteenth_birthday_one_does(sign, holder_key):
    """The day counts in Japan, from its first second."""
    first_second = datetime(2026, 11, 22, 15, 0, 0, tzinfo=UTC)
    person_of_15 = request(holder_key, person=person(birth_date=JUST_15))

    with pytest.raises(RequestRefusedError):
        sign.issue(person_of_15, moment=first_second.replace(hour=14), randomness=chance)
    assert sign.issue(person_of_15, moment=first_second, randomness=chance).der


def test_a_child_gets_the_other_certificate(auth, holder_key):
    """利用者証明用電子証明書 have no age limit."""
    child = person(birth_date=BirthDate.of(date(2026, 1, 1)))

    assert auth.issue(request(holder_key, person=child), moment=NOON, randomness=chance).der


def test_an_age_that_is_not_certain_does_not_count(sign, holder_key):
    """A birth date without a year proves no age of 15."""
    unknown = person(birth_date=BirthDate.parse("000000000"))

    with pytest.raises(RequestRefusedError, match="does not prove"):
        sign.issue(request(holder_key, person=unknown), moment=NOON, randomness=chance)


def test_an_unknown_birthday_in_a_past_era_is_old_enough(sign, holder_key):
    """Born in Showa, whenever: certainly over 15; it ends on a 1 January."""
    showa = person(birth_date=BirthDate.parse("300000000"))

    issued = sign.issue(request(holder_key, person=showa), moment=NOON, randomness=chance)
    assert issued.not_after == datetime(2031, 1, 1, 14, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"name": SubstitutedText("髙橋　花子")}, "repertoire"),
        ({"address": SubstitutedText("東京都清瀬市1-2-3")}, "repertoire"),
        ({"address": SubstitutedText("京" * 201)}, "address length"),
        ({"gender": Gender("4")}, "gender"),
        ({"birth_date": BirthDate.parse("419800217")}, "birth date"),
        ({"birth_date": BirthDate.parse("319800231")}, "birth date"),
        ({"birth_date": BirthDate.parse("319801300")}, "birth date"),
        ({"birth_date": BirthDate.parse("319800017")}, "birth date"),
        ({"birth_date": BirthDate.parse("300000200")}, "birth date"),
    ],
    ids=[
        "a vendor character",
        "half-width digits",
        "201 characters",
        "an unlisted gender",
        "another era's date",
        "31 February",
        "a 13th month",
        "a day without its month",
        "a month without its year",
    ],
)
def test_values_no_certificate_may_hold_are_refused(sign, holder_key, changes, rule):
    """Characters are substituted before, not dropped here."""
    with pytest.raises(RequestRefusedError) as refusal:
        sign.issue(request(holder_key, person=person(**changes)), moment=NOON, randomness=chance)
    assert refusal.value.rule == rule


def test_a_refusal_quotes_no_name(sign, holder_key):
    """Who was refused stays out of messages and logs."""
    citizen = person(name=SubstitutedText("髙橋　花子"))

    with pytest.raises(RequestRefusedError) as refusal:
        sign.issue(request(holder_key, person=citizen), moment=NOON, randomness=chance)
    assert "橋" not in str(refusal.value)


def test_an_address_of_200_characters_fits(sign, holder_key):
    """The longest address there is."""
    citizen = person(address=SubstitutedText("京" * 200))

    assert sign.issue(request(holder_key, person=citizen), moment=NOON, randomness=chance).der


@pytest.mark.parametrize(
    "public_key",
    [
        b"",
        b"not a key",
        spki(ec.generate_private_key(ec.SECP256R1())),
        spki(rsa.generate_private_key(65537, 3072)),
        spki(rsa.generate_private_key(3, 2048)),
    ],
    ids=["empty", "noise", "P-256", "RSA-3072", "exponent 3"],
)
def test_other_keys_are_refused(auth, public_key):
    """RSA-2048 with exponent 65537 and nothing else."""
    with pytest.raises(RequestRefusedError) as refusal:
        auth.issue(request(public_key), moment=NOON, randomness=chance)
    assert refusal.value.rule == "key"


@pytest.mark.parametrize(
    "changed",
    [
        lambda key: key + b"\x00",
        # The algorithm without its NULL, lengths put right.
        lambda key: b"\x30\x82\x01\x20\x30\x0b" + key[6:17] + key[19:],
    ],
    ids=["an octet more", "no NULL"],
)
def test_a_public_key_must_be_der(auth, holder_key, changed):
    """Its octets go into the certificate as they are, so they must be the right ones."""
    with pytest.raises(RequestRefusedError) as refusal:
        auth.issue(request(changed(holder_key)), moment=NOON, randomness=chance)
    assert refusal.value.rule == "key"


def test_a_certificate_ends_with_the_card(auth, holder_key):
    """The card's last day caps the birthday."""
    issued = auth.issue(
        request(holder_key, caps=(date(2028, 6, 15),)), moment=NOON, randomness=chance
    )

    assert issued.not_after == datetime(2028, 6, 15, 14, 59, 59, tzinfo=UTC)


def test_an_expired_card_gets_nothing(auth, holder_key):
    """A certificate that would end before it begins is refused."""
    with pytest.raises(RequestRefusedError) as refusal:
        auth.issue(request(holder_key, caps=(date(2026, 11, 22),)), moment=NOON, randomness=chance)
    assert refusal.value.rule == "validity"


def test_the_date_of_issue_counts_for_the_birthday(auth, holder_key):
    """発行の日から5回目の誕生日: not from the application, the day before."""
    citizen = person(birth_date=BirthDate.of(date(1990, 11, 23)))
    issued = auth.issue(
        request(holder_key, person=citizen, applied=NOON - DAY), moment=NOON, randomness=chance
    )

    assert issued.not_before == NOON
    assert issued.not_after == datetime(2031, 11, 23, 14, 59, 59, tzinfo=UTC)


def test_an_application_in_the_same_second_is_not_after_the_issue(auth, holder_key):
    """Certificates say whole seconds; half of one is no contradiction."""
    same = NOON.replace(microsecond=500_000)

    assert auth.issue(request(holder_key, applied=same), moment=same, randomness=chance).der


def test_an_application_without_a_zone_is_refused(auth, holder_key):
    """It would be read in the machine's zone, and may be another day in Japan."""
    naive = (NOON - DAY).replace(tzinfo=None)

    with pytest.raises(ValueError, match="zone"):
        auth.issue(request(holder_key, applied=naive), moment=NOON, randomness=chance)


def test_nobody_applies_after_the_issue(auth, holder_key):
    """A date of application in the future would stretch what follows from it."""
    with pytest.raises(RequestRefusedError) as refusal:
        auth.issue(request(holder_key, applied=NOON + DAY), moment=NOON, randomness=chance)
    assert refusal.value.rule == "application"


@pytest.mark.parametrize(
    "text",
    ["518000000", "399990000", "599990000", "520261124", "520500101"],
    ids=["reiwa 1800", "showa 9999", "reiwa 9999", "tomorrow", "2050"],
)
def test_an_impossible_birth_is_refused(auth, holder_key, text):
    """A year outside its era, or a day to come."""
    with pytest.raises(RequestRefusedError) as refusal:
        auth.issue(
            request(holder_key, person=person(birth_date=BirthDate.parse(text))),
            moment=NOON,
            randomness=chance,
        )
    assert refusal.value.rule == "birth date"


@pytest.mark.parametrize(
    "text",
    ["400000000", "319800000", "319800200", "319260000", "319890100", "019800000", "000000000"],
    ids=["an era", "a year", "a month", "first year", "last month", "no era", "nothing"],
)
def test_a_birth_that_is_partly_unknown_is_kept(auth, holder_key, text):
    """不詳: such people exist, and unknown parts contradict nothing."""
    citizen = person(birth_date=BirthDate.parse(text))

    assert auth.issue(request(holder_key, person=citizen), moment=NOON, randomness=chance).der


def test_a_birth_today_is_possible(auth, holder_key):
    """The future begins tomorrow, in Japan."""
    newborn = person(birth_date=BirthDate.of(date(2026, 11, 23)))

    assert auth.issue(request(holder_key, person=newborn), moment=NOON, randomness=chance).der


def test_a_birthday_on_29_february_makes_15_on_the_28th(sign, holder_key):
    """The day that counts as the birthday for the end counts for the age as well."""
    born = person(birth_date=BirthDate.of(date(2012, 2, 29)))
    noon = datetime(2027, 2, 28, 3, tzinfo=UTC)

    issued = sign.issue(request(holder_key, person=born), moment=noon, randomness=chance)
    assert issued.not_after == datetime(2032, 2, 29, 14, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("number", [0, 1, 2], ids=["its own", "the other's", "its second"])
def test_a_holder_cannot_have_an_authoritys_key(sign, auth, keys, number):
    """Of either kind, any generation: the holder could issue certificates."""
    sign.add_generation(keys[2], moment=NOON)

    with pytest.raises(RequestRefusedError, match="authority's") as refusal:
        sign.issue(request(keys[number].public_key), moment=NOON, randomness=chance)
    assert refusal.value.rule == "key"


def test_one_key_does_not_serve_both_kinds(sign, auth, holder_key):
    """What answers a log-in challenge must not be a signature under the law as well."""
    sign.issue(request(holder_key), moment=NOON, randomness=chance)

    with pytest.raises(RequestRefusedError, match="other kind") as refusal:
        auth.issue(request(holder_key), moment=NOON, randomness=chance)
    assert refusal.value.rule == "key"


def test_one_key_does_not_serve_two_holders(sign, holder_key):
    """Nobody could tell who signed; a revoked certificate does not free its key either."""
    first = sign.issue(request(holder_key), moment=NOON, randomness=chance)
    sign.revoke(first.serial, RevocationReason.KEY_COMPROMISE, moment=NOON)

    with pytest.raises(RequestRefusedError, match="another holder") as refusal:
        sign.issue(request(holder_key, holder="taro"), moment=NOON, randomness=chance)
    assert refusal.value.rule == "key"


def test_one_holder_may_have_a_key_certified_again(sign, holder_key):
    """Certificate renewal without a new key (RFC 3647 section 4.6)."""
    old = sign.issue(request(holder_key), moment=NOON, randomness=chance)

    new = sign.issue(request(holder_key, renews=old.serial), moment=NOON, randomness=chance)
    assert new.serial == old.serial + 1


def test_a_name_has_a_limit(sign, holder_key):
    """A certificate must stay readable by offset."""
    longest = person(name=SubstitutedText("字" * 201))

    with pytest.raises(RequestRefusedError) as refusal:
        sign.issue(request(holder_key, person=longest), moment=NOON, randomness=chance)
    assert refusal.value.rule == "name length"


@pytest.mark.parametrize("text", ["　", "　田中　太郎", "田中　太郎　", "田中　　太郎"])
@pytest.mark.parametrize("what", ["name", "address"])
def test_a_blank_part_is_refused(sign, holder_key, what, text):
    """Of a name and of an address; who is to be shown nothing."""
    odd = person(**{what: SubstitutedText(text)})

    with pytest.raises(RequestRefusedError) as refusal:
        sign.issue(request(holder_key, person=odd), moment=NOON, randomness=chance)
    assert refusal.value.rule == f"{what} parts"
    assert len(list(sign.certificates())) == 1


def test_nothing_is_revoked_before_it_begins(auth, holder_key):
    """A list of an earlier day would name what did not exist."""
    issued = auth.issue(request(holder_key), moment=NOON, randomness=chance)

    with pytest.raises(RevocationRefusedError):
        auth.revoke(issued.serial, RevocationReason.SUPERSEDED, moment=NOON - DAY)


def test_a_place_keeps_its_name(sign, holder_key):
    """A code once spelt one way cannot come back spelt another: its list is named for life."""
    sign.issue(request(holder_key), moment=NOON, randomness=chance)
    renamed = Municipality("13221", "東京都", "新清瀬市", "Tokyo-to", "Shin-Kiyose-shi")

    with pytest.raises(RequestRefusedError) as refusal:
        sign.issue(request(holder_key, municipality=renamed), moment=NOON, randomness=chance)
    assert refusal.value.rule == "municipality"


def test_a_place_outside_the_table_serves_as_well(sign, holder_key):
    """The table is small; any municipality can be given."""
    town = Municipality("99999", "架空県", "架空町", "Kakuu-ken", "Kakuu-cho")
    sign.issue(request(holder_key, municipality=town), moment=NOON, randomness=chance)

    with sign.register.reading() as asked:
        assert asked.municipalities(sign.kind) == [town]


def test_certificates_are_listed_by_serial_and_by_holder(auth, holder_key, second_key):
    """The authority's own comes first; a holder's own are found by the handle."""
    auth.issue(request(holder_key), moment=NOON, randomness=chance)
    other = auth.issue(request(second_key, holder="taro"), moment=NOON, randomness=chance)

    assert [record.holder for record in auth.certificates()] == ["", "hanako", "taro"]
    assert [record.serial for record in auth.certificates(holder="taro")] == [other.serial]


class TestRenewal:
    """更新: a new certificate takes the place of one that is good."""

    def test_the_old_one_is_superseded(self, auth, holder_key):
        """In the same breath, at the same second."""
        old = auth.issue(request(holder_key), moment=NOON, randomness=chance)
        new = auth.issue(
            request(holder_key, renews=old.serial), moment=NOON + DAY, randomness=chance
        )

        revocation = auth.certificate(old.serial).revocation
        assert revocation.reason is RevocationReason.SUPERSEDED
        assert revocation.revoked_at == NOON + DAY
        assert auth.certificate(new.serial).renews == old.serial

    def test_in_the_last_three_months_it_runs_to_the_sixth_birthday(self, auth, keys, holder_key):
        """From 15 June 2031 to 15 June 2036, renewed in April."""
        old = auth.issue(request(holder_key), moment=NOON, randomness=chance)
        april = datetime(2031, 4, 1, tzinfo=UTC)
        auth.add_generation(keys[2], moment=april)
        new = auth.issue(request(holder_key, renews=old.serial), moment=april, randomness=chance)

        assert old.not_after.year == 2031
        assert new.not_after == datetime(2036, 6, 15, 14, 59, 59, tzinfo=UTC)

    def test_a_night_batch_may_come_after_the_end(self, auth, holder_key):
        """Applied for on the last day, issued the night after: renewed, nothing to supersede."""
        old = auth.issue(
            request(holder_key, caps=(date(2027, 6, 1),)), moment=NOON, randomness=chance
        )
        last_hour = old.not_after - timedelta(hours=1)
        new = auth.issue(
            request(holder_key, renews=old.serial, applied=last_hour),
            moment=old.not_after + timedelta(hours=3),
            randomness=chance,
        )

        assert auth.certificate(old.serial).revocation is None
        assert new.not_after == datetime(2032, 6, 15, 14, 59, 59, tzinfo=UTC)

    def test_somebody_elses_cannot_be_renewed(self, auth, holder_key, second_key):
        """A handle renews its own certificates only."""
        old = auth.issue(request(holder_key), moment=NOON, randomness=chance)

        with pytest.raises(RequestRefusedError, match="no such certificate"):
            auth.issue(
                request(second_key, holder="taro", renews=old.serial),
                moment=NOON,
                randomness=chance,
            )
        assert auth.certificate(old.serial).revocation is None

    def test_a_revoked_one_cannot_be_renewed(self, auth, holder_key):
        """After a hold or a move comes a new certificate, not a renewal."""
        old = auth.issue(request(holder_key), moment=NOON, randomness=chance)
        auth.revoke(old.serial, RevocationReason.CERTIFICATE_HOLD, moment=NOON)

        with pytest.raises(RequestRefusedError, match="good"):
            auth.issue(request(holder_key, renews=old.serial), moment=NOON, randomness=chance)

    def test_one_is_renewed_once(self, auth, holder_key):
        """Its successor is the one to renew next."""
        old = auth.issue(request(holder_key), moment=NOON, randomness=chance)
        auth.issue(request(holder_key, renews=old.serial), moment=NOON, randomness=chance)

        with pytest.raises(RequestRefusedError):
            auth.issue(request(holder_key, renews=old.serial), moment=NOON, randomness=chance)

    def test_the_authoritys_own_cannot_be_renewed_so(self, auth, holder_key):
        """Not even under the empty handle that its record has."""
        with pytest.raises(RequestRefusedError):
            auth.issue(
                request(holder_key, holder="", renews=auth.generations[0].serial),
                moment=NOON,
                randomness=chance,
            )


def test_every_refusal_is_a_ca_error(auth):
    """Whoever catches the root catches it."""
    with pytest.raises(CaError):
        auth.issue(request(b""), moment=NOON, randomness=chance)
