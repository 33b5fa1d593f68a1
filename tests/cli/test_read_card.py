"""`jpki read serial` and `counters`: what is free of a card beside its certificates."""

import pytest

from cardsim.mynumber import load_image
from tests.cli.calling import AUTH, PROGRAM, SIGN, YES
from tests.cli.test_read import RecordingCard, readers_with
from tests.support.whole import whole_card


def test_the_serial_number_is_that_of_the_card(jpki):
    """Fifteen digits, and the thirteen that マイナポータル calls 製造番号."""
    record = load_image(jpki.home / "cards" / "hanako").record

    data = jpki("read", "serial", "--card", "hanako", "--json").json
    text = jpki("read", "serial", "--card", "hanako").stdout

    assert data["serial"] == record.serial
    assert data["manufacturing_number"] == record.serial[2:]
    assert (data["municipality"], data["expires"]) == (
        record.municipality,
        record.expires.isoformat(),
    )
    assert [str(value) in text for value in data.values()] == [True] * 5


def test_the_serial_number_is_read_through_a_reader(jpki):
    """Over our PC/SC service."""
    data = jpki("read", "serial", "--card", "hanako", "--json").json

    said = jpki.process("card", "run", "hanako", "--", PROGRAM, "read", "serial", "--json")

    assert said.json == data


def test_every_secret_of_every_application_is_counted(jpki):
    """The numbers of the card reference; a card of a world has all applications but one."""
    rows = jpki("read", "counters", "--card", "hanako", "--json").json["counters"]

    assert {(row["application"], row["secret"]): row["tries_left"] for row in rows} == {
        ("jpki", "auth"): 3,
        ("jpki", "sign"): 5,
        ("text", "text"): 3,
        ("text", "number-a"): 10,
        ("text", "number-b"): 10,
        ("visual", "birth-date"): 10,
        ("visual", "number-a"): 10,
        ("visual", "number-b"): 10,
        ("common", "juki"): 3,
        ("juki", "juki"): 3,
    }


def test_a_secret_that_was_never_set_is_blocked(jpki):
    """A child has no signing certificate and no password for it."""
    said = jpki("read", "counters", "--card", "jiro")

    assert (said.status, "jpki     sign        blocked" in said.stdout) == (YES, True)


@pytest.mark.parametrize("command", ["serial", "counters"])
def test_nothing_is_presented_to_the_card(homeless, secrets, command):
    """Not even where secrets are set in the environment: none is needed."""
    card = RecordingCard(whole_card())
    with readers_with(card) as variable:
        environment = {**variable, **AUTH, **SIGN, **secrets}
        said = homeless.process("read", command, environment=environment)

    assert (said.status, card.secrets_sent) == (YES, [])


@pytest.mark.parametrize(
    "words",
    [
        ("attributes",),
        ("attributes", "--with", "number-b"),
        ("number",),
        ("number", "--with", "number-a"),
        ("face",),
        ("face", "--with", "number-a"),
        ("photo",),
        ("serial",),
        ("counters",),
    ],
    ids=" ".join,
)
def test_each_part_reads_alike_in_process_and_through_a_reader(jpki, secrets, words):
    """With `--card` no reader is needed, with one no world: the answer is the same."""
    read = ("read", *words, "--json")

    own = jpki(*read, "--card", "hanako", environment=secrets)
    through = jpki.process("card", "run", "hanako", "--", PROGRAM, *read, environment=secrets)

    assert (own.status, through.status, through.json) == (YES, YES, own.json)
