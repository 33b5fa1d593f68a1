"""OpenSSL's word on the signatures of a card's face: no line of our parser or verifier is used.

Offsets are counted by hand from the card reference §3.2, §3.3 and §3.6.
"""

from hashlib import sha256

import pytest

from tests.support import faces, openssl

BIRTH, FRONT, NUMBER_IMAGE = (faces.visual().files[ef] for ef in (1, 2, 5))
NUMBER, ATTRIBUTES, SIGNATURES, KEY = (faces.text().files[ef] for ef in (1, 2, 3, 7))
TEXT_CV, VISUAL_CV = faces.text().files[4], faces.visual().files[4]


def public_key(directory, modulus):
    return openssl.write_rsa_key(directory / "key.pem", modulus)


def write(directory, name, content):
    path = directory / name
    path.write_bytes(content)
    return path


def certified(certificate):
    """Give the modulus: 10 bytes of headers, 32 of names, 9 of the key come before it."""
    return certificate[51:307]


def between(raw, first, last):
    """Give the bytes from one tag to another, found as they stand in the file."""
    return raw[raw.index(bytes.fromhex(first)) : raw.index(bytes.fromhex(last))]


def behind(raw, header):
    """Give the 256 bytes behind a tag and the length 82 01 00."""
    at = raw.index(bytes.fromhex(header + "820100")) + 5
    return raw[at : at + 256]


@pytest.mark.parametrize(
    ("certificate", "signed", "signature"),
    [
        (VISUAL_CV, between(BIRTH, "DF1108", "DF13820100"), behind(BIRTH, "DF13")),
        (VISUAL_CV, NUMBER_IMAGE[5:-261], NUMBER_IMAGE[-256:]),
        (TEXT_CV, between(SIGNATURES, "DF3120", "DF33820100"), behind(SIGNATURES, "DF33")),
        (TEXT_CV, between(KEY, "DF51820109", "DF52820100"), behind(KEY, "DF52")),
    ],
    ids=["DF13", "DF43", "DF33", "DF52"],
)
def test_openssl_verifies_the_records(tmp_path, certificate, signed, signature):
    """sha256WithRSAEncryption by the key certified in EF 0004."""
    opinion = openssl.run(
        *("dgst", "-sha256", "-verify", public_key(tmp_path, certified(certificate))),
        *("-signature", write(tmp_path, "signature", signature)),
        write(tmp_path, "signed", signed),
    )

    assert opinion.accepts, opinion.text


def test_openssl_recovers_three_digests_from_the_fronts_signature(tmp_path):
    """DF28 holds a DigestInfo with 96 bytes: of person and key, of both texts, of the photo."""
    parts = [
        FRONT[offset(0) : offset(3)],
        FRONT[offset(3) : offset(5)],
        FRONT[offset(5) : offset(6)],
    ]
    out = tmp_path / "out"

    opinion = openssl.run(
        *("pkeyutl", "-verifyrecover", "-pubin"),
        *("-inkey", public_key(tmp_path, certified(VISUAL_CV))),
        *("-in", write(tmp_path, "signature", behind(FRONT, "DF28"))),
        *("-pkeyopt", "rsa_padding_mode:pkcs1", "-out", out),
    )

    assert opinion.accepts, opinion.text
    header = bytes.fromhex("3071300D0609608648016503040201050004" + "60")
    assert out.read_bytes() == header + b"".join(sha256(part).digest() for part in parts)


def offset(number):
    """Tell where one of the nine objects begins, by the table at the start of the file."""
    return int.from_bytes(FRONT[8 + 2 * number : 10 + 2 * number], "big")


@pytest.mark.parametrize(
    ("certificate", "anchors"),
    [(TEXT_CV, faces.anchors().text), (VISUAL_CV, faces.anchors().visual)],
    ids=["text", "visual"],
)
def test_openssl_verifies_the_cv_certificates(tmp_path, certificate, anchors):
    """The 297 bytes of the body under the CA's key, which is named by the first 16."""
    body, signature = certificate[10:307], certificate[-256:]
    ca_modulus = anchors[body[:16]][9:]

    opinion = openssl.run(
        *("dgst", "-sha256", "-verify", public_key(tmp_path, ca_modulus)),
        *("-signature", write(tmp_path, "signature", signature)),
        write(tmp_path, "body", body),
    )

    assert opinion.accepts, opinion.text


def test_the_digests_are_of_the_files_as_the_reference_says():
    """DF31: all 17 bytes of EF 0001. DF32: EF 0002 from behind DF21 to the end of the object."""
    end = 3 + ATTRIBUTES[2]

    assert len(NUMBER) == 17
    assert ATTRIBUTES[2] < 0x80
    assert SIGNATURES[8:40] == sha256(NUMBER).digest()
    assert SIGNATURES[43:75] == sha256(ATTRIBUTES[14:end]).digest()
