"""The table of municipalities is what distribution points are named by."""

import pytest

from jpki.numbers import is_municipality_code
from jpki.profiles import municipalities, municipality


def test_every_prefecture_is_there():
    """All 47 prefectures have a place, each spelt one way."""
    rows = municipalities().values()

    assert {row.code[:2] for row in rows} == {f"{number:02d}" for number in range(1, 48)}
    assert len({(r.code[:2], r.prefecture, r.prefecture_romaji) for r in rows}) == 47


def test_codes_are_in_order_and_check():
    """Codes ascend, none twice, and take a check digit."""
    codes = list(municipalities())

    assert codes == sorted(set(codes))
    assert all(is_municipality_code(row.full_code) for row in municipalities().values())


@pytest.mark.parametrize(
    ("code", "prefecture", "name"),
    [
        ("01106", "Hokkaido", "Sapporo-shi-Minami-ku"),
        ("14104", "Kanagawa-ken", "Yokohama-shi-Naka-ku"),
        ("13221", "Tokyo-to", "Kiyose-shi"),
    ],
)
def test_spellings_seen_in_certificates_are_kept(code, prefecture, name):
    """Places read off certificates are spelt as there: wards after the city, Hokkaido alone."""
    where = municipality(code)

    assert (where.prefecture_romaji, where.romaji) == (prefecture, name)


def test_romaji_is_plain():
    """Names fit the distribution points: ASCII letters and hyphens."""
    spelt = "".join(r.prefecture_romaji + r.romaji for r in municipalities().values())

    assert spelt.replace("-", "").isalpha()
    assert spelt.isascii()


def test_a_six_digit_code_finds_the_same_place():
    """Both forms of the code are understood."""
    assert municipality("132217") is municipality("13221")


def test_an_unknown_code_is_an_error():
    """A code that is not in the table gives no place."""
    with pytest.raises(KeyError):
        municipality("99999")


def test_a_wrong_check_digit_names_no_place():
    """Somebody mistyped; guessing the place would put a certificate on another list."""
    with pytest.raises(KeyError):
        municipality("131019")
