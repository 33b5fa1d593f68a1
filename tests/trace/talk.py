"""Conversations for the tests: what clients send, and a card that is overheard."""

from datetime import UTC, datetime

from cardsim.chip import Card
from cardsim.trace import Event, Heard, RecordedCard, Step, named
from tests.mynumber.talk import SELECT_ISD, SELECT_JPKI, select_ef
from tests.support.faces import NUMBER, NUMBER_B
from tests.support.whole import JUKI_PIN, LICENCE_PIN, TEXT_PIN, whole_card

MOMENT = int(datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC).timestamp()) * 1_000_000 + 678_901
AUTH_PIN, SIGN_PIN = "1234", "ABC123"
SELECT_TEXT = "00A4040C0AD3921000310001010408"
SELECT_VISUAL = "00A4040C0AD3921000310001010402"
SELECT_COMMON = "00A4040C0AD3921000310001010100"
SELECT_JUKI = "00A4040C0AD3921000310001010401"
SELECT_LICENCE = "00A4040C10A0000002310600000000000000000000"
READ, READ_ALL = "00B0000000", "00B00000000000"
DIGEST_INFO = "3031300D060960864801650304020105000420" + "5A" * 32


def verify(reference: int, secret: str, *, cla: int = 0) -> str:
    return f"{cla:02X}2000{reference:02X}{len(secret):02X}{secret.encode().hex()}"


AUTH_TALK = [
    SELECT_JPKI,
    select_ef(0x18),
    "00200080",
    verify(0x80, "9999"),
    verify(0x80, AUTH_PIN),
    select_ef(0x0A),
    "00B0000004",
    "00B0000400061F",
    select_ef(0x17),
    f"802A008033{DIGEST_INFO}00",
    "00B08800 03".replace(" ", ""),
]
"""What a client sends to log in, a wrong PIN on the way."""

WHOLE_TALK = [
    *AUTH_TALK,
    verify(0x9B, SIGN_PIN),
    select_ef(0x01),
    READ_ALL,
    "0024019B06" + b"NEWPIN".hex(),
    "0084000008",
    SELECT_TEXT,
    verify(0x91, TEXT_PIN),
    select_ef(0x01),
    READ,
    select_ef(0x02),
    READ_ALL,
    verify(0x94, NUMBER),
    verify(0x95, NUMBER_B),
    f"802A050020{'11' * 32}00",
    SELECT_VISUAL,
    verify(0x92, NUMBER_B),
    select_ef(0x02),
    READ_ALL,
    SELECT_COMMON,
    "00B2010C00",
    "8032009C04" + JUKI_PIN.encode().hex(),
    "0088009908" + "22" * 8 + "00",
    SELECT_JUKI,
    verify(0x9C, JUKI_PIN),
    SELECT_LICENCE,
    "00B09A0003",
    verify(0x86, LICENCE_PIN),
    "00B09B0000",
    SELECT_ISD,
    "00CA004500",
    "00CA5F5100",
    "00CA00F8000000",
]
"""Every application, and every secret the card has."""


class Listened:
    """A powered card that is overheard, and what was heard."""

    def __init__(self, card: Card | None = None) -> None:
        self.inside = card or whole_card()
        self.heard: list[Heard] = []
        self.card = RecordedCard(self.inside, self.heard.append, clock=lambda: MOMENT)
        self.card.power_on()

    @property
    def events(self) -> list[Event]:
        """What was heard, named."""
        return list(named(self.heard))

    def __call__(self, *commands: str) -> Step:
        """Send the commands in turn; give the last step."""
        for command in commands:
            self.card.transmit(bytes.fromhex(command))
        step = self.events[-1].what
        assert isinstance(step, Step)
        return step
