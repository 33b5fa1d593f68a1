"""Who may ask for what and when, and what follows: the rules alone, without a world."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cardsim.world.cards import CardStanding
from cardsim.world.citizens import Residence
from cardsim.world.life import effects as do
from cardsim.world.life.conditions import EventRefusedError
from cardsim.world.life.events import (
    OF_A_CARD,
    OF_NOBODY,
    OF_THE_CLOCK,
    OF_THE_REGISTER,
    EventKind,
)
from cardsim.world.life.residents import Attributes
from cardsim.world.life.rules import settle
from cardsim.world.life.table import TABLE, CardOutcome
from jpki.people import BirthDate, Era, Gender
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from tests.life.lives import DAY, NOW, Paper, attributes, event, holder

CHILD = date(2015, 4, 1)
MOVE = Attributes(address="架空町９番９号", municipality="14104")


def reasons(steps):
    """Give reason by kind of what steps revoke."""
    return {step.kind: step.reason for step in steps if isinstance(step, do.Revoke)}


def refusal(paper, what, moment=NOW):
    """Give the rule that stands against an event; fails when none does."""
    with pytest.raises(EventRefusedError) as caught:
        paper.happen(what, moment)
    return caught.value.rule


def test_every_kind_of_event_has_its_row():
    """What happens is looked up there, so nothing may be missing."""
    assert set(TABLE) == set(EventKind)


def test_every_guess_of_the_table_is_marked_as_one():
    """What nothing public answers is a guess: emigration since 2024, return, and others."""
    guesses = {kind for kind, row in TABLE.items() if row.source.is_guess}

    assert guesses >= {EventKind.EMIGRATION_WITH_CARD, EventKind.RETURN, EventKind.PINLESS}
    assert not guesses & {EventKind.MOVE, EventKind.RENAME, EventKind.PIN_RESET}


NAMED = (Kind.SIGN, Kind.AUTH)
NEAR_ITS_END = {EventKind.RENEWAL: -9 * DAY, EventKind.LATE_RENEWAL: DAY}
BEFORE = {
    EventKind.HANDOVER: [EventKind.CARD],
    EventKind.DISCARD: [EventKind.CARD],
    EventKind.FINDING: [EventKind.LOSS],
    EventKind.CERTIFY: [EventKind.STOP],
}
"""What must have happened for an event to be possible, if anything."""
STEPS_ON_THE_CARD = {
    CardOutcome.STAYS: set(),
    CardOutcome.NIGHT: {do.Apply},
    CardOutcome.HANDED_OVER: {do.SetPins, do.Stand, do.Rewrite},
    CardOutcome.REWRITTEN: {do.Rewrite},
    CardOutcome.SUSPENDED: {do.Stand},
    CardOutcome.RESUMED: {do.Stand, do.Rewrite},
    CardOutcome.ENDED: {do.Stand},
    CardOutcome.PINS_SET: {do.SetPins},
    CardOutcome.PINS_GONE: {do.ClearPins},
}
BROUGHT_ABOUT = sorted(
    set(EventKind) - OF_THE_CLOCK - OF_NOBODY - {EventKind.BIRTH}, key=lambda kind: kind.value
)


def happened(kind):
    """Let a kind of event happen to somebody it can happen to; give its steps."""
    paper = holder()
    moment = paper.life.on("hanako", Kind.AUTH).not_after if kind in NEAR_ITS_END else NOW
    moment += NEAR_ITS_END.get(kind, 0 * DAY)
    for before in BEFORE.get(kind, []):
        paper.happen(
            event(before, card="second" if before is EventKind.CARD else None, kinds=NAMED), moment
        )
        paper.night(moment)
    card = "second" if kind is EventKind.CARD else None
    given = MOVE if kind in OF_THE_REGISTER else None
    named = NAMED if kind in OF_A_CARD else ()
    return paper.happen(event(kind, attributes=given, card=card, kinds=named), moment)


@pytest.mark.parametrize("kind", BROUGHT_ABOUT)
def test_rules_do_what_the_table_says(kind):
    """The reasons of its row, and the steps on the card that its words stand for."""
    row = TABLE[kind]

    steps = happened(kind)

    said = {Kind.SIGN: row.sign, Kind.AUTH: row.auth}
    assert reasons(steps) == {k: r for k, r in said.items() if isinstance(r, RevocationReason)}
    on_the_card = {type(step) for step in steps} - {do.Enter, do.Renumber, do.Revoke}
    assert on_the_card == STEPS_ON_THE_CARD[row.card]


@pytest.mark.parametrize("kind", [EventKind.MOVE, EventKind.MARRIAGE])
def test_another_address_ends_the_signing_certificate_only(kind):
    """affiliationChanged; the certificate for logging in stays."""
    steps = holder().happen(event(kind, attributes=MOVE), NOW)

    assert reasons(steps) == {Kind.SIGN: RevocationReason.AFFILIATION_CHANGED}


@pytest.mark.parametrize(
    "given",
    [
        Attributes(name="例示　花子"),
        Attributes(gender=Gender("9")),
        Attributes(birth_date=BirthDate.of(date(1990, 6, 16))),
        Attributes(address="架空町１番３号"),
    ],
)
def test_a_correction_of_any_of_the_four_ends_the_signing_certificate(given):
    """Name, sex, birth date, address."""
    steps = holder().happen(event(EventKind.CORRECTION, attributes=given), NOW)

    assert reasons(steps) == {Kind.SIGN: RevocationReason.AFFILIATION_CHANGED}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (EventKind.CORRECTION, Attributes(kana="モホン　ハナコ")),
        (EventKind.MARRIAGE, Attributes()),
    ],
)
def test_what_changes_none_of_the_four_revokes_nothing(kind, given):
    """A reading, or a marriage without another name."""
    assert reasons(holder().happen(event(kind, attributes=given), NOW)) == {}


@pytest.mark.parametrize(
    "kind", [EventKind.DEATH, EventKind.EMIGRATION, EventKind.NUMBER, EventKind.RETURN]
)
def test_what_ends_the_card_ends_both(kind):
    """cessationOfOperation, and the card stands as ended."""
    paper = holder()

    steps = paper.happen(event(kind), NOW)

    assert reasons(steps) == dict.fromkeys(Kind, RevocationReason.CESSATION_OF_OPERATION)
    assert paper.life.tokens[0].standing is CardStanding.ENDED


def test_a_lost_card_is_held_and_its_finding_restores_nothing():
    """The card is in use again, the certificates never: new ones must be asked for."""
    paper = holder()
    steps = paper.happen(event(EventKind.LOSS), NOW)
    found = paper.happen(event(EventKind.FINDING), NOW + DAY)

    assert reasons(steps) == dict.fromkeys(Kind, RevocationReason.CERTIFICATE_HOLD)
    assert reasons(found) == {}
    assert paper.life.tokens[0].standing is CardStanding.IN_USE
    assert not any(c.is_good(NOW + DAY) for c in paper.life.certificates)
    paper.happen(event(EventKind.CERTIFY), NOW + DAY)
    paper.night(NOW + 2 * DAY)
    assert sum(c.is_good(NOW + 2 * DAY) for c in paper.life.certificates) == 2


def test_death_settles_a_hold():
    """What was held gets its final reason."""
    paper = holder()
    paper.happen(event(EventKind.LOSS), NOW)

    steps = paper.happen(event(EventKind.DEATH), NOW + DAY)

    assert reasons(steps) == dict.fromkeys(Kind, RevocationReason.CESSATION_OF_OPERATION)


@pytest.mark.parametrize("kind", sorted(OF_A_CARD, key=lambda kind: kind.value))
def test_nothing_happens_to_a_dead_persons_card(kind):
    """Whatever is asked for."""
    paper = holder()
    paper.happen(event(EventKind.DEATH), NOW)

    assert refusal(paper, event(kind, card="hanako", kinds=(Kind.SIGN,)), NOW + DAY) == "death"


@pytest.mark.parametrize("kind", sorted(OF_THE_CLOCK, key=lambda kind: kind.value))
def test_what_comes_with_the_clock_is_brought_about_by_nobody(kind):
    """A night cannot be asked for."""
    assert refusal(holder(), event(kind)) == "clock"


def test_nobody_is_born_twice():
    """The name is taken."""
    assert refusal(holder(), event(EventKind.BIRTH, attributes=attributes())) == "register"


def test_nothing_happens_to_nobody():
    """Somebody must be in the register."""
    assert refusal(Paper(), event(EventKind.DEATH)) == "register"


def test_events_of_one_person_never_run_backwards():
    """Not a second before the last one."""
    paper = holder()
    paper.happen(event(EventKind.LOSS), NOW)

    assert refusal(paper, event(EventKind.FINDING), NOW - timedelta(seconds=1)) == "time"


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"name": None}, "attributes"),
        ({"municipality": "99999"}, "municipality"),
        ({"municipality": "132218"}, "municipality"),
        ({"name": "\U00020089　花子", "kana": None}, "characters"),
        ({"name": "　 "}, "attributes"),
        ({"kana": " "}, "attributes"),
        ({"address": " "}, "attributes"),
        ({"name": "花" * 201}, "name length"),
        ({"address": "架" * 196}, "address length"),
        ({"kana": "カ" * 201}, "kana length"),
        ({"kana": "モギ\udcff　ハナコ"}, "characters"),
        ({"kana": "模\U00020089"}, "repertoire"),
        ({"birth_date": BirthDate(Era.REIWA, 2026, 12, 24)}, "birth date"),
        ({"birth_date": BirthDate(Era.SHOWA, 1990, 6, 15)}, "birth date"),
    ],
)
def test_an_entry_that_says_nonsense_is_refused(given, rule):
    """What is missing, places that are none, characters, dates: each by its rule."""
    assert refusal(Paper(), event(EventKind.BIRTH, attributes=attributes(**given))) == rule


@pytest.mark.parametrize(
    "born",
    [
        BirthDate(Era.MEIJI, 1910, 1, 1),
        BirthDate(Era.TAISHO, 1920, 2, 0),
        BirthDate(Era.SHOWA, 1950, 0, 0),
        BirthDate(Era.HEISEI, 1989, 1, 8),
        BirthDate(Era.REIWA, 2019, 5, 1),
        BirthDate(Era.UNKNOWN),
    ],
)
def test_every_era_and_unknown_dates_are_entered(born):
    """Five eras, a month or a day that nobody knows, nothing at all."""
    paper = Paper()
    paper.happen(event(EventKind.BIRTH, attributes=attributes(birth_date=born)), NOW)

    assert paper.life.resident.certified.birth_date == born


@pytest.mark.parametrize("code", ["13221", "132217"])
def test_a_municipality_is_named_with_or_without_its_check_digit(code):
    """Six digits must end in the right one."""
    paper = Paper()
    paper.happen(event(EventKind.BIRTH, attributes=attributes(municipality=code)), NOW)

    assert paper.life.resident.municipality.full_code == "132217"


def test_register_keeps_true_characters_and_certificates_get_substitutes():
    """髙 is what the register says; 高, flagged, is what a certificate may say."""
    paper = holder()
    paper.happen(event(EventKind.RENAME, attributes=Attributes(name="髙見 花子")), NOW)

    entry = paper.life.resident
    assert (entry.name, entry.certified.name.text) == ("髙見　花子", "高見　花子")
    assert entry.certified.name.flags == "10000"


def test_one_separator_stands_between_parts_whatever_was_typed():
    """None before or after, whatever kind of space it was."""
    paper = Paper()

    given = attributes(name=" 田中　\t太郎 ", kana="タナカ  タロウ", address=" 架空町 1 ")
    paper.happen(event(EventKind.BIRTH, attributes=given), NOW)

    entry = paper.life.resident
    assert (entry.name, entry.kana) == ("田中　太郎", "タナカ　タロウ")
    assert entry.address == "東京都清瀬市架空町　１"


@pytest.mark.parametrize("odd", ["\x1f", "\x0b", "\x85", "\uffff", "\U0001fffe"])
def test_what_is_no_character_is_no_space_either(odd):
    """Python's idea of a space takes in control codes."""
    given = attributes(name=f"田中{odd}太郎")

    with pytest.raises(EventRefusedError) as refused:
        Paper().happen(event(EventKind.BIRTH, attributes=given), NOW)

    assert refused.value.rule == "characters"


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        (Attributes(name=" "), "attributes"),
        (Attributes(name="花" * 201), "name length"),
        (Attributes(address="架" * 200), "address length"),
    ],
)
def test_what_no_certificate_can_hold_is_changed_into_by_nobody(changed, rule):
    """The register's door says so, not the night."""
    assert refusal(holder(), event(EventKind.CORRECTION, attributes=changed)) == rule


