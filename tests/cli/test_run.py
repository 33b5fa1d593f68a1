"""`jpki card run`: the program's own life, as if it had been started directly."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.calling import PROGRAM, USAGE, YES
from tests.cli.shells import shell_beside

SIGCHLD_IGNORED = f"""
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv({PROGRAM!r}, [{PROGRAM!r}, *sys.argv[1:]])
"""
REPORT_SIGNALS = """
import signal
print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())), signal.getsignal(signal.SIGCHLD))
"""


def sh(jpki, script, **how):
    """Run a shell script with Hanako's card in a reader."""
    return jpki.process("card", "run", "hanako", "--", "sh", "-c", script, **how)


@pytest.mark.parametrize("status", [0, 1, 7, 125, 255])
def test_the_exit_status_is_the_programs(jpki, status):
    """Scripts see what they would see without us."""
    said = sh(jpki, f"exit {status}")

    assert said.status == status


@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL, signal.SIGUSR1, signal.SIGPIPE],
)
def test_a_killed_program_is_died_after(jpki, number):
    """Whoever waits for us sees the signal that ended the program."""
    said = sh(jpki, f"kill -{number} $$")

    assert said.status == -number


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGQUIT])
def test_a_crash_is_told_by_the_status_of_a_shell(jpki, number):
    """A second core file, of ours, would mislead whoever looks for the first."""
    said = sh(jpki, f"ulimit -c 0; kill -{number} $$")

    assert said.status == 128 + number


def test_a_program_that_is_not_there_is_127(jpki):
    """As a shell says it, and in one line."""
    said = jpki.process("card", "run", "hanako", "--", "no-such-program")

    assert (said.status, said.error) == (
        127,
        "jpki: cannot start no-such-program: No such file or directory",
    )


def test_a_program_that_may_not_run_is_126(jpki, letter):
    """As a shell says it."""
    said = jpki.process("card", "run", "hanako", "--", letter)

    assert (said.status, said.error) == (126, f"jpki: cannot start {letter}: Permission denied")


def test_no_program_is_a_usage_error(jpki):
    """The two dashes alone run nothing."""
    said = jpki("card", "run", "hanako", "--")

    assert said.status == USAGE


def test_an_unknown_card_runs_nothing(jpki, tmp_path):
    """The program never starts."""
    said = jpki("card", "run", "nobody", "--", "touch", tmp_path / "ran")

    assert (said.status, "there are: hanako, jiro, taro" in said.error) == (USAGE, True)
    assert not (tmp_path / "ran").exists()


def test_the_programs_own_options_are_left_to_it(jpki):
    """Also those that look like ours, and further dashes."""
    said = jpki.process("card", "run", "hanako", "--", "echo", "--json", "--", "--help", "-n")

    assert said.stdout == "--json -- --help -n\n"


def test_input_and_output_are_the_programs(jpki):
    """We add not a byte to either stream."""
    said = sh(jpki, "cat; echo problem >&2", stdin=b"text")

    assert (said.stdout, said.stderr) == ("text", "problem\n")


def test_opensc_finds_the_card(jpki):
    """The variable is all a PC/SC program needs."""
    said = jpki.process("card", "run", "hanako", "--", "opensc-tool", "--name")

    assert (said.status, said.stdout) == (YES, "jpki\n")


def test_the_socket_is_private_and_gone_afterwards(jpki):
    """Its directory is ours alone while the program runs; nothing is left behind it."""
    script = 'stat -c %a "$(dirname "$PCSCLITE_CSOCK_NAME")"; echo "$PCSCLITE_CSOCK_NAME"'

    mode, path = sh(jpki, script).stdout.split()

    assert mode == "700"
    assert not Path(path).parent.exists()


@pytest.mark.parametrize("end", ["exit 3", "kill -TERM $$", "kill -SEGV $$"])
def test_nothing_is_left_in_the_temporary_directory(jpki, tmp_path, end):
    """However the program ends."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()

    sh(jpki, f"ulimit -c 0; {end}", environment={"TMPDIR": str(temporary)})

    assert list(temporary.iterdir()) == []


def test_a_program_that_calls_jpki_meets_the_same_world(jpki, tmp_path):
    """`--home` holds for the program too: its trust anchors are those of its card."""
    home = tmp_path / "other"
    jpki("world", "new", home)

    said = jpki.process(
        "--home", home, "card", "run", "hanako", "--", PROGRAM, "world", "show", "--json"
    )

    assert said.json["directory"] == str(home)


def test_the_program_gets_its_signals_as_we_found_them(jpki):
    """What we hold back while it runs is not held back in it."""
    directly = subprocess.run(
        [sys.executable, "-c", REPORT_SIGNALS], capture_output=True, text=True, check=True
    )

    said = jpki.process("card", "run", "hanako", "--", sys.executable, "-c", REPORT_SIGNALS)

    assert said.stdout == directly.stdout


def test_we_may_be_started_by_somebody_who_ignores_the_end_of_children(jpki):
    """Some process managers do; we would wait for ever for a child that ended long ago."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            SIGCHLD_IGNORED,
            "card",
            "run",
            "hanako",
            "--",
            "sh",
            "-c",
            "exit 9",
        ],
        env=jpki.environment(),
        timeout=60,
        check=False,
    )

    assert done.returncode == 9


def test_two_runs_with_different_cards_never_meet(jpki):
    """Each sees its own reader, and no other."""
    with shell_beside(jpki, "hanako") as first, shell_beside(jpki, "taro") as second:
        readers = first.ask("opensc-tool -l"), second.ask("opensc-tool -l")
        names = first.ask("opensc-tool -n"), second.ask("opensc-tool -n")

    assert [("(hanako)" in text, "(taro)" in text) for text in readers] == [
        (True, False),
        (False, True),
    ]
    assert names == ("jpki", "jpki")


def test_two_runs_with_the_same_card_have_a_reader_each(jpki):
    """As two chips with one memory: neither sees the other's reader or power."""
    with shell_beside(jpki, "hanako") as first, shell_beside(jpki, "hanako") as second:
        counts = [shell.ask("opensc-tool -l").count("(hanako)") for shell in (first, second)]
        sockets = {shell.ask("echo $PCSCLITE_CSOCK_NAME") for shell in (first, second)}

    assert (counts, len(sockets)) == ([1, 1], 2)


def test_a_try_spent_in_one_run_is_missing_in_the_other(jpki):
    """Both have the card open; a counter that lived twice could be tried twice as often."""
    with shell_beside(jpki, "hanako") as first, shell_beside(jpki, "hanako") as second:
        before = second.ask("pkcs15-tool --list-pins 2>&1 | grep Tries")
        first.ask("pkcs15-tool --verify-pin --auth-id 01 --pin 9999")
        after = second.ask("pkcs15-tool --list-pins 2>&1 | grep Tries")

    assert [line.split()[-1] for line in before.splitlines()] == ["3", "5"]
    assert [line.split()[-1] for line in after.splitlines()] == ["2", "5"]


def test_the_program_may_outlive_its_own_children(jpki):
    """Only the program's end ends the run, not that of what it started."""
    with shell_beside(jpki, "hanako") as shell:
        shell.ask("true; sh -c 'exit 5'; sleep 0")

        assert shell.ask("opensc-tool -n") == "jpki"
        assert Path(shell.ask("echo $PCSCLITE_CSOCK_NAME")).exists()
