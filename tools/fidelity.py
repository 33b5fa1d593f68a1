"""Write docs/fidelity.md: every command, file and status word of the card, how sure each is.

`python tools/fidelity.py` writes the page, `--check` says by its exit status whether it is as the
code has it. Not here: a single fact; they stand beside the constants (`card_facts`).
Called by `make docs` and by a test.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pages import write_or_check

from cardsim.mynumber import card_facts
from cardsim.mynumber.instruction_facts import instruction_facts
from jpki.card.layout import Ap, Fact, guesses
from jpki.sources import Grade

PAGE = Path(__file__).parents[1] / "docs" / "fidelity.md"

_PLACES = {
    "JPKI": Ap.JPKI,
    "token": Ap.JPKI,
    "phone": Ap.JPKI,
    "ISD": Ap.ISD,
    **{ap.japanese: ap for ap in Ap},
}
"""How the subject of a fact about one application begins."""
_CARD, _COMMANDS, _WORDS = "the card as a whole", "commands", "status words"
_WHOLE_CARD = ("AID", "ATR", "PIN", "CV", "session")

_SUBJECT_WORDS = 3
"""So many name a file: `JPKI EF 0001`; what follows is its name."""

_INTRODUCTION = """# Fidelity

What this card takes for true, with the source of each fact and how sure it is. **This page is
generated** (`make docs`); the facts stand beside the constants in the code. Keys of sources, and
what a grade means: [references.md](references.md). Bold grades are guesses: no source states the
fact, and whoever has a real card may know better.
"""


def place_of(fact: Fact) -> str:
    """Name the part of the card that a fact is about."""
    first = fact.subject.split()[0].rstrip(",")
    if first == "SW":
        return _WORDS
    if first in _PLACES:
        return _PLACES[first].japanese
    return _CARD if first in _WHOLE_CARD else _COMMANDS


def render() -> str:
    """Give the page."""
    facts = list(card_facts())
    by_place: dict[str, list[Fact]] = {}
    for fact in facts:
        by_place.setdefault(place_of(fact), []).append(fact)
    places = [_COMMANDS, *(ap.japanese for ap in Ap), _WORDS, _CARD]
    parts = [_INTRODUCTION, _summary(facts, places, by_place)]
    parts.append(_section("Instructions, and where each does something", instruction_facts()))
    instructions = set(instruction_facts())
    for place in places:
        rest = [fact for fact in by_place[place] if fact not in instructions]
        # One subject stands together; of each, what it is comes before how it behaves.
        rest.sort(key=lambda fact: fact.subject.split()[:_SUBJECT_WORDS])
        parts.append(_section(f"{place[0].upper()}{place[1:]}", rest))
    return "\n".join(parts)


def _summary(facts: list[Fact], places: Iterable[str], by_place: dict[str, list[Fact]]) -> str:
    guessed = len(guesses(facts))
    grades = list(Grade)
    lines = [
        f"{len(facts)} facts, of which {guessed} are guesses.\n",
        "| | " + " | ".join(_grade(grade) for grade in grades) + " | facts | guesses |",
        "|---" * (len(grades) + 3) + "|",
    ]
    lines += [_count(place, by_place[place], grades) for place in places]
    lines.append(_count("all", facts, grades))
    return "\n".join(lines) + "\n"


def _count(name: str, facts: list[Fact], grades: list[Grade]) -> str:
    counted = Counter(fact.source.grade for fact in facts)
    numbers = [counted[grade] for grade in grades] + [len(facts), len(guesses(facts))]
    return f"| {name} | " + " | ".join(map(str, numbers)) + " |"


def _section(title: str, facts: Iterable[Fact]) -> str:
    return f"## {title}\n\n" + "\n".join(_table(facts)) + "\n"


def _table(facts: Iterable[Fact]) -> Iterator[str]:
    yield "| about | what | source | grade |"
    yield "|---|---|---|---|"
    for fact in facts:
        cells = (fact.subject, fact.statement, fact.source.reference, _grade(fact.source.grade))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _grade(grade: Grade) -> str:
    is_guess = grade in {Grade.TABLE, Grade.DEDUCED, Grade.ASSUMED}
    return f"**{grade.value}**" if is_guess else grade.value


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, render, about=__doc__))
