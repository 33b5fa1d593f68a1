"""The quick way to GOOD: certificates that differ from a proven one only where holders differ.

Certificates of one CA generation, kind and municipality are equal byte for byte but for serial
number, validity, subject, key, key identifier, attributes and signature. All a full report
concludes from the equal bytes is remembered under those bytes (`learn`). A certificate with the
same is GOOD when what is left holds: each of those fields is strict DER and acceptable, the
moment lies in its validity and the CA's, the list that covers its place does not name it, and
the CA's key signed it. Everything else is not said to be bad here: the full report decides.
Not here: any verdict but GOOD, any check that is not also one of the report's; both must agree,
which `tests/verify/test_judge.py` tries with every byte.
X.690 10 for the lengths; RFC 5280 4.1; PKI profile 1.1 and 1.3. Called by `verifier`.
"""

from dataclasses import dataclass
from datetime import datetime

from jpki import oids
from jpki.oids import PersonalData
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import MAX_CERTIFICATE_BYTES, Certificate
from jpki.verify.der import decode
from jpki.verify.der_rules import Tag, read_time
from jpki.verify.errors import DerError
from jpki.verify.keys import SHA256_WITH_RSA, SignatureProblem
from jpki.verify.names import attributes as name_attributes
from jpki.verify.one_step import is_unconstrained
from jpki.verify.policy import Policy
from jpki.verify.revocation import Cover

MAX_SHAPES = 20_000
"""Two kinds, four generations and 1,900 municipalities (profile 2.1) are 15,000; each takes
about a kilobyte. What is over it begins anew, so that nobody can fill the memory."""
MAX_SUBJECT = 0x7F