@pytest.mark.parametrize("odd", ["\udcff", "\x00", "\x1b", "\x9b", "\ufdd0", "\ufdef"])
@pytest.mark.parametrize("what", ["name", "kana", "address"])
def test_what_is_no_character_is_let_in_by_nothing(what, odd):
    """Neither by a substitute that is named for it, nor by the kana of its part."""
    paper = holder()
    given = {"name": "髙見　花子", "kana": "タカミ　ハナコ", "substitutes": {odd: "高"}}
    given |= {what: f"髙{odd}　花子"}

    assert refusal(paper, event(EventKind.CORRECTION, attributes=Attributes(**given))) == (
        "characters"
    )


@pytest.mark.parametrize("beside", ["\ufdcf", "\ufdf0", "\ufffd", "\U0001fffd"])
def test_what_stands_beside_noncharacters_is_a_character(beside):
    """A substitute can stand for it."""
    paper = holder()
    given = Attributes(name=f"{beside}見　花子", substitutes={beside: "高"})
    paper.happen(event(EventKind.RENAME, attributes=given), NOW)

    assert paper.life.resident.certified.name.text == "高見　花子"


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("田\uffff中", "2"),
        ("\ufdd0\x00\x00\udcff\x00", "1, 2, 3, 4, 5"),
        ("田" + "\x00" * 1_000_000, "2, 3, 4, 5, 6 and 999995 more"),
    ],
)
def test_the_first_places_of_what_is_no_character_are_told(name, places):
    """However many there are, in one line; and each thing that it can be."""
    with pytest.raises(EventRefusedError) as refused:
        Paper().happen(event(EventKind.BIRTH, attributes=attributes(name=name)), NOW)

    assert str(refused.value) == (
        f"the name holds what is no character (character {places}): a control code, a"
        " noncharacter of Unicode, or octets that are no UTF-8; leave it out"
    )


