"""Many clients at once: 16 cards and 64 clients on our service, beside pcscd.

The peer is one card of vpcd and as many clients as share one of ours. What counts is that nobody
is starved and nothing is lost.
"""

import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.chip import debian
from bench.figure import Goal, Row
from cardsim.readers.pcsc import PcscService
from tests.support.cards import adult_card
from tests.support.readers import VpcdReader

CARDS, CLIENTS = 16, 64
_PEER_CLIENTS = 4
_SECONDS = 5.0
_CLIENT = Path(__file__).with_name("crowd_client.py")


def fairness() -> list[Row]:
    """Compare the slowest client with the mean of all, and count all of their round trips."""
    with PcscService() as service:
        readers = [f"Reader {number:02d} 00" for number in range(CARDS)]
        for reader in readers:
            service.add_reader(reader).insert(adult_card())
        ours = _crowd(service.environment, [readers[n % CARDS] for n in range(CLIENTS)])
    with VpcdReader() as theirs:
        theirs.insert(adult_card())
        peer = _crowd(theirs.environment, [theirs.name] * _PEER_CLIENTS)
    version = f"pcscd {debian('pcscd')}, one card and {_PEER_CLIENTS} clients"
    slowest, peers_slowest = _slowest(ours), _slowest(peer)
    per_second, peers_per_second = sum(ours) / _SECONDS, sum(peer) / _SECONDS
    return [
        Row(
            "crowd-slowest-client", "share of the mean", round(slowest, 2), round(peers_slowest, 2),
            round(slowest / peers_slowest, 2), f"ours / peer, {CARDS} cards, {CLIENTS} clients",
            version, Goal("ours", at_least=0.5),
        ),
        Row(
            "crowd-round-trips", "1/s", round(per_second), round(peers_per_second),
            round(per_second / peers_per_second, 2), "ours / peer, all clients together", version,
        ),
    ]  # fmt: skip


def _slowest(counts: Sequence[int]) -> float:
    return min(counts) / statistics.mean(counts)


def _crowd(environment: Mapping[str, str], readers: Sequence[str]) -> list[int]:
    """Start a client for each name of a reader, all at once; give their round trips."""
    with ExitStack() as stack:
        clients = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, str(_CLIENT), reader, str(_SECONDS)],
                    env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                )
            )
            for reader in readers
        ]  # fmt: skip
        for client in clients:
            if _said(client) != ["ready"]:
                raise RuntimeError("a client could not connect")
        for client in clients:
            _begin(client)
        counts = [[int(word) for word in _said(client)] for client in clients]
    if lost := sum(bad for _, bad in counts):
        raise RuntimeError(f"{lost} round trips were lost")
    return [good for good, _ in counts]


def _begin(client: "subprocess.Popen[str]") -> None:
    if client.stdin is None:
        raise RuntimeError("a client without input")
    client.stdin.write("go\n")
    client.stdin.flush()


def _said(client: "subprocess.Popen[str]") -> list[str]:
    if client.stdout is None:
        raise RuntimeError("a client without output")
    return client.stdout.readline().split()


FIGURES = {"crowd": fairness}