_VERSION = bytes.fromhex("a003020102") + b"\x02"
"""v3, and the tag of serialNumber behind it."""
_SIGNED = SHA256_WITH_RSA + bytes.fromhex("0382010100")
"""What stands between tbsCertificate and the 256 bytes of an RSA-2048 signature."""
_TAIL = len(_SIGNED) + 256
_KEY = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")
"""SubjectPublicKeyInfo of an RSA-2048 key up to its modulus (RFC 3279 2.3.1)."""
_EXPONENT = bytes.fromhex("0203010001")
_KEY_BYTES = len(_KEY) + 256 + len(_EXPONENT)
_COMMON_NAME = bytes.fromhex("06035504030c")
_NAMES_OID = bytes.fromhex("0603551d1104")
_KEY_ID = bytes.fromhex("0603551d0e04160414")
_KEY_ID_BYTES = 20
_KEY_USAGE_BYTES = 16
_TIMES = (b"0\x1e\x17\x0d", b"\x17\x0d")
_UTC_TIME_BYTES = 13
_LONG, _TWO_BYTES, _ONE_BYTE = 0x80, 0x82, 0x81
_CONTEXT, _UTF8, _SEQUENCE = 0xA0, int(Tag.UTF8_STRING), int(Tag.SEQUENCE)
_SMALLEST, _MAX_SERIAL = 600, 8
_ITEMS = {
    bytes.fromhex("060a2a83088c9b55080505") + bytes((number,)): number
    for number in (int(item.dotted.rpartition(".")[2]) for item in PersonalData)
}
"""The six otherName types in DER (profile 1.3) to their last arc."""
_NAME, _NAME_FLAGS, _ADDRESS, _ADDRESS_FLAGS = 1, 2, 5, 6
_TYPE_BYTES = 12


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the equal bytes prove: the CA, its validity, the list that covers the place."""

    anchor: Anchor
    first: datetime
    last: datetime
    cover: Cover


class Shapes:
    """The shapes one verifier knows of one policy; forgetting them costs time alone."""

    __slots__ = ("_carries_attributes", "_issuer", "_quick", "_shapes", "_subjects")

    def __init__(self, policy: Policy) -> None:
        self._carries_attributes = policy.carries_attributes
        self._quick = _is_plain(policy)
        self._issuer: bytes | None = None
        self._shapes: dict[bytes, _Shape] = {}
        self._subjects: set[bytes] = set()

    def is_good(self, der: bytes, moment: datetime) -> bool:  # noqa: PLR0911 - the cheapest first
        """Whether a certificate is known to be GOOD at a moment; False says nothing."""
        issuer = self._issuer
        if issuer is None:
            return False
        cut = _cut(der, issuer, with_names=self._carries_attributes)
        if cut is None:
            return False
        serial, not_before, subject, _, names, frozen, end = cut
        shape = self._shapes.get(frozen)
        if shape is None or _place_of(subject) not in self._subjects or subject == issuer:
            return False
        try:
            first = read_time(Tag.UTC_TIME, der, not_before, not_before + _UTC_TIME_BYTES)
            after = not_before + _UTC_TIME_BYTES + len(_TIMES[1])
            last = read_time(Tag.UTC_TIME, der, after, after + _UTC_TIME_BYTES)
        except DerError:
            return False
        if not (first <= moment <= last and shape.first <= moment <= shape.last):
            return False
        if self._carries_attributes and not _are_sound(der, *names):
            return False
        if not shape.cover.clears(serial, moment):
            return False
        try:
            shape.anchor.key.verify(SHA256_WITH_RSA, der[-256:], der[4:end])
        except SignatureProblem:
            return False
        return True

    def learn(self, certificate: Certificate, anchor: Anchor, cover: Cover) -> None:
        """Remember the shape of a certificate whose full report is GOOD, if it is a usual one."""
        der, issuer = certificate.der, certificate.issuer
        if not self._quick or not is_unconstrained(anchor) or self._issuer not in {None, issuer}:
            # All generations of a CA share one name; what has another takes the long way.
            return
        cut = _cut(der, issuer, with_names=self._carries_attributes)
        if cut is None or not _is_usual(certificate, cut, with_names=self._carries_attributes):
            return
        if len(self._shapes) >= MAX_SHAPES or len(self._subjects) >= MAX_SHAPES:
            self._shapes.clear()
            self._subjects.clear()
        self._issuer = issuer
        _, _, subject, _, _, frozen, _ = cut
        ca = anchor.certificate
        self._shapes[frozen] = _Shape(anchor, ca.not_before, ca.not_after, cover)
        place = _place_of(subject)
        if place is not None:
            self._subjects.add(place)


_Cut = tuple[int, int, bytes, int, tuple[int, int], bytes, int]
"""Serial number, where the first time starts, subject, where the extensions start, where the
attributes are, the bytes all certificates of the shape share, where tbsCertificate ends."""


def _is_plain(policy: Policy) -> bool:
    """Whether a policy asks of algorithm and key just what is compared here."""
    return (
        policy.signature_algorithms == {SHA256_WITH_RSA}
        and 2048 in policy.rsa_bits  # noqa: PLR2004 - the size `_KEY` says
        and 65537 in policy.rsa_exponents  # noqa: PLR2004 - the exponent `_EXPONENT` says
    )


def _cut(der: bytes, issuer: bytes, *, with_names: bool) -> _Cut | None:  # noqa: PLR0911
    """Cut a certificate where holders differ; None when any part is not of the usual form.

    All lengths are read and found consistent and minimal, so what is cut is what strict parsing
    would find there.
    """
    size = len(der)
    end = size - _TAIL
    if (
        size < _SMALLEST
        or size > MAX_CERTIFICATE_BYTES
        or der[:2] != b"0\x82"
        or der[4:6] != b"0\x82"
        or der[2] << 8 | der[3] != size - 4
        or der[6] << 8 | der[7] != end - 8
        or der[end : end + len(_SIGNED)] != _SIGNED
        or der[8:14] != _VERSION
    ):
        return None
    length = der[14]
    serial = der[15 : 15 + length]
    if (
        not 0 < length <= _MAX_SERIAL
        or serial[0] >= _LONG
        or (serial[0] == 0 and (length == 1 or serial[1] < _LONG))
    ):
        return None
    at = 15 + length
    if not der.startswith(SHA256_WITH_RSA, at) or not der.startswith(issuer, at + 15):
        return None
    times = at + 15 + len(issuer)
    if der[times : times + 4] != _TIMES[0] or der[times + 17 : times + 19] != _TIMES[1]:
        return None
    at = times + 32
    if at + 2 > end or der[at] != _SEQUENCE or der[at + 1] > MAX_SUBJECT:
        return None
    key = at + 2 + der[at + 1]
    subject = der[at:key]
    at = key + _KEY_BYTES
    if (
        at + 8 + _KEY_USAGE_BYTES > end
        or not der.startswith(_KEY, key)
        # 2048 bits, and odd as every product of two primes: OpenSSL takes any such modulus.
        or der[key + len(_KEY)] < _LONG
        or not der[at - 6] & 1
        or der[at - 5 : at] != _EXPONENT
        or der[at : at + 2] != b"\xa3\x82"
        or der[at + 2] << 8 | der[at + 3] != end - at - 4
        or der[at + 4 : at + 6] != b"0\x82"
        or der[at + 6] << 8 | der[at + 7] != end - at - 8
        or der[at + 6] == 0
    ):
        return None
    start = at + 8
    names = (0, 0)
    if with_names:
        found = _names(der, start + _KEY_USAGE_BYTES, end)
        if found is None:
            return None
        names = found
        usage = der[start : start + _KEY_USAGE_BYTES]
        frozen = usage + der[names[1] : end - _KEY_ID_BYTES]
    else:
        frozen = der[start : end - _KEY_ID_BYTES]
    return int.from_bytes(serial, "big"), times + 4, subject, start, names, frozen, end


def _element(der: bytes, tag: int, at: int, end: int) -> tuple[int, int] | None:
    """Give start and end of the contents of an element of this tag within `end`."""
    if at + 2 > end or der[at] != tag:
        return None
    length, start = der[at + 1], at + 2
    if length == _ONE_BYTE:
        length, start = der[at + 2], at + 3
        if length < _LONG:
            return None
    elif length == _TWO_BYTES:
        length, start = der[at + 2] << 8 | der[at + 3], at + 4
        if length < 256:  # noqa: PLR2004 - would fit in one byte
            return None
    elif length >= _LONG:
        return None
    return (start, start + length) if start + length <= end else None


def _names(der: bytes, at: int, end: int) -> tuple[int, int] | None:
    """Find the GeneralNames of subjectAltName, which must start here and not be critical."""
    extension = _element(der, _SEQUENCE, at, end)
    if extension is None or not der.startswith(_NAMES_OID, extension[0]):
        return None
    octets = _element(der, Tag.OCTET_STRING, extension[0] + len(_NAMES_OID) - 1, extension[1])
    if octets is None or octets[1] != extension[1]:
        return None
    names = _element(der, _SEQUENCE, octets[0], octets[1])
    return names if names is not None and names[1] == octets[1] else None


def _are_sound(der: bytes, at: int, end: int) -> bool:
    """Whether all six attributes are there, once, in UTF-8, with flags that fit the texts."""
    texts: dict[int, str] = {}
    while at < end:
        size = der[at + 1]
        stop = at + 2 + size
        if size < _LONG:
            # All four lengths are short: compared in place, as most names are.
            item, text = _ITEMS.get(der[at + 2 : at + 14]), at + 18
            heads = (_CONTEXT, _CONTEXT, size - 14, _UTF8, size - 16)
            if (der[at], der[at + 14], der[at + 15], der[at + 16], der[at + 17]) != heads:
                return False
        else:
            item, text, stop = _long_name(der, at, end)
        if item is None or item in texts or stop > end:
            return False
        try:
            texts[item] = der[text:stop].decode()
        except UnicodeDecodeError:
            return False
        at = stop
    if len(texts) != len(_ITEMS):
        return False
    name, address = texts[_NAME], texts[_ADDRESS]
    flags, more = texts[_NAME_FLAGS], texts[_ADDRESS_FLAGS]
    return (
        0 < len(name) == len(flags)
        and 0 < len(address) == len(more)
        and not (flags + more).strip("01")
    )


def _long_name(der: bytes, at: int, end: int) -> tuple[int | None, int, int]:
    """Give item, start and end of the text of an otherName; no item when it is not of the form."""
    other = _element(der, _CONTEXT, at, end)
    value = other and _element(der, _CONTEXT, other[0] + _TYPE_BYTES, other[1])
    text = value and _element(der, _UTF8, value[0], value[1])
    if not (other and value and text) or not other[1] == value[1] == text[1]:
        return None, at, end
    return _ITEMS.get(der[other[0] : other[0] + _TYPE_BYTES]), *text


def _place_of(subject: bytes) -> bytes | None:
    """Give a subject up to its common name's text, None unless that is last and plain."""
    at = subject.rfind(_COMMON_NAME) + len(_COMMON_NAME) + 1
    text = subject[at:]
    if at <= len(_COMMON_NAME) or len(text) != subject[at - 1] or not text.isalnum():
        return None
    return subject[:at]


def _is_usual(certificate: Certificate, cut: _Cut, *, with_names: bool) -> bool:
    """Whether the parsed certificate has its parts where they were cut out.

    What this proves of one holds for all of its shape, for lengths are among the equal bytes.
    """
    _, _, subject, start, names, _, end = cut
    found = certificate.extensions
    kinds, place = list(found), _place_of(subject)
    if (
        place is None
        or certificate.subject != subject
        or certificate.serial != cut[0]
        or kinds[0] != oids.KEY_USAGE
        or kinds[-1] != oids.SUBJECT_KEY_IDENTIFIER
        or found[oids.SUBJECT_KEY_IDENTIFIER].octets.end != end
        or not certificate.der.endswith(_KEY_ID, 0, end - _KEY_ID_BYTES)
    ):
        return False
    oid, text = name_attributes(decode(subject))[-1]
    if oid != oids.COMMON_NAME or text.encode() != subject[len(place) :]:
        return False
    if not with_names:
        return True
    usage = found[oids.KEY_USAGE].octets
    alternative = found[kinds[1]].octets.inside()
    return (
        kinds[1] == oids.SUBJECT_ALT_NAME
        and usage.end == start + _KEY_USAGE_BYTES
        and (alternative.start, alternative.end) == names
    )
