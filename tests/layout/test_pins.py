"""PIN rules: what a client may send, before it costs a try."""

import pytest

from jpki.card.layout import PinFormatError, PinKind


@pytest.mark.parametrize(
    ("kind", "pin", "encoded"),
    [
        (PinKind.AUTH, "1234", b"1234"),
        (PinKind.SIGN, "ABC123", b"ABC123"),
        (PinKind.SIGN, "abc123", b"ABC123"),
        (PinKind.SIGN, "A" * 16, b"A" * 16),
        (PinKind.NUMBER_A, "123456789012", b"123456789012"),
        (PinKind.NUMBER_B, "55021720352285", b"55021720352285"),
        (PinKind.BIRTH_DATE, "550217", b"550217"),
    ],
)
def test_a_pin_within_the_rule_is_encoded(kind, pin, encoded):
    """ASCII, capital letters, nothing padded."""
    assert kind.rule.encode(pin) == encoded


@pytest.mark.parametrize(
    ("kind", "pin"),
    [
        (PinKind.AUTH, ""),
        (PinKind.AUTH, "123"),
        (PinKind.AUTH, "12345"),
        (PinKind.AUTH, "12a4"),
        (PinKind.AUTH, "１２３４"),
        (PinKind.SIGN, "ABC12"),
        (PinKind.SIGN, "A" * 17),
        (PinKind.SIGN, "ABC-123"),
        (PinKind.SIGN, "ABCDEß"),
        (PinKind.SIGN, "ABCDEﬀ"),
        (PinKind.NUMBER_B, "5502172035228"),
    ],
)
def test_a_pin_against_the_rule_is_refused_without_being_quoted(kind, pin):
    """Length or alphabet wrong: the text names the rule; the PIN is in no error."""
    with pytest.raises(PinFormatError) as caught:
        kind.rule.encode(pin)

    assert kind.japanese in str(caught.value)
    assert not pin or pin not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "tries"),
    [
        (PinKind.AUTH, 3),
        (PinKind.SIGN, 5),
        (PinKind.TEXT, 3),
        (PinKind.JUKI, 3),
        (PinKind.NUMBER_A, 10),
        (PinKind.NUMBER_B, 10),
        (PinKind.BIRTH_DATE, 10),
        (PinKind.LICENCE, 10),
    ],
)
def test_each_secret_has_its_tries(kind, tries):
    """Card reference §5."""
    assert kind.rule.tries == tries


@pytest.mark.parametrize(("kind", "text"), [(PinKind.AUTH, "4"), (PinKind.SIGN, "6 to 16")])
def test_the_allowed_length_is_said_for_people(kind, text):
    """One number, or from and to."""
    assert kind.rule.length_text == text