def test_a_true_name_is_no_longer_than_a_certificates_though_its_kana_is_short():
    """Or any length could be entered: two hundred are."""
    paper = holder()
    given = [Attributes(name="\U00020089" * number, kana="カ") for number in (201, 200)]

    assert refusal(paper, event(EventKind.RENAME, attributes=given[0])) == "name length"
    paper.happen(event(EventKind.RENAME, attributes=given[1]), NOW)
    assert paper.life.resident.certified.name.text == "カ"


def test_a_new_name_without_a_reading_is_not_written_in_the_old_one():
    """Its reading has to be said; the same name, or one that needs none, goes without."""
    paper = holder()
    unknown = "\U00020089\U00020089　花子"

    assert refusal(paper, event(EventKind.RENAME, attributes=Attributes(name=unknown))) == (
        "characters"
    )
    given = Attributes(name=unknown, kana="カソウ　ハナコ")
    paper.happen(event(EventKind.RENAME, attributes=given), NOW)
    paper.happen(event(EventKind.MOVE, attributes=replace(MOVE, name=unknown)), NOW + DAY)
    assert paper.life.resident.certified.name.text == "カソウ　花子"
    paper.happen(event(EventKind.MARRIAGE, attributes=Attributes(name="架空　花子")), NOW + DAY)
    assert paper.life.resident.kana is None


