"""OpenSSL as a TLS 1.2 server that asks for a client certificate, and says whom it saw.

TLS 1.3 cannot work with this card through OpenSC: it demands RSA-PSS, which OpenSC's driver does
not offer for it. So 1.2, with the PKCS#1 v1.5 signature the card makes.
Not here: the card. openssl-s_server(1). Called by the tests.
"""

import ipaddress
import socket
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.processes import Daemon

HOST = "127.0.0.1"


class TlsServer:
    """Lets in clients with a certificate under `client_ca`, judged at the time `moment`."""

    def __init__(self, client_ca: bytes, *, moment: datetime) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="tls-")
        self._root = Path(self._directory.name)
        self._client_ca = client_ca
        self._moment = moment
        self._daemon: Daemon | None = None
        self.port = 0
        self.certificate = self._root / "server.pem"

    @property
    def log(self) -> str:
        """What the server has said."""
        return "" if self._daemon is None else self._daemon.said

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def _start(self) -> None:
        authority = self._root / "client-ca.pem"
        authority.write_bytes(
            x509.load_der_x509_certificate(self._client_ca).public_bytes(serialization.Encoding.PEM)
        )
        self._make_own_certificate()
        with socket.socket() as found:
            found.bind((HOST, 0))
            self.port = found.getsockname()[1]
        self._daemon = Daemon(
            "openssl", "s_server", "-accept", f"{HOST}:{self.port}", "-tls1_2",
            "-key", self._root / "server.key", "-cert", self.certificate,
            "-Verify", "3", "-verify_return_error", "-CAfile", authority,
            "-attime", str(int(self._moment.timestamp())),
            "-client_sigalgs", "RSA+SHA256", "-www",
            log=self._root / "log",
        )  # fmt: skip
        self._daemon.wait_said("ACCEPT")

    def _end(self) -> None:
        if self._daemon is not None:
            self._daemon.stop()
        self._directory.cleanup()

    def _make_own_certificate(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server of the test")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]),
                critical=False,
            )
            .sign(key, hashes.SHA256())
        )
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (self._root / "server.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
