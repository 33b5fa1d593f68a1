"""`jpki faults` and --fault: the language on the command line, and OpenSC meeting what it says."""

import json
import re

import pytest

from cardsim.faults.words import WORDS
from tests.cli.calling import CARD, USAGE, YES
from tests.cli.test_serve import serving
from tests.support.opensc import OpenSC
from tests.support.pcscd import PrivatePcscd

PRESENT_PIN = ("pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", "1234")


def run(jpki, *faults, program=PRESENT_PIN):
    """Run a program with Hanako's card and these faults."""
    options = [word for fault in faults for word in ("--fault", fault)]
    return jpki.process("card", "run", *options, "hanako", "--", *program)


def test_the_language_is_listed_in_text_and_in_json(jpki):
    """The same words both ways, each with its example."""
    said, found = jpki("faults"), jpki("faults", "--json").json

    assert [effect["word"] for effect in found["effects"]] == [word.word for word in WORDS]
    for effect in found["effects"]:
        assert effect["example"] in said.stdout
    assert "verify" in found["names"]["KIND"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("status 6F00 before verify", "Card command failed"),
        ("truncate 1 at verify", "Transmit failed"),
        ("cut before verify", "Transmit failed"),
        ("cut after-save-of verify", "Transmit failed"),
        ("remove before verify", "Card removed"),
        ("reset cold before verify", "Card reset"),
        ("fail comm-error before verify", "Transmit failed"),
        ("fail comm-data-lost after verify", "Transmit failed"),
        ("fail timeout before verify", "Transmit failed"),
    ],
)
def test_opensc_tells_what_went_wrong(jpki, fault, told):
    """In its own words."""
    said = run(jpki, fault)

    assert said.status != 0
    assert told in said.stderr


@pytest.mark.parametrize(
    "fault",
    ["unplug before verify", "fail no-smartcard before connect every", "flip 0.0 at verify"],
)
def test_opensc_fails_where_it_has_no_word_for_it(jpki, fault):
    """It ends without success, which is what counts."""
    assert run(jpki, fault).status != 0


def test_opensc_gets_over_a_reader_that_is_taken_for_a_moment(jpki):
    """Libpcsclite and OpenSC try again, and the PIN is presented once."""
    said = run(jpki, "fail sharing-violation before begin-transaction")

    assert said.status == 0


@pytest.mark.parametrize(
    ("fault", "left"), [("cut before-save-of verify", "3"), ("cut after-save-of verify", "2")]
)
def test_a_try_is_spent_as_the_fault_says(jpki, fault, left):
    """The next run finds on the disk what was saved when the power went."""
    run(jpki, fault)

    listed = run(jpki, program=("pkcs15-tool", "--list-pins")).stdout

    assert re.findall(r"Tries left\s*: (\d+)", listed)[0] == left


def test_several_faults_can_be_given(jpki):
    """Each counts for itself."""
    said = run(jpki, "status 6F00 before verify 2", "remove before verify")

    assert "Card removed" in said.stderr


def test_a_fault_that_is_none_is_a_usage_error(jpki):
    """With the word that is wrong, and what may stand there; nothing is run."""
    said = jpki("card", "run", "--fault", "status 6F00 during verify", "hanako", "--", "true")

    assert said.status == USAGE
    assert "word 3, 'during': a moment of status is one of before, after" in said.stderr


def test_a_card_that_is_served_has_its_faults(jpki):
    """Programs started elsewhere meet them; a second card counts for itself."""
    with serving(jpki, "--fault", "status 6F00 before verify", "hanako", "--json") as process:
        found = json.loads(process.stdout.readline())
        OpenSC(found["environment"]).pkcs15_tool(*PRESENT_PIN[1:], expect=255)
        OpenSC(found["environment"]).pkcs15_tool(*PRESENT_PIN[1:])


def test_a_card_plugged_into_vpcd_has_its_faults(jpki):
    """Those that can exist there."""
    with (
        PrivatePcscd() as pcscd,
        serving(
            jpki,
            "--fault",
            "status 6F00 before verify",
            "hanako",
            "--vpcd",
            f"127.0.0.1:{pcscd.port}",
        ),
    ):
        pcscd.wait_card(1)
        OpenSC(pcscd.environment).pkcs15_tool(*PRESENT_PIN[1:], expect=255)
        OpenSC(pcscd.environment).pkcs15_tool(*PRESENT_PIN[1:])


def test_what_vpcd_cannot_do_is_refused(jpki):
    """A return code of PC/SC is not vpcd's to give."""
    said = jpki(
        "card", "serve", "--fault", "fail timeout before verify", "hanako", "--vpcd", "127.0.0.1:1"
    )

    assert said.status == USAGE
    assert "over vpcd this cannot happen: fail timeout before verify 1" in said.stderr
    assert "our own PC/SC service" in said.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--fault", "crl stale", "hanako", "--", "true"),
        ("serve", "--fault", "ocsp 503", "hanako"),
        ("serve", "--fault", "crl stale", "hanako", "--vpcd", "127.0.0.1:1"),
    ],
    ids=["run", "serve", "vpcd"],
)
def test_what_a_reader_cannot_do_is_refused_with_where_it_can_happen(jpki, words):
    """It would never strike, and the program would seem to get over it."""
    said = jpki("card", *words)

    assert said.status == USAGE
    assert f"this cannot happen: {words[2]}" in said.stderr
    assert "a service that gives revocation lists or answers OCSP" in said.stderr


def test_a_fault_that_is_refused_leaves_no_trace(jpki, tmp_path):
    """Nothing is begun."""
    file = tmp_path / "x.trace"
    said = jpki("card", "run", "--fault", "crl stale", "--trace", str(file), "hanako", "--", "true")

    assert (said.status, file.exists()) == (USAGE, False)


@pytest.mark.parametrize(
    ("number", "told"),
    [("JP-075", "Card memory failure"), ("JP-077", "Transmit failed"), ("JP-082", "")],
)
def test_a_card_of_the_catalogue_brings_its_faults(jpki, number, told):
    """Each time it is put into a reader; the entry says so."""
    jpki("catalogue", "make", number)

    shown = jpki("catalogue", "show", number, "--json").json["faults"]
    said = [jpki.process("card", "run", number.lower(), "--", *PRESENT_PIN) for _ in range(2)]

    assert shown
    assert [run.status != 0 for run in said] == [True, True]
    assert told in said[0].stderr


def test_a_card_with_faults_can_be_used_without_a_reader(jpki):
    """In this process a power cut is a lost connection, told in one line."""
    jpki("catalogue", "make", "JP-077")

    said = jpki("pin", "verify", "--card", "jp-077", "auth", environment={"JPKI_AUTH_PIN": "1234"})

    assert (said.status, said.error) == (
        CARD,
        "jpki: the card does not answer any more; reset it",
    )


def test_without_a_fault_everything_is_well(jpki):
    """The same program on the same card."""
    assert run(jpki).status == YES
