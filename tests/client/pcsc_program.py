"""What a program of its own does with `jpki.card.pcsc`: one scenario a run, one word a line.

A process of its own, because pcsc-lite's library reads PCSCLITE_CSOCK_NAME once. `hello` is
written when the test may change something in the reader.
"""

import sys
from pathlib import Path

from jpki.card.client import JpkiSession
from jpki.card.pcsc import CardResetError, PcscContext, ReaderError
from jpki.profiles.kinds import Kind


def say(*words):
    """Tell the test."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def hear():
    """Wait until the test has done its part."""
    sys.stdin.readline()


def listing(context):
    """List readers."""
    for reader in context.readers():
        say(reader.index, reader.name, reader.card_present, reader.atr.hex())


def session(context):
    """Read, verify, sign, within a transaction, alone with the card."""
    with (
        context.connect("virtual", exclusive=True) as connection,
        connection.transaction(),
        JpkiSession(connection) as card,
    ):
        card.verify_pin(Kind.AUTH, "1234")
        Path(sys.argv[2]).write_bytes(card.read_certificate(Kind.AUTH))
        say(len(card.sign_sha256(Kind.AUTH, bytes(32))), card.channel.extended_works)


def waiting(context):
    """Wait for a card."""
    say("hello")
    say(context.wait_for_card(timeout=20).name)


def removal(context):
    """Use a card that is taken out."""
    connection = context.connect()
    say("hello")
    hear()
    connection.transmit(bytes.fromhex("0084000008"))


def reset(context):
    """Go on after another program reset the card."""
    connection, other = context.connect(), context.connect()
    other.close(unpower=True)
    try:
        connection.transmit(bytes.fromhex("0084000008"))
    except CardResetError:
        say("reset")
    connection.reconnect()
    say(connection.transmit(bytes.fromhex("0084000008"))[-2:].hex())


def sharing(context):
    """Want a card that another program has for itself."""
    context.connect(exclusive=True)
    context.connect()


def main():
    """Run the scenario named by the first argument."""
    try:
        with PcscContext() as context:
            globals()[sys.argv[1]](context)
    except ReaderError as error:
        say(type(error).__name__, error)


if __name__ == "__main__":
    main()
