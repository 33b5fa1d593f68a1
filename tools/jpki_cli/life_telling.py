"""What happened, told: rows for --json, lines for people; no name, address or 個人番号 in either.

Not here: what is asked for (`ca_event`, `ca_history`, `world_clock`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jpki.profiles.kinds import Kind
from jpki.profiles.validity import JST

if TYPE_CHECKING:
    from cardsim.world import World
    from cardsim.world.life.effects import Effect
    from cardsim.world.life.events import EventKind
    from cardsim.world.life.journal import Entry
    from jpki.ca import CertificateRecord


def entry_row(entry: "Entry") -> dict[str, Any]:
    """Give one event for --json; one that no journal holds has no number (None)."""
    event = entry.event
    return {
        "number": entry.number or None,
        "at": entry.moment.isoformat(),
        "event": event.kind.value,
        "who": event.who or None,
        "card": event.card,
        "kinds": [kind.value for kind in event.kinds],
        "serial": event.serial,
        "steps": [step_row(effect) for effect in entry.effects],
    }


def step_row(effect: "Effect") -> dict[str, Any]:
    """Give one step for --json: what the register now holds of somebody is left out."""
    from cardsim.world.life.codec import effect_row

    return {name: value for name, value in effect_row(effect).items() if name != "resident"}


def entry_lines(entries: Iterable["Entry"]) -> list[str]:
    """Give the lines for people: one for each event, and one below it for each step."""
    return [line for entry in entries for line in _lines(entry)]


def clock_text(moment: datetime) -> str:
    """Give a moment as people read it, in Japan."""
    return f"{moment.astimezone(JST):%Y-%m-%d %H:%M:%S}"


def role(world: "World", kind: Kind, record: "CertificateRecord") -> str:
    """Say whose a certificate is: a "holder"'s, the "CA"'s own, or its "OCSP" responder's."""
    if record.holder:
        return "holder"
    own = {generation.serial for generation in world.published[kind].generations}
    return "CA" if record.serial in own else "OCSP"


def whose(row: dict[str, Any]) -> str:
    """Give the holder of a row that has both, or the `role` in brackets."""
    return row["holder"] or f"({row['role']})"


def _lines(entry: "Entry") -> list[str]:
    from cardsim.world.life.table import TABLE

    event = entry.event
    about = [event.who, *([f"card {event.card}"] if event.card and event.card != event.who else [])]
    about += [kind.value for kind in event.kinds]
    about += [str(event.serial)] if event.serial is not None else []
    words = " ".join(each for each in about if each)
    head = f"{clock_text(entry.moment)}  {event.kind.value:<20} {TABLE[event.kind].japanese}"
    steps = (_step(event.kind, effect) for effect in entry.effects)
    return [f"{head}  {words}".rstrip(), *(f"    {step}" for step in steps)]


def _step(kind: "EventKind", effect: "Effect") -> str:
    row = step_row(effect)
    row["named"] = Kind(row["kind"]).japanese if "kind" in row else ""
    row["listed"] = ", ".join(row.get("kinds", ())) or "no certificate"
    row["what"] = "a card" if row.get("new_card") else "certificates"
    row["old"] = "".join(f"; renews {serial}" for _, serial in row.get("renews", ()))
    words = _OF_THE_NIGHT if kind.value == "night" else {}
    return words.get(row["do"], _STEPS[row["do"]]).format(**row)


_STEPS = {
    "WriteDown": "register: {who} is written down, with the cards on record",
    "Enter": "register: the entry of {who}",
    "Renumber": "register: {who} has another 個人番号",
    "Revoke": "revoked {named} {serial}: {reason}",
    "Stand": "card {card}: {standing}",
    "Rewrite": "card {card}: text and face as the register has them",
    "SetPins": "card {card}: PINs set",
    "SetSignPin": "card {card}: the password for signing set",
    "ClearPins": "card {card}: without PINs",
    "Apply": "asked for {what}: card {card} ({listed}), for the night",
    "Issue": "issued for card {card}: {listed}{old}",
    "Lapse": "nothing comes of it: {why}",
    "AddGeneration": "{kind} authority: generation {number}",
    "Publish": "lists published",
}
_OF_THE_NIGHT = {"Lapse": "not every list came out: {why}"}
"""What is said otherwise of a night, of which something may have come all the same."""
