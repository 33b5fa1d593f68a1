"""Kill -9 at any point: no serial number comes back, nothing handed out is unknown.

The same in both databases; a PostgreSQL server can also go away on its own.
"""

import hashlib
import subprocess
import sys

import pytest
from cryptography import x509

from jpki.ca import Authority, CertificateState, FileKey, Register, make_list
from jpki.ca.errors import IssuanceAbandonedError
from jpki.profiles import Kind, RevocationReason

from . import reading
from .citizens import FOUNDED, KIYOSE, NOON, chance, request

DATABASES = ["sqlite", "postgresql"]

PLACES = [
    "before the first commit",
    "before the signature",
    "after the signature",
    "before the second commit",
]
SIGNED_OR_NOT = PLACES[1:]
"""Where the serial number is spent and the certificate perhaps signed."""


@pytest.fixture
def files(register_at, tmp_path, keys):
    """Found an authority; give the register's place, key file and holder's public key file."""
    key, public_key = (tmp_path / name for name in ("ca.pem", "holder.der"))
    keys[0].save(key)
    public_key.write_bytes(keys[3].public_key)
    with Register.create(register_at) as made:
        Authority.found(made, Kind.AUTH, key=keys[0], moment=FOUNDED)
    return register_at, key, public_key


def start(files, place: str, count: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.ca.issuer_process", *files, place, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def handed_out(output: str) -> dict[int, str]:
    """Give serial numbers and digests of what a process said it had issued."""
    lines = [line.split() for line in output.splitlines() if not line.startswith("list")]
    return {int(serial): digest for serial, digest in lines}


@pytest.fixture
def reopened(files, keys):
    """Open the authority again, as the next start of the program does."""

    def reopen() -> Authority:
        register = Register.open(files[0])
        opened.append(register)
        return Authority(register, Kind.AUTH, keys=[FileKey(files[1])])

    opened = []
    yield reopen
    [register.close() for register in opened]


def records(authority):
    """Give the holders' records by serial number."""
    return {r.serial: r for r in authority.certificates() if r.municipality is not None}


@pytest.mark.parametrize("place", PLACES)
def test_everything_handed_out_is_on_record(files, reopened, place):
    """Each certificate that left the process is there, octet for octet."""
    process = start(files, place, 4)
    output, _ = process.communicate()
    assert process.returncode == -9

    known = records(reopened())
    out = handed_out(output)
    assert len(out) == 3
    assert out == {serial: hashlib.sha256(known[serial].der).hexdigest() for serial in out}


@pytest.mark.parametrize("place", SIGNED_OR_NOT)
def test_a_spent_serial_number_never_comes_back(files, reopened, place):
    """Whether it was signed is unknown, so its number is gone, before recovery and after."""
    output, _ = start(files, place, 2).communicate()
    lost = max(handed_out(output)) + 1

    authority = reopened()
    assert records(authority)[lost].state(NOON) is CertificateState.UNFINISHED
    public_key = files[2].read_bytes()
    before = authority.issue(request(public_key), moment=NOON, randomness=chance)
    assert authority.recover(moment=NOON) == [lost]
    after = authority.issue(request(public_key), moment=NOON, randomness=chance)
    assert [before.serial, after.serial] == [lost + 1, lost + 2]


def test_a_number_no_key_has_seen_is_not_spent(files, reopened):
    """Before the first commit nothing has happened."""
    output, _ = start(files, "before the first commit", 2).communicate()

    authority = reopened()
    assert list(records(authority)) == list(handed_out(output))
    assert authority.recover(moment=NOON) == []


@pytest.mark.parametrize("place", SIGNED_OR_NOT)
def test_what_was_not_handed_out_is_discarded(files, reopened, place):
    """交付前に破棄: on record as it was or would have been signed, revoked, and listed."""
    start(files, place, 1).communicate()
    authority = reopened()
    (lost,) = authority.recover(moment=NOON)

    record = authority.certificate(lost)
    issuer = x509.load_der_x509_certificate(authority.generations[0].certificate)
    x509.load_der_x509_certificate(record.der).verify_directly_issued_by(issuer)
    assert record.revocation.reason is RevocationReason.UNSPECIFIED
    assert reading.entries(make_list(authority, KIYOSE, moment=NOON).der) == {lost: None}


def test_the_recovered_certificate_is_the_one_that_was_lost(files, reopened, keys):
    """Signing the same octets again gives the same certificate, had it been signed before."""
    start(files, "after the signature", 1).communicate()
    authority = reopened()
    (record,) = records(authority).values()
    tbs = record.tbs

    authority.recover(moment=NOON)
    der = authority.certificate(record.serial).der
    assert x509.load_der_x509_certificate(der).tbs_certificate_bytes == tbs
    assert der.endswith(keys[0].sign(tbs))


def test_recovery_is_done_once(files, reopened):
    """The second start finds nothing left."""
    start(files, "after the signature", 1).communicate()
    authority = reopened()
    authority.recover(moment=NOON)

    assert authority.recover(moment=NOON) == []
    assert reopened().recover(moment=NOON) == []


def test_a_certificate_discarded_under_ones_hands_is_not_handed_out(sign, keys, holder_key):
    """A recovery while another process is signing: the certificate is revoked, so it stays in."""

    class SlowKey:
        public_key = keys[0].public_key

        def sign(self, message: bytes) -> bytes:
            other = Authority(sign.register, Kind.SIGN, keys=[keys[0]])
            discarded.extend(other.recover(moment=NOON))
            return keys[0].sign(message)

    discarded = []
    slow = Authority(sign.register, Kind.SIGN, keys=[SlowKey()])

    with pytest.raises(IssuanceAbandonedError) as refusal:
        slow.issue(request(holder_key), moment=NOON, randomness=chance)
    assert discarded == [refusal.value.serial]


def test_a_founding_cut_short_is_completed_on_opening(register, keys):
    """The first generation's certificate is signed when the authority is next opened."""

    class BrokenKey:
        public_key = keys[0].public_key

        def sign(self, message: bytes) -> bytes:
            raise OSError("the key went away")

    with pytest.raises(OSError, match="went away"):
        Authority.found(register, Kind.SIGN, key=BrokenKey(), moment=FOUNDED)

    assert Authority(register, Kind.SIGN, keys=[]).generations == []
    (generation,) = Authority(register, Kind.SIGN, keys=[keys[0]]).generations
    certificate = x509.load_der_x509_certificate(generation.certificate)
    certificate.verify_directly_issued_by(certificate)


def test_two_processes_share_the_counter(files, reopened):
    """No number twice, none left out, everything on record."""
    processes = [start(files, "nowhere", 20) for _ in range(2)]
    outputs = [handed_out(process.communicate()[0]) for process in processes]

    authority = reopened()
    start_at = authority.generations[0].serial + 1
    assert not outputs[0].keys() & outputs[1].keys()
    assert sorted(outputs[0] | outputs[1]) == list(range(start_at, start_at + 40))
    assert list(records(authority)) == list(range(start_at, start_at + 40))


def test_lists_made_at_once_never_know_less(files, reopened):
    """With three processes revoking, listing and publishing, no list forgets a revocation."""
    processes = [start(files, "revoking too", 8) for _ in range(3)]
    lines = [line for p in processes for line in p.communicate()[0].splitlines()]

    lists = sorted(tuple(map(int, line.split()[1:])) for line in lines if line[0] == "l")
    revoked = {int(line.split()[0]) for line in lines if line[0] != "l"}
    assert [number for number, _ in lists] == list(range(1, 25))
    assert [entries for _, entries in lists] == sorted(entries for _, entries in lists)
    assert len(revoked) == make_list(reopened(), KIYOSE, moment=NOON).entries == 24
    (published,) = files[1].parent.glob("*.crl")
    assert reading.entries(published.read_bytes()).keys() == revoked


@pytest.mark.parametrize("lines", [1, 5, 9])
def test_a_kill_from_outside_loses_nothing(files, reopened, lines):
    """Wherever it strikes: at most one certificate is unfinished, all told of are there."""
    process = start(files, "nowhere", 10_000)
    said = "".join(process.stdout.readline() for _ in range(lines))
    process.kill()
    said += process.communicate()[0]

    authority = reopened()
    out = handed_out(said[: said.rfind("\n") + 1])
    known = records(authority)
    assert out.items() <= {(s, hashlib.sha256(r.der or b"").hexdigest()) for s, r in known.items()}
    assert len(authority.recover(moment=NOON)) <= 1
    assert list(known) == list(range(min(known), min(known) + len(known)))
