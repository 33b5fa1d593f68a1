"""Lists of a night before judges who know nothing of us: OpenSSL, GnuTLS, cryptography, pkilint.

A list of every reason and a thousand and more entries, read in several chunks, at one place; the
list of everything beside it. GnuTLS judges by the machine's clock, so these are of today.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from jpki.ca import Authority, Register, publish_night, schema
from jpki.profiles import Kind, RevocationReason

from .citizens import DAY, KIYOSE, SAPPORO_MINAMI, chance, request

TODAY = datetime.now(UTC).replace(microsecond=0)
ENTRIES = 1200
LISTS = {"partition": "sign-g1-13221.crl", "everything": "sign-g1-full.crl"}
FORCED_BY_THE_PROFILE: dict[str, str] = {}
"""Findings of pkilint that the profile makes us live with, and why: there are none."""


@dataclass(frozen=True)
class Bench:
    """Published lists, and beside them the certificates as PEM."""

    directory: Path

    def run(self, *command: str, status: int = 0) -> str:
        done = subprocess.run(command, cwd=self.directory, capture_output=True, check=False)
        said = (done.stdout + done.stderr).decode(errors="replace")
        assert done.returncode == status, said
        return said


@pytest.fixture(scope="module")
def bench(keys, holder_key, tmp_path_factory) -> Bench:
    """Publish a second night, so that what is judged was signed anew."""
    place = tmp_path_factory.mktemp("judged")
    with Register.create(place / "register.sqlite") as register:
        authority = Authority.found(register, Kind.SIGN, key=keys[0], moment=TODAY - 30 * DAY)
        good, bad, other = (
            authority.issue(
                request(holder_key, municipality=where), moment=TODAY - 2 * DAY, randomness=chance
            )
            for where in (KIYOSE, KIYOSE, SAPPORO_MINAMI)
        )
        authority.revoke(bad.serial, RevocationReason.SUPERSEDED, moment=TODAY - DAY)
        fill(authority, other.serial + 1)
        for moment in (TODAY - DAY, TODAY):
            rebuilt = [each.rebuilt for each in publish_night(authority, place, moment=moment)]
    assert rebuilt == [False, False, False]
    for name, der in {"ca": good.issuer, "good": good.der, "bad": bad.der}.items():
        convert(place, "x509", f"{name}.pem", der)
    for path in place.glob("*.crl"):
        convert(place, "crl", f"{path.name}.pem", path.read_bytes())
    return Bench(place)


def convert(place, command, name, der) -> None:
    arguments = ["openssl", command, "-inform", "der", "-out", place / name]
    subprocess.run(arguments, input=der, check=True)


def fill(authority, first: int) -> None:
    """Put revoked certificates on record as a register has them that was moved here."""
    shared = {"kind": "sign", "municipality": "13221", "not_after": TODAY + 900 * DAY}
    reasons = len(RevocationReason)
    with authority.register.writing() as change:
        change._connection.execute(
            schema.certificate.insert(),
            [
                shared
                | {"serial": first + n, "generation": 1, "holder": "", "der": b"-"}
                | {"not_before": TODAY - 20 * DAY, "key_digest": b"-"}
                for n in range(ENTRIES)
            ],
        )
        change._connection.execute(
            schema.revocation.insert(),
            [
                shared
                | {"serial": first + n, "number": first + n}
                | {"reason": n % reasons, "revoked_at": TODAY - n % 9 * DAY}
                for n in range(ENTRIES)
            ],
        )


@pytest.mark.parametrize("which", LISTS)
def test_openssl_verifies_the_signature(bench, which):
    """`openssl crl -verify` with the authority's certificate."""
    said = bench.run(
        *("openssl", "crl", "-inform", "der", "-in", LISTS[which]),
        *("-CAfile", "ca.pem", "-verify", "-noout"),
    )
    assert "verify OK" in said


@pytest.mark.parametrize("which", LISTS)
@pytest.mark.parametrize(("certificate", "status"), [("good.pem", 0), ("bad.pem", 2)])
def test_openssl_asks_the_list(bench, which, certificate, status):
    """`-crl_check`, with `-extended_crl` for the list of one place."""
    said = bench.run(
        *("openssl", "verify", "-extended_crl", "-crl_check", "-CAfile", "ca.pem"),
        *("-CRLfile", f"{LISTS[which]}.pem", certificate),
        status=status,
    )
    assert ("certificate revoked" in said) is (status != 0)


@pytest.mark.parametrize("which", LISTS)
def test_gnutls_verifies_the_signature(bench, which):
    """`certtool --verify-crl`; it names issuingDistributionPoint an unknown extension."""
    said = bench.run(
        *("certtool", "--verify-crl", "--load-ca-certificate", "ca.pem"),
        *("--infile", f"{LISTS[which]}.pem"),
    )
    assert "Verified. The certificate is trusted." in said


@pytest.mark.parametrize("which", LISTS)
def test_gnutls_counts_the_entries(bench, which):
    """`certtool --crl-info` reads every one."""
    said = bench.run("certtool", "--crl-info", "--inder", "--infile", LISTS[which])

    assert f"Revoked certificates ({ENTRIES + 1}):" in said
    assert said.count("Revoked at:") == ENTRIES + 1


@pytest.mark.parametrize("which", LISTS)
def test_cryptography_reads_every_entry(bench, which):
    """Serial numbers rise, and the reasons are those there are."""
    read = x509.load_der_x509_crl((bench.directory / LISTS[which]).read_bytes())
    issuer = x509.load_pem_x509_certificate((bench.directory / "ca.pem").read_bytes())

    serials = [entry.serial_number for entry in read]
    assert read.is_signature_valid(issuer.public_key())
    assert serials == sorted(set(serials))
    assert sum(1 for entry in read if len(entry.extensions)) == ENTRIES + 1 - len(
        range(0, ENTRIES, len(RevocationReason))
    )


@pytest.mark.parametrize("which", LISTS)
def test_pkilint_finds_nothing_that_the_profile_does_not_force(bench, which):
    """The linter for RFC 5280, down to its notices."""
    linter = str(Path(sys.executable).with_name("lint_crl"))

    said = bench.run(
        *(linter, "lint", "-t", "CRL", "-p", "PKIX", "-s", "INFO", "-f", "JSON", LISTS[which])
    )
    found = [
        finding["code"]
        for result in json.loads(said)["results"]
        for finding in result["finding_descriptions"]
    ]
    assert [code for code in found if code not in FORCED_BY_THE_PROFILE] == []
