"""READ BINARY of the current EF, in the ways that readers and cards can stand.

A certificate's length is taken from its DER header (the file is larger than the certificate
and filled up). The rest comes in one answer with an extended Le; where the reader or the card
cannot do that, in short reads. A short answer with 9000 is no error: this card gives what it
has (card reference §4.2), and the next offset decides whether the file has ended (6B00).

Not here: selecting the file, and what its contents mean.
ISO/IEC 7816-4:2020 clause 11.2.3; ITU-T X.690 clause 8.1.3. Called by the session classes.
"""

from jpki.card.client.channel import Channel
from jpki.card.client.errors import CertificateMissingError, MalformedFileError
from jpki.card.connection import ConnectionLostError
from jpki.errors import PortableError
from jpki.iso7816 import MAX_NE_SHORT, SW, CommandApdu, ResponseApdu, StatusWord

_READ_BINARY = 0xB0
_MAX_OFFSET = 0x7FFF
"""READ BINARY with P1-P2 as offset has 15 bits of it."""
_SMALL_CHUNK = 0xE0
"""What some contactless readers can still carry when 256 bytes and a status word are too much."""
HEADER_LENGTH = 4
"""Tag and length of any certificate between 256 and 65,535 bytes: 30 82 hh ll."""

_SEQUENCE = 0x30
_LONG_FORM = 0x80
_FILLER = (0x00, 0xFF)

_NOT_ABOUT_LENGTH = frozenset(
    {
        SW.SECURITY_STATUS_NOT_SATISFIED,
        SW.INCOMPATIBLE_FILE_STRUCTURE,
        SW.FILE_OR_APPLICATION_NOT_FOUND,
        SW.OFFSET_OUTSIDE_FILE,
    }
)
"""Refusals that a shorter read would meet as well."""


class RefusedReadError(PortableError):
    """READ BINARY answered an error; the session turns the status into a typed error."""

    def __init__(self, status: StatusWord) -> None:
        super().__init__(str(status))
        self.status = status


class ExtendedReadError(Exception):
    """A read with extended Le failed in a way that short reads may not."""


def read_up_to(channel: Channel, length: int, *, offset: int = 0) -> bytes:
    """Read `length` bytes of the current EF from `offset`, or fewer if the file ends before.

    Raises `RefusedReadError`, `ExtendedReadError` (select the file again and repeat: the channel
    now knows better) and `MalformedFileError` for a file beyond the reach of READ BINARY.
    """
    data = bytearray()
    chunk = MAX_NE_SHORT
    while len(data) < length:
        at = offset + len(data)
        missing = length - len(data)
        if at > _MAX_OFFSET:
            raise MalformedFileError(f"the file goes on beyond offset {_MAX_OFFSET:#x}")
        if missing > MAX_NE_SHORT and channel.extended_works:
            answer = _read_extended(channel, at, missing)
        else:
            try:
                answer = _read(channel, at, min(chunk, missing))
            except ConnectionLostError:
                if chunk == _SMALL_CHUNK or missing <= _SMALL_CHUNK:
                    raise
                chunk = _SMALL_CHUNK
                continue
        if answer.status.kind is SW.OFFSET_OUTSIDE_FILE and at:
            break
        if answer.status.kind not in {SW.SUCCESS, SW.END_OF_FILE}:
            raise RefusedReadError(answer.status)
        if not answer.data:
            break
        data += answer.data
    return bytes(data[:length])


def read_certificate(channel: Channel, name: str) -> bytes:
    """Read the DER certificate at the start of the current EF, without what fills up the file.

    Raises `CertificateMissingError` for a file with nothing but filler, `MalformedFileError` for
    anything else that is no DER SEQUENCE, and what `read_up_to` raises.
    """
    header = read_up_to(channel, HEADER_LENGTH)
    total = certificate_length(header, name)
    body = read_up_to(channel, total - len(header), offset=len(header))
    if len(header) + len(body) < total:
        raise MalformedFileError(
            f"{name} should have {total} bytes by its header; the file ends after "
            f"{len(header) + len(body)}"
        )
    return header + body


def certificate_length(header: bytes, name: str) -> int:
    """Give the whole length of the DER SEQUENCE that begins with these four bytes."""
    if not header or (len(set(header)) == 1 and header[0] in _FILLER):
        raise CertificateMissingError(f"the file of {name} holds no certificate")
    if header[0] != _SEQUENCE or len(header) < HEADER_LENGTH:
        raise MalformedFileError(f"{name} does not begin as a certificate does (30 82 ...)")
    if header[1] < _LONG_FORM:
        return max(2 + header[1], HEADER_LENGTH)
    size = header[1] & ~_LONG_FORM
    if not 1 <= size <= HEADER_LENGTH - 2:
        raise MalformedFileError(f"{name} has the length form {header[1]:02X}, which no card needs")
    return max(2 + size + int.from_bytes(header[2 : 2 + size], "big"), HEADER_LENGTH)


def _read(channel: Channel, offset: int, ne: int) -> ResponseApdu:
    return channel.send(CommandApdu(0x00, _READ_BINARY, offset >> 8, offset & 0xFF, ne=ne))


def _read_extended(channel: Channel, offset: int, ne: int) -> ResponseApdu:
    try:
        answer = _read(channel, offset, ne)
    except ConnectionLostError as error:
        channel.extended_works = False
        raise ExtendedReadError(str(error)) from error
    kind = answer.status.kind
    if kind not in {SW.SUCCESS, SW.END_OF_FILE} and kind not in _NOT_ABOUT_LENGTH:
        channel.extended_works = False
        raise ExtendedReadError(str(answer.status))
    return answer
