"""What we issue, before judges we did not write: DigiCert's pkilint, OpenSSL, GnuTLS, cryptography.

One world with holders of every odd kind from the catalogue; every certificate of its register and
every list it publishes. What pkilint finds and the real profile forces is in a table with its
reason; an entry that does not occur fails, so the table cannot outlive its reasons.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import pem
from cryptography import x509
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store
from pkilint import loader, pkix
from pkilint.pkix import certificate as pkilint_certificate
from pkilint.pkix import crl as pkilint_crl
from pkilint.pkix import extension, name
from pkilint.validation import ValidationFindingSeverity

from cardsim.world import World
from cardsim.world.catalogue import built_in, make
from jpki.lint import Linter, Target
from jpki.lint.detecting import detect
from jpki.profiles import EMULATOR, Kind, RevocationReason
from tests.lint.broken import BROKEN

START = datetime.now(UTC).replace(microsecond=0)
"""Now: GnuTLS cannot be told another time."""
ODD_HOLDERS = (
    "JP-008",  # a substitute character
    "JP-014",  # a foreign resident with an alias
    "JP-017",  # day of birth unknown
    "JP-021",  # gender 9
    "JP-056",  # a phone
)

FORCED = {
    "pkix.certificate_policies_policy_has_qualifier": (
        "RFC 5280 4.2.1.4 recommends an OID alone; the profile has a CPS qualifier in every"
        " certificate that was seen (PKI 1.1, measured)"
    ),
}
"""What pkilint says of certificates to the real profile, and why it stays so."""


@dataclass(frozen=True)
class Issued:
    """One object; `authority` is the certificate whose key signed it."""

    label: str
    kind: Kind
    target: Target
    der: bytes
    authority: bytes


@pytest.fixture(scope="module")
def issued(tmp_path_factory) -> list[Issued]:
    """Give all a world issues."""
    with World.create(tmp_path_factory.mktemp("opinions") / "world", moment=START) as world:
        make(world, built_in().chosen(ODD_HOLDERS))
        lost = world.certificate("hanako", Kind.SIGN).serial
        world.revoke(Kind.SIGN, lost, RevocationReason.AFFILIATION_CHANGED)
        world.publish_lists()
        return list(all_of(world))


def all_of(world: World) -> Iterator[Issued]:
    for kind in Kind:
        authority = world.authorities[kind]
        generations = {one.number: one.certificate for one in authority.generations}
        for record in authority.certificates():
            target = detect(record.der)
            yield Issued(
                f"{kind.value} {record.serial}",
                kind,
                target,
                record.der,
                generations[record.generation],
            )
        for path in sorted(world.authorities.lists_directory.glob(f"{kind.value}-g*.crl")):
            number = int(path.name.split("-")[1].removeprefix("g"))
            der = path.read_bytes()
            yield Issued(path.name, kind, detect(der), der, generations[number])


def of(issued: list[Issued], *targets: Target) -> list[Issued]:
    return [one for one in issued if one.target in targets]


HOLDERS = (Target.SIGN, Target.AUTH)
CERTIFICATES = (*HOLDERS, Target.AUTHORITY)
LISTS = (Target.PARTITION, Target.FULL)

_CERTIFICATE_RULES = pkilint_certificate.create_pkix_certificate_validator_container(
    pkilint_certificate.create_decoding_validators(
        name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS
    ),
    [
        pkilint_certificate.create_issuer_validator_container([]),
        pkilint_certificate.create_validity_validator_container(),
        pkilint_certificate.create_subject_validator_container([]),
        pkilint_certificate.create_extensions_validator_container([]),
        pkilint_certificate.create_spki_validator_container([]),
    ],
)
_LIST_RULES = pkilint_crl.create_pkix_crl_validator_container(
    [
        pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
        pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
    ],
    [
        pkilint_crl.create_issuer_validator_container([]),
        pkilint_crl.create_validity_validator_container([]),
        pkilint_crl.create_extensions_validator_container([]),
    ],
)


def pkilint_says(der: bytes, target: Target) -> set[str]:
    """Give the codes of all findings, notices among them."""
    if target in LISTS:
        document, rules = loader.load_der_crl(der), _LIST_RULES
    else:
        document, rules = loader.load_der_certificate(der), _CERTIFICATE_RULES
    return {
        description.finding.code
        for result in rules.validate(document.root)
        for description in result.finding_descriptions
        if description.finding.severity <= ValidationFindingSeverity.NOTICE
    }


def test_the_world_has_one_of_each_kind(issued):
    """Six authorities' certificates, all holders', full and empty lists and partitions."""
    counted = {target: len(of(issued, target)) for target in (*CERTIFICATES, *LISTS)}
    empty = [one for one in of(issued, *LISTS) if not len(x509.load_der_x509_crl(one.der))]

    assert counted[Target.AUTHORITY] == 6
    assert counted[Target.SIGN] >= 6
    assert counted[Target.AUTH] >= 6
    assert 0 < len(empty) < counted[Target.PARTITION] + counted[Target.FULL]


def test_our_own_linter_finds_no_error_and_no_warning(issued):
    """Notices say what the odd holders are."""
    linter = Linter(EMULATOR)
    found = {
        finding.rule.id
        for one in issued
        for finding in linter.lint(one.der, one.target, kind=one.kind)
    }

    assert found == {"birth-date-known", "gender"}


def test_pkilint_finds_nothing_but_what_the_profile_forces(issued):
    """In any certificate or list; and all that is excused does occur."""
    found = {one.label: pkilint_says(one.der, one.target) for one in issued}
    all_codes = set().union(*found.values())

    assert {
        label: codes - set(FORCED) for label, codes in found.items() if codes - set(FORCED)
    } == {}
    assert all_codes == set(FORCED)


@pytest.mark.parametrize(
    "rule", ["serial-positive", "validity-types", "crl-extensions-present", "crl-empty"]
)
def test_pkilint_sees_what_is_wrong(rule):
    """A judge who lets everything pass would make the test above worthless."""
    [row] = [row for row in BROKEN if row.rule == rule]

    assert pkilint_says(row.der, row.target) - set(FORCED)


class Bench:
    """Files in a directory, and programs over them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def pem(self, label: str, *ders: bytes, kind: str = "CERTIFICATE") -> str:
        file = f"{label.replace(' ', '-')}.pem"
        (self.directory / file).write_bytes(b"".join(pem.armor(kind, der) for der in ders))
        return file

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.directory, capture_output=True, text=True, check=False
        )