def test_a_child_gets_no_signing_certificate_and_may_ask_at_15():
    """Not with the card, and not by asking, until the birthday."""
    paper = holder(born=CHILD)
    birthday = datetime(2030, 3, 31, 15, tzinfo=UTC)

    assert [c.kind for c in paper.life.certificates] == [Kind.AUTH]
    asked = event(EventKind.CERTIFY, kinds=(Kind.SIGN,))
    assert refusal(paper, asked, birthday - timedelta(seconds=1)) == "signing"
    assert paper.happen(asked, birthday) == (do.Apply("hanako", (Kind.SIGN,)),)


def test_an_unknown_birth_date_proves_no_age():
    """Whoever may be under 15 gets none."""
    paper = Paper()
    given = attributes(birth_date=BirthDate(Era.UNKNOWN))
    paper.happen(event(EventKind.BIRTH, attributes=given), NOW)

    assert paper.happen(event(EventKind.CARD, card="c"), NOW) == (
        do.Apply("c", (Kind.AUTH,), new_card=True),
    )


def test_renewal_begins_three_months_before_the_end():
    """The day before it is refused; then it leads to the sixth birthday."""
    paper = holder()
    end = paper.life.on("hanako", Kind.AUTH).ends
    opens = datetime(end.year, end.month - 3, end.day + 1, 0, tzinfo=UTC)

    assert refusal(paper, event(EventKind.RENEWAL), opens - DAY) == "renewal"
    paper.happen(event(EventKind.RENEWAL), opens)
    paper.night(opens + DAY)

    sixth = end.replace(year=end.year + 5)
    assert [c.ends for c in paper.life.certificates if c.is_good(opens + DAY)] == [sixth] * 2
    assert {c.reason for c in paper.life.certificates if c.card is None} == {
        RevocationReason.SUPERSEDED
    }


