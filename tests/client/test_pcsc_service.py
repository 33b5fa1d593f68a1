"""A program with pyscard and the sessions, over libpcsclite and our PC/SC service."""

import os
import subprocess
import sys

import pytest

from cardsim.readers.pcsc import PcscService
from tests.support.cards import adult_card, adult_image, certificate

READER = "A virtual reader 00 00"
ATR = adult_image().atr.atr


@pytest.fixture
def service():
    """Give a running service with one empty reader."""
    with PcscService() as running:
        running.add_reader(READER)
        yield running


@pytest.fixture
def start(service):
    """Give a function that starts a scenario of `pcsc_program` on the service."""
    started = []

    def start(*arguments, **environment):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.client.pcsc_program", *map(str, arguments)],
            env={**os.environ, **service.environment, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def said(process):
    """Give everything a program said until its end."""
    return process.communicate(timeout=30)[0]


def test_readers_are_listed_with_what_is_in_them(service, start):
    """Name, presence and ATR as the service has them."""
    service.slot(READER).insert(adult_card())
    service.add_reader("Another reader 00 00")

    assert said(start("listing")).splitlines() == [
        f"0 {READER} True {ATR.hex()}",
        "1 Another reader 00 00 False ",
    ]


def test_session_works_over_pcsc(service, start, tmp_path):
    """PIN, certificate with an extended read, signature; alone and in a transaction."""
    service.slot(READER).insert(adult_card())

    answer = said(start("session", tmp_path / "auth.cer"))

    assert answer == "256 True\n"
    assert (tmp_path / "auth.cer").read_bytes() == certificate("auth", 0x061F + 4)


def test_insertion_ends_the_wait(service, start):
    """A program that waits for a card hears of it."""
    process = start("waiting")
    process.stdout.readline()

    service.slot(READER).insert(adult_card())

    assert said(process) == f"{READER}\n"


def test_reader_that_is_plugged_in_meanwhile_counts(service, start):
    """The wait covers readers that were not there at its beginning."""
    service.remove_reader(READER)
    process = start("waiting")
    process.stdout.readline()

    service.add_reader("Newcomer 00 00").insert(adult_card())

    assert said(process) == "Newcomer 00 00\n"


def test_removal_is_told_at_the_next_command(service, start):
    """A card taken out is an error of its own kind, with what happened in words."""
    service.slot(READER).insert(adult_card())
    process = start("removal")
    process.stdout.readline()

    service.slot(READER).eject()

    assert process.communicate("\n", timeout=30)[0] == "CardRemovedError the card was taken out\n"


def test_reset_by_another_program_is_told_and_can_be_got_over(service, start):
    """The first command after it fails as such; after reconnecting the card answers again."""
    service.slot(READER).insert(adult_card())

    assert said(start("reset")) == "reset\n9000\n"


def test_card_held_by_another_program_is_told(service, start):
    """An exclusive connection keeps the next one out, with advice."""
    service.slot(READER).insert(adult_card())

    assert said(start("sharing")).startswith("SharingViolationError another program holds the card")


def test_empty_reader_is_told(start):
    """There is a reader, but no card in it."""
    answer = said(start("sharing"))

    assert answer == f"NoCardError there is no card in the reader {READER!r}\n"


def test_missing_service_is_told(start, tmp_path):
    """Nobody listens at the socket: pcscd or the variable is the remedy."""
    answer = said(start("listing", PCSCLITE_CSOCK_NAME=str(tmp_path / "nobody")))

    assert answer.startswith("NoReaderError no PC/SC service answers: start pcscd, or set")