@pytest.fixture
def bench(tmp_path) -> Bench:
    """Give an empty bench."""
    return Bench(tmp_path)


def test_openssl_accepts_every_certificate_by_its_strictest_reading(bench, issued):
    """`-x509_strict` with policies checked, dates apart: the first generation's are over.

    Under its own authority's certificate alone: between self-signed ones of one name OpenSSL
    takes the first it finds.
    """
    mine = of(issued, *CERTIFICATES)
    said = [
        bench.run(
            *("openssl", "verify", "-x509_strict", "-policy_check", "-no_check_time"),
            *("-CAfile", bench.pem("ca", one.authority), bench.pem(one.label, one.der)),
        )
        for one in mine
    ]

    assert [done.stderr for done in said if done.returncode] == []
    assert all(done.stdout.endswith(".pem: OK\n") for done in said)


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
def test_gnutls_accepts_every_holders_certificate(bench, issued, kind):
    """With the authority that issued it."""
    mine = [one for one in of(issued, *HOLDERS) if one.kind is kind]
    anchors = bench.pem("ca", *{one.authority for one in mine})
    said = [
        bench.run(
            *("certtool", "--verify", "--load-ca-certificate", anchors),
            *("--infile", bench.pem(one.label, one.der)),
        )
        for one in mine
    ]

    assert [done.stdout + done.stderr for done in said if done.returncode] == []
    assert all("The certificate is trusted." in done.stdout for done in said)


def test_gnutls_reads_every_certificate(bench, issued):
    """`certtool -i`, which prints each extension it knows."""
    mine = of(issued, *CERTIFICATES)
    said = [bench.run("certtool", "-i", "--infile", bench.pem(one.label, one.der)) for one in mine]

    assert [done.returncode for done in said] == [0] * len(mine)
    assert all("Subject Key Identifier (not critical)" in done.stdout for done in said)
    assert not any("error" in done.stdout.lower() + done.stderr.lower() for done in said)


def test_openssl_and_gnutls_accept_every_list(bench, issued):
    """Signature and form."""
    mine = of(issued, *LISTS)
    said = [
        (
            bench.run("openssl", "crl", "-noout", "-CAfile", anchor, "-in", file),
            bench.run(
                "certtool", "--verify-crl", "--load-ca-certificate", anchor, "--infile", file
            ),
        )
        for one in mine
        for anchor in [bench.pem("ca", one.authority)]
        for file in [bench.pem(one.label, one.der, kind="X509 CRL")]
    ]

    assert all("verify OK" in openssl.stderr + openssl.stdout for openssl, _ in said)
    assert all("verified" in gnutls.stdout.lower() for _, gnutls in said)


def test_cryptography_reads_everything(issued):
    """Each extension and each entry."""
    certificates = [x509.load_der_x509_certificate(one.der) for one in of(issued, *CERTIFICATES)]
    lists = [x509.load_der_x509_crl(one.der) for one in of(issued, *LISTS)]

    assert all(len(certificate.extensions) in {5, 7, 8} for certificate in certificates)
    assert all(len(one.extensions) in {2, 3} for one in lists)
    assert sum(len(list(entry.extensions)) for one in lists for entry in one) > 0


# Of critical extensions it wants to be told which it may meet.
_WITH_POLICIES = ExtensionPolicy.permit_all().may_be_present(
    x509.CertificatePolicies, Criticality.CRITICAL, None
)


def test_cryptographys_verifier_accepts_every_holders_certificate(issued):
    """With its web rules on extensions set aside, which ask for names of hosts."""
    chains = [
        PolicyBuilder()
        .store(Store([x509.load_der_x509_certificate(one.authority)]))
        .time(START)
        .extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=_WITH_POLICIES
        )
        .build_client_verifier()
        .verify(x509.load_der_x509_certificate(one.der), [])
        .chain
        for one in of(issued, *HOLDERS)
    ]

    assert {len(chain) for chain in chains} == {2}
