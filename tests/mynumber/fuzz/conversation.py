"""One conversation of mutated commands with a fresh full card, told by its seed and number.

Any of them can be held again alone: the same seed and number draw the same commands, but for
the bytes of keys and of what they signed, which every process makes anew.
Called by `__main__` for millions, by the tests for a few thousand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from cardsim.chip import Application, Card, CardState
from cardsim.chip.secure_channel import KEY_LENGTH, SecureChannel, expected_length_object
from cardsim.mynumber import MemoryStore, assemble
from cardsim.mynumber.applications import build_applications, initial_state
from jpki.iso7816 import ApduError, CommandApdu
from tests.mynumber.fuzz import corpus
from tests.mynumber.fuzz.witness import Witness
from tests.support import reference
from tests.support.whole import whole_image

LENGTH = 64
"""Commands of one conversation."""
_LARGEST_SECURED = 65_000
"""Bytes that still fit an extended command when they are encrypted."""


class FuzzError(AssertionError):
    """A conversation went wrong; the text says which and holds its commands."""


@dataclass(frozen=True, slots=True)
class Number:
    """Names a conversation."""

    seed: int
    number: int


@cache
def _parts() -> tuple[tuple[Application, ...], CardState]:
    return build_applications(whole_image()), initial_state(whole_image())


def hold(which: Number, *, length: int = LENGTH) -> int:
    """Hold one conversation; give how many commands it had. Raises `FuzzError`."""
    random = Random(f"{which.seed}/{which.number}")
    applications, state = _parts()
    store = MemoryStore(state)
    card = assemble(
        whole_image(),
        applications,
        store,
        random=lambda count: corpus.CHALLENGE_BYTE * count,
        raise_unexpected=True,
    )
    card.power_on()
    witness = Witness(card, store)
    said: list[bytes] = []
    try:
        for plain in _commands(random, length):
            _reset(random, card)
            command = _perhaps_secured(random, card, plain)
            witness.before(plain)
            witness.before(command)
            said.append(command)
            witness.after(command, card.transmit(command))
    except Exception as error:
        lines = "\n".join(command.hex().upper() for command in said)
        raise FuzzError(f"{which}: {type(error).__name__}: {error}\n{lines}") from error
    return len(said)


def _commands(random: Random, length: int) -> Iterator[bytes]:
    """Give what is said: about one application, with secrets in half of the conversations."""
    # Twice as often the one that can be spoken to in two ways.
    ap = random.choice([*reference.AIDS, "TEXT"])
    known = [name for name in corpus.secret_names() if random.random() < 0.5]
    if random.random() < 0.5:
        known = []
    lines = [bytes.fromhex(line) for line in corpus.EVERYWHERE]
    lines += corpus.commands_of(ap) * 2
    for name in known:
        lines += corpus.proof(name)
        lines += corpus.proof(name)[1:] * 4
    mutator = corpus.Mutator(random, lines)
    beginning = [bytes.fromhex(reference.select(ap))]
    for name in known:
        if name.startswith(ap) or (ap == "JPKI" and name == "institution"):
            beginning += corpus.proof(name)
    if ap == "TEXT" and "TEXT 11" in known:
        beginning.append(corpus.deliver())
    yield from beginning
    for _ in range(max(0, length - len(beginning))):
        yield mutator.command()


def _reset(random: Random, card: Card) -> None:
    dice = random.random()
    if dice < 0.005:
        card.warm_reset()
    elif dice < 0.007:
        card.power_off()
        card.power_on()


def _perhaps_secured(random: Random, card: Card, plain: bytes) -> bytes:
    """Encrypt a command now and then, when there is a session to do it in."""
    channel = None if card.session is None else card.session.channel
    if channel is None or channel.broken or random.random() < 0.4:
        return plain
    try:
        apdu = CommandApdu.decode(plain)
    except ApduError:
        return plain
    if len(apdu.data) > _LARGEST_SECURED:
        return plain
    ours = SecureChannel(corpus.SEED[:KEY_LENGTH], channel.counter)
    data = bytes(ours.encrypt(apdu.data))
    if not apdu.data:
        data = bytes(expected_length_object((apdu.ne or 0) & 0xFFFF))
    secured = CommandApdu(0x08, *plain[1:4], data, random.choice((256, 65_536))).encode()
    return corpus.bend(random, secured) if random.random() < 0.1 else secured