def test_late_renewal_is_a_new_issue():
    """To the fifth birthday, and what has ended is superseded by nothing."""
    paper = holder()
    late = paper.life.on("hanako", Kind.AUTH).not_after + DAY

    assert refusal(paper, event(EventKind.RENEWAL), late) == "certificate"
    paper.happen(event(EventKind.LATE_RENEWAL), late)
    paper.night(late + DAY)

    assert {c.reason for c in paper.life.certificates} == {None}
    assert {c.ends for c in paper.life.certificates if c.is_good(late + DAY)} == {
        date(late.year + 5, 6, 15)
    }


def test_nothing_is_late_that_has_not_ended():
    """A certificate that was revoked is no late one either."""
    paper = holder()

    assert refusal(paper, event(EventKind.LATE_RENEWAL)) == "certificate"


def test_a_card_that_ends_with_its_certificates_is_not_renewed():
    """A new card is what helps."""
    paper = holder()
    auth = paper.life.on("hanako", Kind.AUTH)
    [token] = paper.life.tokens
    paper.life = replace(paper.life, tokens=(replace(token, expires=auth.ends),))

    assert refusal(paper, event(EventKind.RENEWAL), auth.not_after - 9 * DAY) == "card"


@pytest.mark.parametrize(
    "kind", [EventKind.LOSS, EventKind.RETURN, EventKind.COMPROMISE, EventKind.STOP]
)
def test_nothing_happens_to_a_card_that_has_expired(kind):
    """Also where no clock has said so yet."""
    paper = holder()
    [token] = paper.life.tokens
    after = NOW.replace(year=token.expires.year + 1)

    assert refusal(paper, event(kind, kinds=NAMED), after) == "card"


