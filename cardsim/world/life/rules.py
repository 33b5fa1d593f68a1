"""What may happen to somebody, and what follows: pure, from a life and an event to effects.

What it is: the conditions of each event, and the translation of a row of `table` into steps. No
reason for a revocation stands here.
What it is not: done (`applying`), or kept (`journal`). Dates of validity are the authority's
(`jpki.ca.requests`).
Standard: PKI profile reference sections 1.8, 2.1, 3.3.
Called by `office` and by tests.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time

from cardsim.world.cards import CardStanding
from cardsim.world.citizens import Residence
from cardsim.world.life.conditions import (
    EventRefusedError,
    carried,
    has_good,
    is_good,
    may_have_card,
    not_in_register,
    nothing_waits,
    of_standing,
    one_card,
    usable,
)
from cardsim.world.life.effects import (
    Apply,
    ClearPins,
    Effect,
    Enter,
    Issue,
    Renumber,
    Revoke,
    Rewrite,
    SetPins,
    SetSignPin,
    Stand,
)
from cardsim.world.life.events import OF_A_CARD, OF_THE_CLOCK, OF_THE_REGISTER, Event, EventKind
from cardsim.world.life.lapsing import lapses
from cardsim.world.life.lives import Application, Certificate, Life, Token
from cardsim.world.life.residents import Attributes, Resident
from cardsim.world.life.table import TABLE, CardOutcome
from jpki.ca.revoking import SETTLES_A_HOLD
from jpki.people import UnfitTextError
from jpki.profiles.certificates import end_entity_profile
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.profiles.validity import JST, is_renewal, japanese_date
from jpki.sources import Grade, Source
from jpki.substituting import NoSubstituteError

KEPT_ABROAD_SINCE = datetime.combine(date(2024, 5, 27), time(0), JST).astimezone(UTC)
KEPT_ABROAD_SOURCE = Source("PKI 3.3: since 2024-05-27", Grade.RELIED_ON)
SIGN_NEEDS_AUTH_SOURCE = Source(
    "PKI 1.8: a signing certificate ends with the one for logging in; that none is issued without"
    " is ours",
    Grade.ASSUMED,
)
RENEWAL_WINDOW_SOURCE = Source(
    "PKI 1.8: from three months before; that it is refused sooner is ours", Grade.ASSUMED
)
_BOTH = tuple(Kind)


def decide(life: Life, event: Event, moment: datetime) -> tuple[Effect, ...]:
    """Give what an event does to a person at a moment; raises `EventRefusedError`."""
    if event.kind in OF_THE_CLOCK:
        raise EventRefusedError("clock", f"{event.kind.value} comes with the clock alone")
    if life.last is not None and moment < life.last:
        raise EventRefusedError(
            "time",
            f"something happened to {life.who} at {life.last.astimezone(JST):%Y-%m-%d %H:%M} JST:"
            " nothing can happen before it",
        )
    if event.kind is EventKind.BIRTH:
        if life.resident is not None:
            raise EventRefusedError("register", f"{life.who} is in the register already")
        return (Enter(life.who, _born(event, moment)),)
    resident = _living(life, event)
    if event.kind in OF_THE_REGISTER:
        return _register_event(life, resident, event, moment)
    if event.kind in OF_A_CARD:
        return _CARD_EVENTS[event.kind](life, resident, event, moment)
    return _end_of_stay(life, resident, event, moment)


def settle(life: Life, asked: Application, night: datetime) -> Issue:
    """Decide in the night what comes of an application; raises `EventRefusedError` for nothing.

    Much can have happened since: who has died gets no card, and what was revoked is not renewed.
    What somebody put an end to meanwhile has lapsed already (`lapsing`).
    """
    resident = life.resident
    if resident is None or resident.residence is Residence.DEAD:
        raise EventRefusedError("resident", f"{life.who} is no longer in the register")
    today = japanese_date(night)
    # The age of the day of issue counts, as it does for the authority.
    wanted = [kind for kind in asked.kinds if kind is Kind.AUTH or may_sign(resident, today)]
    if asked.new_card:
        may_have_card(life, resident)
        return Issue(
            asked.number, life.who, asked.card, tuple(wanted), (), asked.applied.isoformat(), True
        )
    token = usable(life, asked.card, night)
    kinds = []
    renews = []
    for kind in wanted:
        now = life.on(token.name, kind)
        if kind is Kind.SIGN and token.without_pins:
            continue
        kinds.append(kind)
        # As of the application: the night may come after the old one's end.
        if now is not None and now.is_good(asked.applied):
            renews.append((kind, now.serial))
    if Kind.SIGN in kinds and Kind.AUTH not in kinds and not has_good(life, token, night):
        kinds.remove(Kind.SIGN)
        renews = [each for each in renews if each[0] is not Kind.SIGN]
    if not kinds:
        raise EventRefusedError("certificate", "none of the certificates can be issued any more")
    return Issue(
        asked.number,
        life.who,
        asked.card,
        tuple(kinds),
        tuple(renews),
        asked.applied.isoformat(),
        False,
    )


def may_sign(resident: Resident, on: date) -> bool:
    """Whether somebody is known to be old enough for a signing certificate (署名用電子証明書)."""
    least = end_entity_profile(Kind.SIGN).minimum_age
    age = resident.age_on(on)
    return least is None or (age is not None and age >= least)


def _born(event: Event, moment: datetime) -> Resident:
    born = _entry(lambda: Resident.born(event.attributes or Attributes()))
    _check_birth(born, moment)
    return born


def _entry(made: Callable[[], Resident]) -> Resident:
    """Make an entry of the register, or say why there can be none such."""
    try:
        return made()
    except NoSubstituteError as error:
        raise EventRefusedError("characters", str(error)) from None
    except UnfitTextError as error:
        raise EventRefusedError(error.rule, str(error)) from None
    except KeyError as error:
        raise EventRefusedError("municipality", f"no municipality has the code {error}") from None
    except ValueError as error:
        raise EventRefusedError("attributes", str(error)) from None


def _check_birth(resident: Resident, moment: datetime) -> None:
    birth = resident.certified.birth_date
    if not birth.era_agrees:
        raise EventRefusedError("birth date", "the era is not that of the date")
    if birth.earliest is not None and birth.earliest > japanese_date(moment):
        raise EventRefusedError("birth date", "it lies in the future")


def _living(life: Life, event: Event) -> Resident:
    if life.resident is None:
        raise not_in_register(life.who)
    if life.resident.residence is Residence.DEAD:
        raise EventRefusedError("death", f"{life.who} has died: no {event.kind.value} any more")
    return life.resident


def _register_event(
    life: Life, resident: Resident, event: Event, moment: datetime
) -> tuple[Effect, ...]:
    """Change somebody's entry; whatever of the four attributes changes ends the signing one."""
    facts = event.attributes or Attributes()
    if event.kind is EventKind.MOVE and not facts.address:
        raise EventRefusedError("attributes", "a move needs the new address")
    if facts.municipality is not None and not facts.address:
        raise EventRefusedError("attributes", "another municipality needs another address")
    after = _entry(lambda: resident.with_attributes(facts))
    _check_birth(after, moment)
    if event.kind is EventKind.MOVE:
        after = replace(after, residence=Residence.RESIDENT)
    if after == resident and event.kind is not EventKind.MARRIAGE:
        raise EventRefusedError("attributes", "nothing changes by that")
    if after.same_attributes(resident):
        return (Enter(life.who, after),)
    return (
        Enter(life.who, after),
        *_revocations(life.certificates, event.kind, moment),
        *_rewritten(life),
    )


