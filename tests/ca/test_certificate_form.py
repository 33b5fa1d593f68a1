"""Every octet of a holder's certificate that the profile fixes."""

import hashlib

import pytest
from asn1crypto import x509
from cryptography import x509 as pyca

from jpki.ca.certificates import EndEntityFacts, IssuerFacts, end_entity_tbs, signed
from jpki.people import Gender, SubstitutedText
from jpki.profiles import AUTH, PRODUCTION, Kind, municipality

from . import reading
from .citizens import NOON, chance, person, request

UTF8, PRINTABLE = 12, 19


@pytest.fixture
def sign_der(sign, holder_key) -> bytes:
    """Give a signing certificate."""
    return sign.issue(request(holder_key), moment=NOON, randomness=chance).der


@pytest.fixture
def auth_der(auth, second_key) -> bytes:
    """Give a user authentication certificate."""
    return auth.issue(request(second_key), moment=NOON, randomness=chance).der


def test_signing_extensions_stand_in_order(sign_der):
    """KU, SAN, CP, IAN, CRLDP, AKI, SKI; KU and CP critical; no eighth."""
    extensions = reading.certificate(sign_der)["tbs_certificate"]["extensions"]

    assert reading.shape(extensions) == [
        ("2.5.29.15", True),
        ("2.5.29.17", False),
        ("2.5.29.32", True),
        ("2.5.29.18", False),
        ("2.5.29.31", False),
        ("2.5.29.35", False),
        ("2.5.29.14", False),
    ]


def test_authentication_extensions_stand_in_order(auth_der):
    """KU, EKU, CP, IAN, CRLDP, AIA, AKI, SKI; KU and CP critical."""
    extensions = reading.certificate(auth_der)["tbs_certificate"]["extensions"]

    assert reading.shape(extensions) == [
        ("2.5.29.15", True),
        ("2.5.29.37", False),
        ("2.5.29.32", True),
        ("2.5.29.18", False),
        ("2.5.29.31", False),
        ("1.3.6.1.5.5.7.1.1", False),
        ("2.5.29.35", False),
        ("2.5.29.14", False),
    ]


def test_key_usage_octets(sign_der, auth_der):
    """`03 02 06 C0` when signing, `03 02 07 80` when logging in."""
    assert reading.value(sign_der, "2.5.29.15") == bytes.fromhex("030206c0")
    assert reading.value(auth_der, "2.5.29.15") == bytes.fromhex("03020780")


@pytest.mark.usefixtures("register_at")
@pytest.mark.parametrize("fixture", ["sign_der", "auth_der"])
def test_another_encoder_gives_the_same_octets(fixture, request):
    """Read and written anew by asn1crypto nothing changes: lengths, defaults, sets are DER."""
    der = request.getfixturevalue(fixture)
    parsed = reading.certificate(der)
    assert parsed.native

    assert parsed.dump(force=True) == der


@pytest.mark.usefixtures("register_at")
@pytest.mark.parametrize("fixture", ["sign_der", "auth_der"])
def test_fields_common_to_both_kinds(fixture, request):
    """v3, sha256WithRSAEncryption with NULL twice, RSA-2048, four octets of serial number."""
    parsed = reading.certificate(request.getfixturevalue(fixture))
    tbs = parsed["tbs_certificate"]
    algorithm = bytes.fromhex("300d06092a864886f70d01010b0500")

    assert tbs["version"].native == "v3"
    assert tbs["signature"].dump() == parsed["signature_algorithm"].dump() == algorithm
    assert (tbs["subject_public_key_info"].bit_size, len(tbs["serial_number"].contents)) == (
        2048,
        4,
    )


def test_issuer_strings_have_their_types(sign_der):
    """C is a PrintableString, O and both OU are UTF8String, each alone in its RDN."""
    issuer = reading.certificate(sign_der).issuer

    assert reading.string_tags(issuer) == [PRINTABLE, UTF8, UTF8, UTF8]
    assert reading.attributes_per_rdn(issuer) == [1, 1, 1, 1]


def test_subject_strings_have_their_types(sign_der, auth_der):
    """C, L, L, CN when signing and C, CN when logging in; only C is printable."""
    signing = reading.certificate(sign_der).subject
    logging_in = reading.certificate(auth_der).subject

    assert reading.string_tags(signing) == [PRINTABLE, UTF8, UTF8, UTF8]
    assert [rdn[0]["type"].dotted for rdn in signing.chosen] == [
        "2.5.4.6",
        "2.5.4.7",
        "2.5.4.7",
        "2.5.4.3",
    ]
    assert reading.string_tags(logging_in) == [PRINTABLE, UTF8]


def test_validity_is_utctime_from_issue_to_japanese_midnight(sign_der):
    """From the second of issue to 23:59:59 in Japan on the fifth birthday."""
    validity = reading.certificate(sign_der)["tbs_certificate"]["validity"]

    assert validity.dump().hex() == (
        "301e170d" + b"261123030000Z".hex() + "170d" + b"310615145959Z".hex()
    )


def test_the_four_attributes_are_in_the_order_of_cards(sign, holder_key):
    """.1 .4 .3 .5 .2 .6, UTF8String each, flags as long as the texts."""
    citizen = person(
        name=SubstitutedText("高橋　花子", frozenset({0})),
        address=SubstitutedText("東京都清瀬市架空町１－２－３", frozenset({6, 7})),
        gender=Gender("9"),
    )
    der = sign.issue(request(holder_key, person=citizen), moment=NOON, randomness=chance).der

    arc = "1.2.392.200149.8.5.5."
    assert reading.other_names(der) == [
        (arc + "1", UTF8, "高橋　花子"),
        (arc + "4", UTF8, "419900615"),
        (arc + "3", UTF8, "9"),
        (arc + "5", UTF8, "東京都清瀬市架空町１－２－３"),
        (arc + "2", UTF8, "10000"),
        (arc + "6", UTF8, "00000011000000"),
    ]


