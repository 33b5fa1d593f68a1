"""OpenSSH logs in with the card's 利用者証明用 key, through OpenSC's PKCS#11 module."""

from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cardsim.mynumber import CardImage
from tests.support.cards import AUTH_PIN, rsa_key
from tests.support.opensc import OpenSC, pkcs11_module
from tests.support.processes import run
from tests.support.readers import Reader
from tests.support.sshd import PrivateSshd


def openssh_key(public) -> str:
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


@pytest.fixture(scope="module")
def card_key(image: CardImage) -> str:
    """Give the card's public key as OpenSSH writes it."""
    return openssh_key(x509.load_der_x509_certificate(image.auth.certificate).public_key())


@pytest.fixture(scope="module")
def host(card_key: str) -> Iterator[PrivateSshd]:
    """Start an sshd that knows the card."""
    with PrivateSshd(card_key) as host:
        yield host


@pytest.fixture(scope="module")
def strange_host() -> Iterator[PrivateSshd]:
    """Start an sshd that knows somebody else."""
    with PrivateSshd(openssh_key(rsa_key("stranger").public_key())) as host:
        yield host


def test_the_card_logs_in(reader: Reader, host: PrivateSshd):
    """The public key comes from the certificate, the signature from the card."""
    printed = host.login(pkcs11_module(), AUTH_PIN, reader.environment)

    assert printed == "it is me\n"
    assert "Accepted publickey" in host.log


def test_a_host_that_does_not_know_the_card_refuses_it(reader: Reader, strange_host: PrivateSshd):
    """It is the key that opens the door, not the presence of a card."""
    strange_host.login(pkcs11_module(), AUTH_PIN, reader.environment, expect=255)

    assert "Accepted" not in strange_host.log


def test_a_wrong_pin_does_not_log_in_and_costs_tries(
    reader: Reader, host: PrivateSshd, opensc: OpenSC
):
    """Without the PIN the key does not sign."""
    host.login(pkcs11_module(), "9999", reader.environment, expect=255)

    assert "Tries left     : 3" not in opensc.pkcs15_tool("--dump")


def test_ssh_keygen_gives_the_key_of_the_card(reader: Reader, card_key: str):
    """`ssh-keygen -D` is how a user learns what to put into authorized_keys."""
    listed = run("ssh-keygen", "-D", pkcs11_module(), environment=reader.environment)

    assert card_key in listed.stdout.decode()
