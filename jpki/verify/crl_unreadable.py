"""A revocation list that strict parsing refused, and whether it may still concern a certificate.

What the CA signed and this verifier cannot read may name any serial number whose bytes occur in
it; then nothing is known to be good. What nobody signed for is as if it had not been given.
Not here: lists that can be read (`crl`), what follows (`crl_source`).
RFC 5280 5.1.1; X.690 8.3 (an INTEGER's contents octets are contiguous). Called by `crl_source`.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.der import first_parts
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.keys import SignatureProblem
from jpki.verify.revocation import Evidence


@dataclass(frozen=True, slots=True)
class UnreadableList:
    """What was given as a list and is none; `signed` is None when no three parts were found."""

    evidence: Evidence
    signed: tuple[bytes, bytes, bytes] | None = field(repr=False)
    """tbsCertList, signatureAlgorithm and the signature's bytes."""

    @classmethod
    def of(cls, der: bytes, error: MalformedError) -> "UnreadableList":
        """Keep what can be told of a list that `error` says is none."""
        objections = (str(error),)
        evidence = Evidence("crl", sha256(der).digest(), "unreadable", objections=objections)
        return cls(evidence, _signed(der))

    def may_mention(self, serial: int) -> bool:
        """Whether the serial number's bytes occur in it, whoever signed it."""
        octets = serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True)
        return self.signed is not None and octets in self.signed[0]

    def may_name(self, certificate: Certificate, issuer: Anchor) -> bool:
        """Whether this CA key signed it and the serial number's bytes occur in it."""
        if self.signed is None or not self.may_mention(certificate.serial):
            return False
        tbs, algorithm, signature = self.signed
        try:
            issuer.key.verify(algorithm, signature, tbs)
        except SignatureProblem:
            return False
        return True


def _signed(der: bytes) -> tuple[bytes, bytes, bytes] | None:
    try:
        tbs, algorithm, signature = first_parts(der, 3)
        return tbs.der, algorithm.der, signature.expect(Tag.BIT_STRING, "signature").value[1:]
    except MalformedError:
        return None
