"""Revocation lists: form, scope, numbers, and that none forgets anything."""

from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import core
from asn1crypto import crl as asn1_crl
from cryptography import x509 as pyca

from jpki.ca import make_list, make_lists
from jpki.ca.errors import NoUsableKeyError
from jpki.profiles import RevocationReason

from . import reading
from .citizens import DAY, KIYOSE, NOON, SAPPORO_MINAMI, YOKOHAMA_NAKA, chance, request

IDP = "2.5.29.28"
MOVED = RevocationReason.AFFILIATION_CHANGED
THREE_PLACES = (KIYOSE, SAPPORO_MINAMI, YOKOHAMA_NAKA)


def issue(authority, key, where=KIYOSE, moment=NOON) -> int:
    """Issue a certificate somewhere; give its serial number."""
    wanted = request(key, municipality=where)
    return authority.issue(wanted, moment=moment, randomness=chance).serial


def revoked(authority, key, where=KIYOSE, reason=MOVED) -> int:
    """Issue a certificate and revoke it; give its serial number."""
    serial = issue(authority, key, where)
    authority.revoke(serial, reason, moment=NOON)
    return serial


def number(der: bytes) -> int:
    return reading.revocation_list(der).crl_number_value.native


def test_a_partition_has_its_extensions_in_order(sign):
    """AKI, cRLNumber, and a critical issuingDistributionPoint."""
    made = make_list(sign, KIYOSE, moment=NOON)

    extensions = reading.revocation_list(made.der)["tbs_cert_list"]["crl_extensions"]
    assert reading.shape(extensions) == [
        ("2.5.29.35", False),
        ("2.5.29.20", False),
        (IDP, True),
    ]


def test_the_list_of_everything_has_no_distribution_point(sign):
    """It is complete for its issuer, so nothing limits it."""
    made = make_list(sign, None, moment=NOON)

    extensions = reading.revocation_list(made.der)["tbs_cert_list"]["crl_extensions"]
    assert reading.shape(extensions) == [("2.5.29.35", False), ("2.5.29.20", False)]


@pytest.mark.parametrize("where", THREE_PLACES, ids=str)
def test_a_partition_matches_its_certificates_octet_for_octet(sign, holder_key, where):
    """The distribution point's name is the same octets in certificate and list."""
    issued = sign.issue(request(holder_key, municipality=where), moment=NOON, randomness=chance)
    made = make_list(sign, where, moment=NOON)

    point = asn1_crl.IssuingDistributionPoint.load(reading.list_value(made.der, IDP), strict=True)
    # DistributionPoints is SEQUENCE OF SEQUENCE; what remains is distributionPoint [0].
    in_certificate = reading.value(issued.der, "2.5.29.31")
    assert in_certificate.endswith(point["distribution_point"].dump())
    assert [point[name].native for name in list(point.native)[1:]] == [
        False,
        False,
        None,
        False,
        False,
    ]


def test_fields_of_a_list(sign):
    """v2, the authority's name octet for octet, two days, UTCTime."""
    made = make_list(sign, KIYOSE, moment=NOON)
    tbs = reading.revocation_list(made.der)["tbs_cert_list"]
    authority = reading.certificate(sign.generations[0].certificate)

    assert tbs["version"].native == "v2"
    assert tbs["issuer"].dump() == authority.subject.dump()
    assert tbs["this_update"].dump() == b"\x17\x0d261123030000Z"
    assert tbs["next_update"].dump() == b"\x17\x0d261125030000Z"
    assert (made.this_update, made.next_update) == (NOON, NOON + 2 * DAY)


def test_the_key_identifier_has_all_three_parts(sign):
    """As in certificates."""
    made = make_list(sign, None, moment=NOON)
    parsed = reading.revocation_list(made.der).authority_key_identifier_value
    generation = sign.generations[0]

    assert parsed["key_identifier"].native == generation.key_identifier
    assert parsed["authority_cert_serial_number"].native == generation.serial


def test_the_signature_is_the_authoritys(sign):
    """The cryptography library verifies it."""
    made = make_list(sign, KIYOSE, moment=NOON)
    issuer = pyca.load_der_x509_certificate(sign.generations[0].certificate)

    assert pyca.load_der_x509_crl(made.der).is_signature_valid(issuer.public_key())


@pytest.mark.parametrize("filled", [True, False], ids=["entries", "none"])
def test_another_encoder_gives_the_same_octets(sign, holder_key, filled):
    """Read and written anew by asn1crypto nothing changes."""
    serials = [revoked(sign, holder_key, reason=reason) for reason in RevocationReason]
    where = {True: KIYOSE, False: SAPPORO_MINAMI}[filled]
    made = make_list(sign, where, moment=NOON)

    parsed = reading.revocation_list(made.der)
    assert parsed.native
    assert parsed.dump(force=True) == made.der
    assert made.entries == (len(serials) if filled else 0)


