"""HOST:PORT as a user writes it, for a vpcd reader here or elsewhere.

Not here: resolving names, connecting (`client`).
Source: RFC 3986 section 3.2.2 for the brackets round an IPv6 address.
Called by the command line.
"""

from ipaddress import IPv6Address

from cardsim.readers.vpcd.codec import DEFAULT_PORT

_HIGHEST_PORT = 0xFFFF


def parse_address(text: str) -> tuple[str, int]:
    """Read HOST, HOST:PORT, [IPv6] or [IPv6]:PORT; the default port is vpcd's.

    Raises `ValueError` when the text is none of these.
    """
    if text.startswith("["):
        host, closed, tail = text[1:].partition("]")
        well_formed = bool(closed) and _is_ipv6(host) and (tail == "" or tail.startswith(":"))
        port = tail[1:] if tail else str(DEFAULT_PORT)
    else:
        host, colon, tail = text.partition(":")
        # Without brackets `::1:5` could be a host, or a host and a port.
        well_formed = ":" not in tail
        port = tail if colon else str(DEFAULT_PORT)
    if not (well_formed and host and port.isascii() and port.isdecimal()):
        raise ValueError(f"{text!r} is no HOST, HOST:PORT or [IPv6]:PORT")
    if not 0 < int(port) <= _HIGHEST_PORT:
        raise ValueError(f"a port is 1 to {_HIGHEST_PORT}, not {port}")
    return host, int(port)


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
