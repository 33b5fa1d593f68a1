"""Events and their steps as JSON values and back, for the journal.

What it is: one row a value; a row this does not know is refused, never guessed at.
What it is not: a file (`journal`).
Called by `journal`.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import Enum
from typing import Any

from cardsim.world.cards import CardStanding
from cardsim.world.life import effects
from cardsim.world.life.events import Event, EventKind
from cardsim.world.life.residents import Resident
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason


def event_row(event: Event) -> dict[str, Any]:
    """Give an event as JSON values. What it says of somebody stands in the steps, not here."""
    return {
        "kind": event.kind.value,
        "who": event.who,
        "card": event.card,
        "kinds": [kind.value for kind in event.kinds],
        "serial": event.serial,
        "application": event.application,
    }


def event_of(row: Mapping[str, Any]) -> Event:
    """Read an event; raises `KeyError`, `TypeError` or `ValueError`."""
    return Event(
        kind=EventKind(row["kind"]),
        who=row["who"],
        card=row["card"],
        kinds=_kinds(row["kinds"]),
        serial=row["serial"],
        application=row["application"],
    )


def effect_row(effect: effects.Effect) -> dict[str, Any]:
    """Give a step as JSON values."""
    values = {each.name: _plain(getattr(effect, each.name)) for each in fields(effect)}
    return {"do": type(effect).__name__, **values}


def effect_of(row: Mapping[str, Any]) -> effects.Effect:
    """Read a step; raises `KeyError`, `TypeError` or `ValueError`."""
    kind = _EFFECTS[row["do"]]
    values = {name: value for name, value in row.items() if name != "do"}
    read = {name: _READERS.get(name, _same)(value) for name, value in values.items()}
    return kind(**read)


def _plain(value: Any) -> Any:
    if isinstance(value, Resident):
        return value.to_row()
    if isinstance(value, RevocationReason):
        return value.rfc_name
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _same(value: Any) -> Any:
    return value


def _kinds(values: Any) -> tuple[Kind, ...]:
    return tuple(Kind(value) for value in values)


_EFFECTS: Mapping[str, Callable[..., effects.Effect]] = {
    each.__name__: each
    for each in (
        effects.WriteDown,
        effects.Enter,
        effects.Renumber,
        effects.Revoke,
        effects.Stand,
        effects.Rewrite,
        effects.SetPins,
        effects.SetSignPin,
        effects.ClearPins,
        effects.Apply,
        effects.Issue,
        effects.Lapse,
        effects.AddGeneration,
        effects.Publish,
    )
}
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "resident": Resident.from_row,
    "kind": Kind,
    "kinds": _kinds,
    "reason": RevocationReason.named,
    "standing": CardStanding,
    "renews": lambda rows: tuple((Kind(kind), int(serial)) for kind, serial in rows),
}
