"""Check digits of the numbers around a My Number card.

What it is: pure arithmetic on strings of ASCII digits.
What it is not: a source of numbers that belong to anybody. A 個人番号 made here for a fixture
carries a wrong check digit unless the caller asks for a right one.
Standard: 総務省令第85号(2014) Article 5 (個人番号); MIC rule for 全国地方公共団体コード; PKI
profile reference section 7.
Called by: `jpki.profiles.municipalities`, `cardsim.world`.
"""

from jpki.sources import Grade, Source

MY_NUMBER_SOURCE = Source("PKI 7: ordinance 85/2014 Art. 5, quoted and computed", Grade.RELIED_ON)
MUNICIPALITY_SOURCE = Source("PKI 7: MIC rule, quoted and computed", Grade.RELIED_ON)
RESIDENT_CODE_SOURCE = Source(
    "PKI 7: the rule of 個人番号 fits the one sample found", Grade.DEDUCED
)

MY_NUMBER_DIGITS = 12
RESIDENT_CODE_DIGITS = 11
MUNICIPALITY_DIGITS = 5


def _digits(text: str, length: int) -> list[int]:
    """Give the digits; the text itself stays out of the error, it may be somebody's number."""
    if len(text) != length or not (text.isascii() and text.isdigit()):
        raise ValueError(f"expected {length} ASCII digits")
    return [int(character) for character in text]


def _modulus_11(payload: list[int]) -> str:
    """Sum P(n)·Q(n), n from the lowest: Q = n+1 up to n = 6, n-5 from n = 7; 11 - (sum mod 11)."""
    weights = [n + 1 if n <= 6 else n - 5 for n in range(len(payload), 0, -1)]  # noqa: PLR2004
    remainder = sum(p * q for p, q in zip(payload, weights, strict=True)) % 11
    return "0" if remainder <= 1 else str(11 - remainder)


def my_number_check_digit(payload: str) -> str:
    """Give the check digit of a 個人番号 from its first eleven digits."""
    return _modulus_11(_digits(payload, MY_NUMBER_DIGITS - 1))


def is_my_number(number: str) -> bool:
    """Whether twelve digits end in their check digit; says nothing of whose they are."""
    _digits(number, MY_NUMBER_DIGITS)
    return my_number_check_digit(number[:-1]) == number[-1]


def my_number(payload: str, *, valid: bool = False) -> str:
    """Make a 個人番号 of eleven digits: by default with a check digit that is wrong on purpose.

    A wrong one is the right one plus one (9 becomes 0), so it can be nobody's.
    """
    check = int(my_number_check_digit(payload))
    return payload + str(check if valid else (check + 1) % 10)


def resident_code_check_digit(payload: str) -> str:
    """Give the check digit of a 住民票コード from its first ten digits (a guess: see source)."""
    return _modulus_11(_digits(payload, RESIDENT_CODE_DIGITS - 1))


def resident_code(payload: str) -> str:
    """Make a 住民票コード of ten digits and one that the guessed rule does not give.

    The official rule is not public in our material, so nothing here checks the eleventh digit. If
    the guess is right the code is nobody's; if it is wrong, no more is lost than was unknown.
    """
    return payload + str((int(resident_code_check_digit(payload)) + 1) % 10)


def municipality_check_digit(code: str) -> str:
    """Give the check digit of a five-digit 全国地方公共団体コード.

    The last digit of 11 - (sum mod 11), weights 6 5 4 3 2: remainder 0 gives 1, 1 gives 0.
    """
    payload = _digits(code, MUNICIPALITY_DIGITS)
    total = sum(p * q for p, q in zip(payload, (6, 5, 4, 3, 2), strict=True))
    return str(11 - total % 11)[-1]


def is_municipality_code(code: str) -> bool:
    """Whether six digits end in their check digit."""
    _digits(code, MUNICIPALITY_DIGITS + 1)
    return municipality_check_digit(code[:-1]) == code[-1]
