"""TLS 1.2 client authentication with the card, by OpenSSL's PKCS#11 engine and by curl."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from cardsim.mynumber import CardImage
from cardsim.world import World
from jpki.profiles.kinds import Kind
from tests.foreign.conftest import MOMENT
from tests.support.cards import AUTH_PIN
from tests.support.opensc import AUTH_ID, pkcs11_module
from tests.support.processes import run
from tests.support.readers import Reader
from tests.support.tls import HOST, TlsServer

# RFC 7512. With two tokens in one reader the engine wants to be told which.
KEY_WITHOUT_PIN = f"pkcs11:token=JPKI%20(User%20Authentication%20PIN);id=%{AUTH_ID};type=private"
KEY = f"{KEY_WITHOUT_PIN};pin-value={AUTH_PIN}"
KEY_WITH_WRONG_PIN = f"{KEY_WITHOUT_PIN};pin-value=9999"


@pytest.fixture(scope="module")
def server(image: CardImage) -> Iterator[TlsServer]:
    """Start a server that trusts the 利用者証明用 CA."""
    with TlsServer(image.auth_ca, moment=MOMENT) as server:
        yield server


@pytest.fixture(scope="module")
def strict_server(world: World) -> Iterator[TlsServer]:
    """Start a server that trusts another CA: the one for 署名用."""
    with TlsServer(world.anchors(Kind.SIGN)[-1], moment=MOMENT) as server:
        yield server


@pytest.fixture
def certificate(image: CardImage, tmp_path: Path) -> Path:
    """Give the card's certificate in a file: the engine hands out the key only."""
    pem = x509.load_der_x509_certificate(image.auth.certificate).public_bytes(Encoding.PEM)
    path = tmp_path / "certificate.pem"
    path.write_bytes(pem)
    return path


def fetch_with_openssl(server: TlsServer, certificate: Path, key: str, reader: Reader) -> str:
    done = run(
        "openssl", "s_client", "-connect", f"{HOST}:{server.port}", "-tls1_2",
        "-CAfile", server.certificate, "-verify_return_error",
        "-engine", "pkcs11", "-keyform", "engine", "-key", key, "-cert", certificate, "-ign_eof",
        environment={**reader.environment, "PKCS11_MODULE_PATH": str(pkcs11_module())},
        stdin=b"GET / HTTP/1.0\r\n\r\n",
        expect=None,
    )  # fmt: skip
    return done.stdout.decode(errors="replace")


def fetch_with_curl(server: TlsServer, certificate: Path, key: str, reader: Reader) -> str:
    done = run(
        "curl", "--disable", "--noproxy", "*", "--silent", "--show-error", "--tlsv1.2",
        "--tls-max", "1.2", "--cacert", server.certificate,
        "--engine", "pkcs11", "--key-type", "ENG", "--key", key, "--cert", certificate,
        f"https://{HOST}:{server.port}/",
        environment={**reader.environment, "PKCS11_MODULE_PATH": str(pkcs11_module())},
        expect=None,
    )  # fmt: skip
    return done.stdout.decode(errors="replace")


Fetch = Callable[[TlsServer, Path, str, Reader], str]


@pytest.fixture(params=[fetch_with_openssl, fetch_with_curl], ids=["openssl", "curl"])
def fetch(request: pytest.FixtureRequest) -> Fetch:
    """Choose a client."""
    return request.param


def test_the_card_logs_in_to_a_web_server(
    fetch: Fetch, server: TlsServer, certificate: Path, reader: Reader, image: CardImage
):
    """The server shows the certificate it was given, under the CA it trusts."""
    page = fetch(server, certificate, KEY, reader)

    serial = x509.load_der_x509_certificate(image.auth.certificate).serial_number
    assert "Protocol  : TLSv1.2" in page
    assert f"Serial Number: {serial} " in page


def test_without_the_pin_nobody_gets_in(
    fetch: Fetch, server: TlsServer, certificate: Path, reader: Reader
):
    """A certificate is public; it is the signature that counts."""
    page = fetch(server, certificate, KEY_WITH_WRONG_PIN, reader)

    assert "Serial Number" not in page


def test_a_server_that_trusts_another_ca_refuses_the_card(
    fetch: Fetch, strict_server: TlsServer, certificate: Path, reader: Reader
):
    """A good signature under an unknown CA proves nothing."""
    page = fetch(strict_server, certificate, KEY, reader)

    assert "Serial Number" not in page
    assert "unable to get local issuer certificate" in strict_server.log
