"""What the full card's own keys sign, read by foreign programs and verified by OpenSSL.

The signatures of the files themselves: `tests/verify/test_card_face_openssl.py`.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from cardsim.chip import Card
from jpki.ca.cv import CvRole
from tests.support import card_talk, openssl, reference
from tests.support.cards import rsa_key
from tests.support.faces import card_keys
from tests.support.opensc import OpenSC
from tests.support.readers import Reader
from tests.support.whole import whole_card, whole_image

MESSAGE = bytes(range(32))
DIGEST_INFO = "3031300D060960864801650304020105000420" + sha256(MESSAGE).hexdigest()
SIGN = "802A000033" + DIGEST_INFO + "00"
SIGN_PSS = "802A050020" + MESSAGE.hex() + "00"
PSS = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32")
DONE = b"\x90\x00"

Verify = Callable[..., openssl.Opinion]


@pytest.fixture
def card() -> Card:
    """Put the card with every application into the readers of this module."""
    return whole_card()


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    """Give `openssl dgst -sha256 -verify` under a modulus."""

    def verify(modulus: bytes, signature: bytes, message: bytes, *options: str) -> openssl.Opinion:
        (tmp_path / "signature").write_bytes(signature)
        (tmp_path / "message").write_bytes(message)
        key = openssl.write_rsa_key(tmp_path / "key.pem", modulus)
        return openssl.run(
            *("dgst", "-sha256", "-verify", key, *options),
            *("-signature", tmp_path / "signature", tmp_path / "message"),
        )

    return verify


def modulus_of(key_name: str) -> bytes:
    keys = {"common": card_keys().common, "root": rsa_key(f"cv {CvRole.MF_ROOT.name}")}
    return keys[key_name].public_key().public_numbers().n.to_bytes(256, "big")


def behind(raw: bytes, header: str) -> bytes:
    """Give the 256 bytes behind a tag and the length 82 01 00."""
    at = raw.index(bytes.fromhex(header + "820100")) + len(header) // 2 + 3
    return raw[at : at + 256]


@pytest.mark.parametrize(("apdu", "options"), [(SIGN, ()), (SIGN_PSS, PSS)], ids=["PKCS1", "PSS"])
def test_the_text_applications_key_is_the_one_certified_in_it(
    opensc: OpenSC, verify: Verify, apdu: str, options: tuple[str, ...]
):
    """Without any secret (AO): 80 2A with P2=00; EF 0007 says which key answers."""
    answers = opensc.send(reference.select("TEXT"), apdu)

    modulus = behind(whole_image().text.files[0x07], "91")
    assert answers[1][-2:] == DONE
    opinion = verify(modulus, answers[1][:-2], MESSAGE, *options)
    assert opinion.accepts, opinion.text


def test_the_visual_applications_key_is_the_one_in_its_records(opensc: OpenSC, verify: Verify):
    """DF12, DF24 and DF42 carry one key, and it is that which signs."""
    answers = opensc.send(reference.select("VISUAL"), SIGN)

    moduli = {behind(whole_image().visual.files[ef], "91") for ef in (0x01, 0x02, 0x05)}
    assert len(moduli) == 1
    opinion = verify(moduli.pop(), answers[1][:-2], MESSAGE)
    assert opinion.accepts, opinion.text


def test_internal_authentication_answers_any_challenge(opensc: OpenSC, verify: Verify):
    """MC: 共通AP EF 0019 signs with sha256WithRSAEncryption, 1 to 255 bytes, without a secret."""
    answers = opensc.send(
        reference.select("COMMON"),
        "00880099015500",
        "00880099FF" + "AA" * 255 + "00",
    )

    for answer, challenge in zip(answers[1:], (b"\x55", b"\xaa" * 255), strict=True):
        opinion = verify(modulus_of("common"), answer[:-2], challenge)
        assert opinion.accepts, opinion.text


def test_the_domains_certificates_are_a_chain_to_the_root(reader: Reader, verify: Verify):
    """GET DATA 00F8 under the MF root, 7F21 under what 00F8 certifies; the names fit."""
    selected, upper, lower = card_talk.send(
        reader, reference.select("ISD"), "00CA00F8000000", "00CA7F21000000"
    )

    assert [answer[-2:] for answer in (selected, upper, lower)] == [DONE] * 3
    # 5F4E 820129 { 16 issuer, 16 holder, 9 + 256 key }, 5F37 820100 256
    for certificate, modulus in ((upper, modulus_of("root")), (lower, upper[46:302])):
        opinion = verify(modulus, certificate[-258:-2], certificate[5:302])
        assert opinion.accepts, opinion.text
    assert lower[5:21] == upper[21:37]
