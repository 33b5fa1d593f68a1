"""Catalogue files: YAML (or JSON, which is YAML too) held against the published schema.

    load(path)      a file of anybody's
    built_in()      the catalogue that comes with the program, JP-001 and so on

Anything wrong is refused whole, with the place in the file; nothing is guessed or mended.
Not here: what the words mean (`entry`, `catalogue.schema.json`), what goes together (`checking`).
Called by the command line and by `jpki.catalogue` users in Python.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode

from cardsim.faults import Fault, FaultSyntaxError, parse
from cardsim.world.cards import CardKind
from cardsim.world.catalogue.checking import objections
from cardsim.world.catalogue.entry import (
    Advice,
    CardSpec,
    Entry,
    HolderSpec,
    IssueDay,
    RevocationSpec,
    Secret,
    Step,
    Subject,
)
from cardsim.world.defects import Defect
from cardsim.world.errors import WorldError
from cardsim.world.media import usual_family
from jpki.card.layout import AtrFamily, TokenKind
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason

SCHEMA_FILE = "catalogue.schema.json"
BUILT_IN_FILE = "catalogue.yaml"
BUILT_IN_PREFIX = "JP-"
"""Numbers of the built-in catalogue; nobody else's begin so."""
_MOST_OCTETS = 1 << 22
"""Of a file: thousands of entries."""
_MOST_VALUES = 1 << 19
"""In as many octets, what aliases stand for counted wherever they stand: they may multiply."""


class CatalogueError(WorldError):
    """A catalogue file that cannot be used; the message names the place."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The entries of one file, in its order."""

    entries: tuple[Entry, ...]

    def entry(self, number: str) -> Entry:
        """Give the entry of a number, in either case; raises `CatalogueError`."""
        for entry in self.entries:
            if entry.number == number.upper():
                return entry
        first, last = self.entries[0].number, self.entries[-1].number
        raise CatalogueError(f"there is no entry {number!r}; there are {first} to {last}")

    def chosen(self, numbers: Iterable[str]) -> tuple[Entry, ...]:
        """Give the entries of these numbers, none of them for all, each behind those it needs.

        An entry needs the one whose holder it shares. Raises `CatalogueError`.
        """
        wanted = {self.entry(number).number for number in numbers} or {
            entry.number for entry in self.entries
        }
        # An entry stands behind the one it names, so one pass from the end finds them all.
        for entry in reversed(self.entries):
            if entry.number in wanted and entry.holder.same_as:
                wanted.add(entry.holder.same_as)
        return tuple(entry for entry in self.entries if entry.number in wanted)


def schema() -> dict[str, Any]:
    """Give the published JSON Schema (draft 2020-12) of catalogue files."""
    found: dict[str, Any] = json.loads(_resource(SCHEMA_FILE))
    return found


@cache
def built_in() -> Catalogue:
    """Give the catalogue that comes with the program."""
    document = _checked(_resource(BUILT_IN_FILE), BUILT_IN_FILE)
    return _catalogue(document, document.get("dialogues", {}), BUILT_IN_FILE)


def load(path: Path) -> Catalogue:
    """Read a file of entries of one's own; raises `CatalogueError`."""
    try:
        with path.open("rb") as file:
            octets = file.read(_MOST_OCTETS + 1)
        text = octets.decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise CatalogueError(f"{path} cannot be read: {reason}") from None
    if len(octets) > _MOST_OCTETS:
        raise CatalogueError(
            f"{path} has more than {_MOST_OCTETS} octets, too many for a catalogue"
        )
    document = _checked(text, str(path))
    for entry in document["entries"]:
        if entry["number"].startswith(BUILT_IN_PREFIX):
            raise CatalogueError(
                f"{path}: {entry['number']}: {BUILT_IN_PREFIX} is the built-in catalogue's;"
                " take letters of your own, as in MY-001"
            )
    known = _checked(_resource(BUILT_IN_FILE), BUILT_IN_FILE).get("dialogues", {})
    return _catalogue(document, {**known, **document.get("dialogues", {})}, str(path))


