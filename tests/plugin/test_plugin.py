"""The pytest plugin in somebody else's project: fixtures, marks, budget, what failures show."""

import re

import pytest

from tests.plugin.project import run

THEIRS = """
import os
import subprocess
import sys
import time

import pytest

SELECT = bytes.fromhex("00A4040C0AD392F000260100000001")
WRONG_PIN = bytes.fromhex("002000980430303030")
RIGHT_PIN = bytes.fromhex("002000980431323334")


def test_a_card_in_process(jpki_reader):
    assert jpki_reader.transmit(SELECT) == b"\\x90\\x00"


def test_a_wrong_pin_costs_a_try(jpki_reader, jpki_card):
    jpki_reader.transmit(SELECT)
    jpki_reader.transmit(WRONG_PIN)
    assert (jpki_card.tries_left("auth"), jpki_card.tries_spent) == (2, 1)


def test_the_next_test_has_a_new_card(jpki_card):
    assert (jpki_card.tries_left("auth"), jpki_card.tries_spent) == (3, 0)
    assert jpki_card.secret("auth") == "1234"


@pytest.mark.jpki_citizen("JP-047")
def test_a_citizen_of_the_catalogue(jpki_pcsc, jpki_card):
    said = subprocess.run(["pkcs15-tool", "--list-pins"], capture_output=True, text=True)
    assert jpki_card.name == "jp-047"
    assert "Tries left     : 0" in said.stdout


def test_another_program_sees_the_card(jpki_pcsc):
    assert subprocess.run(["opensc-tool", "-n"], capture_output=True).stdout == b"jpki\\n"


def test_pyscard_in_this_process_sees_it(jpki_pcsc):
    from smartcard.System import readers

    assert [str(each) for each in readers()] == [jpki_pcsc.name]


def test_pyscard_sees_the_next_card_as_well(jpki_pcsc):
    from smartcard.System import readers

    [reader] = readers()
    connection = reader.createConnection()
    connection.connect()
    assert connection.transmit(list(SELECT))[1:] == (0x90, 0x00)
    connection.disconnect()


def test_a_card_can_be_pulled_and_put_back(jpki_pcsc, jpki_card):
    jpki_pcsc.eject()
    gone = subprocess.run(["opensc-tool", "-n"], capture_output=True)
    jpki_pcsc.insert(jpki_card)
    back = subprocess.run(["opensc-tool", "-n"], capture_output=True)
    assert (gone.returncode != 0, back.stdout) == (True, b"jpki\\n")


@pytest.mark.jpki_faults("status 6F00 before verify 1")
def test_a_fault_happens_on_cue(jpki_reader):
    jpki_reader.transmit(SELECT)
    assert jpki_reader.transmit(RIGHT_PIN) == b"\\x6f\\x00"
    assert jpki_reader.transmit(RIGHT_PIN) == b"\\x90\\x00"


@pytest.mark.jpki_faults("remove before verify 1")
def test_a_fault_happens_over_pcsc(jpki_pcsc):
    said = subprocess.run(["opensc-tool", "-s", SELECT.hex(), "-s", RIGHT_PIN.hex()])
    assert said.returncode != 0


@pytest.mark.jpki_clock("2035-01-01")
def test_the_clock_is_set_for_verifiers(jpki_world, jpki_card):
    where = {"cwd": jpki_world.directory, "capture_output": True, "text": True}
    jpki = [sys.executable, "-m", "jpki_cli.main"]
    subprocess.run([*jpki, "read", "certs", "--card", "hanako", "--save", "."], check=True, **where)
    assert jpki_world.clock.now().isoformat() == "2034-12-31T15:00:00+00:00"
    assert subprocess.run([*jpki, "check", "auth.cer"], **where).returncode == 1


def test_a_card_of_a_world_keeps_what_happens_to_it(jpki_world, jpki_reader, jpki_card):
    jpki_reader.transmit(SELECT)
    jpki_reader.transmit(WRONG_PIN)
    assert jpki_card.tries_left("auth") == 2
    assert "state.json" in [p.name for p in jpki_world.card("hanako").directory.iterdir()]


def test_a_world_of_the_next_test_is_new(jpki_world, jpki_card):
    assert jpki_card.tries_left("auth") == 3


@pytest.mark.jpki_citizen("JP-071")
def test_a_mute_card_is_mute(jpki_pcsc):
    said = subprocess.run(["opensc-tool", "-n"], capture_output=True, text=True)
    assert "Unresponsive card" in said.stderr


@pytest.mark.pin_budget(1)
def test_within_its_budget(jpki_reader):
    jpki_reader.transmit(SELECT)
    jpki_reader.transmit(WRONG_PIN)


def test_allowed_by_the_fixture(jpki_reader, pin_budget):
    pin_budget.allow(1)
    jpki_reader.transmit(SELECT)
    jpki_reader.transmit(WRONG_PIN)
    assert pin_budget.spent == 1


@pytest.mark.pin_budget(0)
def test_beyond_its_budget(jpki_reader):
    jpki_reader.transmit(SELECT)
    jpki_reader.transmit(WRONG_PIN)


def test_beyond_the_fixtures_budget(jpki_pcsc, pin_budget):
    subprocess.run(["opensc-tool", "-s", SELECT.hex(), "-s", WRONG_PIN.hex()], check=True)


def test_that_fails(jpki_reader, jpki_card):
    jpki_reader.transmit(SELECT)
    jpki_reader.transmit(RIGHT_PIN)
    jpki_reader.transmit(bytes.fromhex("00B08A0004"))
    raise RuntimeError("theirs")


@pytest.mark.pin_budget(0)
@pytest.mark.jpki_faults("status 6F00 after verify")
def test_a_try_behind_another_answer_counts(jpki_reader):
    jpki_reader.transmit(SELECT)
    assert jpki_reader.transmit(WRONG_PIN) == b"\\x6f\\x00"


@pytest.mark.pin_budget(0)
@pytest.mark.jpki_faults("status 63C2 before verify 1")
def test_an_answer_alone_spends_nothing(jpki_reader, jpki_card):
    jpki_reader.transmit(SELECT)
    assert jpki_reader.transmit(WRONG_PIN) == b"\\x63\\xc2"
    assert jpki_card.tries_left("auth") == 3


@pytest.mark.pin_budget(0)
def test_a_right_pin_spends_nothing(jpki_reader):
    jpki_reader.transmit(SELECT)
    assert jpki_reader.transmit(RIGHT_PIN) == b"\\x90\\x00"


@pytest.mark.pin_budget(tries=0)
def test_a_try_of_a_subprocess_counts(jpki_world):
    subprocess.run(
        [sys.executable, "-m", "jpki_cli.main", "login", "--card", "taro"],
        env={**os.environ, "JPKI_AUTH_PIN": "9999"},
    )


@pytest.fixture
def untidy(jpki_reader):
    yield
    jpki_reader.transmit(SELECT)
    jpki_reader.transmit(WRONG_PIN)


@pytest.mark.pin_budget(0)
def test_a_try_of_a_fixtures_end_counts(untidy):
    pass


@pytest.mark.jpki_faults("unplug 100ms before verify")
def test_the_reader_is_gone(jpki_pcsc):
    said = subprocess.run(["opensc-tool", "-s", SELECT.hex(), "-s", RIGHT_PIN.hex()])
    assert said.returncode != 0


def test_the_reader_of_another_test_stays_away(jpki_pcsc):
    time.sleep(0.3)
    from smartcard.System import readers

    assert [str(each) for each in readers()] == [jpki_pcsc.name]


def test_two_cards(jpki_pcsc, jpki_second_reader, jpki_cards, jpki_card):
    taro = jpki_cards("taro", faults=["status 6F00 before verify every"])
    jpki_second_reader.insert(taro)
    from smartcard.System import readers

    assert [str(each) for each in readers()] == [jpki_pcsc.name, jpki_second_reader.name]
    said = subprocess.run(
        ["opensc-tool", "-r", "1", "-s", SELECT.hex(), "-s", RIGHT_PIN.hex()], capture_output=True
    )
    assert b"SW1=0x6F" in said.stdout
    assert (taro.name, len(jpki_card.events) < len(taro.events)) == ("taro", True)


@pytest.mark.jpki_citizen(name="JP-046")
@pytest.mark.jpki_clock(time="2031-04-01")
def test_marks_by_keyword(jpki_world, jpki_card):
    assert jpki_card.name == "jp-046"
    assert jpki_world.clock.now().year == 2031


@pytest.mark.jpki_faults("status 6F00 before verify 1")
class TestClass:
    @pytest.mark.jpki_faults("status 6F01 before verify 2")
    def test_faults_of_class_and_test_add_up(self, jpki_reader):
        jpki_reader.transmit(SELECT)
        answers = [jpki_reader.transmit(RIGHT_PIN).hex() for _ in range(3)]
        assert answers == ["6f00", "6f01", "9000"]


@pytest.mark.jpki_faults("fail timeout before connect")
def test_with_a_fault_that_cannot_happen(jpki_reader):
    pass


@pytest.mark.jpki_citizen("a", "b")
def test_with_a_mark_of_two_names(jpki_card):
    pass


@pytest.mark.jpki_clock("2031-13-01")
def test_with_a_clock_that_is_no_time(jpki_world):
    pass


@pytest.mark.pin_budget
def test_with_a_budget_of_nothing(jpki_card):
    pass


@pytest.mark.jpki_citizen("nobody")
def test_of_somebody_who_is_not_there(jpki_card):
    pass


@pytest.mark.jpki_faults("explode")
def test_with_a_fault_nobody_knows(jpki_card):
    pass
"""
FAILING = {
    "test_a_try_behind_another_answer_counts": "failed",
    "test_a_try_of_a_subprocess_counts": "failed",
    "test_a_try_of_a_fixtures_end_counts": "error",
    "test_with_a_fault_that_cannot_happen": "error",
    "test_with_a_mark_of_two_names": "error",
    "test_with_a_clock_that_is_no_time": "error",
    "test_with_a_budget_of_nothing": "error",
    "test_beyond_its_budget": "failed",
    "test_beyond_the_fixtures_budget": "failed",
    "test_that_fails": "failed",
    "test_of_somebody_who_is_not_there": "error",
    "test_with_a_fault_nobody_knows": "error",
}
EXPECTED = dict.fromkeys(re.findall(r"def (test_\w+)", THEIRS), "passed") | FAILING


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Give one run of all of these tests, one after the other."""
    return run(tmp_path_factory.mktemp("theirs"), THEIRS)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_of_their_tests_ends_as_it_should(ran, name):
    """The fixtures and marks do what they say, through programs we did not write."""
    assert ran.outcomes.get(name) == EXPECTED[name], ran.text


def test_a_failure_shows_what_was_said_to_the_card(ran):
    """Decoded, in order, with what is proven afterwards."""
    shown = ran.section("test_that_fails")

    assert "what was said to hanako" in shown
    assert "SELECT application · JPKI 公的個人認証AP → 9000" in shown
    assert "VERIFY · JPKI 公的個人認証AP, EF 0018" in shown
    assert "verified: " in shown


def test_no_pin_is_shown(ran):
    """Whatever fails, what was presented stays out of the report."""
    shown = ran.section("test_that_fails").partition("what was said to")[2]

    assert "31323334" not in shown.replace(" ", "")
    assert "1234" not in shown


def test_a_budget_that_was_exceeded_is_told(ran):
    """By numbers; the test's own failure comes first when it has one."""
    assert "PIN tries spent: 1, allowed: 0 (pin_budget)" in ran.text


