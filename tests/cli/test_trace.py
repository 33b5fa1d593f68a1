"""`jpki trace`, and the cards that `jpki card` has overheard."""

import json
import signal

import pytest

from tests.cli.calling import AUTH, NO, PROGRAM, USAGE, WRONG_AUTH, YES
from tests.cli.terminal import CTRL_C, Terminal
from tests.cli.test_serve import VARIABLE, serving
from tests.support.opensc import OpenSC
from tests.support.pcscd import PrivatePcscd
from tests.trace.logs import LOGS, PIN

VERIFY = (PROGRAM, "pin", "verify", "auth")


@pytest.fixture
def traced(jpki, tmp_path):
    """Give the trace of a program that presents the right PIN."""
    path = tmp_path / "talk.jsonl"
    said = jpki.process("card", "run", "--trace", path, "hanako", "--", *VERIFY, environment=AUTH)
    assert said.status == YES, said
    return path


def events(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def pins(path):
    return [(e["pin"], e["answer"]["sw"]) for e in events(path) if e.get("name") == "VERIFY"]


def test_a_program_that_is_run_is_overheard(traced):
    """From power-up to the PIN, with the card's name."""
    found = events(traced)

    assert ("AUTH", "9000") in pins(traced)
    assert {event["card"] for event in found} == {"hanako"}
    assert (found[0]["event"], found[-1]["event"]) == ("power on", "command")


def test_the_time_of_a_trace_is_the_worlds(traced):
    """A world whose clock stands still makes the same trace again."""
    assert {event["time"] for event in events(traced)} == {"2026-11-23T03:04:05.000000Z"}


def test_a_fault_is_overheard_as_the_program_saw_it(jpki, tmp_path):
    """Whoever made something go wrong on purpose sees that it did."""
    path = tmp_path / "talk.jsonl"
    words = ("card", "run", "--fault", "status 6F00 before verify 1", "--trace", path, "hanako")
    jpki.process(*words, "--", *VERIFY, environment=AUTH)

    assert "6F00" in [sw for _, sw in pins(path)]


def test_a_trace_that_cannot_be_written_is_told_before_the_program_runs(jpki, tmp_path):
    """In one line, and nothing was started."""
    place = tmp_path / "missing" / "talk.jsonl"

    said = jpki.process("card", "run", "--trace", place, "hanako", "--", "echo", "started")

    assert (said.status, said.error) == (USAGE, f"jpki: {place}: No such file or directory")


def test_a_full_disk_does_not_stop_the_program(jpki):
    """It runs to its end, and the trace is said to be short."""
    said = jpki.process(
        *("card", "run", "--trace", "/dev/full", "hanako", "--", *VERIFY), environment=AUTH
    )

    assert said.status == YES
    assert "jpki: /dev/full: the trace ends early: No space left on device" in said.stderr


def test_show_names_what_was_said(jpki, traced):
    """One line an event, in English with the Japanese terms."""
    said = jpki("trace", "show", traced)

    assert said.status == YES
    assert "VERIFY · JPKI 公的個人認証AP, EF 0018 AUTH_PIN" in said.stdout
    assert jpki("trace", "show", traced, "--json").json["events"] == events(traced)


def test_the_same_program_makes_the_same_trace(jpki, traced, tmp_path):
    """`diff` says so with status 0."""
    other = tmp_path / "other.jsonl"
    jpki.process("card", "run", "--trace", other, "hanako", "--", *VERIFY, environment=AUTH)

    said = jpki("trace", "diff", traced, other)

    assert (said.status, said.stdout) == (YES, "the traces say the same\n")


def test_diff_explains_where_two_traces_part(jpki, traced, tmp_path):
    """The first difference with both answers, and a count of the rest."""
    other = tmp_path / "other.jsonl"
    jpki.process("card", "run", "--trace", other, "hanako", "--", *VERIFY, environment=WRONG_AUTH)

    said = jpki("trace", "diff", traced, other)
    data = jpki("trace", "diff", traced, other, "--json").json

    assert said.status == NO
    assert said.stdout.startswith("first difference:\n  events ")
    assert "second: 63C2 2 tries left (残り2回)" in said.stdout
    first = data["differences"][0]
    assert (data["same"], first["status"], first["second"]["answer"]["sw"]) == (False, True, "63C2")


def test_a_replay_finds_that_the_card_answers_as_recorded(jpki, traced):
    """No PIN is in the trace; the card's own is used, and no try of the card is spent."""
    said = jpki("trace", "replay", traced, "--card", "hanako")

    assert (said.status, "hanako answers as recorded" in said.stdout) == (YES, True)


def test_a_replay_finds_that_a_card_answers_otherwise(jpki, traced, tmp_path):
    """A try was spent in the meantime."""
    jpki("pin", "verify", "auth", "--card", "hanako", environment=WRONG_AUTH)

    said = jpki("trace", "replay", traced, "--card", "hanako")
    data = jpki("trace", "replay", traced, "--card", "hanako", "--json").json

    assert (said.status, "hanako differs" in said.stdout) == (NO, True)
    assert data["different"][0]["why"] == "status: 63C3 (tries left: 3), 63C2 (tries left: 2)"


def test_a_replay_spends_no_try(jpki, tmp_path):
    """A wrong PIN of the trace is wrong again, at a copy."""
    wrong = tmp_path / "wrong.jsonl"
    jpki.process("card", "run", "--trace", wrong, "hanako", "--", *VERIFY, environment=WRONG_AUTH)
    before = jpki("pin", "status", "--card", "hanako", "--json").json

    jpki("trace", "replay", wrong, "--card", "taro")

    assert jpki("pin", "status", "--card", "hanako", "--json").json == before
    assert jpki("pin", "status", "--card", "taro", "--json").json["tries_left"]["auth"] == 3


def test_a_replay_of_several_cards_needs_to_know_of_which(jpki, tmp_path):
    """A trace of two cards has two conversations."""
    trace = tmp_path / "two.jsonl"
    with serving(jpki, "hanako", "taro", "--json", "--trace", trace) as process:
        process.stdout.readline()

    unclear = jpki("trace", "replay", trace, "--card", "jiro")
    clear = jpki("trace", "replay", trace, "--card", "jiro", "--of", "taro")

    assert (unclear.status, unclear.error) == (
        USAGE,
        "jpki: --of: the trace is about hanako, taro",
    )
    assert clear.status == YES


def test_a_diagram_is_mermaid(jpki, traced):
    """The first word says what it is."""
    said = jpki("trace", "diagram", traced)

    assert said.stdout.startswith("sequenceDiagram\n")
    assert jpki("trace", "diagram", traced, "--json").json["mermaid"] == said.stdout


@pytest.mark.parametrize("name", LOGS)
def test_a_log_is_imported_without_its_secret(jpki, tmp_path, name):
    """Shown by the same command as our own traces."""
    log, trace = tmp_path / "log", tmp_path / "trace"
    log.write_text(LOGS[name])

    said = jpki("trace", "import", log, trace)
    shown = jpki("trace", "show", trace)

    assert (said.status, shown.status) == (YES, YES)
    assert "SIGN_PIN 署名用の暗証番号 → 9000" in shown.stdout
    assert PIN.hex().upper() not in trace.read_text() + shown.everything + said.everything


@pytest.mark.parametrize("command", ["show", "diagram", "import"])
def test_what_cannot_be_read_is_told_by_line(jpki, tmp_path, command):
    """In one line, without quoting what may be a secret, and nothing is written."""
    log, trace = tmp_path / "log", tmp_path / "trace"
    log.write_text(LOGS["opensc"].replace("51 5A 38", "51 5A 3x"))

    said = jpki("trace", command, log, *([trace] if command == "import" else []))

    assert (said.status, "line " in said.error, trace.exists()) == (USAGE, True, False)
    assert "51 5A" not in said.everything


def test_a_file_that_is_no_log_is_told_so(jpki, tmp_path):
    """With what it might have been."""
    (tmp_path / "log").write_text("hello\n")

    said = jpki("trace", "import", tmp_path / "log", tmp_path / "trace")

    assert (said.status, "OpenSC, pcscd --apdu or pcsc-spy" in said.error) == (USAGE, True)


def test_served_cards_are_watched_without_a_terminal(jpki):
    """A line an event on standard error: a log to follow."""
    with serving(jpki, "hanako", "--watch") as process:
        where = process.stdout.readline().decode().split("=")[1].strip()
        OpenSC({VARIABLE: where}).pkcs15_tool("--list-pins")
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)

    lines = told.decode().splitlines()
    assert any("hanako  power on: ATR 3B E0" in line for line in lines)
    assert any("SELECT application · JPKI 公的個人認証AP → 9000" in line for line in lines)
    assert "\x1b" not in told.decode()


