"""What OpenSSL says of a certificate, given all that a world publishes."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from cardsim.faults.evidence import NO_TROUBLE, Trouble
from cardsim.world import World
from cardsim.world.evidence import handed_out
from jpki.profiles.kinds import Kind
from tests.support.processes import run


def openssl_says(
    world: World,
    certificate: bytes,
    kind: Kind,
    directory: Path,
    *,
    trouble: Trouble = NO_TROUBLE,
) -> str:
    """Give what `openssl verify` says with all anchors and the whole lists of every generation.

    `trouble` is what the service has that hands the lists out.
    """
    anchors = [x509.load_der_x509_certificate(der) for der in world.anchors(kind)]
    published = [
        path.read_bytes()
        for path in world.authorities.lists_directory.glob(f"{kind.value}-*-full.crl")
    ]
    lists = [
        x509.load_der_x509_crl(der)
        for der in handed_out(published, world.authorities[kind], trouble, moment=world.clock.now())
    ]
    _write(directory / "ca.pem", anchors)
    _write(directory / "crl.pem", lists)
    _write(directory / "it.pem", [x509.load_der_x509_certificate(certificate)])
    done = run(
        *("openssl", "verify", "-crl_check", "-attime", str(int(world.clock.now().timestamp()))),
        *("-CAfile", directory / "ca.pem", "-CRLfile", directory / "crl.pem"),
        directory / "it.pem",
        expect=None,
    )
    return (done.stdout + done.stderr).decode()


def _write(
    path: Path, objects: list[x509.Certificate] | list[x509.CertificateRevocationList]
) -> None:
    path.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in objects))
