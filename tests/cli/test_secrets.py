"""Where PINs come from and where they never go."""

import re
import traceback

import pytest

from tests.cli.calling import AUTH, NO, PROGRAM, SIGN, USAGE, YES
from tests.cli.terminal import CTRL_C, CTRL_D, Terminal

AUTH_PIN, SIGN_PIN, NEW_PIN = "8265", "ZQXJ7KWV", "3971"
VERIFY_AUTH = ("pin", "verify", "auth", "--card", "hanako")
STOPPED = 130


@pytest.fixture
def secret_pins(jpki):
    """Give the card PINs that appear nowhere by chance."""
    for kind, old, new in (("auth", AUTH, AUTH_PIN), ("sign", SIGN, SIGN_PIN)):
        pins = {**old, "JPKI_NEW_PIN": new}
        assert jpki("pin", "change", kind, "--card", "hanako", environment=pins).status == YES
    return {"JPKI_AUTH_PIN": AUTH_PIN, "JPKI_SIGN_PIN": SIGN_PIN, "JPKI_NEW_PIN": NEW_PIN}


@pytest.mark.parametrize("text", ["1234", "1234\n", "1234\r\n", "1234\nsomething else\n"])
def test_a_pin_is_the_first_line_of_a_file(jpki, tmp_path, text):
    """However the editor ended the line."""
    (tmp_path / "pin").write_bytes(text.encode())

    said = jpki(*VERIFY_AUTH, "--pin-file", tmp_path / "pin")

    assert said.status == YES


def test_a_dash_is_standard_input(jpki):
    """A password manager writes it there."""
    said = jpki(*VERIFY_AUTH, "--pin-file", "-", stdin="1234\n")

    assert said.status == YES


def test_old_and_new_pin_can_both_come_from_standard_input(jpki):
    """One line each, in that order."""
    said = jpki(
        *("pin", "change", "auth", "--card", "hanako"),
        *("--pin-file", "-", "--new-pin-file", "-"),
        stdin="1234\n5678\n",
    )

    assert (said.status, "the PIN was changed" in said.stdout) == (YES, True)


def test_a_variable_can_be_named(jpki):
    """When several cards are at hand."""
    said = jpki(*VERIFY_AUTH, "--pin-env", "HANAKOS_PIN", environment={"HANAKOS_PIN": "1234"})

    assert said.status == YES


def test_a_named_place_goes_before_the_usual_variable(jpki, tmp_path):
    """What was asked for by name is used, also when it is wrong."""
    (tmp_path / "pin").write_text("9999\n")

    said = jpki(*VERIFY_AUTH, "--pin-file", tmp_path / "pin", environment=AUTH)

    assert said.status == NO


@pytest.mark.parametrize(
    ("words", "stdin", "message"),
    [
        (("--pin-file", "/no/such/file"), b"", "cannot read a PIN from /no/such/file"),
        (("--pin-file", "/"), b"", "Is a directory"),
        (("--pin-file", "-"), b"", "there is no PIN in the first line of standard input"),
        (("--pin-file", "-"), b"\n1234\n", "there is no PIN in the first line"),
        (("--pin-file", "-"), b"12\xff4\n", "the PIN from standard input is no text"),
        (("--pin-env", "NOT_SET"), b"", "the environment variable NOT_SET is not set"),
        ((), b"", "no PIN: set $JPKI_AUTH_PIN, or name --pin-file FILE or --pin-env VAR"),
    ],
)
def test_a_place_without_a_pin_is_a_usage_error(jpki, words, stdin, message):
    """One line says what to do; no try is spent."""
    said = jpki(*VERIFY_AUTH, *words, stdin=stdin)

    assert (said.status, message in said.error) == (USAGE, True)
    assert jpki("pin", "status", "--card", "hanako", "--json").json["tries_left"]["auth"] == 3


def test_two_places_are_one_too_many(jpki):
    """Which was meant would be a guess, and a guess may cost a try."""
    said = jpki(*VERIFY_AUTH, "--pin-file", "-", "--pin-env", "X", stdin="1234\n")

    assert (said.status, "--pin-env or --pin-file" in said.stderr) == (USAGE, True)


def test_a_prompt_does_not_show_what_is_typed(jpki):
    """At a terminal, without variable and file, the PIN is asked for."""
    with Terminal([PROGRAM, *VERIFY_AUTH], jpki.environment()) as terminal:
        terminal.wait_shown("PIN for logging in (利用者証明用暗証番号, 4 digits): ")
        terminal.press("1234\n")
        status = terminal.wait_end()

    assert (status, "the PIN is right" in terminal.shown) == (YES, True)
    assert "1234" not in terminal.shown


def test_a_new_pin_is_asked_for_twice(jpki):
    """It cannot be seen, so a slip of the finger would lock the holder out."""
    command = [PROGRAM, "pin", "change", "auth", "--card", "hanako"]
    with Terminal(command, jpki.environment(AUTH)) as terminal:
        terminal.wait_shown("new PIN for logging in")
        terminal.press("5678\n")
        terminal.wait_shown("Repeat for confirmation")
        terminal.press("5679\n")
        terminal.wait_shown("do not match")
        terminal.wait_shown("new PIN for logging in", times=2)
        terminal.press("5678\n")
        terminal.wait_shown("Repeat for confirmation", times=2)
        terminal.press("5678\n")
        status = terminal.wait_end()

    assert (status, "567" in terminal.shown) == (YES, False)


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_leaving_a_prompt_is_no_answer(jpki, key):
    """It is neither yes nor no, and never the status of a wrong PIN."""
    with Terminal([PROGRAM, *VERIFY_AUTH], jpki.environment()) as terminal:
        terminal.wait_asked("4 digits): ")
        terminal.press(key)
        status = terminal.wait_end()

    assert (status, "jpki: stopped" in terminal.shown) == (STOPPED, True)


