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


def test_every_file_has_a_fact():
    """A file nobody can say anything about has no place on the card."""
    by_aid = {ap.aid: SHORT_NAMES.get(ap, ap.japanese) for ap in Ap}
    names = [
        f"{by_aid[application.aid]} EF {ef:04X}"
        for application in build_applications(whole_image())
        for ef in application.files
    ]

    missing = [name for name in names if not any(each.startswith(name) for each in SUBJECTS)]

    assert names
    assert missing == []


def test_every_data_object_has_a_fact():
    """Also those that answer outside the issuer's domain."""
    tags = {tag for each in build_applications(whole_image()) for tag in each.data_objects}

    assert {f"ISD GET DATA {tag:04X}" for tag in tags} <= set(SUBJECTS)


def test_every_instruction_has_a_fact():
    """By class and instruction, those under secure messaging too."""
    assert set(INSTRUCTION_ROWS) == set(INSTRUCTIONS)


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("CLA 08", "86 is 01 and the cryptogram"),
        ("CLA 08", "96 is 00 and two bytes"),
        ("CLA 08", "one object"),
        ("PIN NUMBER_A", "個人番号"),
        ("PIN NUMBER_B", "western year of expiry"),
        ("PIN BIRTH_DATE", "和暦"),
        ("PIN BIRTH_DATE", "000000, 400300"),
    ],
)
def test_what_a_client_must_put_together_has_a_fact(subject, said):
    """The objects of secure messaging, and the secrets printed on the card."""
    assert [f for f in card_facts() if f.subject == subject and said in f.statement]


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
