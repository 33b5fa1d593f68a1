"""Coverage-guided fuzzing of the service: `make soak`. Finds become cases of the tests beside."""

import pytest

from cardsim.readers.pcsc.codes import Command
from cardsim.readers.pcsc.protocol import HEADER, REQUESTS
from tests.support.fuzzing import fuzz
from tests.support.pcsc import READER

pytestmark = pytest.mark.soak


def conversations():
    """Give what a client may say: every request, and a connection that is used."""
    blanks = [
        HEADER.pack(form.layout.size, command) + bytes(form.layout.size)
        for command, form in REQUESTS.items()
    ]
    connect = REQUESTS[Command.CONNECT].layout
    body = connect.pack(1001, READER.encode(), 2, 3, *connect.unpack(bytes(connect.size))[4:])
    connected = HEADER.pack(len(body), Command.CONNECT) + body
    return [*blanks, b"".join(blanks), connected, connected + blanks[0]]


@pytest.mark.parametrize("target", ["requests", "clients"])
def test_no_client_crashes_it_or_learns_of_another(target, tmp_path):
    """Whatever a client sends, it ends that client at most."""
    fuzz("tests.readers.pcsc.fuzzing", target, conversations(), tmp_path)
