"""Programs that drop the environment, live in a sandbox, or bring their own way to the card."""

import os
import shutil
from pathlib import Path

import pytest

from cardsim.diagnosis import Outcome, diagnose
from cardsim.diagnosis.looking.program import look_at_program
from tests.diagnosis.machines import this_machine
from tests.support.processes import run

NAMED = {"PCSCLITE_CSOCK_NAME": "/nonexistent/comm"}


@pytest.fixture
def make(tmp_path):
    """Give a function that makes a program of this text."""

    def make(text, name="prog"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    return make


@pytest.fixture
def build(tmp_path):
    """Give a function that compiles a program."""

    def build(*options):
        source = tmp_path / "prog.c"
        source.write_text("int SCardEstablishContext(); int main() { return 0; }\n")
        run("gcc", "-o", tmp_path / "prog", source, *options)
        return tmp_path / "prog"

    return build


@pytest.fixture
def setuid(build):
    """Give a program that runs as another user: one of ours, or one only root could make."""
    if os.getuid() != 0:
        return shutil.which("su")
    program = build()
    os.chown(program, 65534, -1)
    program.chmod(0o4755)
    return str(program)


def finding(program, check, **variables):
    """Diagnose this program."""
    return diagnose(this_machine(**variables), [str(program)]).finding(check)


def test_a_program_that_is_not_there_is_the_first_fault():
    """Before anything else is looked for."""
    diagnosis = diagnose(this_machine(), ["no-such-program"])

    assert diagnosis.findings[0].id == "program.found"
    assert diagnosis.findings[0].outcome is Outcome.WRONG


def test_a_setuid_program_runs_as_its_owner(setuid):
    """What a variable or a private directory is to it depends on that."""
    shown = look_at_program(this_machine(), [setuid])

    assert shown.privileged == "setuid"
    assert shown.runs_as == Path(setuid).stat().st_uid


def test_a_setuid_program_does_no_harm_where_no_variable_is(setuid):
    """The system's pcscd is for every user."""
    assert finding(setuid, "program.rights").outcome is Outcome.NOTE


def test_a_script_is_what_runs_it(make):
    """Through env(1), too; a setuid bit of its own would do nothing."""
    script = make("#!/usr/bin/env sh\n")
    shown = look_at_program(this_machine(), [str(script)])

    assert shown.interpreter.endswith("/sh")
    assert shown.architecture == look_at_program(this_machine(), ["sh"]).architecture


def test_a_script_whose_interpreter_is_gone_is_not_found_either(make):
    """The shell would name the script, which is there."""
    found = finding(make("#!/nonexistent/python\n"), "program.found")

    assert (found.outcome, "/nonexistent/python" in found.seen) == (Outcome.WRONG, True)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("snap/firefox/current/firefox", "#!/bin/sh\n"),
        ("firefox", '#!/bin/sh\nexec /snap/bin/firefox "$@"\n'),
    ],
    ids=["in the snap", "Ubuntu's script"],
)
def test_a_snap_is_known_also_behind_a_script(make, name, text):
    """Ubuntu's /usr/bin/firefox starts the snap."""
    found = finding(make(text, name), "program.sandbox", **NAMED)

    assert (found.outcome, found.seen) == (Outcome.WRONG, "snap firefox")
    assert "cannot reach our socket" in found.advice


def test_a_flatpak_is_known_by_its_wrapper(make):
    """What Flatpak exports is a script that runs it."""
    found = finding(make("#!/bin/sh\nexec flatpak run org.mozilla.firefox\n"), "program.sandbox")

    assert (found.outcome, "--socket=pcsc" in found.advice) == (Outcome.UNKNOWN, True)


def test_a_static_program_loads_no_library(build):
    """Whatever it does about cards, it does in its own way."""
    found = finding(build("-static"), "program.library")

    assert (found.outcome, "statically linked" in found.seen) == (Outcome.UNKNOWN, True)


def test_the_library_a_program_is_linked_with_is_shown(build):
    """As the loader would have it."""
    program = build("-Wl,--no-as-needed", "-lpcsclite")

    assert "libpcsclite.so.1" in finding(program, "program.library").seen


def test_a_program_whose_library_is_missing_is_a_fault(build, tmp_path):
    """It does not even start."""
    stand_in = tmp_path / "libpcsclite.so"
    run("gcc", "-shared", "-Wl,-soname,libpcsclite.so.9", "-o", stand_in, "-x", "c", "/dev/null")
    program = build("-Wl,--no-as-needed", stand_in)
    found = finding(program, "program.library")

    assert (found.outcome, "not found" in found.seen) == (Outcome.WRONG, True)


def test_a_program_is_not_run(make, tmp_path):
    """Only looked at."""
    program = make(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    diagnose(this_machine(), [str(program)])

    assert not (tmp_path / "ran").exists()
