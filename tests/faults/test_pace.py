"""The model of a contactless card's time: arithmetic of the standards, held against their words."""

import pytest

from cardsim.faults.kinds import Kind
from cardsim.faults.pace import PACE_FACTS, Pace, pace_of
from jpki.card.layout import AtrFamily
from jpki.sources import Grade


@pytest.mark.parametrize(
    ("family", "divisor", "fwi"),
    [
        (AtrFamily.TYPE_B_41E0, 4, 10),
        (AtrFamily.TYPE_B_51FF_B3, 4, 13),
        (AtrFamily.TYPE_B_51FF_00, 1, 13),
        (AtrFamily.CONTACT_E0, 4, 10),
    ],
)
def test_the_rate_is_the_one_the_atr_names(family, divisor, fwi):
    """B3 is up to 424 kbit/s both ways, 00 is 106 only; a contact ATR names none."""
    assert pace_of("nfc", family.atr) == Pace(divisor, fwi)


def test_a_rate_can_be_asked_for():
    """Many readers stay at 106 kbit/s whatever the card could do."""
    atr = AtrFamily.TYPE_B_41E0.atr

    assert (pace_of("nfc-106", atr).divisor, pace_of("nfc-424", atr).divisor) == (1, 4)


def test_a_reserved_bit_means_106():
    """ISO/IEC 14443-3: a reader takes such a byte for zero."""
    atr = bytearray(AtrFamily.TYPE_B_41E0.atr)
    atr[8] |= 0x08

    assert pace_of("nfc", bytes(atr)).divisor == 1


def test_etu_and_waiting_time_are_the_standards():
    """1 etu is 9.44 microseconds at 106 kbit/s; FWI 10 is 309 ms, FWI 14 the longest: 4949 ms."""
    assert Pace(1).etu == pytest.approx(9.44e-6, rel=1e-3)
    assert Pace(4).etu == pytest.approx(2.36e-6, rel=1e-3)
    assert Pace(1, 10).waiting_seconds == pytest.approx(0.309, rel=1e-2)
    assert Pace(1, 14).waiting_seconds == pytest.approx(4.949, rel=1e-2)


def test_a_long_answer_travels_in_blocks():
    """One byte more than fits takes a block and an acknowledgement more."""
    pace = Pace(1)

    step = pace.line_seconds(254) - pace.line_seconds(253)

    assert step > 5 * (pace.line_seconds(253) - pace.line_seconds(252))


def test_a_certificate_takes_long_at_106_and_a_signature_at_any_rate():
    """1,567 bytes are 0.15 s of line at 106 kbit/s; a signature is the chip's 0.7 s."""
    read = {rate: Pace(rate).seconds(Kind.READ_BINARY, sent=7, received=1569) for rate in (1, 4)}
    sign = {
        rate: Pace(rate).seconds(Kind.COMPUTE_DIGITAL_SIGNATURE, sent=57, received=258)
        for rate in (1, 4)
    }

    assert read[1] == pytest.approx(0.19, abs=0.02)
    assert read[4] == pytest.approx(0.08, abs=0.02)
    assert 0.7 < sign[4] < sign[1] < 0.85


def test_guesses_are_marked():
    """What nobody has published says so."""
    grades = {fact.subject: fact.source.grade for fact in PACE_FACTS}

    assert grades["RSA-2048 private operation"] is Grade.MEASURED
    assert {subject for subject, grade in grades.items() if grade is Grade.ASSUMED} == {
        "this card's chip",
        "saving a counter",
    }
