"""docs/faults.md says what the language says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from jpki_cli.main import cli

from cardsim.faults import parse
from cardsim.faults.words import GRAMMAR, WORDS, lines

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r'(?:--fault |faults: \[|parse_all\(\[)"([^"]+)"', PAGE)


def test_the_tables_are_those_of_the_language():
    """Whoever changes a word, or a PC/SC code, runs `make docs`."""
    check = [sys.executable, "tools/faults_page.py", "--check"]

    done = subprocess.run(check, cwd=ROOT, check=False)

    assert done.returncode == 0
    assert GRAMMAR in PAGE


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_of_the_page_is_a_fault(example):
    """As it stands in commands, in Python and in a catalogue."""
    assert str(parse(example)).split()[0] == example.split()[0]


def test_the_page_has_an_example_of_each_way():
    """Command line, Python, catalogue."""
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.word)
def test_the_command_shows_every_word_with_an_example(word):
    """What is on the screen is what is in the table."""
    text = "\n".join(lines())

    assert word.form in text
    assert word.example in text
    assert word.meaning in text


def test_the_help_of_run_names_the_language():
    """Whoever reads `jpki card run --help` finds the way."""
    run = cli.get_command(None, "card").get_command(None, "run")
    [option] = [param for param in run.params if "--fault" in param.opts]

    assert "`jpki faults`" in option.help
