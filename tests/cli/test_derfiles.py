"""What a file is taken for: DER is judged as it stands, PEM whole, and nothing is passed over."""

from datetime import timedelta

import pytest
from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.cli.calling import CANNOT_TELL, NO, USAGE, YES
from tests.cli.conftest import START
from tests.support.processes import run

AT = ("--at", START.isoformat())


def holding(text: bytes) -> bytes:
    """Give somebody's own certificate in DER with this text in an unknown extension."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody")])
    ends = START + timedelta(days=365)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 5, START, ends)
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\n" + text)
    return (
        builder.add_extension(extension, critical=False)
        .sign(key, SHA256())
        .public_bytes(Encoding.DER)
    )


@pytest.fixture
def posing(files):
    """Give a directory with a certificate that holds Hanako's good one as PEM text."""
    (files / "posing").mkdir()
    good = pem.armor("CERTIFICATE", (files / "sign.cer").read_bytes())
    (files / "posing" / "posing.cer").write_bytes(holding(good))
    return files / "posing"


def test_text_inside_a_der_certificate_is_not_judged_in_its_place(jpki, posing, tmp_path):
    """Whoever makes a certificate of one's own can put a good one into it."""
    one = jpki("check", posing / "posing.cer", *AT)
    many = jpki("check-many", posing, "--out", tmp_path / "out.csv", *AT)
    linted = jpki("lint", posing / "posing.cer")

    assert (one.status, many.status, linted.status) == (NO, NO, NO)
    assert "offset" in linted.stdout


HELD = {
    "--ca": ("sign-ca.cer", "CERTIFICATE", USAGE),
    "--crl": ("sign.crl", "X509 CRL", CANNOT_TELL),
}


@pytest.mark.parametrize("option", HELD)
def test_text_inside_der_is_neither_a_ca_nor_a_list(homeless, files, option):
    """The file is what it is; a relying party that says --ca means the certificate it sees."""
    trust, (name, label, status) = files / "trust", HELD[option]
    held = trust / "held.der"
    held.write_bytes(holding(pem.armor(label, (trust / name).read_bytes())))
    named = {"--ca": trust / "sign-ca.cer", "--crl": trust / "sign.crl"} | {option: held}
    words = [word for each in named.items() for word in each]

    assert homeless("check", files / "sign.cer", *words, *AT).status == status


def cut_short(block: bytes) -> bytes:
    return block[: len(block) // 2]


def without_end(block: bytes) -> bytes:
    return block[: block.index(b"-----END")]


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda block: block + cut_short(block),
        lambda block: without_end(block) + block,
        lambda block: block + b" " + block,
    ],
    ids=["cut short", "without its end", "not at a line's begin"],
)
def test_a_block_of_pem_that_cannot_be_read_is_not_passed_over(relying_files, spoiled):
    """It may be the list that revokes."""
    check, listed = relying_files
    block = pem.armor("X509 CRL", listed.read_bytes())
    listed.write_bytes(block)
    assert check().status == YES
    listed.write_bytes(spoiled(block))
    said = check()

    assert (said.status, "damaged PEM" in said.error) == (USAGE, True)


@pytest.fixture
def relying_files(homeless, files):
    """Give a check with a CA certificate and a list in files, and the list's file."""
    trust = files / "trust"

    def check():
        words = ("--ca", trust / "sign-ca.cer", "--crl", trust / "sign.crl")
        return homeless("check", files / "sign.cer", *words, *AT)

    return check, trust / "sign.crl"


def test_pem_may_stand_behind_text(jpki, relying_files, tmp_path):
    """As `openssl crl -text` writes it; for an index too."""
    check, listed = relying_files
    told = tmp_path / "told.pem"
    run("openssl", "crl", "-inform", "DER", "-in", listed, "-text", "-out", told)
    assert told.read_bytes().startswith(b"Certificate Revocation List")
    listed.write_bytes(told.read_bytes())

    assert check().status == YES
    assert jpki("crl", "index", "add", told, "--index", tmp_path / "index").status == YES
