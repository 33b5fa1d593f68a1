"""The names of the three environments."""

from dataclasses import fields

import pytest

from jpki.oids import Policy
from jpki.profiles import EMULATOR, FAITHFUL, PRODUCTION, Kind, StringType, municipality

KIYOSE = municipality("13221")


def test_the_production_name_is_the_real_one():
    """C, O, OU, OU as in the real certificates, so that a verifier can know it."""
    assert str(PRODUCTION.authority(Kind.SIGN)) == (
        "C=JP, O=JPKI, OU=JPKI for digital signature, "
        "OU=Japan Agency for Local Authority Information Systems"
    )


def test_the_country_is_printable_and_the_rest_is_utf8():
    """String types are part of the name's octets."""
    types = [a.string_type for a in EMULATOR.authority(Kind.AUTH).attributes]

    assert types == [StringType.PRINTABLE, StringType.UTF8, StringType.UTF8, StringType.UTF8]


def test_a_distribution_point_names_the_place():
    """As read off certificates, without the agency's OU."""
    assert str(EMULATOR.distribution_point(Kind.AUTH, KIYOSE)) == (
        "C=JP, O=JPKI-EMU, OU=JPKI for user authentication, OU=CRL Distribution Points, "
        "OU=Tokyo-to, CN=Kiyose-shi CRLDP"
    )


def test_a_signing_subject_has_places_and_the_other_has_not():
    """Two L before the CN when signing, the CN alone when logging in."""
    assert str(EMULATOR.subject(Kind.SIGN, KIYOSE, "1")) == ("C=JP, L=Tokyo-to, L=Kiyose-shi, CN=1")
    assert str(EMULATOR.subject(Kind.AUTH, KIYOSE, "1")) == "C=JP, CN=1"


@pytest.mark.parametrize("naming", [EMULATOR, FAITHFUL], ids=lambda naming: naming.label)
def test_no_test_policy_is_a_real_one(naming):
    """No real verifier accepts what is issued here."""
    real = {Policy.SIGN_CARD, Policy.AUTH_CARD, Policy.SIGN_PHONE, Policy.AUTH_PHONE}

    assert not real & {naming.policy(kind) for kind in Kind}


@pytest.mark.parametrize("naming", [EMULATOR, FAITHFUL], ids=lambda naming: naming.label)
def test_no_test_certificate_points_at_the_real_responder(naming):
    """The OCSP address is under .invalid, which never resolves (RFC 2606)."""
    assert naming.ocsp_url.endswith(".invalid")


def test_the_emulators_names_differ_in_every_language():
    """A reader of romaji and a reader of Japanese both see that it is a mock."""
    assert EMULATOR.organization == "JPKI-EMU"
    assert EMULATOR.organization_ja == "公的個人認証サービス（模擬）"
    assert not any("jpki.go.jp" in str(getattr(EMULATOR, f.name)) for f in fields(EMULATOR))
