"""Access rules: deny by default, and no rule opens what it does not name."""

import pytest

from cardsim.chip import ALWAYS, NEVER, AnyOf, Operation, TransparentFile, Verified
from tests.chip.plain import EF_BEHIND_PIN, EF_NO_RULE, FIRST, SECOND, plain_card, send, verify


@pytest.mark.parametrize(
    ("rule", "verified", "permitted"),
    [
        (ALWAYS, set(), True),
        (NEVER, {1, 2, 3}, False),
        (Verified(2), {2}, True),
        (Verified(2), {1, 3}, False),
        (Verified(2), set(), False),
        (AnyOf((Verified(1), Verified(2))), {2}, True),
        (AnyOf((Verified(1), Verified(2))), {3}, False),
        (AnyOf(()), {1, 2, 3}, False),
    ],
)
def test_a_rule_asks_for_what_was_proven(rule, verified, permitted):
    """The truth table of the rules; a choice among nothing is never fulfilled."""
    assert rule.permits(verified) is permitted


@pytest.mark.parametrize("operation", list(Operation))
def test_a_file_without_rules_allows_nothing(operation):
    """What nobody allowed is forbidden, whatever was proven."""
    file = TransparentFile(content=b"")

    assert file.rule(operation) is NEVER


def test_a_rule_for_one_operation_says_nothing_of_another():
    """Being allowed to change a file does not let anybody read it."""
    file = TransparentFile(content=b"", rules={Operation.CHANGE: ALWAYS})

    assert file.rule(Operation.READ) is NEVER


def test_a_file_without_a_rule_cannot_be_read():
    """Forgotten wiring keeps a file shut, even after the PIN."""
    card = plain_card()
    send(card, verify())

    assert send(card, f"00B0{0x80 | EF_NO_RULE:02X}0000") == "6982"


def test_a_file_behind_a_pin_is_read_after_it_only():
    """The same command is refused before and served after VERIFY."""
    card = plain_card()
    read = f"00B0{0x80 | EF_BEHIND_PIN:02X}0000"

    before, proof, after = send(card, read), send(card, verify()), send(card, read)

    assert (before, proof) == ("6982", "9000")
    assert after == b"behind the PIN".hex().upper() + "9000"


def test_a_pin_opens_nothing_in_another_application():
    """A proof belongs to the application in which it was given."""
    card = plain_card()
    send(card, verify())

    send(card, "00A4040C06" + SECOND.hex())

    assert send(card, f"00B0{0x80 | EF_BEHIND_PIN:02X}0000") == "6982"


def test_a_proof_does_not_come_back_with_its_application():
    """Leaving an application forgets what was proven there for good."""
    card = plain_card()
    send(card, verify())
    send(card, "00A4040C06" + SECOND.hex())

    send(card, "00A4040C06" + FIRST.hex())

    assert send(card, f"00B0{0x80 | EF_BEHIND_PIN:02X}0000") == "6982"