def test_nothing_of_the_person_is_in_the_other_certificate(auth_der):
    """Logging in gives no name, address or birth date away."""
    assert "花子".encode() not in auth_der
    assert "清瀬市".encode() not in auth_der
    assert b"19900615" not in auth_der


@pytest.mark.usefixtures("register_at")
@pytest.mark.parametrize(
    ("fixture", "policy"), [("sign_der", "0.20"), ("auth_der", "2.30")], ids=["sign", "auth"]
)
def test_one_policy_with_one_cps_address(fixture, policy, request):
    """The test policy, one qualifier, an IA5String under .invalid."""
    der = request.getfixturevalue(fixture)
    policies = pyca.load_der_x509_certificate(der).extensions.get_extension_for_class(
        pyca.CertificatePolicies
    )

    (entry,) = policies.value
    assert entry.policy_identifier.dotted_string == f"1.2.392.200149.8.5.1.{policy}"
    assert entry.policy_qualifiers == ["http://www.jpki-emu.invalid/cps.html"]


@pytest.mark.usefixtures("register_at")
@pytest.mark.parametrize("fixture", ["sign_der", "auth_der"])
def test_the_issuers_japanese_name_is_the_authoritys_own_octets(fixture, request):
    """The issuerAltName is byte-identical to the authority's subjectAltName."""
    der = request.getfixturevalue(fixture)
    authority = request.getfixturevalue(fixture.removesuffix("_der"))

    assert reading.value(der, "2.5.29.18") == reading.value(
        authority.generations[0].certificate, "2.5.29.17"
    )


def test_the_distribution_point_is_a_name_and_nothing_else(sign_der):
    """One point, fullName with one directoryName, no reasons, no cRLIssuer."""
    points = x509.CRLDistributionPoints.load(reading.value(sign_der, "2.5.29.31"), strict=True)

    (point,) = points
    (name,) = point["distribution_point"].chosen
    assert list(name.chosen.native.items()) == [
        ("country_name", "JP"),
        ("organization_name", "JPKI-EMU"),
        (
            "organizational_unit_name",
            ["JPKI for digital signature", "CRL Distribution Points", "Tokyo-to"],
        ),
        ("common_name", "Kiyose-shi CRLDP"),
    ]
    assert point["reasons"].native is None
    assert point["crl_issuer"].native is None


def test_the_authority_key_identifier_has_all_three_parts(auth, auth_der):
    """Key identifier, name and serial number of the generation that signed."""
    generation = auth.generations[0]
    parsed = x509.AuthorityKeyIdentifier.load(reading.value(auth_der, "2.5.29.35"), strict=True)

    assert parsed["key_identifier"].native == generation.key_identifier
    assert parsed["authority_cert_serial_number"].native == generation.serial
    (name,) = parsed["authority_cert_issuer"]
    assert name.chosen.untag().dump() == reading.certificate(auth_der).issuer.dump()


def test_the_subject_key_identifier_is_the_keys_sha1(sign_der):
    """RFC 5280 method 1: SHA-1 of the BIT STRING's content."""
    key = reading.certificate(sign_der).public_key["public_key"].contents[1:]

    assert reading.value(sign_der, "2.5.29.14")[2:] == hashlib.sha1(key).digest()


def test_only_logging_in_names_a_responder(auth_der):
    """OCSP alone, no caIssuers, and not the real one."""
    access = pyca.load_der_x509_certificate(auth_der).extensions.get_extension_for_class(
        pyca.AuthorityInformationAccess
    )

    (entry,) = access.value
    assert entry.access_method == pyca.AuthorityInformationAccessOID.OCSP
    assert entry.access_location.value == "http://ocspauthnorm.jpki-emu.invalid"


@pytest.mark.parametrize(("code", "size"), [("01106", 1583), ("14104", 1586)])
def test_with_the_real_names_the_size_is_the_real_size(keys, code, size):
    """Three real certificates of these two wards measured 1583 to 1586 octets: so do these.

    Nothing is signed: the octets of a signature are zeros.
    """
    where = municipality(code)
    subject = PRODUCTION.subject(Kind.AUTH, where, "0" * 23)
    facts = EndEntityFacts(
        serial=0x02000000,
        not_before=NOON,
        not_after=NOON,
        subject=subject,
        public_key=keys[3].public_key,
        key_identifier=bytes(20),
        person=person(),
        municipality=where,
    )
    tbs = end_entity_tbs(AUTH, PRODUCTION, facts, issuer=IssuerFacts(0x0133C349, bytes(20)))

    assert len(signed(tbs, bytes(256))) == size


def test_sizes_are_plausible_for_the_card(sign_der, auth_der):
    """The card's files hold 1.6 to 2.0 KB when signing, some 1.6 KB when logging in."""
    assert 1600 <= len(sign_der) <= 2000
    assert 1580 <= len(auth_der) <= 1650


@pytest.mark.usefixtures("register_at")
@pytest.mark.parametrize("fixture", ["sign_der", "auth_der"])
def test_the_signature_is_the_authoritys(fixture, request):
    """The cryptography library verifies it under the authority's certificate."""
    der = request.getfixturevalue(fixture)
    authority = request.getfixturevalue(fixture.removesuffix("_der"))
    issuer = pyca.load_der_x509_certificate(authority.generations[0].certificate)

    pyca.load_der_x509_certificate(der).verify_directly_issued_by(issuer)
