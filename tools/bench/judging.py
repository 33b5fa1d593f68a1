"""Chain, policy, usage and revocation list: certificates nobody has seen, judged one by one.

Ours is `Verifier.judge` (the verdict) and `Verifier.check` (the whole report), in one process on
one core. Each certificate is new: another number, key, holder and one of twenty municipalities,
of which the verifier has met one certificate each. The peers do what they can of the same:

- bare: one RSA-2048 verification, which is the floor of them all
- openssl: `openssl verify` over all files in one call, with list, policy and purpose
- certvalidator (pyHanko): path, usage and list; no policy
- cryptography: path and signature alone; no list, no policy, its web rules for extensions off
"""

import asyncio
import itertools
import resource
import secrets
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from asn1crypto import crl as asn1_crl
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store
from pyhanko_certvalidator import CertificateValidator, ValidationContext

from bench.chip import debian
from bench.figure import Goal, Row, in_turns
from jpki.verify import Judgement, Kind, Report, Verdict, Verifier
from jpki.verify.keys import has_small_factor
from tests.support import pki

HOLDERS, PLACES = 400, 20
ROUNDS, EACH = 20, 20
LISTED = 1000
"""Revoked serial numbers on the list of the whole CA: none of them a holder's here."""
_INFO = slice(0, 33)
_MODULUS = 256


class _Crowd:
    """Certificates of one kind, and a verifier that has met their municipalities."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.ca = pki.ca(kind)
        entries = (pki.entry(serial=serial) for serial in range(1, LISTED + 1))
        self.list = pki.crl(self.ca, *entries, point=None)
        self.verifier = pki.verifier(self.list)
        for der in self._made(PLACES):
            self.expect_good(self.verifier.judge(der, kind, moment=pki.NOW).verdict)
        self.ders = list(self._made(HOLDERS))

    def _made(self, count: int) -> Iterator[bytes]:
        return (_certificate(self.ca, at % PLACES) for at in range(count))

    def endlessly(self, what: Callable[[bytes], object]) -> Callable[[], object]:
        """Give a function that does it to one certificate after another."""
        ders = itertools.cycle(self.ders)
        return lambda: what(next(ders))

    def asked(self, method: Callable[..., Judgement | Report]) -> Callable[[], object]:
        """Give a function that asks our verifier about one certificate after another."""
        verifier, kind, moment, good = self.verifier, self.kind, pki.NOW, Verdict.GOOD

        def ask(der: bytes) -> None:
            verdict = method(verifier, der, kind, moment=moment).verdict
            if verdict is not good:
                self.expect_good(verdict)

        return self.endlessly(ask)

    @staticmethod
    def expect_good(verdict: Verdict) -> None:
        """End the benchmark when what is measured is not what was meant."""
        if verdict is not Verdict.GOOD:
            raise RuntimeError(f"a certificate of the benchmark is {verdict.value}")


def _certificate(ca: pki.Ca, place: int) -> bytes:
    """Give a certificate of a holder whose key nobody has: only its bytes are looked at."""
    modulus = 0
    while has_small_factor(modulus):
        modulus = 1 << 8 * _MODULUS - 1 | secrets.randbits(8 * _MODULUS - 1)
    info = pki.key_info(pki.key(f"{ca.kind.value} holder"))
    head, tail = info[_INFO], info[-5:]
    number = 0x02000000 + secrets.randbelow(0x50000000)
    point = pki.seq(pki.seq(pki.full_name(pki.point_name(ca.kind, f"City-{place:02}"))))
    signs = ca.kind is Kind.SIGN
    places = (("2.5.4.7", "Tokyo-to"), ("2.5.4.7", f"City-{place:02}")) if signs else ()
    return pki.certificate(
        ca,
        serial=number,
        info=head + modulus.to_bytes(_MODULUS) + tail,
        subject=pki.name(("2.5.4.6", "JP"), *places, ("2.5.4.3", f"{number:023X}")),
        not_before=pki.NOW - timedelta(seconds=secrets.randbelow(30_000_000)),
        not_after=datetime(2030, 1 + secrets.randbelow(12), 10, 14, 59, 59, tzinfo=UTC),
        change={
            pki.CRL_POINTS: (False, point),
        },
    )


def _against_bare(kind: Kind) -> Row:
    crowd = _Crowd(kind)
    key, scheme, digest = crowd.ca.key.public_key(), padding.PKCS1v15(), hashes.SHA256()
    parts = [(der[-256:], der[4 : 8 + int.from_bytes(der[6:8])]) for der in crowd.ders]
    cycle = itertools.cycle(parts)
    ours, bare = in_turns(
        crowd.asked(Verifier.judge),
        lambda: key.verify(*next(cycle), scheme, digest),
        rounds=ROUNDS, each=EACH,
    )  # fmt: skip
    mine, theirs = statistics.median(ours) * 1e6, statistics.median(bare) * 1e6
    return Row(
        f"judge-{kind.value}", "µs", round(mine, 1), round(theirs, 1), round(mine / theirs, 2),
        "ours / one bare RSA-2048 verification", f"cryptography {version('cryptography')}",
        Goal("ratio", below=2.5),
    )  # fmt: skip


def _beside(name: str, ours: list[float], peer: list[float], who: str) -> Row:
    mine, theirs = statistics.median(ours), statistics.median(peer)
    return Row(
        name, "per s and core", round(1 / mine), round(1 / theirs), round(theirs / mine, 2),
        "ours / peer at the median", who, Goal("ratio", at_least=1.0),
    )  # fmt: skip


def _against_openssl() -> Row:
    """Count the processor's time of one call over all files, less one over a single file."""
    crowd = _Crowd(Kind.AUTH)
    ours: list[float] = []
    peer: list[float] = []
    ask = crowd.asked(Verifier.judge)
    with tempfile.TemporaryDirectory() as directory:
        call = _openssl_call(crowd, Path(directory))
        for _ in range(5):
            started = time.process_time()
            for _ in range(HOLDERS):
                ask()
            ours.append((time.process_time() - started) / HOLDERS)
            whole, single = call(HOLDERS), call(1)
            peer.append((whole - single) / (HOLDERS - 1))
    return _beside("judge-openssl", ours, peer, f"openssl verify {debian('openssl')}")