def test_an_empty_list_leaves_its_entries_out(sign):
    """An empty SEQUENCE is forbidden (RFC 5280 section 5.1.2.6)."""
    made = make_list(sign, KIYOSE, moment=NOON)

    assert made.entries == 0
    assert isinstance(
        reading.revocation_list(made.der)["tbs_cert_list"]["revoked_certificates"], core.Void
    )
    assert list(pyca.load_der_x509_crl(made.der)) == []


def test_reasons_are_written_and_unspecified_is_not(sign, holder_key):
    """Each CRLReason by its name; unspecified is left out (RFC 5280 section 5.3.1)."""
    serials = [revoked(sign, holder_key, reason=reason) for reason in RevocationReason]

    found = reading.entries(make_list(sign, KIYOSE, moment=NOON).der)
    assert found == dict(
        zip(
            serials,
            [
                None,
                "key_compromise",
                "ca_compromise",
                "affiliation_changed",
                "superseded",
                "cessation_of_operation",
                "certificate_hold",
            ],
            strict=True,
        )
    )


def test_an_entry_says_when(sign, holder_key):
    """RevocationDate is the moment of revocation, not of the list."""
    serial = revoked(sign, holder_key)

    parsed = pyca.load_der_x509_crl(make_list(sign, KIYOSE, moment=NOON + DAY).der)
    entry = parsed.get_revoked_certificate_by_serial_number(serial)
    assert entry.revocation_date_utc == NOON


def test_a_partition_holds_its_own_place_only(sign, holder_key):
    """Where the certificate was issued decides."""
    here, there = (revoked(sign, holder_key, where) for where in (KIYOSE, SAPPORO_MINAMI))

    assert list(reading.entries(make_list(sign, KIYOSE, moment=NOON).der)) == [here]
    assert list(reading.entries(make_list(sign, SAPPORO_MINAMI, moment=NOON).der)) == [there]


def test_partitions_together_hold_what_the_full_list_holds(sign, auth, holder_key, second_key):
    """No revoked serial is in no partition, and none is in two."""
    serials = [revoked(sign, holder_key, where) for where in THREE_PLACES * 3]
    revoked(auth, second_key)

    *partitions, full = make_lists(sign, moment=NOON)
    listed = [serial for made in partitions for serial in reading.entries(made.der)]
    assert sorted(listed) == serials == list(reading.entries(full.der))
    assert [made.municipality for made in partitions] == sorted(w.code for w in THREE_PLACES)


def test_a_revoked_generation_still_signs_lists(sign, holder_key):
    """Whoever it issued to before still needs them; with nothing newer it is the one asked."""
    issue(sign, holder_key)
    sign.revoke(sign.generations[0].serial, RevocationReason.CA_COMPROMISE, moment=NOON)

    made = make_list(sign, None, moment=NOON)
    assert (made.generation, made.entries) == (1, 1)
    assert [each.generation for each in make_lists(sign, moment=NOON)] == [1, 1]


def test_a_good_generation_signs_lists_before_a_newer_that_is_revoked(sign, keys):
    """Without a wish, the newest that is not revoked."""
    second = sign.add_generation(keys[2], moment=NOON)
    sign.revoke(second.serial, RevocationReason.CA_COMPROMISE, moment=NOON)

    assert make_list(sign, None, moment=NOON).generation == 1


def test_a_good_certificate_is_on_no_list(sign, holder_key):
    """Only what is revoked is listed."""
    issue(sign, holder_key)

    assert [made.entries for made in make_lists(sign, moment=NOON)] == [0, 0]


def test_the_authoritys_own_certificate_is_on_the_full_list_alone(sign, holder_key):
    """It has no municipality; its distribution point is the authority's name."""
    issue(sign, holder_key)
    sign.revoke(sign.generations[0].serial, RevocationReason.CA_COMPROMISE, moment=NOON)

    partition, full = make_lists(sign, moment=NOON)
    assert partition.entries == 0
    assert list(reading.entries(full.der)) == [sign.generations[0].serial]


def test_numbers_rise_within_a_scope(sign):
    """Each scope counts for itself; the number in the list is the one on record."""
    first, second = (make_list(sign, KIYOSE, moment=NOON) for _ in range(2))
    other = make_list(sign, None, moment=NOON)

    assert [first.number, second.number, other.number] == [1, 2, 1]
    assert [number(made.der) for made in (first, second, other)] == [1, 2, 1]


