"""One of many clients of a PC/SC service, in a process of its own: asks as often as it can.

    crowd_client.py READER SECONDS

Connects, says `ready`, begins at a line on standard input, and prints how many round trips came
back as they must, and how many did not.
"""

import sys
import time

from smartcard import scard

_SELECT_JPKI = list(bytes.fromhex("00A4040C0AD392F000260100000001"))
_SELECT_EF = list(bytes.fromhex("00A4020C02000A"))


def main() -> None:
    """Ask until the time is over."""
    reader, seconds = sys.argv[1], float(sys.argv[2])
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    code, card, protocol = scard.SCardConnect(
        context, reader, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T1
    )
    if code:
        raise SystemExit(scard.SCardGetErrorMessage(code))
    scard.SCardTransmit(card, protocol, _SELECT_JPKI)
    print("ready", flush=True)
    sys.stdin.readline()
    good = bad = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        code, answer = scard.SCardTransmit(card, protocol, _SELECT_EF)
        if code or answer != [0x90, 0x00]:
            bad += 1
        else:
            good += 1
    print(good, bad, flush=True)


if __name__ == "__main__":
    main()
