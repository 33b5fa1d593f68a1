"""OpenSSL's command as a second opinion on certificates, lists and CMS messages.

Files are PEM or DER in a directory of the test's own; time is given, never the machine's.
Not here: expectations. Called by the tests of `jpki.verify`, `jpki.signing` and `jpki.ca`.
"""

import base64
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_SPKI = bytes.fromhex("30820122300D06092A864886F70D01010105000382010F003082010A0282010100")
"""SubjectPublicKeyInfo of RSA-2048 up to the modulus; behind it comes 02 03 010001."""


@dataclass(frozen=True)
class Opinion:
    """Whether OpenSSL accepted, and everything it said."""

    accepts: bool
    text: str


def pem(label: str, der: bytes) -> str:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n"


def from_pem(text: str) -> bytes:
    """Give the DER of the one block of a PEM text."""
    return base64.b64decode("".join(line for line in text.splitlines() if "-----" not in line))


def write_pem(path: Path, label: str, ders: Iterable[bytes]) -> Path:
    path.write_text("".join(pem(label, der) for der in ders))
    return path


def write_key(path: Path, key: rsa.RSAPrivateKey) -> Path:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def write_rsa_key(path: Path, modulus: bytes) -> Path:
    """Write the public key of a 256-byte modulus and the exponent 65537, put together by hand."""
    return write_pem(path, "PUBLIC KEY", [_SPKI + modulus + bytes.fromhex("0203010001")])


def run(*arguments: str | Path) -> Opinion:
    """Run one openssl command; give its exit status and both its outputs."""
    done = subprocess.run(
        ["openssl", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=60,
    )
    return Opinion(done.returncode == 0, done.stdout.decode(errors="replace"))


def verify(
    directory: Path,
    certificate: bytes,
    *,
    cas: Iterable[bytes],
    lists: Iterable[bytes] = (),
    moment: datetime,
    arguments: Iterable[str] = ("-crl_check",),
) -> Opinion:
    """`openssl verify`, with revocation lists unless `arguments` say otherwise."""
    known = [
        *("-CAfile", write_pem(directory / "ca.pem", "CERTIFICATE", cas)),
        *("-CRLfile", write_pem(directory / "crl.pem", "X509 CRL", lists)),
    ]
    # An empty CRL file is an error of its own for OpenSSL; no list is no option.
    given = known if list(lists) else known[:2]
    leaf = write_pem(directory / "leaf.pem", "CERTIFICATE", [certificate])
    at = ("-attime", str(int(moment.timestamp())))
    return run("verify", *arguments, *at, *given, "-no-CApath", "-no-CAstore", leaf)


def cms_sign(
    directory: Path,
    content: bytes,
    certificate: bytes,
    key: rsa.RSAPrivateKey,
    *arguments: str | Path,
) -> bytes:
    """`openssl cms -sign`, detached, DER; give the message."""
    source = directory / "content"
    source.write_bytes(content)
    message = directory / "openssl.p7s"
    opinion = run(
        *("cms", "-sign", "-binary", "-in", source, "-outform", "DER", "-out", message),
        *("-signer", write_pem(directory / "signer.pem", "CERTIFICATE", [certificate])),
        *("-inkey", write_key(directory / "signer.key", key)),
        *arguments,
    )
    assert opinion.accepts, opinion.text
    return message.read_bytes()


def cms_verify(
    directory: Path,
    message: bytes,
    content: bytes,
    *,
    cas: Iterable[bytes],
    moment: datetime,
    arguments: Iterable[str] = (),
) -> Opinion:
    """`openssl cms -verify` of a detached DER message."""
    signature, source = directory / "message.p7s", directory / "content"
    signature.write_bytes(message)
    source.write_bytes(content)
    return run(
        *("cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", source),
        *("-CAfile", write_pem(directory / "ca.pem", "CERTIFICATE", cas), "-no-CApath"),
        *("-no-CAstore", "-attime", str(int(moment.timestamp())), "-out", directory / "out"),
        *arguments,
    )
