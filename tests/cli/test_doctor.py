"""`jpki doctor`: each fault is made in tests/diagnosis; here, what the command says of it."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from cardsim.diagnosis.findings import Outcome
from cardsim.readers.pcsc import PcscService
from tests.cli.calling import CANNOT_TELL, NO, PROGRAM, YES
from tests.support.cards import adult_card
from tests.support.scard import ScardProgram

READER = "A reader 00 00"
AS_USER = (
    ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
)
"""How to start a program for whom permissions hold, whoever runs these tests."""
DANGLING = {"PCSCLITE_CSOCK_NAME": "/nonexistent/pcscd.comm"}


def test_under_card_run_all_is_well(jpki):
    """The shortest way to a card that programs see; a script asks with the exit status."""
    said = jpki.process("card", "run", "hanako", "--", PROGRAM, "doctor")

    assert (said.status, said.stderr) == (YES, "")
    assert said.stdout.splitlines()[-1].startswith("all is well (異常なし)")
    assert "WRONG" not in said.stdout


def test_under_card_run_a_program_is_looked_at_too(jpki):
    """COMMAND comes first in the list, as it is where the way begins."""
    said = jpki.process("card", "run", "hanako", "--", PROGRAM, "doctor", "--", "opensc-tool", "-n")

    assert (said.status, said.stdout.startswith("ok       the program: ")) == (YES, True)


@pytest.mark.parametrize(
    ("fault", "status", "told"),
    [
        ("cut before command every", NO, "SCardTransmit in {}: SCARD_E_NOT_TRANSACTED"),
        ("fail sharing-violation before connect", CANNOT_TELL, "another program has the card"),
    ],
)
def test_a_card_that_is_not_reached_is_told_with_what_the_program_gets(jpki, fault, status, told):
    """The code of the call that failed, not of the one before it."""
    run = ("card", "run", "--fault", fault, "hanako", "--")
    said = jpki.process(*run, PROGRAM, "doctor")

    assert said.status == status
    assert told.format("JPKI-EMU Virtual Reader (hanako) 00 00") in said.stdout
    assert "SCARD_S_SUCCESS" not in said.stdout


def test_a_fault_is_named_with_advice(homeless):
    """And no world is needed, nor made."""
    said = homeless("doctor", environment=DANGLING)

    lines = said.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("WRONG"))
    assert "/nonexistent/pcscd.comm: nothing is there" in lines[at]
    assert lines[at + 1].lstrip().startswith("→ ")
    assert (said.status, homeless.home.exists()) == (NO, False)


def test_what_cannot_be_told_has_a_status_of_its_own(homeless):
    """A card in use is neither proven well nor wrong."""
    with PcscService() as service:
        service.add_reader(READER).insert(adult_card())
        with ScardProgram(service.environment) as program:
            program.connect(program.establish(), READER)
            said = homeless("doctor", environment=service.environment)

    assert said.status == CANNOT_TELL


def test_each_row_is_there_for_programs(homeless):
    """With an id that stays, and the same verdict as the exit status."""
    data = homeless("doctor", "--json", environment=DANGLING).json

    outcomes = {row["id"]: row["outcome"] for row in data["checks"]}
    assert data["outcome"] == "wrong"
    assert (outcomes["service.socket"], outcomes["readers.list"]) == ("wrong", "unknown")
    assert set(outcomes.values()) <= {outcome.value for outcome in Outcome}


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_what_a_reader_is_called_cannot_steer_the_terminal(homeless, form):
    """Names come from whoever serves them."""
    with PcscService() as service:
        service.add_reader("A\x1b[2J reader").insert(adult_card())
        said = homeless("doctor", *form, environment=service.environment)

    assert (said.status, "\x1b" in said.stdout) == (YES, False)


def test_it_is_the_command_that_takes_words_like_json(homeless):
    """What stands behind -- is COMMAND's."""
    said = homeless("doctor", "--", "sh", "--json", environment=DANGLING)

    assert said.stdout.startswith("ok       the program: ")


def test_places_one_cannot_look_into_are_passed_over(homeless, tmp_path):
    """Another user's home, say, kept after su."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    (tmp_path / "bin").symlink_to(closed / "bin")
    variables = {"HOME": str(closed), "LD_LIBRARY_PATH": f"{closed}/lib:{tmp_path}/bin"}
    said = subprocess.run(
        [*AS_USER, PROGRAM, "doctor"],
        env=homeless.environment({**variables, **DANGLING}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.returncode, said.stderr) == (NO, "")


@pytest.mark.parametrize("through", ["closed/comm", "link"])
def test_a_directory_one_cannot_enter_is_named(homeless, through):
    """Also behind a link: the socket is another user's, whose directory keeps others out."""
    with tempfile.TemporaryDirectory(prefix="doctor-") as directory:
        closed = Path(directory) / "closed"
        with PcscService(closed / "comm"):
            (Path(directory) / "link").symlink_to(closed / "comm")
            closed.chmod(0)
            said = subprocess.run(
                [*AS_USER, PROGRAM, "doctor"],
                env=homeless.environment({"PCSCLITE_CSOCK_NAME": f"{directory}/{through}"}),
                capture_output=True,
                text=True,
                check=False,
            )
            closed.chmod(0o700)

    assert said.returncode == NO
    assert f"cannot enter {closed}" in said.stdout
    assert "start the service as the user who runs the program" in " ".join(said.stdout.split())
