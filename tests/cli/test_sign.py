"""`jpki sign` and `jpki verify`: a signature as a file, judged by us and by OpenSSL."""

import pytest
from asn1crypto import pem

from tests.cli.calling import (
    AUTH,
    CANNOT_TELL,
    CARD,
    NO,
    SIGN,
    USAGE,
    WRONG_SIGN,
    YES,
)
from tests.cli.conftest import START
from tests.support.processes import run


def sign(jpki, letter, *words, card="hanako", **how):
    return jpki("sign", letter, "--card", card, *words, **{"environment": SIGN, **how})


@pytest.fixture
def signature(jpki, letter):
    """Give the signature over the letter."""
    assert sign(jpki, letter).status == YES
    return letter.with_name("letter.txt.p7s")


def test_openssl_accepts_the_signature(signature, letter, files):
    """Signed attributes, certificate and DER as RFC 5652 says them."""
    anchor = files / "sign-ca.pem"
    anchor.write_bytes(pem.armor("CERTIFICATE", (files / "trust" / "sign-ca.cer").read_bytes()))

    done = run(
        *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature),
        *("-content", letter, "-CAfile", anchor),
        *("-purpose", "any", "-attime", str(int(START.timestamp()))),
    )

    assert done.stdout == letter.read_bytes()


def test_a_good_signature_is_good(jpki, signature, letter):
    """With the world's own anchors and lists; the report says who signed."""
    said = jpki("verify", letter)

    assert (said.status, "見本　花子" in said.stdout) == (YES, True)


def test_the_files_of_a_relying_party_are_enough(homeless, signature, letter, files):
    """No world needed: CA certificate, list and time."""
    trust = files / "trust"

    said = homeless(
        *("verify", letter, "--signature", signature, "--at", START.isoformat()),
        *("--ca", trust / "sign-ca.cer", "--crl", trust / "sign.crl", "--json"),
    )

    assert (said.status, said.json["verdict"]) == (YES, "GOOD")
    assert not homeless.home.exists()


def test_a_changed_file_is_bad(jpki, signature, letter):
    """One byte is enough."""
    letter.write_bytes(letter.read_bytes() + b"!")

    said = jpki("verify", letter)

    assert (said.status, "BAD (無効)" in said.stdout) == (NO, True)


def test_a_changed_signature_is_bad(jpki, signature, letter):
    """The last byte belongs to the RSA signature."""
    raw = signature.read_bytes()
    signature.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))

    said = jpki("verify", letter)

    assert said.status == NO


@pytest.mark.parametrize("content", [b"", b"not a signature", b"\x30\x80\x00\x00"])
def test_what_is_no_signature_is_bad(jpki, letter, content):
    """It proves nothing about the file."""
    letter.with_name("letter.txt.p7s").write_bytes(content)

    said = jpki("verify", letter)

    assert said.status == NO


@pytest.mark.parametrize("label", ["CMS", "PKCS7"])
def test_a_signature_may_be_pem(jpki, signature, letter, label):
    """Under both names programs write."""
    signature.write_bytes(pem.armor(label, signature.read_bytes()))

    said = jpki("verify", letter)

    assert said.status == YES


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (pem.armor("CERTIFICATE", b"\x30\x00"), "holds CERTIFICATE, no CMS"),
        (b"-----BEGIN CMS-----\nMII", "is damaged PEM"),
        (pem.armor("CMS", b"\x30\x00") * 2, "holds 2 signatures, not one"),
    ],
)
def test_pem_that_is_something_else_is_a_usage_error(jpki, letter, content, message):
    """The wrong file was named; that says nothing about the signature."""
    letter.with_name("letter.txt.p7s").write_bytes(content)

    said = jpki("verify", letter)

    assert (said.status, message in said.error) == (USAGE, True)


def test_a_signature_that_is_not_there_is_a_usage_error(jpki, letter):
    """The message says how to name it."""
    said = jpki("verify", letter)

    assert (said.status, "name the signature with --signature" in said.error) == (USAGE, True)


def test_a_signer_revoked_since_is_refused(jpki, signature, letter):
    """Without a proof of when it was made, a signature falls with its certificate."""
    jpki("ca", "revoke", "hanako", "--kind", "sign", "--reason", "affiliationChanged")

    said = jpki("verify", letter)

    assert said.status == NO


def test_without_a_list_nobody_can_tell(jpki, signature, letter, files):
    """Neither good nor bad."""
    said = jpki("verify", letter, "--ca", files / "trust" / "sign-ca.cer", "--json")

    assert (said.status, said.json["verdict"]) == (CANNOT_TELL, "CANNOT_TELL")


def test_a_wrong_password_signs_nothing(jpki, letter):
    """It costs a try, and no file appears."""
    said = sign(jpki, letter, environment=WRONG_SIGN)

    assert (said.status, "4 tries left" in said.error) == (NO, True)
    assert not letter.with_name("letter.txt.p7s").exists()


def test_the_pin_for_logging_in_does_not_sign(jpki, letter):
    """Four digits cannot be the signing password; no try is spent."""
    said = sign(jpki, letter, environment={"JPKI_SIGN_PIN": AUTH["JPKI_AUTH_PIN"]})

    assert (said.status, "6 to 16 characters are needed" in said.error) == (USAGE, True)


def test_a_child_cannot_sign_and_is_told_why(jpki, letter):
    """There is no signing certificate on the card; "blocked" would be no help."""
    said = sign(jpki, letter, card="jiro")

    assert said.status == CARD
    assert said.error == ("jpki: the card carries no 署名用電子証明書 (nobody under 15 has one)")


def test_an_existing_signature_is_kept(jpki, signature, letter):
    """Refused before the card is asked; --force replaces it, --output writes elsewhere."""
    before = signature.read_bytes()
    refused = sign(jpki, letter, environment=WRONG_SIGN)
    unchanged = signature.read_bytes() == before
    elsewhere = sign(jpki, letter, "--output", letter.with_name("other.p7s"))
    forced = sign(jpki, letter, "--force")

    assert (refused.status, "say --force" in refused.error, unchanged) == (USAGE, True, True)
    assert (elsewhere.status, forced.status) == (YES, YES)


def test_a_place_that_is_not_there_is_refused_before_the_card_is_asked(jpki, letter, tmp_path):
    """No try is spent for a signature that could not be kept."""
    place = tmp_path / "missing" / "letter.p7s"

    said = sign(jpki, letter, "--output", place, environment=WRONG_SIGN)

    assert (said.status, f"there is no directory {place.parent}" in said.error) == (USAGE, True)


@pytest.mark.parametrize("command", ["sign", "verify"])
def test_a_file_that_is_not_there_is_a_usage_error(jpki, tmp_path, command):
    """And named."""
    said = jpki(command, tmp_path / "nothing.txt")

    assert (said.status, "nothing.txt' does not exist" in said.stderr) == (USAGE, True)


@pytest.mark.parametrize("name", ["空.txt", "with space.txt", "-dash.txt"])
def test_any_file_name_will_do(jpki, letter, name):
    """An empty file, too, can be signed."""
    file = letter.with_name(name)
    file.write_bytes(b"")

    signed = jpki("sign", "--card", "hanako", "--", file, environment=SIGN)
    verified = jpki("verify", "--", file)

    assert (signed.status, verified.status) == (YES, YES)