def test_a_phone_that_is_found_has_no_text_to_be_written():
    """It is in use again, and that is all."""
    paper = holder()
    [token] = paper.life.tokens
    paper.life = replace(paper.life, tokens=(replace(token, is_card=False),))
    paper.happen(event(EventKind.LOSS), NOW)

    found = paper.happen(event(EventKind.FINDING), NOW + DAY)

    assert found == (do.Stand(token.name, CardStanding.IN_USE),)


def test_handing_over_ends_the_older_card():
    """Its certificates are superseded by those of the new one."""
    paper = holder()
    paper.happen(event(EventKind.CARD, card="second"), NOW)
    paper.night(NOW + DAY)

    steps = paper.happen(event(EventKind.HANDOVER), NOW + DAY)

    assert reasons(steps) == dict.fromkeys(Kind, RevocationReason.SUPERSEDED)
    assert {t.name: t.standing for t in paper.life.tokens} == {
        "hanako": CardStanding.ENDED,
        "second": CardStanding.IN_USE,
    }


def test_a_card_discarded_before_it_is_handed_over_takes_its_certificates_along():
    """unspecified: 交付前に破棄; the card in use stays."""
    paper = holder()
    paper.happen(event(EventKind.CARD, card="second"), NOW)
    paper.night(NOW + DAY)

    steps = paper.happen(event(EventKind.DISCARD), NOW + DAY)

    assert reasons(steps) == dict.fromkeys(Kind, RevocationReason.UNSPECIFIED)
    assert sum(c.is_good(NOW + DAY) for c in paper.life.certificates) == 2


def test_cards_are_kept_abroad_since_2024_05_27():
    """Before it, moving abroad ended them."""
    paper = Paper()
    given = attributes()
    paper.happen(event(EventKind.BIRTH, attributes=given), datetime(2020, 1, 1, tzinfo=UTC))
    kept = event(EventKind.EMIGRATION_WITH_CARD)

    assert refusal(paper, kept, datetime(2024, 5, 26, 14, 59, 59, tzinfo=UTC)) == "date"
    steps = holder().happen(kept, NOW)
    assert reasons(steps) == {Kind.SIGN: RevocationReason.AFFILIATION_CHANGED}


def test_who_comes_back_from_abroad_is_a_resident_again():
    """By moving in."""
    paper = holder()
    paper.happen(event(EventKind.EMIGRATION), NOW)
    paper.happen(event(EventKind.MOVE, attributes=MOVE), NOW + DAY)

    assert paper.life.resident.residence is Residence.RESIDENT


def test_a_card_without_pins_has_no_signing_certificate():
    """Its key could not be used; with PINs set again it can be asked for."""
    paper = holder()
    steps = paper.happen(event(EventKind.PINLESS), NOW)
    assert reasons(steps) == {Kind.SIGN: RevocationReason.CESSATION_OF_OPERATION}

    asked = event(EventKind.CERTIFY, kinds=(Kind.SIGN,))
    assert refusal(paper, asked, NOW) == "signing"
    paper.happen(event(EventKind.PIN_RESET), NOW)
    paper.happen(asked, NOW)


@pytest.mark.parametrize("kind", [EventKind.PIN_RESET, EventKind.FIFTEEN, EventKind.FINDING])
def test_some_events_revoke_nothing(kind):
    """The table says "stays" for both."""
    row = TABLE[kind]

    assert not isinstance(row.sign, RevocationReason)
    assert not isinstance(row.auth, RevocationReason)


def test_a_compromise_concerns_the_key_that_is_named():
    """KeyCompromise for one kind; the other stays good."""
    steps = holder().happen(event(EventKind.COMPROMISE, kinds=(Kind.AUTH,)), NOW)

    assert reasons(steps) == {Kind.AUTH: RevocationReason.KEY_COMPROMISE}


@pytest.mark.parametrize("kind", [EventKind.DEATH, EventKind.EMIGRATION, EventKind.NUMBER])
def test_what_ends_every_card_ends_the_one_asked_for(kind):
    """It lapses with the event, and nothing comes in the night."""
    paper = holder()
    paper.happen(event(EventKind.CARD, card="second"), NOW)

    steps = paper.happen(event(kind), NOW)

    assert [step.kinds for step in steps if isinstance(step, do.Lapse)] == [()]
    assert paper.life.applications == ()


