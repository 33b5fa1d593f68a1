"""Our own PC/SC service: any PC/SC program on Linux sees the virtual card, without root.

Programs find it by one environment variable, as they would find another pcscd:

    with PcscService() as service:
        service.add_reader("JPKI-EMU Reader 00 00").insert(card)
        subprocess.run(["opensc-tool", "-a"], env=os.environ | service.environment)

From the wire to the card: `framing` cuts bytes into requests of `protocol`, `server` gives each
to `contexts`, `cards` or `exchange`, which work on `readers` and their `transactions`; only
`service` and `endpoint` know a socket.
"""

from cardsim.readers.pcsc.codes import Command, ReturnCode
from cardsim.readers.pcsc.endpoint import (
    AlreadyServedError,
    EndpointError,
    NotPrivateError,
    UnusablePathError,
)
from cardsim.readers.pcsc.places import TooManyReadersError
from cardsim.readers.pcsc.policy import Gate, Limits
from cardsim.readers.pcsc.readers import Description, ReaderNameError
from cardsim.readers.pcsc.service import SOCKET_VARIABLE, PcscService

__all__ = [
    "SOCKET_VARIABLE",
    "AlreadyServedError",
    "Command",
    "Description",
    "EndpointError",
    "Gate",
    "Limits",
    "NotPrivateError",
    "PcscService",
    "ReaderNameError",
    "ReturnCode",
    "TooManyReadersError",
    "UnusablePathError",
]
