"""URIs brought into the form in which two of them are compared: RFC 5280 7.4.

Scheme and host in lower case, percent-encoding, dot segments, and what http, https, ftp and ldap
say themselves: their own port and an empty path. IRIs never get here: the text is ASCII.
Not here: constraining hosts (`constraints`). RFC 3986 6.2.2, 6.2.3. Called by `general_names`.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

_PARTS = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):"
    r"(?://(?:(?P<user>[^/?#@]*)@)?(?P<host>\[[^]/?#]*\]|[^/?#:]*)(?::(?P<port>[0-9]*))?(?=[/?#]|\Z))?"
    r"(?P<path>[^?#]*)(?P<rest>.*)\Z",
    re.DOTALL,
)
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_PORTS: Mapping[str, str] = MappingProxyType(
    {"http": "80", "https": "443", "ftp": "21", "ldap": "389"}
)


def comparable(uri: str) -> str:
    """Give the form to compare; what is no URI is compared as it is written."""
    found = _PARTS.match(uri)
    if found is None:
        return uri
    scheme, host = found["scheme"].lower(), found["host"]
    path, authority = _decoded(found["path"]), ""
    if host is not None:
        path = _without_dots(path) if path else path
        user = "" if found["user"] is None else f"{_decoded(found['user'])}@"
        port = found["port"] if found["port"] not in {None, "", _PORTS.get(scheme)} else ""
        authority = f"//{user}{host.lower()}{port and f':{port}'}"
        if scheme in _PORTS and not path:
            path = "/"
    return f"{scheme}:{authority}{path}{_decoded(found['rest'])}"


def _decoded(text: str) -> str:
    """Decode what needs no encoding; upper case for the rest (RFC 3986 6.2.2.1, 6.2.2.2)."""

    def one(found: re.Match[str]) -> str:
        char = chr(int(found[1], 16))
        return char if _UNRESERVED.fullmatch(char) else found[0].upper()

    return _ENCODED.sub(one, text)


def _without_dots(path: str) -> str:
    """Resolve `.` and `..` (RFC 3986 5.2.4)."""
    kept: list[str] = []
    *segments, last = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if last == "..":
        kept = kept[:-1]
    return "/" + "".join(f"{one}/" for one in kept) + ("" if last in {".", ".."} else last)