ALL = [
    ("pin", "verify", "auth"),
    ("pin", "verify", "sign"),
    ("pin", "change", "auth"),
    ("pin", "status"),
    ("read", "info"),
    ("read", "certs", "--with-pin", "sign"),
    ("login",),
    ("login", "--relying-party", "https://other.example"),
]


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_no_command_prints_a_pin(jpki, secret_pins, words, form):
    """Neither the right one nor the new one, in text or JSON."""
    said = jpki(*words, "--card", "hanako", *form, environment=secret_pins)

    assert said.status == YES
    assert _found(said.everything) == []


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize(
    "words", [("pin", "verify", "auth"), ("pin", "verify", "sign"), ("login",)]
)
def test_no_command_prints_a_wrong_pin(jpki, words, form):
    """What was typed by mistake is often the PIN of another card."""
    wrong = {"JPKI_AUTH_PIN": AUTH_PIN, "JPKI_SIGN_PIN": SIGN_PIN}

    said = jpki(*words, "--card", "hanako", *form, environment=wrong)

    assert (said.status, _found(said.everything)) == (NO, [])


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_signing_prints_no_pin(jpki, secret_pins, letter, form):
    """Nor does the signature hold it."""
    said = jpki("sign", letter, "--card", "hanako", *form, environment=secret_pins)

    assert (said.status, _found(said.everything)) == (YES, [])
    assert SIGN_PIN.encode() not in letter.with_name("letter.txt.p7s").read_bytes()


def _found(text):
    """Give the PINs in a text: digits count when they stand alone."""
    alone = [rf"(?<![0-9A-Za-z]){pin}(?![0-9A-Za-z])" for pin in (AUTH_PIN, NEW_PIN)]
    return re.findall("|".join([*alone, SIGN_PIN]), text, re.IGNORECASE)


READS = [
    ("read", "attributes"),
    ("read", "attributes", "--with", "number-b"),
    ("read", "face"),
    ("read", "face", "--with", "number-a"),
    ("read", "photo"),
    ("read", "serial"),
    ("read", "counters"),
    ("read", "info"),
    ("card", "show", "hanako"),
]
"""Everything that reads, but `read number`, which is asked for the number by name."""


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_no_command_prints_a_number_of_the_face_unasked(jpki, secrets, words, form):
    """Neither the 個人番号, which is 照合番号A, nor 照合番号B."""
    card = () if words[0] == "card" else ("--card", "hanako")

    said = jpki(*words, *card, *form, environment=secrets)

    assert (said.status, _numbers_found(said, secrets)) == (YES, [])


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_a_judged_card_shows_no_secret(jpki, secret_pins, secrets, form):
    """Everything is presented and read; neither PIN nor number stands in the report."""
    words = ("--with", "pin", "--with", "number-a", "--with", "number-b", "--with", "birth-date")
    pins = ("--with-pin", "auth", "--with-pin", "sign")
    environment = {**secret_pins, **secrets}

    said = jpki("check-card", "--card", "hanako", *words, *pins, *form, environment=environment)

    assert (said.status, _found(said.everything), _numbers_found(said, secrets)) == (YES, [], [])


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize(
    "words",
    [
        ("check-card", "--with", "number-a"),
        ("read", "number", "--with", "number-a"),
        ("read", "attributes", "--with", "number-b"),
        ("read", "face", "--with", "number-a"),
        ("read", "photo", "--with", "number-b"),
    ],
    ids=" ".join,
)
def test_no_command_prints_a_wrong_number(jpki, secrets, words, form):
    """What was typed by mistake may be the number of another person."""
    said = jpki(*words, "--card", "taro", *form, environment=secrets)

    assert (said.status, _numbers_found(said, secrets)) == (NO, [])


def test_a_prompt_for_a_number_does_not_show_it(jpki, secrets):
    """照合番号A is the 個人番号: it is hidden as a PIN is."""
    command = [PROGRAM, "read", "face", "--card", "hanako", "--with", "number-a"]
    with Terminal(command, jpki.environment()) as terminal:
        terminal.wait_shown("照合番号A (the 個人番号, 12 digits): ")
        terminal.press(f"{secrets['JPKI_NUMBER_A']}\n")
        status = terminal.wait_end()

    assert (status, secrets["JPKI_NUMBER_A"] in terminal.shown) == (YES, False)


def test_a_bug_while_the_number_is_read_does_not_show_it(jpki, secrets, monkeypatch):
    """A traceback quotes lines of source, and no exception carries the number."""

    def break_down(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("jpki_cli.read_text.Answer", break_down)

    with pytest.raises(ZeroDivisionError) as raised:
        jpki("read", "number", "--card", "hanako", environment=secrets)

    shown = "".join(traceback.format_exception(raised.value))
    assert [value for value in secrets.values() if value in shown] == []


def _numbers_found(said, secrets):
    """Give the numbers of the face that stand in what was said."""
    numbers = (secrets["JPKI_NUMBER_A"], secrets["JPKI_NUMBER_B"])
    return [number for number in numbers if number in said.everything]
