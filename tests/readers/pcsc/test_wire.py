"""What three versions of the client library said, replayed over a socket byte for byte."""

from itertools import count
from math import inf
from pathlib import Path

import pytest

from cardsim.readers.pcsc import PcscService
from tests.support.plain_card import EchoCard
from tests.support.wire import Wire, replay

VECTORS = Path(__file__).parent / "vectors"


@pytest.mark.parametrize("version", ["4.4", "4.5", "4.6"])
def test_a_recorded_conversation_replays_byte_for_byte(version):
    """Each byte alone, so that no answer hangs on how the library cuts its messages."""
    with PcscService(new_number=count(0x1001).__next__, idle_seconds=inf) as service:
        slot = service.add_reader("Reader 00 00")
        actions = {"insert": lambda: slot.insert(EchoCard())}

        with Wire(service.path) as wire:
            differences = replay(VECTORS / f"{version}.txt", wire, actions)

    assert differences == []


VERSION_4_7 = bytes.fromhex("0c000000 11000000 04000000 07000000 00000000")
VERSION_4_3 = bytes.fromhex("0c000000 11000000 04000000 03000000 00000000")
WE_HAVE_4_6 = bytes.fromhex("04000000 06000000 1e001080")
VERSION_4_6 = bytes.fromhex("0c000000 11000000 04000000 06000000 00000000")
AGREED_4_6 = bytes.fromhex("04000000 06000000 00000000")


def test_a_newer_client_finds_our_version():
    """It is refused with our version, and states that on the same connection.

    So does libpcsclite since 2.4.1: on SCARD_E_SERVICE_STOPPED, major version 4 and a minor one
    of at least 4 it sends CMD_VERSION again with the minor version it was answered.
    """
    with PcscService() as service, Wire(service.path) as wire:
        refused = wire.ask(VERSION_4_7, 12)

        agreed = wire.ask(VERSION_4_6, 12)

    assert refused == WE_HAVE_4_6
    assert agreed == AGREED_4_6


def test_an_older_client_is_refused():
    """4:3 (before pcsc-lite 1.8.24) had another way to wait for changes."""
    with PcscService() as service, Wire(service.path) as wire:
        refused = wire.ask(VERSION_4_3, 12)

    assert refused == WE_HAVE_4_6
