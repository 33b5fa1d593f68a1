"""Logs that other programs wrote of a conversation, read as traces of it.

The card in the reader is overheard by our own recorder, the program by its own log; both must
tell the same. Everything secret is searched for in all that was written for it.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from jpki_cli.main import cli

from cardsim.mynumber import CardImage, in_memory_card
from cardsim.trace import Event, Heard, PowerChange, RecordedCard, Step, load_trace, named
from jpki.card.layout import PinKind
from jpki.verify.certificate import Certificate
from tests.support.opensc import AUTH_ID, SIGN_ID, pkcs11_module
from tests.support.processes import run
from tests.support.readers import ServiceReader, VpcdReader
from tests.support.spying import Spy

AUTH_PIN, SIGN_PIN = "8265", "ZQXJ7KWV"
LOG_IN = ("--verify-pin", "--auth-id", AUTH_ID, "--pin", AUTH_PIN, "--read-certificate", AUTH_ID)
READ = ("--verify-pin", "--auth-id", SIGN_ID, "--pin", SIGN_PIN, "--read-certificate", SIGN_ID)
TALK = ("pkcs15-tool", *READ)


@contextmanager
def overheard(
    image: CardImage, reader: ServiceReader | VpcdReader
) -> Iterator[tuple[dict[str, str], list[Heard]]]:
    """Keep such a card in a reader; give where it is and what is heard of it."""
    heard: list[Heard] = []
    card = in_memory_card(replace(image, auth_pin=AUTH_PIN, sign_pin=SIGN_PIN))
    with reader:
        reader.insert(RecordedCard(card, heard.append, clock=lambda: 0))
        yield reader.environment, heard


def by_opensc(image: CardImage, _place: Path) -> tuple[bytes, list[Event]]:
    with overheard(image, ServiceReader()) as (where, heard):
        log = run(*TALK, environment={**where, "OPENSC_DEBUG": "9"}).stderr
    return log, list(named(heard))


def by_pcscd(image: CardImage, _place: Path) -> tuple[bytes, list[Event]]:
    reader = VpcdReader(apdus=True)
    with overheard(image, reader) as (where, heard):
        run(*TALK, environment=where)
        log = reader.log
    return log.encode(), list(named(heard))


def by_spy(image: CardImage, place: Path) -> tuple[bytes, list[Event]]:
    with overheard(image, ServiceReader()) as (where, heard):
        return Spy(place / "home").run(*TALK, environment=where), list(named(heard))


def by_printed_spy(*options: str) -> Callable[[CardImage, Path], tuple[bytes, list[Event]]]:
    def conversation(image: CardImage, place: Path) -> tuple[bytes, list[Event]]:
        spy = Spy(place / "home")
        with overheard(image, ServiceReader()) as (where, heard):
            raw = spy.run(*TALK, environment=where)
        return spy.printed(raw, *options), list(named(heard))

    return conversation


WAYS = {
    "OpenSC": by_opensc,
    "pcscd": by_pcscd,
    "libpcscspy": by_spy,
    "pcsc-spy": by_printed_spy("--nocolor"),
    "pcsc-spy in colour": by_printed_spy("--thread"),
    "pcsc-spy to compare": by_printed_spy("--diffable"),
}


@pytest.fixture(scope="module", params=WAYS)
def conversation(
    request: pytest.FixtureRequest, image: CardImage, tmp_path_factory: pytest.TempPathFactory
) -> tuple[bytes, list[Event]]:
    """Give the log of one conversation, and what our own recorder heard of it."""
    return WAYS[request.param](image, tmp_path_factory.mktemp("log"))


@pytest.fixture
def imported(conversation: tuple[bytes, list[Event]], tmp_path: Path) -> Path:
    """Import the log as a user does, in a directory of its own; give that directory."""
    (tmp_path / "log").write_bytes(conversation[0])
    done = CliRunner().invoke(cli, ["trace", "import", f"{tmp_path}/log", f"{tmp_path}/trace"])
    assert done.exit_code == 0, done.output
    shown = CliRunner().invoke(cli, ["trace", "show", f"{tmp_path}/trace"])
    drawn = CliRunner().invoke(cli, ["trace", "diagram", f"{tmp_path}/trace", "--json"])
    (tmp_path / "said").write_text(done.output + shown.output + drawn.output)
    return tmp_path


def steps(events: list[Event]) -> list[Step]:
    return [event.what for event in events if isinstance(event.what, Step)]


def test_a_log_is_read_as_our_recorder_heard_it(
    imported: Path, conversation: tuple[bytes, list[Event]]
):
    """The same exchanges; and from the first application selected, the same names and states."""
    ours = steps(conversation[1])
    theirs = steps(list(load_trace(imported / "trace").events))
    begins = next(i for i, step in enumerate(ours) if step.ap and step.exchange.succeeded)

    assert [step.exchange for step in theirs] == [step.exchange for step in ours]
    assert theirs[begins:] == ours[begins:]
    assert [s.outcome for s in ours if s.pin is PinKind.SIGN and s.name == "VERIFY"][
        -1
    ] == "success"


def test_no_secret_of_the_log_is_in_anything_written(
    imported: Path, conversation: tuple[bytes, list[Event]], image: CardImage
):
    """Neither PIN nor the holder's name, in any of the ways they could stand there."""
    log = (imported / "log").read_bytes()
    name = Certificate.parse(image.sign.certificate).der[600:616]
    secrets = [SIGN_PIN.encode(), name]
    forms = [
        form
        for secret in secrets
        for form in (secret, secret.hex().encode(), secret.hex(" ").encode())
    ]
    written = [path for path in imported.rglob("*") if path.is_file() and path.name != "log"]
    text = b"".join(path.read_bytes() for path in written).lower()

    assert SIGN_PIN.encode().hex(" ").upper().encode() in log
    assert sorted(path.name for path in written) == ["said", "trace"]
    assert [form for form in forms if form.lower() in text] == []


