"""Talking to a My Number card in hexadecimal, with the bytes clients send."""

from cardsim.chip import Card
from cardsim.mynumber import CardImage, in_memory_card
from tests.support.cards import adult_card

SELECT_JPKI = "00A4040C0AD392F000260100000001"
SELECT_COMMON = "00A4040C0AD3921000310001010100"
SELECT_ISD = "00A4040C07A0000001510000"
VERIFY_AUTH = "0020009804" + b"1234".hex()
WRONG_AUTH = "0020009804" + b"9999".hex()
VERIFY_SIGN = "0020009B06" + b"ABC123".hex()
WRONG_SIGN = "0020009B06" + b"WRONG1".hex()
TRIES_AUTH, TRIES_SIGN = "00200098", "0020009B"
READ_SIGN_CERTIFICATE = "00B0810004"
DIGEST = "5A" * 32
DIGEST_INFO = "3031300D060960864801650304020105000420" + DIGEST
SIGN_WITH_AUTH_KEY = "802A009733" + DIGEST_INFO + "00"
SIGN_WITH_SIGN_KEY = "802A009A33" + DIGEST_INFO + "00"


def select_ef(ef: int) -> str:
    """Give SELECT of an EF by its identifier."""
    return f"00A4020C02{ef:04X}"


class Talk:
    """A powered card; `talk("00A4...")` gives the answer in hexadecimal."""

    def __init__(self, card: Card) -> None:
        self.card = card
        card.power_on()

    def __call__(self, *commands: str) -> str:
        """Send the commands in turn and give the last answer."""
        answers = [self.card.transmit(bytes.fromhex(command)) for command in commands]
        return answers[-1].hex().upper()

    def status(self, *commands: str) -> str:
        """Send the commands in turn and give the last status word."""
        return self(*commands)[-4:]


def adult() -> Talk:
    """Give a fresh adult's card with the JPKI AP selected."""
    talk = Talk(adult_card())
    assert talk(SELECT_JPKI) == "9000"
    return talk


def fresh(image: CardImage) -> Talk:
    """Give a fresh card of this image, with the application selected that is so after power-up."""
    return Talk(in_memory_card(image, raise_unexpected=True))
