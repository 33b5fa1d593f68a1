"""What the schema of a catalogue cannot say: words without a meaning, things that do not fit.

    objections(entry)    each is the field of the entry and what is wrong there

Not here: form (`catalogue.schema.json`), what depends on the world (`making`). No value comes
back that may be a name. Called by `reading`.
"""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date

from cardsim.world.cards import CardKind
from cardsim.world.catalogue.entry import CardSpec, Entry, HolderSpec, Secret, Step
from cardsim.world.media import objection
from jpki.people import BirthDate
from jpki.profiles.kinds import Kind
from jpki.verify import card_face_rules, rules

_RULES = frozenset(rule.id for rule in (*rules.ALL, *card_face_rules.ALL))
_PRINTED = frozenset(
    {
        Secret.TEXT_NUMBER_A,
        Secret.TEXT_NUMBER_B,
        Secret.BIRTH_DATE,
        Secret.VISUAL_NUMBER_A,
        Secret.VISUAL_NUMBER_B,
    }
)
"""On every card of plastic, also where no PIN was ever set."""


def objections(entry: Entry) -> Iterator[str]:
    """Give what is wrong with an entry, the field first; nothing when all is well."""
    yield from _holder(entry.holder)
    yield from _card(entry.card)
    yield from _revoked(entry)
    yield from _answers(entry)
    for subject, words in entry.verdicts.items():
        outcome, _, rule = words.partition(": ")
        if outcome in {"bad", "cannot-tell"} and rule not in _RULES:
            yield f"verdicts.{subject.value}: there is no rule {rule}"
    for number, step in enumerate(entry.dialogue):
        for why in _step(step, entry.card):
            yield f"dialogue: step {number + 1}: {why}"


def secrets_of(card: CardSpec) -> frozenset[Secret]:
    """Give the secrets such a card has, set by its issuer.

    A holder under 15 has no signing certificate, and no password for it: known when it is made.
    """
    if card.kind is not CardKind.MY_NUMBER:
        return frozenset()
    missing = set() if Kind.SIGN in card.certificates else {Secret.SIGN}
    if card.token.is_phone:
        return frozenset({Secret.AUTH, Secret.SIGN} - missing)
    if not card.pins:
        return _PRINTED
    if not card.licence:
        missing.add(Secret.LICENCE)
    return frozenset(set(Secret) - missing)


def _holder(holder: HolderSpec) -> Iterator[str]:
    if holder.same_as and holder != HolderSpec(same_as=holder.same_as):
        yield "holder: nothing may stand beside same_as"
    if holder.born and holder.age is not None:
        yield "holder: born and age exclude each other"
    if holder.born and not _can_be_born(holder.born):
        yield "holder.born: there is no such day, or not in that era"


def _can_be_born(text: str) -> bool:
    try:
        born = BirthDate.parse(text) if text.isdigit() else BirthDate.of(date.fromisoformat(text))
    except ValueError:
        return False
    is_whole = all((born.year, born.month, born.day))
    return born.era_agrees and (born.calendar_date is not None or not is_whole)


def _card(card: CardSpec) -> Iterator[str]:
    if card.kind is not CardKind.MY_NUMBER:
        # What both kinds of card have: a place, an owner, and faults.
        own = {"kind", "faults"}
        usual = CardSpec()
        for each in fields(CardSpec):
            if each.name not in own and getattr(card, each.name) != getattr(usual, each.name):
                yield f"card.{each.name}: no such thing on a card of kind {card.kind.value}"
        return
    why = objection(
        card.token,
        card.atr,
        has_pins=card.pins,
        has_more=card.licence or card.long_form or card.older,
    )
    if why is not None:
        yield f"card: {why}"
    if card.token.is_phone and card.defect is not None and card.defect.is_of_the_face:
        yield f"card.defect: a phone has no face to be {card.defect.value}"
    if card.impostor and card.renews:
        yield "card.renews: an impostor's certificates replace none of the world's"
    has = secrets_of(card)
    for secret in card.tries_left:
        if secret not in has:
            yield f"card.tries_left: the card has no secret {secret.label}"


def _revoked(entry: Entry) -> Iterator[str]:
    card = entry.card
    for number, event in enumerate(entry.revoked):
        if card.kind is not CardKind.MY_NUMBER or event.kind not in card.certificates:
            yield f"revoked.{number}: there is no {event.kind.value} certificate on the card"
        elif card.impostor:
            yield f"revoked.{number}: no authority of the world has issued that certificate"


def _answers(entry: Entry) -> Iterator[str]:
    card = entry.card
    if card.kind is CardKind.MUTE and entry.answers:
        yield "answers: a mute card does not, so this must be false"
    if card.kind is not CardKind.MUTE and not entry.answers and not card.faults:
        yield "answers: nothing keeps this card from it, so this must be true"
    if entry.dialogue and not entry.answers:
        yield "dialogue: a card that does not answer to reset hears no command"


def _step(step: Step, card: CardSpec) -> Iterator[str]:
    has = secrets_of(card)
    labels = {secret.label for secret in Secret}
    for label in step.secrets:
        if label not in labels:
            yield f"there is no secret {label}; there are {', '.join(sorted(labels))}"
        elif Secret.named(label) not in has:
            yield f"the card has no secret {label}"
    for name, text in (("send", step.filled(_some_bytes, _some_bytes)), ("data", step.data)):
        try:
            bytes.fromhex(text)
        except ValueError:
            yield f"{name} is not in whole bytes of two hexadecimal digits"


def _some_bytes(_label: str) -> str:
    return " 00 "