def test_a_pin_of_four_digits_is_not_in_it_either(image: CardImage, tmp_path: Path):
    """Four digits may be in a time by chance; everywhere else they would be the PIN."""
    with overheard(image, ServiceReader()) as (where, _):
        raw = Spy(tmp_path / "home").run("pkcs15-tool", *LOG_IN, environment=where)
    (tmp_path / "log").write_bytes(raw)
    CliRunner().invoke(cli, ["trace", "import", f"{tmp_path}/log", f"{tmp_path}/trace"])
    lines = [json.loads(line) for line in (tmp_path / "trace").read_text().splitlines()]
    rest = json.dumps([{**line, "time": None, "took_us": None} for line in lines])

    assert AUTH_PIN.encode().hex(" ").upper().encode() in raw
    assert [form for form in (AUTH_PIN, AUTH_PIN.encode().hex()) if form in rest] == []


def test_a_long_answer_is_whole_in_the_log_of_pcscd(image: CardImage, tmp_path: Path):
    """An extended answer is one line of several thousand characters."""
    program = (
        "from smartcard.System import readers\n"
        "from smartcard.CardConnection import CardConnection\n"
        "card = readers()[0].createConnection()\n"
        "card.connect(CardConnection.T1_protocol)\n"
        "for command in ('00A4040C0AD392F000260100000001', '00B08A00000000'):\n"
        "    card.transmit(list(bytes.fromhex(command)))\n"
    )
    reader = VpcdReader(apdus=True)
    with overheard(image, reader) as (where, heard):
        run(sys.executable, "-c", program, environment=where)
        (tmp_path / "log").write_text(reader.log)
    CliRunner().invoke(cli, ["trace", "import", f"{tmp_path}/log", f"{tmp_path}/trace"])
    last = steps(list(load_trace(tmp_path / "trace").events))[-1]

    assert last.exchange == steps(list(named(heard)))[-1].exchange
    assert last.exchange.answered.length == 2048


def test_a_reset_is_heard_by_the_spy(image: CardImage, tmp_path: Path):
    """What becomes of the card at the end of a connection is part of the conversation."""
    with overheard(image, ServiceReader()) as (where, _):
        raw = Spy(tmp_path / "home").run("opensc-tool", "--reset", environment=where)
    (tmp_path / "log").write_bytes(raw)
    CliRunner().invoke(cli, ["trace", "import", f"{tmp_path}/log", f"{tmp_path}/trace"])
    found = [e.what for e in load_trace(tmp_path / "trace").events]

    assert [what.kind.value for what in found if isinstance(what, PowerChange)] != []


def test_a_signature_through_pkcs11_is_told_by_its_key(image: CardImage, tmp_path: Path):
    """What a browser does: the log says which key signed, and not what."""
    (tmp_path / "data").write_bytes(b"\x30\x31" + bytes(49))
    words = ("--sign", "--mechanism", "RSA-PKCS", "--login", "--pin", AUTH_PIN, "--slot", "0")
    files = ("--input-file", str(tmp_path / "data"), "--output-file", str(tmp_path / "signature"))
    with overheard(image, ServiceReader()) as (where, _):
        raw = Spy(tmp_path / "home").run(
            "pkcs11-tool", "--module", str(pkcs11_module()), *words, *files, environment=where
        )
    (tmp_path / "log").write_bytes(raw)
    CliRunner().invoke(cli, ["trace", "import", f"{tmp_path}/log", f"{tmp_path}/trace"])
    found = steps(list(load_trace(tmp_path / "trace").events))
    (signed,) = [step for step in found if step.name == "COMPUTE DIGITAL SIGNATURE"]

    assert (signed.file.name, signed.outcome, signed.exchange.asked.data) == (
        "AUTH_KEY",
        "success",
        None,
    )
