"""A trace as a sequence diagram."""

from cardsim.trace import Conversation, Trace, diagram
from tests.mynumber.talk import SELECT_JPKI
from tests.trace.talk import AUTH_PIN, Listened, verify


def drawn(*commands):
    listened = Listened()
    listened(*commands)
    return diagram(Trace("card", tuple(listened.events))).splitlines()


def test_question_and_answer_are_two_arrows():
    """And what the card knows after a PIN is a note."""
    assert drawn(SELECT_JPKI, verify(0x98, AUTH_PIN)) == [
        "sequenceDiagram",
        "    participant P as Program",
        "    participant C1 as card",
        "    Note over C1: power on: ATR 3B E0 00 FF 81 31 FE 45 14",
        "    P->>C1: SELECT application · JPKI 公的個人認証AP",
        "    C1-->>P: 9000 success (正常終了)",
        "    P->>C1: VERIFY · JPKI 公的個人認証AP, EF 0018 AUTH_PIN 利用者証明用の暗証番号",
        "    C1-->>P: 9000 success (正常終了)",
        "    Note over C1: verified: AUTH_PIN",
    ]


def test_reads_of_one_file_are_one_arrow():
    """A certificate is one line, and its length the sum."""
    lines = drawn(SELECT_JPKI, "00B08A0000", "00B0010000", "00B0020000", "00B0880003")

    assert lines[6].endswith("AUTH_CERTIFICATE 利用者証明用電子証明書 (×3)")
    assert lines[7] == "    C1-->>P: 9000 success (正常終了), 768 bytes in all"
    assert "AVAILABILITY" in lines[8]


def test_characters_of_the_language_are_written_as_entities():
    """A card's name may be anything printable."""
    event = Conversation("a;b#c").exchange(b"\x00\xb0\x00\x00\x00", None)

    assert "participant C1 as a#59;b#35;c" in diagram(Trace("card", (event,)))


def test_nothing_said_is_an_empty_diagram():
    """Still one that can be drawn."""
    assert diagram(Trace("card", ())).splitlines()[0] == "sequenceDiagram"
