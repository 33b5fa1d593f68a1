"""An OCSP answer that strict parsing refused, and what of it somebody may have signed.

Or one that can be read, of which more may be signed than it says, or by another signature.

Whoever hands an answer on can bend what is not signed: wrappers, lengths, the algorithm, the
certificates sent along. So the signed part is looked for wherever it may begin, with a signature
near behind it; the algorithm is any that is accepted, since nobody signed the one that is written.
Not here: who may have signed it (`ocsp_responders`). RFC 6960 4.2.1. Called by `ocsp_data`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import chain, islice

from jpki.verify.any_length import Elements
from jpki.verify.der import Node, context, first_parts, header, strict
from jpki.verify.errors import MalformedError
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.names import Name
from jpki.verify.path.ocsp import OcspAnswer, responder_id
from jpki.verify.revocation import Evidence
from jpki.verify.signed_parts import (
    A_NUMBER,
    ANY_LENGTH,
    MOST_BEGINNINGS,
    SignedPart,
    first_places,
    mentioning,
    most_beginnings,
    signatures_behind,
)

_VERSION = rb"\xa0(?:[\x03-\x0b\x80]|[\x81-\x88]\x00{0,7}[\x03-\x0b])%b(?:\x00\x00)?" % A_NUMBER
_RESPONSE_DATA = re.compile(
    rb"\x30(?![\x00-\x80][^\xa0-\xa2])(?=%b(?:[\xa1\xa2]|%b[\xa1\xa2]))" % (ANY_LENGTH, _VERSION),
    re.DOTALL,
)
"""How ResponseData begins: perhaps a version, then responderID. Most of what does not is told by
its third octet: a file may be full of it."""
_LENGTH = rb"(?:[\x00-\x7f]|\x81.|\x82..|\x83...)"
_VERSION_3 = re.compile(rb"\xa0\x03\x02\x01\x02")
"""In how a certificate begins: what is rare is searched for first,"""
_CERTIFICATE = re.compile(rb"(?=\x30%b\x30%b\Z)" % (_LENGTH, _LENGTH), re.DOTALL)
"""and what stands in front of it,"""
_IN_FRONT = 10
"""in so many octets."""
_HOLDS_ANOTHER = "another answer may stand where nobody signs it"
_MOST_CERTIFICATES = 32
_LONGEST_CERTIFICATE = 1 << 14
"""What looks like one may be anything, and reading it takes time: any more may be the signer's."""
_LONGEST_RESPONDER = 1 << 12
"""Octets of a ResponderID, which whoever hands it on can make as long as the file."""


@dataclass(frozen=True)
class AnswerPart(SignedPart):
    """What could be ResponseData, and who it says signed it."""

    responder_name: Name | None = None
    responder_key: bytes | None = None
    certificates: tuple[PathCertificate, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class UnreadableAnswer:
    """What was given as an answer and is none."""

    evidence: Evidence
    parts: tuple[AnswerPart, ...] = field(repr=False)
    has_more_certificates: bool = False
    """Whether more looks like a certificate than was read: who signed it may be among them."""

    @classmethod
    def of(cls, der: bytes, error: MalformedError) -> "UnreadableAnswer":
        """Keep what can be told of an answer that `error` says is none."""
        objections = (str(error),)
        evidence = Evidence("ocsp", sha256(der).digest(), "unreadable", objections=objections)
        certificates, has_more = _certificates(der)
        return cls(evidence, first_places(_parts(der, certificates)), has_more)

    @classmethod
    def in_place_of(cls, answer: OcspAnswer) -> "UnreadableAnswer":
        """Give the signed part of an answer that can be read, by any signature near behind it."""
        der, start, end = answer.der, answer.tbs_start, answer.tbs_start + len(answer.tbs)
        certificates, has_more = _certificates(der)
        responder = answer.responder_name, answer.responder_key
        signatures = signatures_behind(Elements(der), end)
        part = AnswerPart(der, start, end, signatures, *responder, certificates)
        return cls(_bent(answer), (part,), has_more)

    @classmethod
    def hidden_in(cls, answer: OcspAnswer) -> "UnreadableAnswer | None":
        """Give what else somebody may have signed in an answer that can be read, if anything."""
        found = (one for one in _parts(answer.der, ()) if one.start != answer.tbs_start)
        parts = first_places(found)
        if not parts:
            return None
        certificates, has_more = _certificates(answer.der)
        with_signers = tuple(replace(one, certificates=certificates) for one in parts)
        return cls(_bent(answer), with_signers, has_more)

    def mentions(self, serial: int) -> Iterator[AnswerPart]:
        """Give each part in which the serial number's bytes occur, whoever signed it."""
        return mentioning(self.parts, serial)

    def may_mention(self, serial: int) -> bool:
        """Whether the serial number's bytes occur in it, whoever signed it."""
        return next(self.mentions(serial), None) is not None


def _bent(answer: OcspAnswer) -> Evidence:
    return Evidence("ocsp", answer.fingerprint, "unreadable", objections=(_HOLDS_ANOTHER,))


def _parts(der: bytes, certificates: tuple[PathCertificate, ...]) -> Iterator[AnswerPart]:
    """Give what could be a signed part, in order, with or without a signature behind it."""
    elements, read_to = Elements(der), 0
    for match in islice(_RESPONSE_DATA.finditer(der), most_beginnings(der)):
        at = match.start()
        whole = elements.at(at)
        signatures = signatures_behind(elements, whole[2]) if whole else ()
        if not whole or not signatures:
            continue
        # Of those that lie within each other the first is read: to read each would take long.
        said = _responder_id(der, at) if at >= read_to else None
        if said:
            read_to = said.end
        yield AnswerPart(der, at, whole[2], signatures, *_responder(said), certificates)


def _responder_id(der: bytes, at: int) -> Node | None:
    """Give where a part says who signed it, if that is not longer than a name is."""
    try:
        first, second = first_parts(der, 2, at=at)
    except MalformedError:
        return None
    said = second if first.tag == context(0) else first
    return said if said.end - said.start <= _LONGEST_RESPONDER else None


def _responder(said: Node | None) -> tuple[Name | None, bytes | None]:
    """Read who signed it; what is not strict DER may be anybody."""
    try:
        return responder_id(strict(said)) if said else (None, None)
    except MalformedError:
        return None, None


def _certificates(der: bytes) -> tuple[tuple[PathCertificate, ...], bool]:
    """Read what looks like a certificate anywhere in it, each once; say whether there is more.

    No more octets than it has, for they may lie within each other.
    """
    found: dict[bytes, PathCertificate] = {}
    versions = list(islice(_VERSION_3.finditer(der), MOST_BEGINNINGS + 1))
    ends = (one.start() for one in versions[:MOST_BEGINNINGS])
    fronts = (_CERTIFICATE.finditer(der, max(0, end - _IN_FRONT), end) for end in ends)
    starts = [one.start() for one in chain.from_iterable(fronts)]
    has_more = len(versions) > MOST_BEGINNINGS or len(starts) > _MOST_CERTIFICATES
    left = len(der)
    for start in starts[:_MOST_CERTIFICATES]:
        try:
            _, _, end = header(der, start, len(der))
            if end - start > min(_LONGEST_CERTIFICATE, left):
                has_more = True
                continue
            left -= end - start
            one = PathCertificate.parse(der[start:end])
        except MalformedError:
            continue
        found.setdefault(one.fingerprint, one)
    return tuple(found.values()), has_more
