"""The four attributes: text forms, odd values, and which characters a certificate may hold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.people import (
    AttributeFormatError,
    BirthDate,
    Era,
    Gender,
    GenderMeaning,
    SubstitutedText,
    UnfitTextError,
    check_text,
    in_repertoire,
)
from jpki.profiles.validity import birthday_in


@pytest.mark.parametrize(
    "character",
    [
        "亜",  # JIS X 0208 level 1
        "龠",  # level 2
        "丂",  # JIS X 0212, absent from Shift_JIS
        "　",
        "Ａ",
        "９",
        "ア",
        "−",
    ],
)
def test_both_jis_sets_are_in_the_repertoire(character):
    """JIS X 0208 and JIS X 0212 may stand in a certificate, full-width forms included."""
    assert in_repertoire(character)


@pytest.mark.parametrize("character", ["髙", "﨑"])
def test_vendor_characters_are_outside_although_cp932_has_them(character):
    """A check by Shift_JIS would wrongly pass these two common variants."""
    assert character.encode("cp932")

    assert not in_repertoire(character)


@pytest.mark.parametrize("character", ["𠮷", "A", " ", "ｱ", "é\u0301", "①", "葛󠄀", ""])
def test_everything_else_is_outside(character):
    """Extension B, ASCII, half-width kana, vendor signs and variation sequences do not pass."""
    assert not in_repertoire(character)


@pytest.mark.parametrize(("one", "other"), [("－", "−"), ("～", "〜"), ("―", "—")])
def test_either_unicode_spelling_of_a_jis_character_passes(one, other):
    """Characters that two mapping tables spell differently pass in both spellings."""
    assert in_repertoire(one)
    assert in_repertoire(other)


def test_the_repertoire_has_the_size_the_cities_name():
    """About 13,000 characters: 6,879 of JIS X 0208 and 6,067 of JIS X 0212."""
    count = sum(in_repertoire(chr(point)) for point in range(0x10000))

    # One JIS cell is lost to a clash in the codec's table, eight spellings come twice.
    assert 12_900 < count < 13_000


def test_flags_have_one_digit_a_character():
    """The space between family and given name has its digit too."""
    name = SubstitutedText("模擬　花子", frozenset({1}))

    assert name.flags == "01000"


def test_characters_are_counted_not_utf16_units():
    """A character beyond the first plane counts once."""
    assert SubstitutedText("𠮷田").flags == "00"


@given(st.text(min_size=1, max_size=40), st.data())
def test_text_and_flags_round_trip(text, data):
    """Parsing what was built gives the same text and positions."""
    positions = data.draw(st.frozensets(st.integers(0, len(text) - 1)))
    built = SubstitutedText(text, positions)

    assert SubstitutedText.parse(built.text, built.flags) == built


@pytest.mark.parametrize("flags", ["", "0000", "000000", "0002 ", "０００００"])
def test_flags_of_another_length_or_alphabet_are_refused(flags):
    """Flags that do not fit the text say nothing about it."""
    with pytest.raises(AttributeFormatError):
        SubstitutedText.parse("模擬　花子", flags)


@pytest.mark.parametrize("position", [-1, 5])
def test_a_position_outside_the_text_is_refused(position):
    """There is no sixth character of five, and no counting from the end."""
    with pytest.raises(AttributeFormatError):
        SubstitutedText("模擬　花子", frozenset({position}))


def test_an_empty_name_is_refused():
    """Everybody has a name."""
    with pytest.raises(AttributeFormatError):
        SubstitutedText("")


def test_the_test_cards_birth_date_is_read():
    """The published test card says 319800217: Showa, 17 February 1980."""
    born = BirthDate.parse("319800217")

    assert (born.era, born.calendar_date) == (Era.SHOWA, date(1980, 2, 17))
    assert born.era_agrees


@pytest.mark.parametrize(
    ("day", "era"),
    [
        (date(1868, 1, 24), Era.UNKNOWN),
        (date(1868, 1, 25), Era.MEIJI),
        (date(1912, 7, 29), Era.MEIJI),
        (date(1912, 7, 30), Era.TAISHO),
        (date(1926, 12, 24), Era.TAISHO),
        (date(1926, 12, 25), Era.SHOWA),
        (date(1989, 1, 7), Era.SHOWA),
        (date(1989, 1, 8), Era.HEISEI),
        (date(2019, 4, 30), Era.HEISEI),
        (date(2019, 5, 1), Era.REIWA),
    ],
)
def test_eras_change_on_their_days(day, era):
    """The new era begins with the day of the change."""
    assert Era.of(day) is era


@given(st.from_regex(r"[0-5][0-9]{8}", fullmatch=True).filter(str.isascii))
def test_any_nine_digits_of_a_known_era_round_trip(text):
    """Odd dates are kept as they are; nothing is mended and nothing crashes."""
    born = BirthDate.parse(text)

    assert born.text == text
    assert born.age_on(date(2026, 4, 1)) is None or born.latest is not None


@pytest.mark.parametrize(
    "text", ["", "19800217", "3198002170", "619800217", "３19800217", "3-9800217"]
)
def test_other_forms_of_birth_date_are_refused(text):
    """Eight digits, ten, a sixth era or a full-width digit are not the certificate's form."""
    with pytest.raises(AttributeFormatError):
        BirthDate.parse(text)


