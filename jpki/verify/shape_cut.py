"""Cutting a certificate where holders differ, without parsing it.

Every length on the way is read and found consistent and minimal, so that what is cut out is what
strict parsing would find there; what is of any other form is not cut at all.
Not here: what follows from the pieces (`shapes`).
X.690 8.1.3 and 10.1; RFC 5280 4.1; PKI profile 1.1 and 1.3. Called by `shapes` alone.
"""

from functools import lru_cache

from jpki.oids import PersonalData
from jpki.people import NAME_SEPARATOR
from jpki.profiles.certificates import SERIAL_OCTETS
from jpki.verify.certificate import MAX_CERTIFICATE_BYTES
from jpki.verify.der_rules import Tag
from jpki.verify.keys import SHA256_WITH_RSA

_VERSION = bytes.fromhex("a003020102") + b"\x02"
"""v3, and the tag of serialNumber behind it."""
_SIGNED = SHA256_WITH_RSA + bytes.fromhex("0382010100")
"""What stands between tbsCertificate and the 256 bytes of an RSA-2048 signature."""
_TAIL = len(_SIGNED) + 256
_KEY = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")
"""SubjectPublicKeyInfo of an RSA-2048 key up to its modulus (RFC 3279 2.3.1)."""
_EXPONENT = bytes.fromhex("0203010001")
_KEY_BYTES = len(_KEY) + 256 + len(_EXPONENT)
_MODULUS = slice(len(_KEY), -len(_EXPONENT))
KEY_BITS_AT = 24
"""Where in such a SubjectPublicKeyInfo the contents of its BIT STRING start, whose SHA-1 is the
key identifier."""
_COMMON_NAME = bytes.fromhex("06035504030c")
_NAMES_OID = bytes.fromhex("0603551d11")
KEY_ID = bytes.fromhex("0603551d0e04160414")
KEY_ID_BYTES = 20
KEY_USAGE_BYTES = 16
TIMES = (b"0\x1e\x17\x0d", b"\x17\x0d")
_FIRST_TIME, _SECOND_TIME = TIMES
UTC_TIME_BYTES = 13
_LONG, _TWO_BYTES, _ONE_BYTE = 0x80, 0x82, 0x81
_CONTEXT, _UTF8, _SEQUENCE = 0xA0, int(Tag.UTF8_STRING), int(Tag.SEQUENCE)
_SMALLEST, _MAX_SUBJECT = 600, 0x7F
_LONGEST_HEAD = 4
"""Octets of identifier and length of what a certificate can hold."""
_TWO_OCTETS = 1 << 8
_ITEMS = {
    bytes.fromhex("060a2a83088c9b55080505") + bytes((number,)): number
    for number in (int(item.dotted.rpartition(".")[2]) for item in PersonalData)
}
"""The six otherName types in DER (profile 1.3) to their last arc."""
_NAME, _NAME_FLAGS, _GENDER, _BIRTH, _ADDRESS, _ADDRESS_FLAGS = range(1, 7)
_TYPE_BYTES = 12
_HEAD_BYTES = 2 + _TYPE_BYTES + 4
_HEADS = {
    bytes((_CONTEXT, size)) + name + bytes((_CONTEXT, size - 14, _UTF8, size - 16)): (
        item,
        2 + size,
    )
    for name, item in _ITEMS.items()
    for size in range(_HEAD_BYTES - 2, _LONG)
}
"""What stands before the text of each where all four lengths are short, with how long it is."""
_NONE: tuple[int | None, int] = (None, 0)


Cut = tuple[int, int, bytes, bytes, int, tuple[int, int], bytes, int]
"""Serial number, where the first time starts, subject, SubjectPublicKeyInfo, where the extensions
start, where the attributes are, the bytes all certificates of the shape share, where
tbsCertificate ends."""


def cut_out(der: bytes, issuer: bytes, *, with_names: bool) -> Cut | None:  # noqa: PLR0911
    """Cut a certificate where holders differ; None when any part is not of the usual form.

    All lengths are read and found consistent and minimal, so what is cut is what strict parsing
    would find there.
    """
    size = len(der)
    end = size - _TAIL
    if (
        not _SMALLEST <= size <= MAX_CERTIFICATE_BYTES
        or not der.startswith(_head(size))
        or not der.startswith(_SIGNED, end)
    ):
        return None
    length = der[14]
    serial = der[15 : 15 + length]
    if (
        not 0 < length <= SERIAL_OCTETS
        or serial[0] >= _LONG
        or (serial[0] == 0 and (length == 1 or serial[1] < _LONG))
    ):
        return None
    at = 15 + length
    if not der.startswith(SHA256_WITH_RSA, at) or not der.startswith(issuer, at + 15):
        return None
    times = at + 15 + len(issuer)
    if not der.startswith(_FIRST_TIME, times) or not der.startswith(_SECOND_TIME, times + 17):
        return None
    at = times + 32
    if at + 2 > end or der[at] != _SEQUENCE or der[at + 1] > _MAX_SUBJECT:
        return None
    key = at + 2 + der[at + 1]
    subject = der[at:key]
    at = key + _KEY_BYTES
    start = at + 8
    rest = end - start
    if (
        # Lengths of two octets stand before the extensions, and no shorter is written so.
        rest < _TWO_OCTETS
        or not der.startswith(_KEY, key)
        # 2048 bits, and odd as every product of two primes: OpenSSL takes any such modulus.
        or der[key + len(_KEY)] < _LONG
        or not der[at - 6] & 1
        or not der.startswith(_behind_key(rest), at - len(_EXPONENT))
    ):
        return None
    names = (0, 0)
    if with_names:
        found = _names(der, start + KEY_USAGE_BYTES, end)
        if found is None:
            return None
        names = found
        usage = der[start : start + KEY_USAGE_BYTES]
        frozen = usage + der[names[1] : end - KEY_ID_BYTES]
    else:
        frozen = der[start : end - KEY_ID_BYTES]
    number, info = int.from_bytes(serial, "big"), der[key : key + _KEY_BYTES]
    return number, times + 4, subject, info, start, names, frozen, end


