"""Keys in a PKCS#11 token: they sign, they stay, and the token's refusals are told apart."""

import sys
from hashlib import sha256
from itertools import count

import pkcs11
import pytest

from jpki.ca import Authority, make_list
from jpki.ca.errors import KeyTokenError, KeyTokenMissingError, KeyTokenPinError
from jpki.ca.pkcs11_key import Token, TokenUri
from jpki.profiles import Kind, RevocationReason
from tests.support.openssl import Opinion, verify
from tests.support.softhsm import PIN, TOKEN, module

from .citizens import FOUNDED, NOON, chance, request

_labels = map("key-{}".format, count(1))


@pytest.fixture
def uri(soft_token) -> TokenUri:
    """Give where the token is."""
    return TokenUri(str(module()), TOKEN)


@pytest.fixture
def token(uri):
    """Give the token, open."""
    with Token.open(uri, pin=lambda: PIN) as opened:
        yield opened


@pytest.fixture(scope="session")
def label(soft_token) -> str:
    """Make one key in the token for the tests that need any; give its label."""
    found = next(_labels)
    with Token.open(TokenUri(str(module()), TOKEN), pin=lambda: PIN) as opened:
        opened.generate(found)
    return found


def test_an_authority_of_the_token_satisfies_openssl(token, label, register, holder_key, tmp_path):
    """Certificate and list signed in the token; `openssl verify` says good, then revoked."""
    authority = Authority.found(register, Kind.AUTH, key=token.key(label), moment=FOUNDED)
    issued = authority.issue(request(holder_key), moment=NOON, randomness=chance)
    before = make_list(authority, None, moment=NOON)
    authority.revoke(issued.serial, RevocationReason.SUPERSEDED, moment=NOON)
    after = make_list(authority, None, moment=NOON)

    def judged(published) -> Opinion:
        known = {"cas": [issued.issuer], "lists": [published.der], "moment": NOON}
        return verify(tmp_path, issued.der, **known)

    assert judged(before).accepts
    assert "certificate revoked" in judged(after).text


def test_a_key_made_in_the_token_never_leaves_it(token, label):
    """Sensitive, never extractable, made inside: as the token itself says."""
    private = token.key(label)._private

    attribute = pkcs11.Attribute
    said = [private[each] for each in (attribute.SENSITIVE, attribute.EXTRACTABLE, attribute.LOCAL)]
    assert said == [True, False, True]
    with pytest.raises(pkcs11.AttributeSensitive):
        private[attribute.PRIVATE_EXPONENT]


def test_a_digest_is_signed_as_its_message(token, label):
    """The one is the other, hashed elsewhere."""
    key = token.key(label)

    assert key.sign(b"message") == key.sign_digest(sha256(b"message").digest())


def test_a_missing_key_is_named(token):
    """With the token it is not in."""
    with pytest.raises(KeyTokenMissingError, match=r"jpki-tests.*no private key 'other'"):
        token.key("other")


def test_a_label_is_given_once(token, label):
    """Two keys of one label could not be told apart."""
    with pytest.raises(KeyTokenError, match="already"):
        token.generate(label)


def test_a_wrong_pin_is_told_and_not_repeated(uri):
    """The error holds neither the PIN nor a second try."""
    asked = []

    def pin() -> str:
        asked.append(1)
        return "wrong-pin"

    with pytest.raises(KeyTokenPinError, match="refuses the PIN") as refusal:
        Token.open(uri, pin=pin)
    assert "wrong-pin" not in f"{refusal.value!r}"
    assert len(asked) == 1


def test_a_missing_token_is_named_before_a_pin_is_asked_for(soft_token):
    """Nobody types a PIN for a token that is not there."""
    with pytest.raises(KeyTokenMissingError, match="no token 'absent'"):
        Token.open(TokenUri(str(module()), "absent"), pin=lambda: pytest.fail("asked"))


def test_a_missing_module_is_named():
    """The path that was tried is in the message."""
    with pytest.raises(KeyTokenMissingError, match=r"/nowhere\.so"):
        Token.open(TokenUri("/nowhere.so", TOKEN), pin=lambda: PIN)


def test_without_the_driver_the_error_says_what_to_install(uri, monkeypatch):
    """The extra is named, quoted as a shell needs it."""
    monkeypatch.setitem(sys.modules, "pkcs11", None)

    with pytest.raises(KeyTokenError, match=r"pip install 'jpki-emu\[pkcs11\]'"):
        Token.open(uri, pin=lambda: PIN)


def test_a_token_opened_twice_stays_open_for_the_other(uri, label):
    """A log-in counts for a process; closing one of two does not end it."""
    with Token.open(uri, pin=lambda: PIN) as first:
        Token.open(uri, pin=lambda: PIN).close()

        assert len(first.key(label).sign(b"message")) == 256


def test_nothing_shows_a_secret(token, label):
    """A repr of URI, token and key holds no PIN and no number of the key."""
    shown = f"{token.uri!r} {token!r} {token.key(label)!r}"

    assert PIN not in shown
    assert "modulus" not in shown.lower()


def test_a_uri_is_read():
    """Percent signs, a file: before the PIN's source, and the label left out."""
    text = "pkcs11:token=My%20token?module-path=/usr/lib/p11.so&pin-source=file:/run/pin"

    assert TokenUri.parse(text) == TokenUri("/usr/lib/p11.so", "My token", "jpki", "/run/pin")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("pkcs11:token=t?module-path=/m.so&pin-value=1234", "written down"),
        ("pkcs11:token=t", "module-path"),
        ("pkcs11:?module-path=/m.so", "token="),
        ("pkcs11:token=t;serial=1?module-path=/m.so", "serial"),
        ("pkcs11:token=t;token=u?module-path=/m.so", "write pkcs11:"),
        ("token=t?module-path=/m.so", "write pkcs11:"),
    ],
)
def test_another_uri_is_refused_and_a_pin_not_repeated(text, why):
    """What is not understood is not skipped: it could have meant another token."""
    with pytest.raises(KeyTokenError, match=why) as refusal:
        TokenUri.parse(text)
    assert "1234" not in str(refusal.value)
