"""Signals on their way through `jpki card run`: each arrives once, and nothing outlives it."""

import os
import signal
import sys
from pathlib import Path

import pytest

from cardsim.readers.program import held_signals, run_program
from tests.cli.calling import PROGRAM
from tests.cli.shells import COUNTER, counter_beside
from tests.cli.terminal import CTRL_C, Terminal

PASSED_ON = [
    signal.SIGTERM,
    signal.SIGINT,
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGUSR2,
]
WORDS = ("card", "run", "hanako", "--")


def lines_of(process):
    """Give what the program says from now to its end."""
    return process.stdout.read().decode().split("\n")[:-1]


def is_running(pid):
    return Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("number", PASSED_ON)
def test_a_signal_sent_to_us_reaches_the_program_once(jpki, number):
    """A process manager knows our number, not the program's."""
    with counter_beside(jpki) as process:
        process.stdout.readline()
        process.send_signal(number)
        first = process.stdout.readline().decode()
        process.send_signal(signal.SIGQUIT)

        assert (first, lines_of(process)) == (f"{number.name}\n", ["end"])
        assert process.wait(30) == 0


def test_ctrl_c_reaches_the_program(jpki):
    """The terminal sends it to the program as well as to us."""
    command = [PROGRAM, *WORDS, sys.executable, "-c", COUNTER]
    with Terminal(command, jpki.environment()) as terminal:
        terminal.wait_shown("pid")
        terminal.press(CTRL_C)
        terminal.wait_shown("SIGINT", times=1)
        terminal.press(CTRL_C)
        terminal.wait_shown("SIGINT", times=2)
        terminal.process.send_signal(signal.SIGQUIT)
        status = terminal.wait_end()

    assert (status, terminal.shown.count("SIGINT")) == (0, 2)


def test_ctrl_c_is_not_passed_on(jpki):
    """It would come twice. Shown by a program the terminal does not send it to."""
    command = [PROGRAM, *WORDS, sys.executable, "-c", f"import os; os.setpgrp()\n{COUNTER}"]
    with Terminal(command, jpki.environment()) as terminal:
        terminal.wait_shown("pid")
        terminal.press(CTRL_C)
        terminal.wait_shown("^C")
        terminal.process.send_signal(signal.SIGQUIT)
        status = terminal.wait_end()

    assert (status, terminal.shown.count("SIGINT")) == (0, 0)


def test_ctrl_c_ends_us_as_it_ends_the_program(jpki, tmp_path):
    """A shell script that is interrupted stops there, and nothing is left behind."""
    environment = jpki.environment({"TMPDIR": str(tmp_path / "tmp")})
    (tmp_path / "tmp").mkdir()
    with Terminal(
        [PROGRAM, *WORDS, "sh", "-c", "echo ready; exec sleep 100"], environment
    ) as terminal:
        terminal.wait_shown("ready")
        terminal.press(CTRL_C)
        status = terminal.wait_end()

    assert status == -signal.SIGINT
    assert "Traceback" not in terminal.shown
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_program_does_not_outlive_a_sigterm_to_us(jpki):
    """Who ends us ends the program."""
    with jpki.start(*WORDS, "sh", "-c", "echo $$; exec sleep 100") as process:
        pid = int(process.stdout.readline())
        process.terminate()
        process.communicate(timeout=30)

    assert process.returncode == -signal.SIGTERM
    assert not is_running(pid)


def test_a_program_that_goes_on_after_a_signal_keeps_its_card(jpki):
    """SIGTERM is the program's to obey; until it ends the card stays in the reader."""
    script = "trap 'opensc-tool -n; exit 4' TERM; echo ready; while :; do sleep 0.1; done"
    with jpki.start(*WORDS, "sh", "-c", script) as process:
        process.stdout.readline()
        process.terminate()
        shown, _ = process.communicate(timeout=30)

    assert (shown, process.returncode) == (b"jpki\n", 4)


def test_a_signal_that_came_before_the_program_is_obeyed_in_its_place(tmp_path):
    """There is nobody to pass it on to, and the program must not start as if nothing had been."""
    with held_signals() as before:
        signal.raise_signal(signal.SIGUSR2)
        ending = run_program(["touch", str(tmp_path / "ran")], os.environ, before_us=before)

    assert ending.signal == signal.SIGUSR2
    assert not (tmp_path / "ran").exists()


def test_a_signal_that_comes_after_the_program_is_dropped():
    """An impatient second Ctrl-C must not change how the program ended."""
    with held_signals() as before:
        ending = run_program(["true"], os.environ, before_us=before)
        signal.raise_signal(signal.SIGUSR2)

    assert ending.code == 0


def test_when_we_are_killed_the_program_loses_its_reader_and_no_more(jpki, tmp_path):
    """SIGKILL cannot be passed on: PC/SC calls fail, nobody hangs."""
    script = "echo ready; read x; opensc-tool -n 2>&1; echo status $?"
    # Whoever is killed cannot clean up: the socket is left where this test is.
    place = {"TMPDIR": str(tmp_path)}
    with jpki.start(*WORDS, "sh", "-c", script, environment=place) as process:
        process.stdout.readline()
        process.kill()
        process.wait(30)
        process.stdin.write(b"\n")
        process.stdin.flush()
        said = process.stdout.read().decode()

    assert said.endswith("status 1\n")