def _end_of_stay(
    life: Life, resident: Resident, event: Event, moment: datetime
) -> tuple[Effect, ...]:
    """Death, moving abroad, another number."""
    first: Effect
    if event.kind is EventKind.NUMBER:
        first = Renumber(life.who)
    elif event.kind is EventKind.DEATH:
        first = Enter(life.who, replace(resident, residence=Residence.DEAD))
    else:
        if resident.residence is Residence.ABROAD:
            raise EventRefusedError("residence", f"{life.who} is abroad already")
        first = Enter(life.who, resident.gone_abroad(japanese_date(moment)))
    if event.kind is EventKind.EMIGRATION_WITH_CARD:
        if moment < KEPT_ABROAD_SINCE:
            raise EventRefusedError("date", "cards are kept abroad from 2024-05-27 on only")
        if not any(token.is_card and token.is_usable(moment) for token in life.tokens):
            raise EventRefusedError("card", f"{life.who} has no card to keep")
    steps = (
        first,
        *_revocations(life.certificates, event.kind, moment),
        *lapses(life, event.kind),
    )
    if TABLE[event.kind].card is CardOutcome.REWRITTEN:
        return (*steps, *_rewritten(life))
    return (*steps, *_ended(life))


def _card(life: Life, resident: Resident, event: Event, moment: datetime) -> tuple[Effect, ...]:
    if event.card is None:
        raise EventRefusedError("card", "a new card needs a name")
    may_have_card(life, resident)
    if life.token(event.card) is not None:
        raise EventRefusedError("card", f"{life.who} has a card {event.card!r} already")
    waiting = [asked.card for asked in life.applications if asked.new_card]
    waiting += [each.name for each in life.tokens if each.standing is CardStanding.MADE]
    if waiting:
        raise EventRefusedError("card", f"the card {waiting[0]!r} is on its way already")
    if life.applications:
        raise EventRefusedError("application", "certificates come tonight: ask for a card then")
    old_enough = may_sign(resident, japanese_date(moment))
    return (Apply(event.card, _BOTH if old_enough else (Kind.AUTH,), new_card=True),)