def test_served_cards_are_watched_on_a_terminal(jpki):
    """Where there is one, colours tell how it went."""
    with Terminal([PROGRAM, "card", "serve", "hanako", "--watch"], jpki.environment()) as user:
        user.wait_shown("stop with Ctrl-C\r\n")
        user.wait_shown("power on: ATR 3B E0")
        user.press(CTRL_C)
        status = user.wait_end()

    assert (status, "\x1b[2m" in user.shown) == (0, True)


def test_watching_in_json_is_a_line_an_event(jpki):
    """For a program that reads along; the first line still says where."""
    with serving(jpki, "hanako", "--watch", "--json") as process:
        where = json.loads(process.stdout.readline())["environment"]
        OpenSC(where).opensc_tool("--name")
        process.send_signal(signal.SIGTERM)
        told, _ = process.communicate(timeout=30)

    names = [json.loads(line).get("name") for line in told.splitlines()]
    assert "SELECT application" in names


def test_a_card_plugged_into_vpcd_is_overheard_too(jpki, tmp_path):
    """Whichever way it goes into a reader."""
    trace = tmp_path / "talk.jsonl"
    with PrivatePcscd() as pcscd:
        where = f"127.0.0.1:{pcscd.port}"
        with serving(jpki, "hanako", "--vpcd", where, "--trace", trace):
            pcscd.wait_card(1)
            OpenSC(pcscd.environment).opensc_tool("--name")

    assert "SELECT application" in {event.get("name") for event in events(trace)}


def test_a_file_that_is_no_trace_is_told_by_name(jpki, letter):
    """With the command that reads the logs of other programs."""
    said = jpki("trace", "show", str(letter))

    assert said.status == USAGE
    assert said.error == (
        f"jpki: {letter}: line 1: no JSON; `jpki trace import` reads the logs of other programs"
    )
