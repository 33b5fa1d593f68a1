"""The way into a system's pcscd: vsmartcard's virtual reader, vpcd, over TCP."""

from cardsim.readers.vpcd.address import parse_address
from cardsim.readers.vpcd.client import Backoff, Plug, VpcdClient, VpcdUnreachableError
from cardsim.readers.vpcd.codec import DEFAULT_PORT, VpcdProtocolError

__all__ = [
    "DEFAULT_PORT",
    "Backoff",
    "Plug",
    "VpcdClient",
    "VpcdProtocolError",
    "VpcdUnreachableError",
    "parse_address",
]
