"""OpenSC, which has a driver for this card, over both transports."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cardsim.mynumber import CardImage
from jpki.card.layout import AtrFamily
from tests.support.cards import AUTH_PIN, SIGN_PIN
from tests.support.opensc import AUTH_CA_ID, AUTH_ID, SIGN_CA_ID, SIGN_ID, OpenSC
from tests.support.processes import run

CERTIFICATES: dict[str, Callable[[CardImage], bytes]] = {
    AUTH_ID: lambda image: image.auth.certificate,
    SIGN_ID: lambda image: image.sign.certificate,
    AUTH_CA_ID: lambda image: image.auth_ca,
    SIGN_CA_ID: lambda image: image.sign_ca,
}
AUTH_TOKEN = ("--slot", "0", "--login", "--pin", AUTH_PIN)
SIGN_TOKEN = ("--slot", "1", "--login", "--pin", SIGN_PIN)
PROVE_SIGN_PIN = ("--verify-pin", "--auth-id", SIGN_ID, "--pin", SIGN_PIN)


def tries_left(dump: str) -> list[str]:
    return re.findall(r"Tries left\s*: (\d+)", dump)


def test_the_driver_for_this_card_takes_it(opensc: OpenSC):
    """Thirteen other drivers try the card first; none of them may believe it is theirs."""
    driver = opensc.opensc_tool("--name")

    assert driver == "jpki\n"


def test_the_atr_is_the_cards(opensc: OpenSC):
    """What the card answers to reset arrives unchanged."""
    atr = opensc.opensc_tool("--atr")

    assert bytes.fromhex(atr.replace(":", "")) == AtrFamily.CONTACT_E0.value.raw


@pytest.mark.parametrize(
    "entry",
    [
        "PKCS#15 Card [JPKI]",
        "PIN [User Authentication PIN]",
        "PIN [Digital Signature PIN]",
        "Private RSA Key [User Authentication Key]",
        "Private RSA Key [Digital Signature Key]",
        "X.509 Certificate [User Authentication Certificate]",
        "X.509 Certificate [Digital Signature Certificate]",
        "X.509 Certificate [User Authentication Certificate CA]",
        "X.509 Certificate [Digital Signature Certificate CA]",
    ],
)
def test_a_dump_shows_what_is_on_the_card(opensc: OpenSC, entry: str):
    """All four certificates, both keys and both PINs are found."""
    dump = opensc.pkcs15_tool("--dump")

    assert entry in dump


@pytest.mark.parametrize(
    ("identifier", "proof"),
    [(AUTH_ID, ()), (SIGN_ID, PROVE_SIGN_PIN), (AUTH_CA_ID, ()), (SIGN_CA_ID, ())],
    ids=["auth", "sign", "auth CA", "sign CA"],
)
def test_certificates_are_read_byte_for_byte(
    opensc: OpenSC, image: CardImage, identifier: str, proof: tuple[str, ...]
):
    """OpenSC takes the certificate's length from its header and cuts off the padding."""
    pem = opensc.pkcs15_tool("--read-certificate", identifier, *proof)

    certificate = x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)
    assert certificate == CERTIFICATES[identifier](image)


def test_the_signing_certificate_stays_shut_without_its_password(opensc: OpenSC):
    """It holds name and address: 署名用電子証明書 needs 署名用パスワード even to be read."""
    printed = opensc.pkcs15_tool("--read-certificate", SIGN_ID, expect=1)

    assert "BEGIN CERTIFICATE" not in printed


@pytest.mark.parametrize(
    ("identifier", "pin"), [(AUTH_ID, AUTH_PIN), (SIGN_ID, SIGN_PIN)], ids=["auth", "sign"]
)
def test_the_right_pin_is_taken(opensc: OpenSC, identifier: str, pin: str):
    """Each PIN is known under its own number, and no try is lost by a right one."""
    opensc.pkcs15_tool("--verify-pin", "--auth-id", identifier, "--pin", pin)

    assert tries_left(opensc.pkcs15_tool("--dump")) == ["3", "5"]


@pytest.mark.parametrize(
    ("identifier", "pin", "left"),
    [(AUTH_ID, "9999", ["2", "5"]), (SIGN_ID, "WRONG9", ["3", "4"])],
    ids=["auth", "sign"],
)
def test_a_wrong_pin_costs_one_try_of_its_own_counter(
    opensc: OpenSC, identifier: str, pin: str, left: list[str]
):
    """OpenSC shows the counters; the other PIN's is untouched."""
    opensc.pkcs15_tool("--verify-pin", "--auth-id", identifier, "--pin", pin, expect=255)

    assert tries_left(opensc.pkcs15_tool("--dump")) == left


@pytest.mark.parametrize(
    "token", ["JPKI (User Authentication PIN)", "JPKI (Digital Signature PIN)"]
)
def test_both_tokens_are_listed(opensc: OpenSC, token: str):
    """PKCS#11 shows one token for each PIN."""
    slots = opensc.pkcs11_tool("--list-slots")

    assert f"token label        : {token}" in slots


@pytest.mark.parametrize(
    ("token", "identifier"),
    [(AUTH_TOKEN, AUTH_ID), (SIGN_TOKEN, SIGN_ID)],
    ids=["auth", "sign"],
)
def test_openssl_verifies_what_the_card_signed(
    opensc: OpenSC, image: CardImage, tmp_path: Path, token: tuple[str, ...], identifier: str
):
    """A signature made through PKCS#11 fits the public key in the certificate."""
    text, signature, public = tmp_path / "text", tmp_path / "signature", tmp_path / "public"
    text.write_text("マイナンバーカード")
    key = x509.load_der_x509_certificate(CERTIFICATES[identifier](image)).public_key()
    public.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    opensc.pkcs11_tool(
        *token, "--sign", "--mechanism", "SHA256-RSA-PKCS", "-i", text, "-o", signature
    )

    verdict = run("openssl", "dgst", "-sha256", "-verify", public, "-signature", signature, text)
    assert verdict.stdout == b"Verified OK\n"


@pytest.mark.parametrize("token", [AUTH_TOKEN, SIGN_TOKEN], ids=["auth", "sign"])
def test_opensc_tests_the_token_and_finds_no_errors(opensc: OpenSC, token: tuple[str, ...]):
    """OpenSC's own test of random numbers, digests, signatures and their verification."""
    report = opensc.pkcs11_tool(*token, "--test")

    assert report.splitlines()[-1] == "No errors"