def _openssl_call(crowd: _Crowd, directory: Path) -> Callable[[int], float]:
    def write(name: str, label: str, der: bytes) -> str:
        path = directory / name
        path.write_bytes(pem.armor(label, der))
        return str(path)

    ca = write("ca.pem", "CERTIFICATE", crowd.ca.der)
    listed = write("crl.pem", "X509 CRL", crowd.list)
    files = [write(f"{at}.pem", "CERTIFICATE", der) for at, der in enumerate(crowd.ders)]
    words = [
        *("openssl", "verify", "-CAfile", ca, "-CRLfile", listed, "-crl_check"),
        *("-policy", pki.AUTH_POLICY, "-explicit_policy", "-purpose", "sslclient"),
        *("-x509_strict", "-attime", str(int(pki.NOW.timestamp()))),
    ]

    def call(count: int) -> float:
        before = _children()
        done = subprocess.run([*words, *files[:count]], capture_output=True, text=True, check=False)
        took = _children() - before
        if done.returncode or done.stdout.count(": OK") != count:
            raise RuntimeError(f"openssl verify: {done.stderr[:500]}")
        return took

    return call


def _children() -> float:
    """Give the seconds of processor all ended child processes took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _against_certvalidator(name: str, method: Callable[..., Judgement | Report]) -> Row:
    crowd = _Crowd(Kind.AUTH)
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(crowd.ca.der)],
        crls=[asn1_crl.CertificateList.load(crowd.list)],
        moment=pki.NOW,
        best_signature_time=pki.NOW,
        allow_fetching=False,
        revocation_mode="hard-fail",
        other_certs=[],
    )
    loop = asyncio.new_event_loop()

    def validate(der: bytes) -> object:
        validator = CertificateValidator(
            asn1_x509.Certificate.load(der), validation_context=context
        )
        usage = validator.async_validate_usage({"digital_signature"}, {"client_auth"})
        return loop.run_until_complete(usage)

    try:
        ours, peer = in_turns(crowd.asked(method), crowd.endlessly(validate), rounds=5, each=EACH)
    finally:
        loop.close()
    return _beside(name, ours, peer, f"certvalidator {version('pyhanko-certvalidator')}, no policy")


def _against_cryptography() -> Row:
    crowd = _Crowd(Kind.AUTH)
    anything = ExtensionPolicy.permit_all()
    an_authority = anything.require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
    # As it is, it refuses the profile: a critical certificatePolicies must be let pass by name.
    a_holder = anything.may_be_present(x509.CertificatePolicies, Criticality.AGNOSTIC, None)
    verifier = (
        PolicyBuilder()
        .store(Store([x509.load_der_x509_certificate(crowd.ca.der)]))
        .time(pki.NOW)
        .extension_policies(ca_policy=an_authority, ee_policy=a_holder)
        .build_client_verifier()
    )
    ours, peer = in_turns(
        crowd.asked(Verifier.judge),
        crowd.endlessly(lambda der: verifier.verify(x509.load_der_x509_certificate(der), [])),
        rounds=ROUNDS, each=EACH,
    )  # fmt: skip
    who = f"cryptography {version('cryptography')}, no list, no policy"
    return _beside("judge-cryptography", ours, peer, who)


FIGURES = {
    "judge-sign": lambda: [_against_bare(Kind.SIGN)],
    "judge-auth": lambda: [_against_bare(Kind.AUTH)],
    "judge-openssl": lambda: [_against_openssl()],
    "judge-certvalidator": lambda: [_against_certvalidator("judge-certvalidator", Verifier.judge)],
    "judge-cryptography": lambda: [_against_cryptography()],
    "check-certvalidator": lambda: [_against_certvalidator("check-certvalidator", Verifier.check)],
}