def _resource(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _checked(text: str, where: str) -> dict[str, Any]:
    """Parse a file and hold it against the schema."""
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.Constructor = _Constructor
        document = _dates_as_text(yaml.load(text))
    except MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f" line {error.problem_mark.line + 1}:"
        raise CatalogueError(f"{where}:{line} {error.problem or error.context}") from None
    except YAMLError as error:
        raise CatalogueError(f"{where}: {error}") from None
    except RecursionError:
        # Without an end where an alias stands in what it names.
        raise CatalogueError(f"{where} is nested too deep") from None
    if worst := best_match(Draft202012Validator(schema()).iter_errors(document)):
        raise CatalogueError(f"{where}: {_place(document, worst)}: {_message(worst)}")
    checked: dict[str, Any] = document
    return checked


class _Constructor(SafeConstructor):
    """Makes values of what was parsed, where there are not too many."""

    def construct_document(self, node: Any) -> Any:
        """Raise `YAMLError` instead, before any is made."""
        if _values_in(node, {}) > _MOST_VALUES:
            raise YAMLError(f"it has more than {_MOST_VALUES} values, too many for a catalogue")
        return super().construct_document(node)


def _values_in(node: Any, known: dict[int, int]) -> int:
    if isinstance(node, ScalarNode):
        return 1
    if id(node) not in known:
        inner = chain.from_iterable(node.value) if isinstance(node, MappingNode) else node.value
        known[id(node)] = 1 + sum(_values_in(one, known) for one in inner)
    return known[id(node)]


def _dates_as_text(value: Any) -> Any:
    """YAML makes dates of what looks like one; here every date is text."""
    if isinstance(value, dict):
        return {key: _dates_as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _place(document: Any, error: ValidationError) -> str:
    """Name the entry by its number and the field by its path."""
    path = list(error.absolute_path)
    if path[:1] == ["entries"] and len(path) > 1:
        entry = document["entries"][path[1]]
        number = entry.get("number") if isinstance(entry, dict) else None
        rest = ".".join(str(part) for part in path[2:])
        return f"{number or f'entry {int(path[1]) + 1}'}{f' {rest}' if rest else ''}"
    return ".".join(str(part) for part in path) or "the file"


def _message(error: ValidationError) -> str:
    """Say what the schema wants; values stay out, they may be names."""
    expected: Any = error.validator_value
    match error.validator:
        case "required" | "additionalProperties":
            return error.message
        case "enum":
            return f"must be one of {', '.join(map(str, expected))}"
        case "type":
            return f"must be of type {expected} (a number where text is wanted needs quotes)"
        case "oneOf":
            return "has none of the forms allowed here"
        case rule:
            return f"must satisfy {rule} {expected}"


def _catalogue(document: Mapping[str, Any], dialogues: Mapping[str, Any], where: str) -> Catalogue:
    entries: list[Entry] = []
    for raw in document["entries"]:
        entry = _entry(raw, dialogues, where)
        if any(entry.number == other.number for other in entries):
            raise CatalogueError(f"{where}: {entry.number} is there twice")
        shared = entry.holder.same_as
        if shared and not any(shared == o.number and not o.holder.same_as for o in entries):
            raise CatalogueError(
                f"{where}: {entry.number} holder.same_as: no entry {shared} with a holder of its"
                " own stands before it"
            )
        entries.append(entry)
    return Catalogue(tuple(entries))


def _entry(raw: Mapping[str, Any], dialogues: Mapping[str, Any], where: str) -> Entry:
    number = raw["number"]
    entry = Entry(
        number=number,
        title=raw["title"],
        japanese=raw["japanese"],
        holder=HolderSpec(**raw["holder"]),
        card=_card(raw["card"], f"{where}: {number} card"),
        revoked=tuple(
            RevocationSpec(
                Kind(each["certificate"]),
                RevocationReason.named(each["reason"]),
                each.get("days_ago", 0),
            )
            for each in raw.get("revoked", ())
        ),
        answers=raw.get("answers", True),
        verdicts={subject: raw["verdicts"][subject.value] for subject in Subject},
        dialogue=tuple(_steps(raw.get("dialogue", ()), dialogues, f"{where}: {number} dialogue")),
        advice=Advice(**raw["advice"]),
    )
    for objection in objections(entry):
        raise CatalogueError(f"{where}: {number} {objection}")
    return entry


def _card(raw: Mapping[str, Any], where: str) -> CardSpec:
    atrs = {family.label: family for family in AtrFamily}
    token = TokenKind[raw.get("token", "card").upper()]
    atr = raw.get("atr", usual_family(token).label)
    if atr not in atrs:
        raise CatalogueError(f"{where}.atr: there is no family {atr}; there are {', '.join(atrs)}")
    return CardSpec(
        kind=CardKind(raw.get("kind", CardKind.MY_NUMBER.value)),
        token=token,
        atr=atrs[atr],
        issued=IssueDay(**raw.get("issued", {})),
        ends_in_days=raw.get("ends_in_days"),
        certificates=tuple(map(Kind, raw.get("certificates", Kind))),
        pins=raw.get("pins", True),
        renews=raw.get("renews", False),
        licence=raw.get("licence", False),
        long_form=raw.get("long_form", False),
        older=raw.get("older", False),
        impostor=raw.get("impostor", False),
        defect=Defect(raw["defect"]) if "defect" in raw else None,
        tries_left={Secret.named(name): left for name, left in raw.get("tries_left", {}).items()},
        faults=tuple(_faults(raw.get("faults", ()), f"{where}.faults")),
    )


def _faults(raw: Iterable[str], where: str) -> Iterator[Fault]:
    for number, text in enumerate(raw):
        try:
            yield parse(text)
        except FaultSyntaxError as error:
            raise CatalogueError(f"{where}.{number}: {error}") from None


def _steps(raw: Iterable[Any], dialogues: Mapping[str, Any], where: str) -> Iterator[Step]:
    for each in raw:
        if not isinstance(each, str):
            yield Step(**each)
        elif each in dialogues:
            yield from (Step(**step) for step in dialogues[each])
        else:
            raise CatalogueError(f"{where}: there is no dialogue {each!r}")
