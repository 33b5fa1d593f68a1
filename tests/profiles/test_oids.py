"""Object identifiers, and what is guessed among them."""

from jpki.oids import PersonalData, Policy
from jpki.sources import Grade


def test_the_published_policies():
    """The three policies that somebody has read off a certificate."""
    assert Policy.SIGN_CARD.dotted == "1.2.392.200149.8.5.1.1.20"
    assert Policy.AUTH_CARD.dotted == "1.2.392.200149.8.5.1.3.30"
    assert Policy.TEST_SIGN_CARD.dotted == "1.2.392.200149.8.5.1.0.20"


def test_the_other_policies_are_marked_as_guesses():
    """What nobody has read says so itself."""
    known = {Policy.SIGN_CARD, Policy.AUTH_CARD, Policy.TEST_SIGN_CARD}

    assert {policy for policy in Policy if not policy.value.source.is_guess} == known


def test_attributes_stand_in_the_order_of_cards():
    """.1 .4 .3 .5 .2 .6, as real cards and the test card have them."""
    assert [item.dotted.rpartition(".")[2] for item in PersonalData] == list("143526")


def test_address_and_its_flags_are_not_swapped():
    """.5 is the address and .6 its flags; one public test file has it the other way round."""
    assert PersonalData.ADDRESS.dotted.endswith(".5")
    assert PersonalData.SUBSTITUTED_ADDRESS.value.source.grade is Grade.RELIED_ON