def test_the_night_itself_gives_nothing_to_the_dead():
    """Should an application of theirs be left."""
    paper = holder()
    paper.happen(event(EventKind.CARD, card="second"), NOW)
    [asked] = paper.life.applications
    paper.happen(event(EventKind.DEATH), NOW)

    with pytest.raises(EventRefusedError, match="no longer in the register"):
        settle(paper.life, asked, NOW + DAY)


def test_the_night_itself_gives_no_card_to_who_left_and_kept_none():
    """As above."""
    paper = holder()
    paper.happen(event(EventKind.CARD, card="second"), NOW)
    [asked] = paper.life.applications
    paper.happen(event(EventKind.EMIGRATION), NOW)

    with pytest.raises(EventRefusedError, match="kept no card"):
        settle(paper.life, asked, NOW + DAY)


def test_the_night_itself_puts_no_signing_certificate_onto_a_card_without_pins():
    """As above; the certificate for logging in is issued."""
    paper = holder()
    paper.happen(event(EventKind.STOP, kinds=NAMED), NOW)
    paper.happen(event(EventKind.CERTIFY), NOW)
    [asked] = paper.life.applications
    paper.happen(event(EventKind.PINLESS), NOW)

    assert settle(paper.life, asked, NOW + DAY).kinds == (Kind.AUTH,)


def test_who_kept_a_card_abroad_may_have_another():
    """When it ends, or is lost."""
    paper = holder()
    paper.happen(event(EventKind.EMIGRATION_WITH_CARD), NOW)
    paper.happen(event(EventKind.CARD, card="second"), NOW)

    assert paper.night(NOW + DAY) == []


def test_who_kept_no_card_abroad_moves_in_before_asking_for_one():
    """Abroad it is refused."""
    paper = holder()
    paper.happen(event(EventKind.EMIGRATION), NOW)

    assert refusal(paper, event(EventKind.CARD, card="second")) == "residence"
    paper.happen(event(EventKind.MOVE, attributes=MOVE), NOW)
    paper.happen(event(EventKind.CARD, card="second"), NOW)


@pytest.mark.parametrize(
    ("kind", "named", "left"),
    [
        (EventKind.STOP, (Kind.SIGN,), [(Kind.AUTH,)]),
        (EventKind.COMPROMISE, (Kind.SIGN,), [(Kind.AUTH,)]),
        (EventKind.STOP, NAMED, []),
        (EventKind.COMPROMISE, NAMED, []),
        (EventKind.LOSS, (), []),
        (EventKind.RETURN, (), []),
        (EventKind.PINLESS, (), [(Kind.AUTH,)]),
        (EventKind.PIN_RESET, (), [tuple(Kind)]),
        (EventKind.MOVE, (), [tuple(Kind)]),
    ],
)
def test_what_ends_a_certificate_ends_the_application_for_it(kind, named, left):
    """Of the kinds it ends; another address ends only what says the old one."""
    paper = holder()
    near = paper.life.on("hanako", Kind.AUTH).not_after - 9 * DAY
    paper.happen(event(EventKind.RENEWAL), near)

    paper.happen(event(kind, kinds=named, attributes=MOVE), near)

    assert [asked.kinds for asked in paper.life.applications] == left


def test_what_happens_to_one_card_leaves_the_application_for_another():
    """Somebody whose card is lost waits for the next one as before."""
    paper = holder()
    paper.happen(event(EventKind.CARD, card="second"), NOW)

    paper.happen(event(EventKind.LOSS), NOW)

    assert [asked.card for asked in paper.life.applications] == ["second"]


