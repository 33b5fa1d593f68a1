"""A bundle's outside: a zip whose names, sizes and methods are all known beforehand.

Written the same for the same parts, byte for byte. Read without touching a file: names that
are not of the few forms here are refused (and with them every path that leads elsewhere), and so
is what unpacks to more than the limits, is there twice, is encrypted or packed otherwise.
Not here: what the parts mean (`kept`). APPNOTE.TXT 6.3 (zip). Called by `kept`.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from jpki.verify.errors import VerifyError

MANIFEST = "manifest.json"
_NAME = re.compile(
    r"(?:manifest\.json|report\.json|certificate\.der"
    r"|(?:anchors|intermediates|lists|answers)/[0-9]{4}\.der)"
)
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_LISTED = b"PK\x01\x02"
"""How each part begins in the zip's own list (APPNOTE 4.3.12)."""
_MIB = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment a zip can name: when parts were packed is nobody's evidence."""
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class BundleError(VerifyError):
    """A file that is no bundle, or not as its manifest says; the text says what."""


@dataclass(frozen=True, slots=True)
class BundleLimits:
    """How large a bundle may be before and after unpacking, in bytes, and how many parts."""

    file: int = 48 * _MIB
    total: int = 48 * _MIB
    """A municipality's list is of some 100 KB, one of a whole CA with a million entries of 37 MB.
    A bundle may bring the CA that signed its lists, and then they are read: whoever writes one
    that takes the longest makes its reader wait about a minute."""
    ratio: int = 200
    """The most a file may grow by unpacking. Lists shrink to about a third."""
    manifest: int = 4 * _MIB
    parts: int = 5000
    """A list for each of the 1,900 municipalities of both CAs."""


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Write parts, in the order given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no part of a bundle")
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpack(data: bytes, limits: BundleLimits) -> dict[str, bytes]:
    """Read all parts; raise `BundleError`."""
    if len(data) > limits.file:
        raise BundleError(f"{len(data)} bytes, more than {limits.file}")
    # Before the list of parts is read, which takes memory for each.
    if data.count(_LISTED) > limits.parts:
        raise BundleError(f"more than {limits.parts} parts")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, limits, most=min(limits.total, limits.ratio * len(data)))
    except _UNREADABLE as error:
        raise BundleError(
            f"not a zip that can be read: {str(error) or type(error).__name__}"
        ) from error


def _read(archive: zipfile.ZipFile, limits: BundleLimits, *, most: int) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    for entry in archive.infolist():
        name = entry.filename
        if not _NAME.fullmatch(entry.orig_filename):
            raise BundleError(f"{entry.orig_filename!r} is no part of a bundle")
        if name in parts:
            raise BundleError(f"{name} is there twice")
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
            raise BundleError(f"{name} is encrypted or packed in another way")
        left = limits.manifest if name == MANIFEST else most
        if entry.file_size > left:
            raise BundleError(f"{name} says to be of {entry.file_size} bytes, more than {left}")
        with archive.open(entry) as part:
            content = part.read(left + 1)
        if len(content) > left:
            raise BundleError(f"{name} unpacks to more than {left} bytes")
        most -= len(content)
        if most < 0:
            raise BundleError("the parts unpack to more than a bundle may hold")
        parts[name] = content
    return parts
