"""`jpki read attributes` and `number`: the text on a card, each part by its secret."""

import pytest

from cardsim.world import World
from jpki.card.layout import TokenKind
from tests.cli.calling import CARD, NO, PROGRAM, USAGE, YES

ATTRIBUTES = ("read", "attributes", "--card", "hanako")
NUMBER = ("read", "number", "--card", "hanako")
WRONG = {
    "JPKI_TEXT_PIN": "9999",
    "JPKI_NUMBER_A": "000000000000",
    "JPKI_NUMBER_B": "00000000000000",
}
"""No secret of a new world's cards."""


def tries(jpki):
    rows = jpki("read", "counters", "--card", "hanako", "--json").json["counters"]
    return {row["secret"]: row["tries_left"] for row in rows if row["application"] == "text"}


@pytest.mark.parametrize("secret", ["pin", "number-b"])
def test_the_attributes_are_those_of_the_holder(jpki, hanako, secrets, secret):
    """By PIN or 照合番号B the same, for programs and people."""
    data = jpki(*ATTRIBUTES, "--with", secret, "--json", environment=secrets).json
    text = jpki(*ATTRIBUTES, "--with", secret, environment=secrets).stdout

    person = hanako.person
    born = person.birth_date.calendar_date.isoformat()
    assert data == {
        "name": person.name.text,
        "address": person.address.text,
        "birth_date": born,
        "gender": {"code": "2", "meaning": "女"},
    }
    assert [part in text for part in (person.name.text, person.address.text, born, "女")] == [
        True
    ] * 4


@pytest.mark.parametrize("secret", ["pin", "number-a"])
def test_the_number_is_printed_alone(jpki, hanako, secrets, secret):
    """By PIN or 照合番号A; a script takes it as it is."""
    data = jpki(*NUMBER, "--with", secret, "--json", environment=secrets).json
    text = jpki(*NUMBER, "--with", secret, environment=secrets)

    assert (data, text.stdout, text.stderr) == (
        {"number": hanako.my_number},
        f"{hanako.my_number}\n",
        "",
    )


@pytest.mark.parametrize(
    "words", [("attributes", "--with", "number-a"), ("number", "--with", "number-b")]
)
def test_a_secret_that_does_not_open_the_file_is_not_offered(jpki, secrets, words):
    """照合番号A does not open the attributes, B not the number: no try is at stake."""
    said = jpki("read", *words, "--card", "hanako", environment=secrets)

    assert (said.status, "'--with'" in said.stderr) == (USAGE, True)


def test_text_is_read_through_a_reader(jpki, hanako, secrets):
    """Over our PC/SC service, as from a card in any reader."""
    read = (PROGRAM, "read", "attributes", "--json")
    said = jpki.process("card", "run", "hanako", "--", *read, environment=secrets)

    assert (said.status, said.json["name"]) == (YES, hanako.person.name.text)


@pytest.mark.parametrize(
    ("words", "cost"),
    [
        (ATTRIBUTES, ("text", 2)),
        ((*ATTRIBUTES, "--with", "number-b"), ("number-b", 9)),
        ((*NUMBER, "--with", "number-a"), ("number-a", 9)),
    ],
    ids=["pin", "number-b", "number-a"],
)
def test_a_wrong_secret_costs_one_try_of_its_own(jpki, words, cost):
    """The answer is no, and how many tries are left."""
    before, (secret, left) = tries(jpki), cost

    said = jpki(*words, environment=WRONG)

    assert (said.status, f": {left} tries left" in said.error) == (NO, True)
    assert tries(jpki) == before | {secret: left}


def test_an_error_tells_one_try_in_the_singular(jpki):
    """The wrong secret that leaves one try is told as every other."""
    jpki(*NUMBER, environment=WRONG)

    said = jpki(*NUMBER, environment=WRONG)

    assert (said.status, said.error.endswith(": 1 try left")) == (NO, True)


def test_the_last_try_is_not_spent(jpki, secrets):
    """Not even on the right PIN: nobody knows that it is."""
    for _ in range(2):
        jpki(*ATTRIBUTES, environment=WRONG)

    said = jpki(*ATTRIBUTES, environment=secrets)

    assert (said.status, "one try is left" in said.error, tries(jpki)["text"]) == (NO, True, 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (ATTRIBUTES, "no PIN: set $JPKI_TEXT_PIN, or name --pin-file FILE or --pin-env VAR"),
        ((*NUMBER, "--with", "number-a"), "no 照合番号A: set $JPKI_NUMBER_A"),
        ((*ATTRIBUTES, "--with", "number-b"), "no 照合番号B: set $JPKI_NUMBER_B"),
    ],
    ids=["pin", "number-a", "number-b"],
)
def test_a_missing_secret_is_a_usage_error(jpki, words, message):
    """The variable to set stands in the message."""
    said = jpki(*words)

    assert (said.status, message in said.error) == (USAGE, True)


def test_a_secret_of_the_wrong_length_is_not_sent(jpki):
    """It cannot be right, so it costs nothing."""
    said = jpki(*ATTRIBUTES, environment={"JPKI_TEXT_PIN": "123"})

    assert (said.status, "4 characters are needed" in said.error) == (USAGE, True)
    assert tries(jpki)["text"] == 3


@pytest.mark.parametrize("words", [ATTRIBUTES, NUMBER], ids=["attributes", "number"])
def test_a_secret_can_come_from_a_file(jpki, tmp_path, words):
    """As every PIN can."""
    (tmp_path / "pin").write_text("1234\n")

    assert jpki(*words, "--pin-file", tmp_path / "pin").status == YES


def test_an_unknown_card_is_a_usage_error(jpki, secrets):
    """There is nothing to read of it."""
    said = jpki("read", "attributes", "--card", "nobody", environment=secrets)

    assert said.status == USAGE


def test_a_card_without_the_application_says_so(jpki, secrets, without_text):
    """A phone holds no 券面入力補助AP."""
    said = jpki("read", "attributes", "--card", without_text, environment=secrets)

    assert (said.status, "the card has no 券面入力補助AP" in said.error) == (CARD, True)


@pytest.fixture
def without_text(jpki):
    """Give the name of a phone's token in the world."""
    with World.open(jpki.home) as world:
        return world.issue_card("hanako", name="phone", token=TokenKind.ANDROID).name