def test_who_finds_the_card_again_asks_again():
    """What was asked for before the loss does not come; what is asked for after it does."""
    paper = holder()
    near = paper.life.on("hanako", Kind.AUTH).not_after - 9 * DAY
    paper.happen(event(EventKind.RENEWAL), near)
    paper.happen(event(EventKind.LOSS), near)
    paper.happen(event(EventKind.FINDING), near)
    paper.night(near + DAY)

    assert not any(each.is_good(near + DAY) for each in paper.life.certificates)
    paper.happen(event(EventKind.CERTIFY), near + DAY)
    paper.night(near + 2 * DAY)
    assert sum(each.is_good(near + 2 * DAY) for each in paper.life.certificates) == 2


def test_a_signing_certificate_is_asked_for_again_once_there_are_pins_again():
    """Taking the PINs away ended the application, and setting them does not bring it back."""
    paper = holder()
    paper.happen(event(EventKind.MOVE, attributes=MOVE), NOW)
    paper.happen(event(EventKind.CERTIFY), NOW)
    paper.happen(event(EventKind.PINLESS), NOW)
    paper.happen(event(EventKind.PIN_RESET), NOW)

    assert paper.life.applications == ()
    assert paper.happen(event(EventKind.CERTIFY), NOW) == (do.Apply("hanako", (Kind.SIGN,)),)


def test_what_is_only_asked_for_can_be_given_up_and_not_leak():
    """There is no key yet; the holder may think again all the same."""
    paper = holder()
    paper.happen(event(EventKind.STOP, kinds=(Kind.SIGN,)), NOW)
    paper.happen(event(EventKind.CERTIFY), NOW)

    assert refusal(paper, event(EventKind.COMPROMISE, kinds=(Kind.SIGN,))) == "certificate"
    [step] = paper.happen(event(EventKind.STOP, kinds=(Kind.SIGN,)), NOW)
    assert isinstance(step, do.Lapse)
    assert refusal(paper, event(EventKind.STOP, kinds=(Kind.SIGN,))) == "certificate"


def test_a_card_gets_what_its_holder_is_old_enough_for_in_the_night():
    """A birth date may be corrected meanwhile; what is decided is what is issued."""
    paper = holder()
    paper.happen(event(EventKind.CARD, card="second"), NOW)
    [asked] = paper.life.applications
    given = Attributes(birth_date=BirthDate.of(CHILD))
    paper.happen(event(EventKind.CORRECTION, attributes=given), NOW)

    assert asked.kinds == NAMED
    assert settle(paper.life, asked, NOW + DAY).kinds == (Kind.AUTH,)


def test_what_was_revoked_before_the_night_is_issued_and_not_renewed():
    """The old one has its reason already, and keeps it."""
    paper = holder()
    near = paper.life.on("hanako", Kind.AUTH).not_after - 9 * DAY
    paper.happen(event(EventKind.RENEWAL), near)
    [asked] = paper.life.applications
    old = paper.life.on("hanako", Kind.AUTH).serial
    paper.happen(event(EventKind.MOVE, attributes=MOVE), near)

    assert settle(paper.life, asked, near + DAY).renews == ((Kind.AUTH, old),)


def test_no_signing_certificate_without_one_for_logging_in():
    """It ends with that one, and none is good."""
    paper = holder()
    paper.happen(event(EventKind.STOP, kinds=(Kind.SIGN, Kind.AUTH)), NOW)

    assert refusal(paper, event(EventKind.CERTIFY, kinds=(Kind.SIGN,))) == "signing"


def test_a_person_with_two_cards_says_which_one():
    """No card is chosen for anybody."""
    paper = holder()
    [token] = paper.life.tokens
    paper.life = replace(paper.life, tokens=(token, replace(token, name="other")))

    assert refusal(paper, event(EventKind.LOSS)) == "card"


def test_no_message_of_a_refusal_holds_a_name():
    """Messages end in logs."""
    with pytest.raises(EventRefusedError) as caught:
        holder().happen(
            event(EventKind.RENAME, attributes=Attributes(name="\U00020089　花子", kana="カ")), NOW
        )

    assert "花" not in str(caught.value)
