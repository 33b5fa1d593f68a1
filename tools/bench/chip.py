"""The chip alone, in this process: no reader, no socket."""

import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils

from bench.figure import Goal, Row, in_turns, times_faster
from cardsim.chip import Card
from tests.support.cards import AUTH_PIN, adult_card, rsa_key

SELECT_JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
SELECT_AUTH_CERTIFICATE = bytes.fromhex("00A4020C02000A")
SELECT_AUTH_KEY = bytes.fromhex("00A4020C020017")
DIGEST = bytes(range(32))
DIGEST_INFO = bytes.fromhex("3031300D060960864801650304020105000420") + DIGEST
SIGN = bytes.fromhex("802A008033") + DIGEST_INFO + b"\x00"

VICC_PATH = Path("/usr/lib/python3/site-packages/virtualsmartcard")
"""Where Debian's python3-virtualsmartcard puts the library of vicc; Python does not look there."""

_VICC_SELECT = """
import logging, sys, time
logging.disable(logging.CRITICAL)
from virtualsmartcard.CardGenerator import CardGenerator
from virtualsmartcard.VirtualSmartcard import Iso7816OS
card = Iso7816OS(*CardGenerator('iso7816').getCard())
command = bytes.fromhex('00A4000C023F00')
assert card.execute(command) == bytes.fromhex('9000')
for _ in range(int(sys.argv[1])):
    started = time.perf_counter()
    card.execute(command)
    print(time.perf_counter() - started)
"""


def select_ef() -> list[Row]:
    """SELECT EF: our chip against the card operating system of vsmartcard's vicc."""
    card = ready_card()
    ours, _ = in_turns(
        lambda: card.transmit(SELECT_AUTH_CERTIFICATE), lambda: None, rounds=5, each=2000
    )
    done = subprocess.run(
        [sys.executable, "-c", _VICC_SELECT, "5000"],
        env={"PYTHONPATH": str(VICC_PATH)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    peer = [float(line) for line in done.stdout.split()]
    return [
        times_faster(
            "chip-select-ef", ours, peer, peer_version=f"vicc {debian('vsmartcard-vpicc')}"
        )
    ]


def sign() -> list[Row]:
    """COMPUTE DIGITAL SIGNATURE against the bare RSA-2048 signature it ends in."""
    card = ready_card()
    expect(card, bytes.fromhex("0020009804") + AUTH_PIN.encode())
    expect(card, SELECT_AUTH_KEY)
    key = rsa_key("auth")
    scheme, prehashed = padding.PKCS1v15(), utils.Prehashed(hashes.SHA256())
    ours, peer = in_turns(
        lambda: card.transmit(SIGN),
        lambda: key.sign(DIGEST, scheme, prehashed),
        rounds=20, each=50,
    )  # fmt: skip
    mine, bare = statistics.median(ours) * 1e6, statistics.median(peer) * 1e6
    return [
        Row(
            "chip-sign", "µs", round(mine, 1), round(bare, 1), round(mine / bare, 3),
            "ours / peer at the median", f"cryptography {version('cryptography')}",
            Goal("ratio", below=1.15),
        )
    ]  # fmt: skip


def ready_card() -> Card:
    """Give a powered card with the JPKI AP selected."""
    card = adult_card()
    card.power_on()
    expect(card, SELECT_JPKI)
    return card


def expect(card: Card, command: bytes) -> None:
    """Send a command of the preparation; anything but 9000 ends the benchmark."""
    answer = card.transmit(command)
    if answer[-2:] != b"\x90\x00":
        raise RuntimeError(f"{command[:4].hex()} answered {answer[-2:].hex()}")


def debian(package: str) -> str:
    """Give the version of an installed Debian package."""
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


FIGURES = {"chip-select-ef": select_ef, "chip-sign": sign}
