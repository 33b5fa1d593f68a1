"""Card-verifiable certificates: form, signatures, chains (card reference §3.6)."""

from dataclasses import replace

import pytest

from jpki.ca.cv import CvRole
from jpki.cv import (
    CvCertificate,
    CvError,
    CvPublicKey,
    CvSignatureError,
    CvUnknownIssuerError,
    KeyId,
    verify_chain,
)
from tests.support.cards import rsa_key
from tests.support.faces import authority


def certificate(role: CvRole = CvRole.TEXT_SIGNER) -> CvCertificate:
    return authority().certificate_for(role, municipality="13221")


def test_a_certificate_has_the_published_form():
    """7F21 82 02 33, 5F4E 82 01 29, two key ids, the key, 5F37 82 01 00: 568 bytes."""
    raw = bytes(certificate())

    assert len(raw) == 568
    assert raw[:10].hex().upper() == "7F218202335F4E820129"
    assert raw[10:26] == b"6000033\x08\x05001\0\0\0\0"
    assert raw[26:42] == b"1322131\x08\x05000\0\0\0\0"
    assert raw[42:51].hex().upper() == "90030100019182" + "0100"
    assert raw[307:312].hex().upper() == "5F37820100"


@pytest.mark.parametrize("form", [bytes, lambda each: each.contents], ids=["EF", "GET DATA"])
def test_a_certificate_is_read_with_and_without_its_template(form):
    """Out of a file it comes in 7F21, out of GET DATA without."""
    assert CvCertificate.parse(form(certificate())) == certificate()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x7f\x21",
        bytes(certificate())[:-1],
        bytes(certificate()) + b"\0",
        bytes(certificate()).replace(b"\x5f\x4e", b"\x5f\x4f"),
        bytes(certificate()).replace(b"\x08\x05", b"\x08\x06", 1),
        bytes(certificate()).replace(b"6000033", b"60000\xff3"),
        bytes(certificate()).replace(b"\x90\x03\x01\x00\x01", b"\x90\x03\x00\x00\x03"),
        bytes(certificate()).replace(b"\x91\x82", b"\x92\x82"),
    ],
)
def test_whatever_is_no_certificate_is_refused(raw):
    """Left-over bytes, other tags, other key ids and other exponents."""
    with pytest.raises(CvError):
        CvCertificate.parse(raw)


@pytest.mark.parametrize("at", range(10, 307, 27))
def test_every_byte_of_the_body_is_signed(at):
    """Key identifiers as well as the key: a change makes the signature wrong."""
    issuer = authority().anchors[CvRole.TEXT_CA.key_id()]
    body = bytearray(certificate().body)
    body[at - 10] ^= 1

    with pytest.raises(CvSignatureError):
        issuer.verify(bytes(body), certificate().signature)


def test_a_chain_is_followed_from_an_anchor():
    """The MF level: root 6000020 (an anchor), intermediate, card."""
    chain = [certificate(CvRole.MF_INTERMEDIATE), certificate(CvRole.MF_CARD)]

    assert verify_chain(chain, authority().anchors) == chain[-1].public_key


def test_a_chain_in_the_wrong_order_names_an_unknown_issuer():
    """Each certificate must be signed by the key right above it."""
    chain = [certificate(CvRole.MF_CARD), certificate(CvRole.MF_INTERMEDIATE)]

    with pytest.raises(CvUnknownIssuerError) as caught:
        verify_chain(chain, authority().anchors)

    assert caught.value.issuer == CvRole.MF_INTERMEDIATE.key_id()


def test_an_anchor_does_not_vouch_below_another_certificate():
    """A second certificate signed by an anchor, and not by the first's key, breaks the chain."""
    chain = [certificate(CvRole.MF_INTERMEDIATE), certificate(CvRole.TEXT_SIGNER)]

    with pytest.raises(CvUnknownIssuerError):
        verify_chain(chain, authority().anchors)


def test_the_wrong_key_of_the_right_name_is_a_wrong_signature():
    """An impostor's certificate names the same issuer."""
    impostor = authority("impostor").certificate_for(CvRole.TEXT_SIGNER, municipality="13221")

    with pytest.raises(CvSignatureError):
        verify_chain([impostor], authority().anchors)


def test_an_empty_chain_proves_nothing():
    """No certificate, no key."""
    with pytest.raises(CvError):
        verify_chain([], authority().anchors)


def test_padding_counts_in_a_key_identifier():
    """Keys of the MF level end in A8; without it, it is another key."""
    padded = CvRole.MF_ROOT.key_id()

    assert bytes(padded)[-1] == 0xA8
    assert padded != replace(padded, pad=bytes(4))
    assert KeyId.parse(bytes(padded)) == padded


def test_a_block_signed_as_it_is_is_recovered_whole():
    """A DigestInfo no library makes, of 96 bytes for one."""
    signer = authority().signer(CvRole.SURFACE_SIGNER)
    block = b"\x30\x71" + bytes(range(113))

    assert signer.certificate.public_key.recover(signer.sign_block(block)) == block


def test_only_rsa_2048_keys_are_written():
    """The form has room for nothing else."""
    public = rsa_key("cv other").public_key()

    assert len(bytes(CvPublicKey.of(public))) == 265
    with pytest.raises(CvError):
        CvPublicKey.parse(bytes(CvPublicKey.of(public))[:-1])
