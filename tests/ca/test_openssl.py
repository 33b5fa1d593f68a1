"""OpenSSL reads, verifies and refuses what the authorities make.

With the list of one municipality `-crl_check` works without `-extended_crl`: OpenSSL compares
the issuingDistributionPoint with the certificate's own distribution point, both directory names.
Without either, it takes the list of everything, which names no distribution point.
"""

import subprocess
from datetime import timedelta

import pytest

from jpki.ca import make_list
from jpki.profiles import Kind, RevocationReason

from .citizens import DAY, KIYOSE, NOON, SAPPORO_MINAMI, chance, request

REVOKED = "error 23 at 0 depth lookup: certificate revoked"
NO_LIST = "error 3 at 0 depth lookup: unable to get certificate CRL"
LIST_EXPIRED = "error 12 at 0 depth lookup: CRL has expired"
EXPIRED = "error 10 at 0 depth lookup: certificate has expired"
NO_ISSUER = "error 20 at 0 depth lookup: unable to get local issuer certificate"


SECOND = timedelta(seconds=1)


class Bench:
    """Files in a directory, and OpenSSL over them."""

    def __init__(self, directory):
        self.directory = directory

    def put(self, name: str, der: bytes, kind: str = "x509") -> str:
        """Write a certificate or list as PEM; give the file's name."""
        self.openssl(kind, "-inform", "der", "-out", name, stdin=der)
        return name

    def openssl(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run OpenSSL here; give what it said on both outputs."""
        done = subprocess.run(
            ["openssl", *arguments],
            cwd=self.directory,
            input=stdin,
            capture_output=True,
            check=False,
        )
        return (done.stdout + done.stderr).decode()

    def verify(self, certificate: str, *arguments: str, authority: str, moment=NOON) -> str:
        """Verify a certificate file at a moment."""
        at = str(int(moment.timestamp()))
        return self.openssl("verify", "-attime", at, "-CAfile", authority, *arguments, certificate)


@pytest.fixture
def bench(tmp_path) -> Bench:
    """Give an empty bench."""
    return Bench(tmp_path)


@pytest.fixture(params=Kind, ids=lambda kind: kind.value)
def authority(request, sign, auth):
    """Give each authority in turn."""
    return {Kind.SIGN: sign, Kind.AUTH: auth}[request.param]


@pytest.fixture
def certificate(authority, bench, holder_key):
    """Issue a certificate; put it and its authority's on the bench."""
    issued = authority.issue(request(holder_key), moment=NOON, randomness=chance)
    bench.put("holder.pem", issued.der)
    bench.put("ca.pem", issued.issuer)
    return issued


def put_list(bench, authority, where, moment=NOON) -> str:
    return bench.put("list.pem", make_list(authority, where, moment=moment).der, "crl")


@pytest.mark.parametrize("where", [KIYOSE, None], ids=["partition", "everything"])
def test_a_good_certificate_is_good(bench, authority, certificate, where):
    """With the list of its place, and with the list of everything."""
    made = put_list(bench, authority, where)

    answer = bench.verify("holder.pem", "-crl_check", "-CRLfile", made, authority="ca.pem")
    assert answer == "holder.pem: OK\n"


def test_it_is_good_by_the_strictest_reading(bench, authority, certificate):
    """`-x509_strict` with every purpose and policy check finds nothing."""
    made = put_list(bench, authority, None)

    answer = bench.verify(
        "holder.pem",
        "-x509_strict",
        "-policy_check",
        "-crl_check_all",
        "-CRLfile",
        made,
        authority="ca.pem",
    )
    assert answer == "holder.pem: OK\n"


@pytest.mark.parametrize("where", [KIYOSE, None], ids=["partition", "everything"])
@pytest.mark.parametrize("reason", RevocationReason)
def test_a_revoked_certificate_is_revoked(bench, authority, certificate, where, reason):
    """For every reason, hold among them."""
    authority.revoke(certificate.serial, reason, moment=NOON)
    made = put_list(bench, authority, where)

    answer = bench.verify("holder.pem", "-crl_check", "-CRLfile", made, authority="ca.pem")
    assert REVOKED in answer


@pytest.mark.parametrize("extended", [[], ["-extended_crl"]], ids=["plain", "extended"])
def test_another_places_list_is_no_answer(bench, authority, certificate, extended):
    """OpenSSL holds the issuingDistributionPoint against the certificate's."""
    authority.revoke(certificate.serial, RevocationReason.SUPERSEDED, moment=NOON)
    made = put_list(bench, authority, SAPPORO_MINAMI)

    answer = bench.verify(
        "holder.pem", *extended, "-crl_check", "-CRLfile", made, authority="ca.pem"
    )
    assert "verification failed" in answer
    assert REVOKED not in answer
    assert "OK" not in answer


def test_without_a_list_there_is_no_answer(bench, certificate):
    """Nothing in a certificate leads OpenSSL to a list by itself."""
    assert NO_LIST in bench.verify("holder.pem", "-crl_check", authority="ca.pem")


def test_a_list_ends(bench, authority, certificate):
    """After nextUpdate it is no answer any more."""
    made = put_list(bench, authority, KIYOSE)

    answer = bench.verify(
        "holder.pem",
        "-crl_check",
        "-CRLfile",
        made,
        authority="ca.pem",
        moment=NOON + 3 * DAY,
    )
    assert LIST_EXPIRED in answer


def test_a_certificate_ends(bench, authority, certificate):
    """At midnight in Japan after the fifth birthday (OpenSSL ends within the last second)."""
    end = certificate.not_after

    last = bench.verify("holder.pem", authority="ca.pem", moment=end - SECOND)
    after = bench.verify("holder.pem", authority="ca.pem", moment=end + SECOND)
    assert last == "holder.pem: OK\n"
    assert EXPIRED in after


def test_one_authority_does_not_vouch_for_the_others(bench, sign, auth, holder_key):
    """A certificate for logging in is not under the signing authority."""
    issued = auth.issue(request(holder_key), moment=NOON, randomness=chance)
    bench.put("holder.pem", issued.der)
    bench.put("other.pem", sign.generations[0].certificate)

    assert NO_ISSUER in bench.verify("holder.pem", authority="other.pem")


def test_generations_are_told_apart(bench, sign, keys, holder_key):
    """With both under one name in the file, certificate and list find the right key."""
    old = sign.issue(request(holder_key), moment=NOON, randomness=chance)
    later = NOON + 3 * 365 * DAY
    second = sign.add_generation(keys[2], moment=later)
    bench.put("holder.pem", old.der)
    bench.put("1.pem", old.issuer)
    bench.put("2.pem", second.certificate)
    both = (bench.directory / "2.pem").read_bytes() + (bench.directory / "1.pem").read_bytes()
    (bench.directory / "both.pem").write_bytes(both)
    sign.revoke(old.serial, RevocationReason.SUPERSEDED, moment=later)
    made = bench.put("l.pem", make_list(sign, KIYOSE, moment=later, generation=1).der, "crl")

    assert bench.verify("holder.pem", authority="both.pem") == "holder.pem: OK\n"
    assert REVOKED in bench.verify(
        "holder.pem", "-crl_check", "-CRLfile", made, authority="both.pem", moment=later
    )


def test_a_new_generations_list_never_makes_a_revoked_one_good(bench, sign, keys, holder_key):
    """OpenSSL wants certificate and list under one root, so it refuses; it does not say OK."""
    old = sign.issue(request(holder_key), moment=NOON, randomness=chance)
    later = NOON + 3 * 365 * DAY
    second = sign.add_generation(keys[2], moment=later)
    bench.put("holder.pem", old.der)
    bench.put("1.pem", old.issuer)
    bench.put("2.pem", second.certificate)
    both = (bench.directory / "1.pem").read_bytes() + (bench.directory / "2.pem").read_bytes()
    (bench.directory / "both.pem").write_bytes(both)
    sign.revoke(old.serial, RevocationReason.SUPERSEDED, moment=later)
    made = bench.put("l.pem", make_list(sign, KIYOSE, moment=later, generation=2).der, "crl")

    answer = bench.verify(
        "holder.pem",
        "-extended_crl",
        "-untrusted",
        "2.pem",
        "-crl_check",
        "-CRLfile",
        made,
        authority="both.pem",
        moment=later,
    )
    assert "CRL path validation error" in answer
    assert "OK" not in answer


@pytest.mark.parametrize("where", [KIYOSE, None], ids=["partition", "everything"])
def test_a_list_is_signed_by_its_authority(bench, authority, certificate, where):
    """`openssl crl` verifies the signature."""
    put_list(bench, authority, where)

    answer = bench.openssl("crl", "-in", "list.pem", "-CAfile", "ca.pem", "-noout")
    assert "verify OK" in answer


def test_openssl_reads_the_four_attributes(bench, sign, holder_key):
    """The printed otherNames are the person's, by number."""
    issued = sign.issue(request(holder_key), moment=NOON, randomness=chance)
    bench.put("holder.pem", issued.der)

    text = bench.openssl(
        "x509", "-in", "holder.pem", "-noout", "-ext", "subjectAltName", "-nameopt", "utf8"
    )
    assert "1.2.392.200149.8.5.5.4::419900615" in text
    assert "1.2.392.200149.8.5.5.5::東京都清瀬市架空町１－２－３" in text


@pytest.mark.parametrize(
    "line",
    [
        "Signature Algorithm: sha256WithRSAEncryption",
        "Not After : Jun 15 14:59:59 2031 GMT",
        "X509v3 Key Usage: critical",
        "X509v3 Certificate Policies: critical",
        "CPS: http://www.jpki-emu.invalid/cps.html",
        "CN = Kiyose-shi CRLDP",
    ],
)
def test_openssl_prints_the_certificate(bench, certificate, line):
    """`openssl x509 -text` reads all of it."""
    text = bench.openssl("x509", "-in", "holder.pem", "-noout", "-text")

    assert line in text