@lru_cache(maxsize=MAX_CERTIFICATE_BYTES)
def _head(size: int) -> bytes:
    """Give how a certificate of this many octets begins, up to the serial number's length."""
    outer, inner = (length.to_bytes(2, "big") for length in (size - 4, size - _TAIL - 8))
    return b"0\x82" + outer + b"0\x82" + inner + _VERSION


@lru_cache(maxsize=MAX_CERTIFICATE_BYTES)
def _behind_key(rest: int) -> bytes:
    """Give what stands from a key's exponent on before so many octets of extensions."""
    outer, inner = (length.to_bytes(2, "big") for length in (rest + 4, rest))
    return _EXPONENT + b"\xa3\x82" + outer + b"0\x82" + inner


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
    if extension is None:
        return None
    start, stop = extension
    head = _before_names(stop - start)
    return (start + len(head), stop) if head and der.startswith(head, start) else None


@lru_cache(maxsize=MAX_CERTIFICATE_BYTES)
def _before_names(length: int) -> bytes | None:
    """Give what stands before the GeneralNames of a subjectAltName of this length; None if none.

    Both lengths there follow from it, for each is written in as few octets as can be.
    """
    for names in range(length - len(_NAMES_OID) - 2 * _LONGEST_HEAD, length):
        if names >= 0:
            inner = _header(_SEQUENCE, names)
            head = _NAMES_OID + _header(Tag.OCTET_STRING, len(inner) + names) + inner
            if len(head) + names == length:
                return head
    return None


def _header(tag: int, length: int) -> bytes:
    """Write identifier and length octets."""
    if length < _LONG:
        return bytes((tag, length))
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(octets))) + octets


def are_sound(der: bytes, at: int, end: int) -> bool:
    """Whether all six attributes are there, once, in UTF-8, with flags that fit the texts.

    Text with anything but printable characters is not said to be, nor a birth date or gender
    with anything but ASCII.
    """
    texts: dict[int, bytes] = {}
    for _ in _ITEMS:
        text = at + _HEAD_BYTES
        item, size = _HEADS.get(der[at:text], _NONE)
        if item is None:
            item, text, stop = _long_name(der, at, end)
            if item is None:
                return False
        else:
            stop = at + size
        texts[item] = der[text:stop]
        at = stop
    if at != end or len(texts) != len(_ITEMS):
        return False
    flags, more = texts[_NAME_FLAGS], texts[_ADDRESS_FLAGS]
    try:
        name, address = texts[_NAME].decode(), texts[_ADDRESS].decode()
    except UnicodeDecodeError:
        return False
    return (
        0 < len(name) == len(flags)
        and 0 < len(address) == len(more)
        and not (flags + more).strip(b"01")
        and (texts[_BIRTH] + texts[_GENDER]).isascii()
        # U+3000 is of the repertoire, and no printable character to Python.
        and (name + address).replace(NAME_SEPARATOR, "").isprintable()
    )


def _long_name(der: bytes, at: int, end: int) -> tuple[int | None, int, int]:
    """Give item, start and end of the text of an otherName; no item when it is not of the form."""
    other = _element(der, _CONTEXT, at, end)
    value = other and _element(der, _CONTEXT, other[0] + _TYPE_BYTES, other[1])
    text = value and _element(der, _UTF8, value[0], value[1])
    if not (other and value and text) or not other[1] == value[1] == text[1]:
        return None, at, end
    return _ITEMS.get(der[other[0] : other[0] + _TYPE_BYTES]), *text


def modulus_of(info: bytes) -> int:
    """Give the modulus in a SubjectPublicKeyInfo that was cut out."""
    return int.from_bytes(info[_MODULUS], "big")


def place_of(subject: bytes) -> bytes | None:
    """Give a subject up to its common name's text, None unless that is last and plain."""
    at = subject.rfind(_COMMON_NAME) + len(_COMMON_NAME) + 1
    text = subject[at:]
    if at <= len(_COMMON_NAME) or len(text) != subject[at - 1] or not text.isalnum():
        return None
    return subject[:at]
