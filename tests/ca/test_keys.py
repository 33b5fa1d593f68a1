"""Key files: private, never overwritten, never shown."""

import subprocess
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from jpki.ca import FileKey
from jpki.ca.errors import KeyFileError

SECRET = b"a passphrase of tests"


@pytest.fixture
def path(tmp_path):
    """Give where the key file shall be."""
    return tmp_path / "ca.pem"


@pytest.mark.parametrize("passphrase", [None, SECRET], ids=["plain", "encrypted"])
def test_a_saved_key_signs_as_before(keys, path, passphrase):
    """The same public key and, PKCS#1 v1.5 having no chance in it, the same signature."""
    keys[0].save(path, passphrase=passphrase)

    loaded = FileKey(path, passphrase=passphrase)
    assert loaded.public_key == keys[0].public_key
    assert loaded.sign(b"message") == keys[0].sign(b"message")


def test_a_digest_is_signed_as_its_message(keys):
    """The one is the other, hashed elsewhere; what is no SHA-256 is refused."""
    assert keys[0].sign_digest(sha256(b"message").digest()) == keys[0].sign(b"message")
    with pytest.raises(ValueError, match="digest"):
        keys[0].sign_digest(b"short")


def test_only_the_owner_can_read_it(keys, path):
    """Mode 0600 from the first moment on."""
    keys[0].save(path)

    assert path.stat().st_mode & 0o777 == 0o600


def test_an_encrypted_file_shows_nothing(keys, path):
    """PKCS#8 encrypted; OpenSSL opens it with the passphrase alone."""
    keys[0].save(path, passphrase=SECRET)

    assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert _openssl_opens(path, SECRET)
    assert not _openssl_opens(path, b"wrong")


def _openssl_opens(path, passphrase) -> bool:
    command = ["openssl", "pkey", "-in", path, "-noout", "-passin", b"pass:" + passphrase]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_key_is_never_overwritten(keys, path):
    """A second save is refused and the first key stays."""
    keys[0].save(path)

    with pytest.raises(KeyFileError, match="never overwritten"):
        keys[1].save(path)
    assert FileKey(path).public_key == keys[0].public_key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_open_to_others_is_refused(keys, path, mode):
    """As ssh does with its keys."""
    keys[0].save(path)
    path.chmod(mode)

    with pytest.raises(KeyFileError, match="open to other users"):
        FileKey(path)


@pytest.mark.parametrize("passphrase", [None, b"wrong"])
def test_a_wrong_passphrase_is_refused_and_not_repeated(keys, path, passphrase):
    """The message says what is wrong and holds no secret."""
    keys[0].save(path, passphrase=SECRET)

    with pytest.raises(KeyFileError) as refusal:
        FileKey(path, passphrase=passphrase)
    assert "wrong'" not in str(refusal.value)
    assert SECRET.decode() not in str(refusal.value)


def test_a_passphrase_for_a_plain_key_is_a_mistake(keys, path):
    """Whoever gives one believes the file to be encrypted."""
    keys[0].save(path)

    with pytest.raises(KeyFileError):
        FileKey(path, passphrase=SECRET)


def test_a_missing_file_is_named(path):
    """The path and the reason, no traceback of the system's."""
    with pytest.raises(KeyFileError, match=r"ca\.pem"):
        FileKey(path)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\n", b"\x00" * 64])
def test_something_else_is_no_key(path, content):
    """Any other file is refused."""
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(KeyFileError):
        FileKey(path)


def test_another_kind_of_key_is_refused(path):
    """The profile's authorities have RSA keys."""
    key = ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)

    with pytest.raises(KeyFileError, match="not an RSA key"):
        FileKey(path)
