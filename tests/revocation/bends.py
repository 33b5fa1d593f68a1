"""A list bent where nobody signed it, in every way that leaves the signed part as it was."""

from jpki.verify import Kind
from jpki.verify.keys import SHA256_WITH_RSA
from tests.support import pki
from tests.support.asn1 import NULL, bits, octets, oid, seq
from tests.support.pki import SHA1_WITH_RSA

_HEADER = 4
"""Octets of the outer header of a list of 256 to 65535 octets."""


def split(der):
    """Give the signed part, the algorithm outside and the signature as it is encoded."""
    at = der.rindex(SHA256_WITH_RSA)
    return der[_HEADER:at], SHA256_WITH_RSA, der[at + len(SHA256_WITH_RSA) :]


def otherwise(algorithm=None, before=b"", signature=lambda der: der):
    def bent(der):
        tbs, outside, signed = split(der)
        return seq(tbs + (outside if algorithm is None else algorithm) + before + signature(signed))

    return bent


def _header(written):
    return lambda der: written(len(der) - _HEADER) + der[_HEADER:]


def _long(count, tag=b"\x30"):
    return lambda size: tag + bytes([0x80 + count]) + size.to_bytes(count, "big")


STRANGER = pki.key("stranger")


def _moved(der, outside, inside=b""):
    """Put something where the signature belongs."""
    return seq(split(der)[0], outside, bits(inside or bytes(256)))


def _holding(der):
    return {"1.2.3.4": (False, octets(der))}


def _in_another(outside, signature=None):
    """Give another list of the CA, which names nobody, with this outside its signed part."""
    tbs, _, signed = split(pki.crl(pki.ca(Kind.SIGN), number=5))
    return seq(tbs, outside, signature or signed)


BENDS = {
    "algorithm SHA-1": otherwise(SHA1_WITH_RSA),
    "algorithm junk": otherwise(seq(oid("1.2.3.4"))),
    "algorithm's parameters": otherwise(SHA256_WITH_RSA[:-2] + b"\x04\x00"),
    "algorithm's length 81": otherwise(b"\x30\x81\x0d" + SHA256_WITH_RSA[2:]),
    "algorithm's length 85": otherwise(b"\x30\x85\0\0\0\0\x0d" + SHA256_WITH_RSA[2:]),
    "algorithm of a page": otherwise(seq(oid("1.2.3.4"), octets(bytes(500)))),
    "algorithm like signatures": otherwise(seq(oid("1.2.3.4"), octets(b"\x03\x40" * 60))),
    "algorithm missing": otherwise(b""),
    "one element more": otherwise(before=NULL),
    "signature's length 83": otherwise(signature=lambda der: b"\x03\x83\0" + der[2:]),
    "signature's length 85": otherwise(signature=lambda der: b"\x03\x85\0\0\0" + der[2:]),
    "signature's length 8a": otherwise(signature=lambda der: b"\x03\x8a" + bytes(8) + der[2:]),
    "signature's unused bits": otherwise(signature=lambda der: der[:4] + b"\1" + der[5:]),
    "length 83": _header(_long(3)),
    "length 85": _header(_long(5)),
    "length too short": _header(lambda size: _long(2)(size - 1)),
    "length too long": _header(lambda size: _long(2)(size + 1)),
    "indefinite length": lambda der: b"\x30\x80" + der[_HEADER:] + b"\0\0",
    "a SET": _header(_long(2, b"\x31")),
    "a wrapper": seq,
    "no header": lambda der: der[_HEADER:],
    "an octet before": lambda der: b"\0" + der,
    "an octet behind": lambda der: der + b"\0",
    "a newline behind": lambda der: der + b"\n",
    "signature moved into the algorithm": lambda der: _moved(
        der, seq(oid("1.2.3.4"), split(der)[2])
    ),
    "signature moved into the signature": lambda der: _moved(der, SHA256_WITH_RSA, split(der)[2]),
    "in an extension": lambda der: pki.crl(
        pki.ca(Kind.SIGN), change=_holding(der), signed_by=STRANGER
    ),
    "in an extension, far behind": lambda der: pki.crl(
        pki.ca(Kind.SIGN),
        *(pki.entry(1 << 24 | n) for n in range(99)),
        change=_holding(der),
        signed_by=STRANGER,
    ),
    "in an entry": lambda der: pki.crl(
        pki.ca(Kind.SIGN), pki.entry(1 << 24, extra=_holding(der)), signed_by=STRANGER
    ),
    "under another name": lambda der: pki.crl(
        pki.ca(Kind.AUTH), change=_holding(der), signed_by=STRANGER
    ),
    "in a signature": lambda der: _in_another(SHA256_WITH_RSA, bits(der)),
    "in the algorithm of the CA's own": lambda der: _in_another(seq(oid("1.2.3.4"), octets(der))),
    "in the parameters of the CA's own": lambda der: _in_another(
        seq(SHA256_WITH_RSA[2:13], octets(der))
    ),
}
"""By name, from the DER of a list to octets in which the CA's signature still stands."""