class TestGenerations:
    """認証局の鍵更新: several keys, one name."""

    FOUR_YEARS_ON = datetime(2030, 4, 1, tzinfo=UTC)

    def test_each_key_signs_lists(self, sign, keys, holder_key):
        """A certificate's list comes signed by the key that signed the certificate."""
        issue(sign, holder_key)
        sign.add_generation(keys[2], moment=self.FOUR_YEARS_ON)

        made = list(make_lists(sign, moment=self.FOUR_YEARS_ON))
        assert [(m.generation, m.municipality) for m in made] == [
            (1, "13221"),
            (1, None),
            (2, "13221"),
            (2, None),
        ]
        identifiers = [
            reading.revocation_list(m.der).authority_key_identifier_value["key_identifier"].native
            for m in made
        ]
        first, second = (g.key_identifier for g in sign.generations)
        assert identifiers == [first, first, second, second]

    def test_every_generations_list_names_everything_of_its_scope(self, sign, keys, holder_key):
        """The scope is a name, not a key: no generation's list may be silent on the other's."""
        old = revoked(sign, holder_key)
        sign.add_generation(keys[2], moment=self.FOUR_YEARS_ON)
        new = issue(sign, holder_key, moment=self.FOUR_YEARS_ON)
        sign.revoke(new, MOVED, moment=self.FOUR_YEARS_ON)

        contents = [
            list(reading.entries(m.der)) for m in make_lists(sign, moment=self.FOUR_YEARS_ON)
        ]
        assert contents == [[old, new]] * 4

    def test_two_lists_of_one_scope_never_share_a_number(self, sign, keys, holder_key):
        """One counter a scope, whoever signs (RFC 5280 section 5.2.3)."""
        issue(sign, holder_key)
        sign.add_generation(keys[2], moment=self.FOUR_YEARS_ON)

        made = make_lists(sign, moment=self.FOUR_YEARS_ON)
        assert [(m.municipality, m.number) for m in made] == [
            ("13221", 1),
            (None, 1),
            ("13221", 2),
            (None, 2),
        ]

    def test_an_expired_generation_signs_no_more(self, sign, keys):
        """Its lists would not be believed."""
        end = sign.generations[0].not_after
        sign.add_generation(keys[2], moment=self.FOUR_YEARS_ON)

        assert {m.generation for m in make_lists(sign, moment=end + DAY)} == {2}
        with pytest.raises(NoUsableKeyError):
            make_list(sign, None, moment=end + DAY, generation=1)

    def test_no_key_no_list(self, sign, register):
        """An authority opened without keys makes no lists."""
        blind = type(sign)(register, sign.kind, keys=[])

        assert list(make_lists(blind, moment=NOON)) == []
        with pytest.raises(NoUsableKeyError):
            make_list(blind, None, moment=NOON)


class TestEndedCertificates:
    """An entry stays until one list after the certificate's end has named it (RFC 5280 3.3)."""

    @pytest.fixture
    def ended(self, sign, holder_key):
        """Give a revoked certificate's serial number and its last second."""
        serial = revoked(sign, holder_key)
        return serial, sign.certificate(serial).not_after

    def test_the_first_list_after_the_end_still_names_it(self, sign, ended):
        """However long ago the end was."""
        serial, end = ended
        make_list(sign, KIYOSE, moment=end - DAY)

        assert list(reading.entries(make_list(sign, KIYOSE, moment=end + 9 * DAY).der)) == [serial]

    def test_the_second_does_not(self, sign, ended):
        """The register keeps it, the lists do not."""
        serial, end = ended
        make_list(sign, KIYOSE, moment=end + timedelta(seconds=1))

        assert make_list(sign, KIYOSE, moment=end + DAY).entries == 0
        assert sign.certificate(serial).revocation.reason is MOVED

    def test_a_list_of_the_last_second_is_not_after_the_end(self, sign, ended):
        """The certificate still holds then; the next list must name it once more."""
        serial, end = ended
        make_list(sign, KIYOSE, moment=end)

        assert list(reading.entries(make_list(sign, KIYOSE, moment=end + DAY).der)) == [serial]

    def test_another_scopes_list_does_not_count(self, sign, ended):
        """The full list has named it; the partition has not yet."""
        serial, end = ended
        make_list(sign, None, moment=end + DAY)

        assert list(reading.entries(make_list(sign, KIYOSE, moment=end + DAY).der)) == [serial]

    def test_a_clock_set_back_forgets_nothing(self, sign, ended):
        """A list from the future does not let an entry go that is still needed now."""
        serial, end = ended
        make_list(sign, KIYOSE, moment=end + DAY)

        assert list(reading.entries(make_list(sign, KIYOSE, moment=end - DAY).der)) == [serial]