def _handover(life: Life, _: Resident, event: Event, moment: datetime) -> tuple[Effect, ...]:
    token = of_standing(life, event, moment, CardStanding.MADE)
    if moment.astimezone(JST).date() > token.expires:
        raise EventRefusedError("card", f"the card {token.name!r} has expired: discard it")
    replaced = [
        each
        for each in life.tokens
        if each.is_card and each.standing in {CardStanding.IN_USE, CardStanding.SUSPENDED}
    ]
    names = {each.name for each in replaced}
    theirs = (each for each in life.certificates if each.card in names)
    return (
        SetPins(token.name),
        Stand(token.name, CardStanding.IN_USE),
        Rewrite(token.name),
        *_revocations(theirs, event.kind, moment),
        *(Stand(name, CardStanding.ENDED) for name in sorted(names)),
    )


def _discard(life: Life, _: Resident, event: Event, moment: datetime) -> tuple[Effect, ...]:
    token = of_standing(life, event, moment, CardStanding.MADE)
    return (
        *_revocations(carried(life, token), event.kind, moment),
        Stand(token.name, CardStanding.ENDED),
    )


def _loss(life: Life, _: Resident, event: Event, moment: datetime) -> tuple[Effect, ...]:
    token = of_standing(life, event, moment, CardStanding.IN_USE)
    return (
        *_revocations(carried(life, token), event.kind, moment),
        *lapses(life, event.kind, card=token.name),
        Stand(token.name, CardStanding.SUSPENDED),
    )


def _finding(life: Life, _: Resident, event: Event, moment: datetime) -> tuple[Effect, ...]:
    token = of_standing(life, event, moment, CardStanding.SUSPENDED)
    resumed = Stand(token.name, CardStanding.IN_USE)
    # A phone has no text and no face.
    return (resumed, Rewrite(token.name)) if token.is_card else (resumed,)


def _return(life: Life, _: Resident, event: Event, moment: datetime) -> tuple[Effect, ...]:
    token = of_standing(life, event, moment, CardStanding.IN_USE, CardStanding.SUSPENDED)
    return (
        *_revocations(carried(life, token), event.kind, moment),
        *lapses(life, event.kind, card=token.name),
        Stand(token.name, CardStanding.ENDED),
    )


def _stopping(life: Life, _: Resident, event: Event, moment: datetime) -> tuple[Effect, ...]:
    """Compromise, or the holder's wish: the kinds named, on one card."""
    token = of_standing(life, event, moment, CardStanding.IN_USE, CardStanding.SUSPENDED)
    if not event.kinds:
        raise EventRefusedError("certificate", "say which certificate: sign, auth or both")
    meant = [each for each in carried(life, token) if each.kind in event.kinds]
    steps = tuple(_revocations(meant, event.kind, moment))
    given_up = tuple(lapses(life, event.kind, card=token.name, kinds=event.kinds))
    # What is only asked for can be given up; it has no key yet that could leak.
    if not steps and not (given_up and event.kind is EventKind.STOP):
        raise EventRefusedError("certificate", "there is none that could be revoked so")
    return (*steps, *given_up)


def _certify(life: Life, resident: Resident, event: Event, moment: datetime) -> tuple[Effect, ...]:
    token = usable(life, one_card(life, event).name, moment)
    nothing_waits(life, token)
    today = japanese_date(moment)
    may = [kind for kind in _BOTH if kind is Kind.AUTH or may_sign(resident, today)]
    if token.without_pins:
        may = [kind for kind in may if kind is not Kind.SIGN]
    standing = {kind: is_good(life, token, kind, moment) for kind in _BOTH}
    kinds = event.kinds or tuple(kind for kind in may if not standing[kind])
    for kind in kinds:
        if standing[kind]:
            raise EventRefusedError(
                "certificate", f"the {kind.japanese} on {token.name!r} is good: renew it"
            )
        if kind not in may:
            why = "has no PINs" if token.without_pins else "is not known to be 15"
            raise EventRefusedError("signing", f"no 署名用電子証明書: {life.who} {why}")
    if not kinds:
        raise EventRefusedError("certificate", "all certificates are good")
    if Kind.SIGN in kinds and Kind.AUTH not in kinds and not standing[Kind.AUTH]:
        raise EventRefusedError(
            "signing", "a 署名用電子証明書 ends with the one for logging in, and none is good"
        )
    asked = Apply(token.name, kinds)
    # At the counter, as at a hand-over: without it nobody could use what comes in the night.
    return (asked, SetSignPin(token.name)) if _lacks_sign_pin(token, kinds) else (asked,)


