"""`jpki card serve`: readers for programs that are started elsewhere."""

import json
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.calling import CARD, PROGRAM, USAGE
from tests.cli.terminal import CTRL_C, Terminal
from tests.support.opensc import OpenSC
from tests.support.pcscd import PrivatePcscd

VARIABLE = "PCSCLITE_CSOCK_NAME"


@contextmanager
def serving(jpki, *words):
    """Keep `jpki card serve` running, and end it with SIGTERM unless it has ended."""
    with jpki.start("card", "serve", *words) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=30)


def served_at(process):
    """Give the socket that the JSON line of `jpki card serve --json` names."""
    return Path(json.loads(process.stdout.readline())["environment"][VARIABLE])


def test_the_line_it_prints_is_one_a_shell_can_eval(jpki):
    """`eval "$(head -1 FILE)"` is all another shell needs."""
    with serving(jpki, "hanako") as process:
        line = process.stdout.readline().decode()
        done = subprocess.run(
            ["sh", "-c", f"{line}\nopensc-tool --name"], capture_output=True, check=True
        )

    assert done.stdout == b"jpki\n"


def test_the_json_names_the_variable_and_the_readers(jpki):
    """For programs that start it themselves: one line, then it serves."""
    with serving(jpki, "hanako", "taro", "--json") as process:
        found = json.loads(process.stdout.readline())
        listed = OpenSC(found["environment"]).opensc_tool("--list-readers")

    assert [name in listed for name in found["readers"]] == [True, True]
    assert ["(hanako)" in found["readers"][0], "(taro)" in found["readers"][1]] == [True, True]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_well_when_told_to(jpki, number):
    """Being stopped is how it is meant to end: status 0, the socket and its directory gone."""
    with serving(jpki, "hanako", "--json") as process:
        path = served_at(process)
        process.send_signal(number)
        process.communicate(timeout=30)

    assert (process.returncode, path.parent.exists()) == (0, False)


def test_ctrl_c_ends_it_without_a_word(jpki):
    """No traceback, no `Aborted!`."""
    with Terminal([PROGRAM, "card", "serve", "hanako"], jpki.environment()) as user:
        user.wait_shown("stop with Ctrl-C\r\n")
        user.press(CTRL_C)
        status = user.wait_end()

    assert (status, user.shown.partition("stop with Ctrl-C")[2]) == (0, "\r\n^C")


def test_the_socket_is_where_it_was_asked_for(jpki, tmp_path):
    """`--socket` gives a place that is known beforehand."""
    place = tmp_path / "private" / "pcscd.comm"

    with serving(jpki, "hanako", "--json", "--socket", place) as process:
        served = served_at(process)
        name = OpenSC({VARIABLE: str(place)}).opensc_tool("--name")

    assert (served, name) == (place, "jpki\n")
    assert not place.exists()


def test_a_directory_others_can_enter_is_no_place_for_the_socket(jpki, tmp_path):
    """Everybody who can connect can use the card."""
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o755)

    said = jpki.process("card", "serve", "hanako", "--socket", open_to_all / "socket")

    assert (said.status, "a directory of your own with mode 0700" in said.error) == (USAGE, True)


@pytest.mark.parametrize("place", ["x" * 108, "a-file/socket"])
def test_a_place_where_no_socket_can_be_is_a_usage_error(jpki, tmp_path, place):
    """Another place on the command line helps, and no card or reader has failed."""
    (tmp_path / "a-file").touch()

    said = jpki.process("card", "serve", "hanako", "--socket", tmp_path / place)

    assert (said.status, str(tmp_path) in said.error) == (USAGE, True)


def test_a_second_service_does_not_take_the_socket_of_the_first(jpki, tmp_path):
    """The first goes on serving."""
    place = tmp_path / "private" / "pcscd.comm"
    with serving(jpki, "hanako", "--json", "--socket", place) as process:
        served_at(process)
        second = jpki.process("card", "serve", "taro", "--socket", place)
        name = OpenSC({VARIABLE: str(place)}).opensc_tool("--name")

    assert (second.status, second.error, name) == (
        CARD,
        f"jpki: a service is running at {place}",
        "jpki\n",
    )


def test_a_socket_left_by_a_kill_is_replaced(jpki, tmp_path):
    """After kill -9 the same command simply works again."""
    place = tmp_path / "private" / "pcscd.comm"
    with serving(jpki, "hanako", "--json", "--socket", place) as process:
        served_at(process)
        process.kill()
        process.wait(30)

    with serving(jpki, "hanako", "--json", "--socket", place) as process:
        served_at(process)

        assert OpenSC({VARIABLE: str(place)}).opensc_tool("--name") == "jpki\n"


@pytest.mark.parametrize(
    "words",
    [
        ("hanako", "taro", "--vpcd", "localhost"),
        ("hanako", "--vpcd", "localhost", "--socket", "somewhere"),
        ("hanako", "--vpcd", "localhost:port"),
        (),
    ],
    ids=["two cards", "two places", "no port", "no card"],
)
def test_what_cannot_be_meant_is_a_usage_error(jpki, words):
    """Vpcd has one slot; it is a place of its own; its address is HOST:PORT."""
    said = jpki.process("card", "serve", *words)

    assert (said.status, said.stdout) == (USAGE, "")


def test_an_unknown_card_is_not_served(jpki):
    """It says which there are, and ends."""
    said = jpki.process("card", "serve", "hanako", "nobody")

    assert (said.status, "there are: hanako, jiro, taro" in said.error) == (USAGE, True)


def test_a_card_is_plugged_into_the_reader_of_a_pcscd(jpki):
    """`--vpcd`: programs that know only the system's pcscd see the card."""
    with PrivatePcscd() as pcscd:
        with serving(jpki, "hanako", "--vpcd", f"127.0.0.1:{pcscd.port}") as process:
            pcscd.wait_card(1)
            name = OpenSC(pcscd.environment).opensc_tool("--name")
        pcscd.wait_no_card(1)

    assert (name, process.returncode) == ("jpki\n", 0)


def test_the_events_at_vpcd_are_told_in_json(jpki):
    """One line an event, for a program that waits for the card to be in."""
    with (
        PrivatePcscd() as pcscd,
        serving(jpki, "hanako", "--json", "--vpcd", f"127.0.0.1:{pcscd.port}") as process,
    ):
        pcscd.wait_card(1)
        process.terminate()
        told, _ = process.communicate(timeout=30)

    events = [json.loads(line) for line in told.splitlines()]
    assert True in [event["inserted"] for event in events]


@pytest.mark.parametrize(
    "words",
    [
        ("nobody",),
        ("hanako", "--vpcd", "::1:5"),
        ("hanako", "--socket", "/tmp/x.sock"),
        ("hanako", "--vpcd", "localhost", "--fault", "unplug before verify"),
    ],
    ids=" ".join,
)
def test_a_failure_leaves_the_signals_as_they_were(jpki, words):
    """Who calls the command from its own process can be stopped afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())

    assert jpki("card", "serve", *words).status == USAGE
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
