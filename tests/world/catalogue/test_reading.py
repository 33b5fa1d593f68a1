"""Catalogue files: the built-in one is frozen, anybody's own is read strictly."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cardsim.world.catalogue import CatalogueError, built_in, load, schema
from cardsim.world.catalogue.entry import Secret, Subject
from cardsim.world.citizens import SURNAMES, TOWN
from cardsim.world.defects import Defect
from jpki.card.layout import AtrFamily, TokenKind
from jpki.profiles.reasons import RevocationReason

FROZEN = Path(__file__).with_name("frozen.json")
"""Numbers and titles as they were published: lines are added, none is changed or removed."""

OWN = """
format: jpki-emu catalogue
version: 1
entries:
  - number: MY-001
    title: A case of my own
    japanese: 自分の場合
    holder: {name: 見本　自分, born: 1990-01-02}
    card: {tries_left: {auth: 1}}
    verdicts: {auth: good, sign: good, login: good, signature: good, face: good}
    dialogue: [jpki, {send: 00 20 00 98, status: 63C1}]
    advice: {english: Be careful., japanese: 注意する。}
"""


def multiplying(first, more):
    """Give lines each of which names the one before ten times."""
    lines = [f"a0: &a0 {first}\n"]
    lines += [
        f"a{row}: &a{row} {more.format(', '.join([f'*a{row - 1}'] * 10))}\n" for row in range(1, 7)
    ]
    return "".join(lines)


@pytest.fixture
def own(tmp_path):
    """Give a function that writes a catalogue file with something replaced, and reads it."""

    def read(old="", new=""):
        path = tmp_path / "own.yaml"
        assert old in OWN
        path.write_text(OWN.replace(old, new) if old else OWN, encoding="utf-8")
        return load(path)

    return read


def test_no_number_was_ever_reused():
    """A number stands for the case it was published with, for ever."""
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    now = {entry.number: entry.title for entry in built_in().entries}

    assert {number: now.get(number) for number in frozen} == frozen
    assert now.keys() == frozen.keys(), "write new entries into frozen.json as well"


def test_the_schema_is_a_schema():
    """What is published is valid JSON Schema of the draft it names."""
    Draft202012Validator.check_schema(schema())


def test_the_catalogue_holds_at_least_forty_entries_for_the_cases_that_matter():
    """Every reason, token, answer to reset, generation and kind of blocked secret has its card."""
    entries = built_in().entries

    assert len(entries) >= 40
    assert {event.reason for entry in entries for event in entry.revoked} | {
        RevocationReason.SUPERSEDED for entry in entries if entry.card.renews
    } == set(RevocationReason)
    assert {entry.card.token for entry in entries} == set(TokenKind) - {TokenKind.JUKI_CARD}
    assert {entry.card.atr for entry in entries} == set(AtrFamily)
    assert {entry.card.defect for entry in entries} == {None, *Defect}
    assert {entry.card.issued.generation for entry in entries} >= {1, 2, 3}
    assert {secret for entry in entries for secret in entry.card.tries_left} >= {
        Secret.AUTH,
        Secret.SIGN,
        Secret.TEXT,
        Secret.TEXT_NUMBER_A,
        Secret.TEXT_NUMBER_B,
        Secret.VISUAL_NUMBER_B,
    }


@pytest.mark.parametrize("entry", built_in().entries, ids=lambda entry: entry.number)
def test_nobody_is_described(entry):
    """Names are words for samples, towns are the one that is nowhere, numbers are drawn wrong."""
    holder = entry.holder
    name = holder.name or ""
    address = holder.address or TOWN
    foreign = ("ＳＡＭＰＬＥ", "ＥＸＡＭＰＬＥ")

    assert name.startswith((*SURNAMES, *foreign)) or not holder.name
    assert TOWN in address or "架空国" in address
    assert not holder.valid_number


@pytest.mark.parametrize("entry", built_in().entries, ids=lambda entry: entry.number)
def test_each_entry_says_what_to_tell_the_user_in_both_languages(entry):
    """Whoever builds an application finds its words here."""
    assert sum(map(str.isascii, entry.advice.english)) > len(entry.advice.english) // 2
    assert not entry.advice.japanese.isascii()
    assert set(entry.verdicts) == set(Subject)


@pytest.mark.parametrize("entry", built_in().entries, ids=lambda entry: entry.number)
def test_each_entry_says_what_its_card_answers(entry):
    """Every card that answers at all has a dialogue, in which every spent secret is presented."""
    presented = {label for step in entry.dialogue for label in step.secrets}

    assert bool(entry.dialogue) == entry.answers
    assert {secret.label for secret in entry.card.tries_left} <= presented


def test_faults_are_read_as_they_are_written(own):
    """In the words of the command line; a step may expect that no answer comes."""
    [entry] = own("card: {", "card: {faults: [CUT before verify on auth-pin], ").entries

    assert list(map(str, entry.card.faults)) == ["cut before verify in jpki on auth-pin 1"]
    assert own("status: 63C1", "status: none").entries[0].dialogue[-1].status == "none"


def test_a_file_of_ones_own_is_read(own):
    """The same form serves everybody; built-in dialogues are known, dates may be bare."""
    [entry] = own().entries

    assert (entry.number, entry.name, entry.citizen) == ("MY-001", "my-001", "my-001")
    assert entry.holder.born == "1990-01-02"
    assert entry.card.tries_left == {Secret.AUTH: 1}
    assert [step.status for step in entry.dialogue] == ["9000", "63C1"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("MY-001", "JP-900", "letters of your own"),
        ("MY-001", "my-1", "number: must satisfy pattern"),
        ("auth: 1", "auth: 3", "tries_left.auth: must satisfy maximum"),
        ("auth: 1", "pin: 1", "'pin' was unexpected"),
        ("title: A case of my own", "title: A\n    tilte: A", "MY-001: Additional properties"),
        ("login: good, ", "", "'login' is a required property"),
        ("login: good", "login: fine", "verdicts.login: must satisfy pattern"),
        ("status: 63C1", "status: 9000", "dialogue.1.status: must be of type string"),
        ("born: 1990-01-02", "age: 3, born: 1990-01-02", "born and age exclude each other"),
        ("name: 見本　自分", "same_as: MY-009", "nothing may stand beside same_as"),
        ("[jpki,", "[jpky,", "there is no dialogue 'jpky'"),
        ("version: 1", "version: 2", "version: must satisfy const"),
        ("card: {", "card: {atr: contact-99, ", "there is no family contact-99"),
        ("    title:", "    number: MY-002\n    title:", "duplicate key"),
        ("card: {", "card: {token: android, atr: contact-da, ", "card: a phone has no contacts"),
        ("card: {", "card: {token: iphone, pins: false, ", "card: a phone always has PINs"),
        ("card: {", "card: {token: iphone, licence: true, ", "card: a phone holds"),
        (
            "card: {",
            "card: {faults: [cut at verify], ",
            "MY-001 card.faults.0: fault 'cut at verify'",
        ),
        ("send: 00 20 00 98", 'send: "00 20 00 9"', "step 2: send is not in whole bytes"),
        ("send: 00 20 00 98", 'send: "00 20 00 98 0{auth}"', "step 2: send is not in whole bytes"),
        ("status: 63C1", 'status: 63C1, data: "FF1"', "step 2: data is not in whole bytes"),
        ("send: 00 20 00 98", 'send: "{sigx}"', "step 2: there is no secret sigx; there are auth,"),
        ("send: 00 20 00 98", 'send: "{wrong-licence}"', "step 2: the card has no secret licence"),
        ("born: 1990-01-02", "born: '1990-02-30'", "MY-001 holder.born: there is no such day"),
        ("born: 1990-01-02", "born: '319650230'", "MY-001 holder.born: there is no such day"),
        ("born: 1990-01-02", "born: '319950300'", "holder.born: there is no such day, or not in"),
        ("login: good", "login: 'bad: no.such-rule'", "verdicts.login: there is no rule no.such"),
        (
            "card: {",
            "card: {kind: mute, licence: true, ",
            "card.licence: no such thing on a card of kind mute",
        ),
        ("card: {", "card: {kind: other, ", "card.tries_left: no such thing on a card"),
        ("card: {tries_left: {auth: 1}}", "card: {kind: mute}", "answers: a mute card does not"),
        ("    dialogue", "    answers: false\n    dialogue", "answers: nothing keeps this card"),
        ("{auth: 1}", "{licence: 1}", "card.tries_left: the card has no secret licence"),
        ("card: {", "card: {pins: false, ", "card.tries_left: the card has no secret auth"),
        ("{tries_left: {auth: 1}", "{token: iphone, tries_left: {text: 1}", "no secret text"),
        ("{auth: 1}", "{sign: 1}, certificates: [auth]", "tries_left: the card has no secret sign"),
        ("card: {", "card: {token: android, defect: tampered-face, ", "a phone has no face"),
        ("card: {", "card: {impostor: true, renews: true, ", "card.renews: an impostor's"),
        (
            "{tries_left: {auth: 1}}",
            "{certificates: [auth]}\n    revoked: [{certificate: sign, reason: superseded}]",
            "revoked.0: there is no sign certificate",
        ),
        ("card: {", "card: {faults: cut, ", "card.faults: must be of type array"),
        ("entries:", "entries: [", "line"),
        ("entries:", "entries: " + "[" * 10_000, "nested too deep"),
        ("entries:", "deep: &deep [*deep]\nentries:", "nested too deep"),
        ("entries:", multiplying("[x]", "[{}]") + "entries:", "more than 524288 values"),
        ("entries:", multiplying("{x: 1}", "{{<<: [{}]}}") + "entries:", "more than 524288 values"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(own, old, new, said):
    """Nothing is guessed: the message names the entry and the field."""
    with pytest.raises(CatalogueError) as caught:
        own(old, new)

    assert said in str(caught.value)
    assert "own.yaml" in str(caught.value)


def test_what_is_refused_is_not_quoted(own):
    """A name somebody wrote does not come back in an error."""
    with pytest.raises(CatalogueError) as caught:
        own("name: 見本　自分", f"name: {'秘' * 201}")

    assert "秘" not in str(caught.value)


def test_a_number_twice_is_refused(own):
    """Two entries of one number would make one card."""
    again = OWN.partition("entries:")[2]

    with pytest.raises(CatalogueError, match="MY-001 is there twice"):
        own(
            "    advice: {english: Be careful., japanese: 注意する。}\n",
            "    advice: {english: Be careful., japanese: 注意する。}\n" + again.lstrip("\n"),
        )


def test_a_holder_can_only_be_that_of_an_earlier_entry(own):
    """Cards are made in order."""
    with pytest.raises(CatalogueError, match="no entry MY-009 with a holder of its own"):
        own("{name: 見本　自分, born: 1990-01-02}", "{same_as: MY-009}")


def test_a_file_that_is_not_there_is_said(tmp_path):
    """The usual mistake has a usual message."""
    with pytest.raises(CatalogueError, match=r"none\.yaml cannot be read: No such file"):
        load(tmp_path / "none.yaml")


def test_an_entry_brings_those_it_needs():
    """The new card of a renewal comes with the old one."""
    chosen = built_in().chosen(["jp-040"])

    assert [entry.number for entry in chosen] == ["JP-039", "JP-040"]


def test_an_unknown_number_is_said():
    """The message says which there are."""
    with pytest.raises(CatalogueError, match="there are JP-001 to JP-"):
        built_in().chosen(["JP-999"])
