"""The tables: names and numbers as in the card reference, every fact with a source."""

from collections import Counter

import pytest

from cardsim.mynumber import card_facts
from jpki.card.layout import (
    JPKI_FILES,
    Ap,
    FileKind,
    IsdTag,
    JpkiEf,
    PinKind,
    SignatureMode,
    guesses,
    layout_facts,
)
from jpki.sources import Grade


@pytest.mark.parametrize(
    ("ap", "aid"),
    [
        (Ap.JPKI, "D392F000260100000001"),
        (Ap.TEXT, "D3921000310001010408"),
        (Ap.VISUAL, "D3921000310001010402"),
        (Ap.JUKI, "D3921000310001010401"),
        (Ap.COMMON, "D3921000310001010100"),
        (Ap.ISD, "A0000001510000"),
        (Ap.LICENCE, "A0000002310600000000000000000000"),
    ],
)
def test_an_application_has_its_name(ap, aid):
    """AIDs of the card reference §2."""
    assert ap.aid.hex().upper() == aid


def test_the_tables_cover_their_enumerations():
    """No file, mode or data object is without its row."""
    assert set(JPKI_FILES) == set(JpkiEf)
    assert [mode.row.source.grade for mode in SignatureMode]
    assert [tag.row.japanese for tag in IsdTag]


def test_a_pin_file_is_opened_by_nothing_and_a_free_file_by_nobody():
    """A row that says both free and protected, or a readable PIN, would be a slip."""
    contradictory = [ef for ef in JpkiEf if ef.row.free and ef.row.opened_by]
    readable_secrets = [
        ef for ef in JpkiEf if ef.row.free and ef.row.kind is not FileKind.TRANSPARENT
    ]

    assert contradictory == readable_secrets == []
    assert [ef for ef in JpkiEf if ef.row.pin is PinKind.AUTH] == [JpkiEf.AUTH_PIN]
    assert [ef for ef in JpkiEf if ef.row.pin is PinKind.SIGN] == [JpkiEf.SIGN_PIN]


@pytest.mark.parametrize(("ef", "p2"), [(JpkiEf.AUTH_PIN, 0x98), (JpkiEf.SIGN_KEY, 0x9A)])
def test_a_file_is_referred_to_by_its_short_identifier(ef, p2):
    """80 + short identifier, as clients write it."""
    assert ef.reference == p2


def test_every_fact_says_where_it_comes_from():
    """A reference into the card document, and no fact stands twice."""
    facts = list(card_facts())

    assert all(fact.source.reference for fact in facts)
    assert max(Counter((fact.subject, fact.statement) for fact in facts).values()) == 1


def test_guesses_are_told_from_what_is_known():
    """Deduced, assumed and table-only facts are guesses; measured ones are not."""
    facts = list(card_facts())

    guessed = guesses(facts)

    assert {fact.source.grade for fact in guessed} == {Grade.ASSUMED, Grade.DEDUCED, Grade.TABLE}
    assert not any(fact.source.is_guess for fact in facts if fact not in guessed)


@pytest.mark.parametrize(
    ("subject", "word"),
    [
        ("SELECT", "FCI 6F{84"),
        ("SELECT", "FCI 6F{83"),
        ("JPKI certificate EFs", "2048 bytes"),
        ("JPKI certificate EFs", "filled with FF"),
        ("JPKI EF 0005", "cannot be read"),
        ("JPKI EF 0009", "6982"),
        ("JPKI EF 0010", "3 tries"),
        ("JPKI EF 0008", "absent is"),
        ("VERIFY", "wrong length"),
        ("VERIFY", "no counter"),
        ("CHANGE REFERENCE DATA", "counter"),
        ("00 24 01", "6A80"),
        ("class", "chaining"),
        ("class", "6D00"),
        ("class", "under the other CLA"),
        ("80 A2", "06C1 and meaningless"),
        ("SELECT", "8-byte prefix"),
    ],
)
def test_each_known_unknown_is_marked_as_a_guess(subject, word):
    """What the card reference lists as unknown (§12) must not pass for a fact."""
    matching = [f for f in card_facts() if f.subject == subject and word in f.statement]

    assert matching
    assert all(fact.source.is_guess for fact in matching)


def test_the_layout_is_part_of_what_the_card_takes_for_true():
    """One list has everything."""
    assert set(layout_facts()) < set(card_facts())