def _lacks_sign_pin(token: Token, kinds: tuple[Kind, ...]) -> bool:
    return Kind.SIGN in kinds and not token.has_sign_pin


def _renewal(life: Life, _: Resident, event: Event, moment: datetime) -> tuple[Effect, ...]:
    """Renew what is good and near its end."""
    token = usable(life, one_card(life, event).name, moment)
    nothing_waits(life, token)
    today = japanese_date(moment)
    good = {kind: each for kind in _BOTH if (each := life.on(token.name, kind)) is not None}
    good = {kind: each for kind, each in good.items() if each.is_good(moment)}
    due = {kind: each for kind, each in good.items() if is_renewal(today, each.ends)}
    kinds = event.kinds or tuple(due)
    if not kinds or not set(kinds) <= set(due):
        if not good or not set(kinds) <= set(good):
            raise EventRefusedError("certificate", "none is good: certify, or late-renewal")
        first = min(each.ends for each in good.values())
        raise EventRefusedError("renewal", f"from three months before its end ({first}) only")
    if all(due[kind].ends >= token.expires for kind in kinds):
        raise EventRefusedError("card", f"the card itself ends on {token.expires}: a new card")
    return (Apply(token.name, kinds),)


def _late(life: Life, resident: Resident, event: Event, moment: datetime) -> tuple[Effect, ...]:
    """Take new ones for what has ended."""
    token = usable(life, one_card(life, event).name, moment)
    ended = [
        kind
        for kind in event.kinds or _BOTH
        if (each := life.on(token.name, kind)) is not None and each.has_ended(moment)
    ]
    if not ended or (event.kinds and len(ended) < len(event.kinds)):
        raise EventRefusedError("certificate", "nothing has ended by itself: renewal, or certify")
    return _certify(life, resident, replace(event, kinds=tuple(ended)), moment)


def _pins(life: Life, _: Resident, event: Event, moment: datetime) -> tuple[Effect, ...]:
    return (SetPins(usable(life, one_card(life, event).name, moment).name),)


def _pinless(life: Life, _: Resident, event: Event, moment: datetime) -> tuple[Effect, ...]:
    token = usable(life, one_card(life, event).name, moment)
    if not token.is_card:
        raise EventRefusedError("card", "a phone always has PINs")
    if token.without_pins:
        raise EventRefusedError("card", f"the card {token.name!r} has no PINs already")
    return (
        *_revocations(carried(life, token), event.kind, moment),
        *lapses(life, event.kind, card=token.name),
        ClearPins(token.name),
    )


_CARD_EVENTS: Mapping[
    EventKind, Callable[[Life, Resident, Event, datetime], tuple[Effect, ...]]
] = {
    EventKind.CARD: _card,
    EventKind.HANDOVER: _handover,
    EventKind.DISCARD: _discard,
    EventKind.LOSS: _loss,
    EventKind.FINDING: _finding,
    EventKind.COMPROMISE: _stopping,
    EventKind.STOP: _stopping,
    EventKind.RETURN: _return,
    EventKind.CERTIFY: _certify,
    EventKind.RENEWAL: _renewal,
    EventKind.LATE_RENEWAL: _late,
    EventKind.PIN_RESET: _pins,
    EventKind.PINLESS: _pinless,
}


def _revocations(
    certificates: Iterator[Certificate] | list[Certificate] | tuple[Certificate, ...],
    kind: EventKind,
    moment: datetime,
) -> Iterator[Revoke]:
    """Revoke what the table says; a hold may be given a final reason, all else is past."""
    row = TABLE[kind]
    reasons = {Kind.SIGN: row.sign, Kind.AUTH: row.auth}
    for each in certificates:
        reason = reasons[each.kind]
        if not isinstance(reason, RevocationReason) or moment > each.not_after:
            continue
        held = each.reason is RevocationReason.CERTIFICATE_HOLD
        if each.reason is None or (held and reason in SETTLES_A_HOLD):
            yield Revoke(each.kind, each.serial, reason)


def _rewritten(life: Life) -> Iterator[Rewrite]:
    """Write those cards anew that are at hand: one that is lost is not."""
    there = {CardStanding.IN_USE, CardStanding.MADE}
    return (Rewrite(each.name) for each in life.tokens if each.is_card and each.standing in there)


def _ended(life: Life) -> Iterator[Stand]:
    return (
        Stand(each.name, CardStanding.ENDED)
        for each in life.tokens
        if each.standing is not CardStanding.ENDED
    )
