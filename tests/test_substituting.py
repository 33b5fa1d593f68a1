"""Names and addresses become what a certificate may hold, and say where they were changed."""

import csv
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.numbers import resident_code, resident_code_check_digit
from jpki.people import in_repertoire
from jpki.substituting import (
    TABLE_SOURCES,
    NoSubstituteError,
    certificate_address,
    certificate_name,
    substitutes,
    widened,
)

CJK = st.one_of(
    st.sampled_from("架空花子髙﨑𠮷　ア神︀"),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF),
)


def test_the_table_leads_from_outside_into_the_repertoire():
    """No row replaces a character that may stand, or by one that may not."""
    assert not any(map(in_repertoire, substitutes()))
    assert all(map(in_repertoire, substitutes().values()))


def test_every_row_of_the_table_names_its_source():
    """Each source is one of those written out, and each of those is used."""
    table = resources.files("jpki").joinpath("substitutes.csv").read_text(encoding="utf-8")

    sources = {row["source"] for row in csv.DictReader(table.splitlines())}

    assert sources == set(TABLE_SOURCES)


@pytest.mark.parametrize(
    ("true", "text", "flags"),
    [
        ("模擬　花子", "模擬　花子", "00000"),
        ("髙橋　花子", "高橋　花子", "10000"),
        ("山﨑　𠮷男", "山崎　吉男", "01010"),
        ("栁　太郎", "柳　太郎", "1000"),
        ("\ufa19田　花子", "神田　花子", "10000"),
        ("辻\U000e0101　花子", "辻　花子", "1000"),
    ],
)
def test_a_similar_character_stands_in_and_is_flagged(true, text, flags):
    """髙 becomes 高; a form chosen by a selector becomes the plain character."""
    name = certificate_name(true)

    assert (name.text, name.flags) == (text, flags)


def test_kana_replaces_the_part_of_the_name_nothing_stands_for():
    """Every character of the reading is flagged, the other part is as it was."""
    name = certificate_name("\U00020089模　花子", "カクウ　ハナコ")

    assert (name.text, name.flags) == ("カクウ　花子", "111000")


def test_without_kana_a_name_nothing_stands_for_is_refused():
    """The message says where; the name stays out of it."""
    with pytest.raises(NoSubstituteError, match="character 4") as caught:
        certificate_name("模擬　\U00020089子")

    assert "子" not in str(caught.value).replace("振り仮名", "")
    assert caught.value.positions == (3,)


@pytest.mark.parametrize("kana", ["カクウ", "ｶｸｳ　ﾊﾅｺ", "カクウ　ハナコ　ヨ"])
def test_kana_that_does_not_fit_replaces_nothing(kana):
    """As many parts as the name, in full width: anything else is refused."""
    with pytest.raises(NoSubstituteError):
        certificate_name("\U00020089模　花子", kana)


def test_a_holder_may_choose_another_substitute():
    """What is chosen goes before the table."""
    name = certificate_name("髙橋　花子", chosen={"髙": "鷹"})

    assert (name.text, name.flags) == ("鷹橋　花子", "10000")


def test_a_chosen_substitute_must_itself_be_allowed():
    """Else the table's stands."""
    assert certificate_name("髙橋　花子", chosen={"髙": "﨑"}).text == "高橋　花子"


def test_an_address_has_no_kana_to_fall_back_on():
    """Nothing is invented for it."""
    with pytest.raises(NoSubstituteError, match="address"):
        certificate_address("東京都\U00020089町")


def test_ascii_becomes_full_width():
    """As registers write house numbers and foreign names."""
    assert widened("架空町1-2 ABC") == "架空町１－２　ＡＢＣ"


@given(st.text(CJK, min_size=1, max_size=12))
def test_what_comes_out_may_stand_in_a_certificate(true):
    """For any name: in the repertoire with one flag a character, or refused."""
    try:
        name = certificate_name(true)
    except ValueError:
        return

    assert all(map(in_repertoire, name.text))
    assert len(name.flags) == len(name.text)


@given(st.text(CJK, min_size=1, max_size=12))
def test_an_unflagged_character_is_the_true_one(true):
    """A flag is missing only where nothing was changed."""
    try:
        name = certificate_name(true)
    except ValueError:
        return

    kept = [c for c, flag in zip(name.text, name.flags, strict=True) if flag == "0"]
    assert all(c in true for c in kept)


@given(st.text("0123456789", min_size=10, max_size=10))
def test_a_resident_code_does_not_end_as_the_guessed_rule_says(payload):
    """If the guess is right, nobody has it."""
    code = resident_code(payload)

    assert (len(code), code[:10]) == (11, payload)
    assert code[10] != resident_code_check_digit(payload)
