"""What is printed: JSON that says the same as the text, one line for a failure, no surprises."""

import json
import subprocess
import sys

import pytest
from jpki_cli.options import japanese_day

import cardsim.world
from tests.cli.calling import AUTH, NO, PROGRAM, SIGN, USAGE, YES

BOTH_PINS = {**AUTH, **SIGN}
CARD = ("--card", "hanako")


def leaves(value):
    """Give every text and number in a JSON value."""
    inner = value.values() if isinstance(value, dict) else value
    return (
        [leaf for each in inner for leaf in leaves(each)]
        if isinstance(value, dict | list)
        else [value]
    )


def in_text(value):
    """Give how a value reads in a table: a moment (UTC for programs) as its day in Japan."""
    text = str(value)
    return japanese_day(text) if text.endswith("+00:00") else text


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("world", "show"), ["directory", "seed", "cards", "citizens"]),
        (("card", "list"), ["cards"]),
        (("card", "show", "hanako"), ["card", "token", "serial", "municipality", "directory"]),
        (("read", "info", *CARD), ["card"]),
        (("pin", "status", *CARD), ["tries_left"]),
        (("pin", "verify", "auth", *CARD), ["tries_left"]),
        (("login", *CARD), ["verdict", "relying_party"]),
        (("ca", "crl"), ["lists"]),
        (("read", "serial", *CARD), ["serial", "manufacturing_number", "expires"]),
        (("card", "new", "taro"), ["holder", "atr_family"]),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_json_says_the_same_as_the_text(jpki, words, keys):
    """Each value programs get stands in what people read; the status is the same."""
    text = jpki(*words, environment=BOTH_PINS)
    data = jpki(*words, "--json", environment=BOTH_PINS)

    said = [in_text(leaf) for key in keys for leaf in leaves(data.json[key])]
    assert (text.status, data.status) == (YES, YES)
    assert [word for word in said if word not in text.stdout] == []


@pytest.mark.parametrize(
    "words",
    [
        ("card", "show", "nobody"),
        ("login", "--card", "nobody"),
        ("pin", "verify", "sign", *CARD, "--pin-env", "NOT_SET"),
        ("ca", "revoke", "nobody", "--kind", "auth", "--reason", "superseded"),
        ("pin", "status", *CARD, "--reader", "0"),
        ("verify", "/etc/hostname", "--signature", "/no/such/file"),
        ("check",),
        ("world", "new"),
    ],
    ids=" ".join,
)
def test_a_failure_is_json_when_json_was_asked_for(jpki, words):
    """A program reads standard output once, whatever happened."""
    said = jpki(*words, "--json", environment=BOTH_PINS)

    assert (said.status, said.stderr) == (USAGE, "")
    assert (said.json["status"], bool(said.json["error"])) == ("usage", True)


def test_a_no_is_json_too(jpki):
    """Status by name, so that nobody needs the table of numbers."""
    said = jpki("login", *CARD, "--json", environment={"JPKI_AUTH_PIN": "9999"})

    assert (said.status, said.json["status"]) == (NO, "no")


def test_a_file_that_may_not_be_read_is_no_bug(jpki, monkeypatch):
    """The path and the reason, not a traceback."""

    def refuse(_):
        raise PermissionError(13, "Permission denied", "/their/world/world.json")

    monkeypatch.setattr(cardsim.world.World, "open", refuse)

    said = jpki("card", "list")

    assert (said.status, said.error) == (
        USAGE,
        "jpki: /their/world/world.json: Permission denied",
    )


def test_a_bug_is_not_dressed_up_as_an_answer(jpki, monkeypatch):
    """What nobody expected shows its traceback, and no status a script could misread."""

    def break_down(_):
        raise ZeroDivisionError

    monkeypatch.setattr(cardsim.world.World, "open", break_down)

    with pytest.raises(ZeroDivisionError):
        jpki("card", "list")


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-1", "euc_jp"])
def test_a_terminal_that_cannot_show_japanese_still_gets_an_answer(jpki, encoding):
    """What it cannot show is spelled out; JSON stays JSON."""
    text = run_raw(jpki, "card", "show", "hanako", encoding=encoding)
    data = run_raw(jpki, "world", "show", "--json", encoding=encoding)

    assert b"card         hanako, of hanako\n" in text
    assert json.loads(data.decode(encoding))["citizens"]["hanako"]["name"] == "見本　花子"


def run_raw(jpki, *words, encoding):
    """Give the bytes it prints under an encoding."""
    return subprocess.run(
        [PROGRAM, *words],
        capture_output=True,
        env=jpki.environment({"PYTHONIOENCODING": encoding}),
        check=True,
    ).stdout


def test_a_pipe_that_closes_early_is_no_failure_worth_a_traceback(jpki):
    """`jpki ca list | head -1` is what people type."""
    done = subprocess.run(
        ["sh", "-c", f"{PROGRAM} ca list --json | head -n 1"],
        capture_output=True,
        env=jpki.environment(),
        check=True,
    )

    assert (done.stdout, done.stderr) == (b"{\n", b"")


@pytest.mark.parametrize(
    ("words", "spared"),
    [
        (("--help",), {"cardsim", "jpki", "cryptography", "sqlalchemy", "asn1crypto", "smartcard"}),
        (("check", "--help"), {"sqlalchemy", "cardsim"}),
        (("card", "list"), {"sqlalchemy", "asn1crypto", "smartcard", "cardsim.readers"}),
        (("card", "run", "hanako", "--", "true"), {"sqlalchemy", "asn1crypto", "smartcard"}),
        (("pin", "status", *CARD), {"sqlalchemy", "asn1crypto", "smartcard"}),
        (("read", "counters", *CARD), {"sqlalchemy", "smartcard", "PIL", "rich"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_loads_only_what_it_needs(jpki, words, spared):
    """The database takes longer to load than most commands take to run."""
    script = (
        "import sys, jpki_cli.main\n"
        "try: jpki_cli.main.main(sys.argv[1:])\n"
        "except SystemExit: print('loaded', *sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        text=True,
        env=jpki.environment(),
        check=True,
    )

    loaded = set(done.stderr.partition("loaded ")[2].split())
    assert ("jpki_cli.main" in loaded, spared & loaded) == (True, set())
