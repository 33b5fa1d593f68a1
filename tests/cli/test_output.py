"""What is printed: JSON that says the same as the text, one line for a failure, no surprises."""

import json
import signal
import subprocess
import sys

import pytest
from jpki_cli.options import japanese_day

import cardsim.world
from tests.cli.calling import AUTH, NO, PROGRAM, SIGN, USAGE, YES

CRASHED = 70
BOTH_PINS = {**AUTH, **SIGN}
CARD = ("--card", "hanako")
NOBODY = "jpki: there is no card 'nobody'; there are: hanako, jiro, taro\n"
UNSAID = "jpki: it is done, and its answer cannot be written: No space left on device\n"


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

    def refuse(_, **__):
        raise PermissionError(13, "Permission denied", "/their/world/world.json")

    monkeypatch.setattr(cardsim.world.World, "open", refuse)

    said = jpki("card", "list")

    assert (said.status, said.error) == (
        USAGE,
        "jpki: /their/world/world.json: Permission denied",
    )


def test_of_two_files_that_is_named_which_somebody_knows(jpki, monkeypatch):
    """What could not be renamed is a draft, and gone by then."""

    def refuse(_, **__):
        raise IsADirectoryError(21, "Is a directory", "/world/.a.crl.x", None, "/world/a.crl")

    monkeypatch.setattr(cardsim.world.World, "open", refuse)

    assert jpki("card", "list").error == "jpki: /world/a.crl: Is a directory"


def test_a_bug_is_not_dressed_up_as_an_answer(jpki, monkeypatch):
    """What nobody expected shows its traceback, and no status a script could misread."""

    def break_down(_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(cardsim.world.World, "open", break_down)

    with pytest.raises(ZeroDivisionError):
        jpki("card", "list")


def test_a_bug_ends_with_a_status_that_is_no_answer(jpki):
    """A script must not take a crash for a certificate that was refused."""
    script = (
        "import sys, jpki_cli.main, jpki_cli.check\n"
        "def broken(*_): raise ZeroDivisionError\n"
        "jpki_cli.check.read_ders = broken\n"
        "jpki_cli.main.main(sys.argv[1:])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "check", "/etc/hostname"],
        capture_output=True,
        text=True,
        env=jpki.environment(),
        check=False,
    )

    assert (done.returncode, done.stdout) == (CRASHED, "")
    assert done.stderr.endswith("\nZeroDivisionError\n")


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        ("world show >/dev/full", USAGE, UNSAID),
        ("world show --json >/dev/full", USAGE, UNSAID),
        ("ca revoke hanako --kind auth --reason superseded >/dev/full", USAGE, UNSAID),
        ("card show nobody --json >/dev/full", USAGE, NOBODY),
        ("--help >/dev/full", USAGE, "jpki: No space left on device\n"),
        ("card show nobody 2>/dev/full", USAGE, ""),
        ("world show >&-", YES, ""),
        ("world show --json >&-", YES, ""),
        ("world show --json 2>&- >/dev/null", YES, ""),
        ("world show <&-", YES, ""),
    ],
)
def test_an_output_that_takes_nothing_is_told_in_one_line(jpki, command, status, said):
    """Full or closed: no traceback, and no status that means something else."""
    done = subprocess.run(
        ["sh", "-c", f"{PROGRAM} {command}"],
        capture_output=True,
        text=True,
        env=jpki.environment(),
        check=False,
    )

    assert (done.returncode, done.stderr) == (status, said)


def test_a_pin_is_not_asked_for_where_there_is_no_input(jpki):
    """Standard input is closed: it says where else a PIN may come from."""
    done = subprocess.run(
        ["sh", "-c", f"{PROGRAM} pin verify auth --card hanako <&-"],
        capture_output=True,
        text=True,
        env=jpki.environment(),
        check=False,
    )

    assert (done.returncode, "no terminal to ask on" in done.stderr) == (USAGE, True)


def test_a_directory_in_the_place_of_a_file_is_no_bug(jpki):
    """The path and the reason, not a traceback."""
    clock = jpki.home / "clock.json"
    clock.unlink()
    clock.mkdir()

    said = jpki("world", "show")

    assert (said.status, said.error) == (USAGE, f"jpki: {clock}: Is a directory")


def test_a_revocation_that_no_list_tells_is_told_as_that(jpki):
    """It is on record; the lists could not be written, and the answer says both."""
    lists = jpki.home / "ca" / "crl"
    lists.rename(jpki.home / "ca" / "aside")
    lists.touch()

    said = jpki("ca", "revoke", "hanako", "--kind", "auth", "--reason", "superseded")

    told = f"is revoked; not every list says so yet: {lists}: Not a directory; `jpki ca crl` makes"
    assert (said.status, told in said.error) == (USAGE, True)


def test_a_revocation_that_one_list_does_not_tell_is_told_as_that(jpki):
    taken = jpki.home / "ca" / "crl" / "auth-g3-full.crl"
    taken.unlink()
    taken.mkdir()

    said = jpki("ca", "revoke", "hanako", "--kind", "auth", "--reason", "superseded")

    assert said.status == USAGE
    assert f"is revoked; not every list says so yet: {taken} is a directory" in said.error


def test_a_revocation_is_told_though_the_other_authority_can_sign_nothing(jpki):
    """Its key is away; a program is told what was done as well as what was not."""
    for key in (jpki.home / "ca").glob("auth-g*.key"):
        key.unlink()
    words = ("ca", "revoke", "--kind", "sign", "--reason", "superseded")

    said = jpki(*words, "hanako")
    data = jpki(*words, "taro", "--json")

    why = "no key of the auth authority can sign"
    assert f"is revoked; not every list says so yet: {why}" in said.error
    assert (data.status, data.json["revoked"], why in data.json["error"]) == (USAGE, True, True)


def test_an_error_of_the_system_without_a_name_names_none(jpki, monkeypatch):
    """The disk is full, say: `None` is no file."""

    def refuse(_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cardsim.world.World, "publish_lists", refuse)

    said = jpki("ca", "revoke", "hanako", "--kind", "auth", "--reason", "superseded")

    assert "not every list says so yet: No space left on device" in said.error


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


def test_a_pipe_that_closes_early_has_the_status_of_one(jpki):
    """Its reader got no answer, so the status is none either."""
    with jpki.start("ca", "list", "--json", stdout=subprocess.PIPE) as process:
        process.stdout.close()
        status = process.wait(30)

    assert status == 128 + signal.SIGPIPE


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
