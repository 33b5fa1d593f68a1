"""One card's side of a conversation with vpcd: bytes in, bytes out, power in between.

Not here: sockets, reconnecting (`client`); frames are cut by `codec`.
Source: vsmartcard doc/api.txt for what is answered; ISO/IEC 7816-3:2006 clause 6 for the
difference between a cold reset (power on) and a warm one.
Called by `client`, which makes a new dialogue for each connection.
"""

from cardsim.readers.insertable import InsertableCard
from cardsim.readers.vpcd.codec import Command, Control, Decoder, VpcdProtocolError, encode


class CardSilentError(Exception):
    """A powered card did not answer: the connection must be closed, which is a removed card.

    There is no frame for it: pcscd waits for ever behind an empty one (vpcd 3.3).
    """


class Dialogue:
    """A card in the reader, from insertion to removal.

    vpcd's way to ask "is a card there?" is to ask for the ATR, before it ever powers the card.
    So the ATR is learnt at insertion, by a short power-up that ends at once.
    """

    __slots__ = ("_atr", "_card", "_decoder", "_powered")

    def __init__(self, card: InsertableCard) -> None:
        self._card = card
        self._decoder = Decoder()
        self._powered = False
        self._atr = card.power_on()
        card.power_off()

    def receive(self, chunk: bytes) -> bytes:
        """Take bytes from the reader and give the bytes to send back, whole frames or none.

        Raises `VpcdProtocolError` when the connection must be closed: the bytes are no
        message of vpcd, or a command meets a card without power. `CardSilentError` and what the
        card raises are for the caller to end the connection with as well.
        """
        self._decoder.feed(chunk)
        answers = bytearray()
        while (message := self._decoder.next_message()) is not None:
            match message:
                case Command(apdu):
                    answers += encode(self._transmit(apdu))
                case Control.ATR:
                    answers += encode(self._atr)
                case _:
                    self._contacts(message)
        return bytes(answers)

    def end(self) -> None:
        """Pull the card: it loses power. A second call does nothing."""
        if self._powered:
            self._powered = False
            self._card.power_off()

    def _transmit(self, apdu: bytes) -> bytes:
        if not self._powered:
            # pcscd powers a card before it talks to it. Whoever does not has missed that the
            # card was pulled and put back; a lost connection tells it.
            raise VpcdProtocolError("a command for a card without power")
        answer = self._card.transmit(apdu)
        if not answer:
            raise CardSilentError("the card gave no answer to a command")
        return answer

    def _contacts(self, control: Control) -> None:
        if control is Control.POWER_OFF:
            self.end()
        elif control is Control.RESET and self._powered:
            self._atr = self._card.warm_reset()
        else:
            # Power on; or a reset of a card that has no power, which can only be a cold one.
            self._powered = True
            self._atr = self._card.power_on()
