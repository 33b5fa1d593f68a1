"""docs/fidelity.md says what the code takes for true, all of it, and is never behind the code."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from cardsim.mynumber import card_facts
from cardsim.mynumber.applications import build_applications
from cardsim.mynumber.commands import INSTRUCTIONS
from cardsim.mynumber.instruction_facts import INSTRUCTION_ROWS
from jpki.card.layout import Ap, guesses
from jpki.card.layout.status import CardStatus
from jpki.card.layout.status_words import STATUS_WORDS, shown
from jpki.iso7816 import SW
from jpki.sources import Grade
from tests.support.whole import whole_image

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "fidelity.md").read_text(encoding="utf-8")
SHORT_NAMES = {Ap.JPKI: "JPKI", Ap.ISD: "ISD"}
SUBJECTS = [fact.subject for fact in card_facts()]


def test_the_page_is_as_the_code_has_it():
    """Whoever changes a fact runs `make docs`."""
    check = [sys.executable, "tools/fidelity.py", "--check"]

    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def files_of_the_whole_card():
    """Give application and EF, with a name for the test."""
    for application in build_applications(whole_image()):
        ap = next(ap for ap in Ap if ap.aid == application.aid)
        for ef in application.files:
            yield pytest.param(ap, ef, id=f"{ap.name} {ef:04X}")


@pytest.mark.parametrize(("ap", "ef"), list(files_of_the_whole_card()))
def test_every_file_has_a_fact(ap, ef):
    """A file nobody can say anything about has no place on the card."""
    begins = f"{SHORT_NAMES.get(ap, ap.japanese)} EF {ef:04X}"

    assert [subject for subject in SUBJECTS if subject.startswith(begins)]


def test_every_data_object_has_a_fact():
    """Also those that answer outside the issuer's domain."""
    tags = {tag for each in build_applications(whole_image()) for tag in each.data_objects}

    assert {f"ISD GET DATA {tag:04X}" for tag in tags} <= set(SUBJECTS)


def test_every_instruction_has_a_fact():
    """By class and instruction, those under secure messaging too."""
    assert set(INSTRUCTION_ROWS) == set(INSTRUCTIONS)


@pytest.mark.parametrize("word", [*SW, *CardStatus])
def test_every_status_word_has_a_fact(word):
    """Also those this card never answers."""
    assert word in STATUS_WORDS
    assert f"| SW {shown(word)} |" in PAGE


def test_the_page_counts_facts_and_guesses_by_grade():
    """The last row of its first table adds up."""
    facts = list(card_facts())
    counted = Counter(fact.source.grade for fact in facts)

    row = re.search(r"^\| all \|(.*)\|$", PAGE, re.MULTILINE)[1]

    expected = [*(counted[grade] for grade in Grade), len(facts), len(guesses(facts))]
    assert [int(cell) for cell in row.split("|")] == expected