@pytest.mark.parametrize("text", ["400000000", "319800000", "319800200", "319800231", "300000217"])
def test_an_unknown_or_impossible_date_is_no_date(text):
    """A verifier must not invent the missing part."""
    assert BirthDate.parse(text).calendar_date is None


def test_a_wrong_era_is_noticed():
    """1980 was Showa, not Heisei."""
    assert not BirthDate.parse("419800217").era_agrees


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("420110401", 15),  # the birthday itself
        ("420110402", 14),  # the day before it
        ("420110400", 14),  # some day in April: perhaps not yet
        ("420110300", 15),  # some day in March: surely
        ("420110000", 14),
        ("420100000", 15),
        ("300000000", 37),  # Showa ended on 7 January 1989
        ("500000000", None),  # Reiwa goes on: may be born today
        ("000000000", None),
    ],
)
def test_an_age_counts_only_when_it_is_certain(text, age):
    """A partly unknown birth date proves the age of its latest possible day."""
    assert BirthDate.parse(text).age_on(date(2026, 4, 1)) == age


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2027, 2, 27), 14),
        (date(2027, 2, 28), 15),
        (date(2028, 2, 28), 15),  # a leap year: the 29th is there
        (date(2028, 2, 29), 16),
    ],
)
def test_who_was_born_on_29_february_is_a_year_older_on_the_28th(day, age):
    """Outside leap years; the same day ends certificates (assumed)."""
    born = BirthDate.of(date(2012, 2, 29))

    assert born.age_on(day) == age
    assert (birthday_in(day.year, 2, 29) <= day) is (age == day.year - 2012)


@pytest.mark.parametrize("text", ["518000000", "399990000", "119130000", "520190400", "420190500"])
def test_a_partly_unknown_date_can_contradict_its_era(text):
    """The year, or year and month, already lie outside."""
    assert not BirthDate.parse(text).era_agrees


@pytest.mark.parametrize(
    "text", ["000000000", "400000000", "319260000", "319261200", "319890100", "520190500"]
)
def test_unknown_parts_contradict_no_era(text):
    """Some day in the year or month was one of that era."""
    assert BirthDate.parse(text).era_agrees


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("1", GenderMeaning.MALE),
        ("2", GenderMeaning.FEMALE),
        ("3", GenderMeaning.OTHER),
        ("9", GenderMeaning.OTHER),
        ("0", GenderMeaning.UNLISTED),
        ("", GenderMeaning.UNLISTED),
    ],
)
def test_the_third_gender_value_is_accepted_both_ways(value, meaning):
    """Sources disagree on 3 or 9; both are taken, and the raw value is kept."""
    gender = Gender(value)

    assert (gender.value, gender.meaning) == (value, meaning)


@pytest.mark.parametrize("what", ["name", "kana", "address"])
def test_what_is_too_long_is_refused_for_that_first(what):
    """Or the places of what no certificate may hold would be told without end."""
    with pytest.raises(UnfitTextError) as refused:
        check_text(what, SubstitutedText("髙" * 1_000_000))

    assert str(refused.value) == f"the {what} has more than 200 characters"