def test_wrong_names_are_told(ran):
    """The message says which there are."""
    assert "there is no card 'nobody'; there are: hanako, jiro, " in ran.text
    assert "jpki_citizen takes one argument: jpki_citizen(name)" in ran.text
    assert "jpki_clock: '2031-13-01' is no time" in ran.text
    assert "pin_budget takes one argument: pin_budget(tries)" in ran.text
    assert "explode" in ran.section("ERROR at setup of test_with_a_fault_nobody_knows")


def test_several_processes_share_nothing(tmp_path):
    """Under pytest-xdist each process has its own world and service."""
    ran = run(tmp_path, THEIRS, "-n", "2", "--dist", "load")

    assert ran.outcomes == EXPECTED, ran.text


def test_the_marks_are_known(tmp_path):
    """`--strict-markers` lets them pass, `--markers` explains them."""
    ran = run(tmp_path, THEIRS, "--strict-markers", "--markers")

    assert "@pytest.mark.jpki_citizen(name)" in ran.text
    assert "@pytest.mark.pin_budget(tries)" in ran.text


def test_a_project_that_uses_none_of_it_pays_nothing(tmp_path):
    """Without the fixtures no world is made and no service started."""
    ran = run(tmp_path, "def test_theirs(tmp_path_factory):\n    assert True\n", "--durations=0")

    assert ran.outcomes == {"test_theirs": "passed"}
