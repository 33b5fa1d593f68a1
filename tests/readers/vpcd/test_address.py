"""HOST:PORT as users write it."""

import pytest

from cardsim.readers.vpcd import DEFAULT_PORT, parse_address


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("localhost", "localhost", DEFAULT_PORT),
        ("reader.example:4000", "reader.example", 4000),
        ("192.0.2.7:1", "192.0.2.7", 1),
        ("[::1]", "::1", DEFAULT_PORT),
        ("[2001:db8::7]:65535", "2001:db8::7", 65535),
        ("[fe80::1%eth0]:4000", "fe80::1%eth0", 4000),
    ],
)
def test_every_usual_form_is_read(text: str, host: str, port: int):
    """A port may be left out; an IPv6 address stands in brackets."""
    address = parse_address(text)

    assert address == (host, port)


@pytest.mark.parametrize(
    "text",
    [
        *("", ":4000", "host:", "host:0", "host:65536", "host:x"),
        *("[::1", "[::1]4000", "[]:1", "[::1]:", "[host]:1"),
        *("::1", "::1:5", "2001:db8::7", "host:1:2"),
    ],
)
def test_anything_else_is_refused(text: str):
    """A typing mistake must not lead to another host or port."""
    with pytest.raises(ValueError, match=r"port|PORT"):
        parse_address(text)
