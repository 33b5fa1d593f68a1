"""The card a command talks to: in a PC/SC reader, or one of the world in this process."""

from collections.abc import Iterator
from contextlib import contextmanager

from cardsim.readers.inprocess import connect
from jpki.card.connection import CardConnection
from jpki.card.pcsc import PcscContext
from jpki_cli.settings import settings


@contextmanager
def card_connection(*, reader: str | None, card_name: str | None) -> Iterator[CardConnection]:
    """Connect for the length of one command; nobody else can speak to the card meanwhile."""
    if card_name is not None:
        with settings().world() as world:
            # A status word would not say which file cannot be written, and why.
            connection = connect(world.open_card(card_name, raise_unexpected=True))
            try:
                yield connection
            finally:
                connection.power_off()
        return
    with (
        PcscContext() as context,
        context.connect(reader) as in_reader,
        in_reader.transaction(),
    ):
        yield in_reader
