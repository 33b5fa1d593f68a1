"""Who hears every command and every answer, and says what must not have been said.

Every byte of an answer has to be explained: from a file that is free, or one of whose secrets
has been in a command before; as a signature by a key of which the same holds; or as one of the
few things a card says of itself. What is not explained is a leak, whatever it is.
Not here: which status word a command should have got (`tests/mynumber/test_security_rules.py`).
"""

from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from itertools import islice

from cryptography.hazmat.primitives.asymmetric import rsa

from cardsim.chip import Card
from cardsim.chip.secure_channel import SecureChannel
from cardsim.mynumber.applications import build_applications
from cardsim.mynumber.memory import MemoryStore
from jpki.card.layout import CardStatus
from jpki.iso7816 import SW, StatusWord
from tests.mynumber.fuzz.corpus import CHALLENGE_BYTE, secrets
from tests.support import reference
from tests.support.cards import rsa_key
from tests.support.faces import card_keys
from tests.support.whole import whole_image

_PKCS1_BLOCK = bytes.fromhex("0001FF")
_DIGEST = 32
_OWN_WORDS = {each.word for each in CardStatus}


class LeakError(AssertionError):
    """The card said what it must not say."""


@dataclass(frozen=True, slots=True)
class Held:
    """Contents, and the names of the secrets each of which may have opened them (None: free)."""

    content: bytes = field(repr=False)
    openers: frozenset[str] | None


@cache
def contents() -> tuple[Held, ...]:
    """Give everything on the card that can be read, by the rules of the card reference."""
    applications = {each.aid.hex().upper(): each for each in build_applications(whole_image())}
    held = []
    for ap, aid in reference.AIDS.items():
        application = applications[aid]
        for ef, pins in reference.TRANSPARENT[ap].items():
            openers = None if pins is None else frozenset(f"{ap} {pin:02X}" for pin in pins)
            held.append(Held(application.files[ef].content, openers))
        for ef in reference.RECORDS.get(ap, ()):
            held.extend(Held(record, None) for record in application.files[ef].records)
        held.extend(
            Held(each.value, None) for each in application.data_objects.values() if each.value
        )
        held.append(Held(_file_information(bytes.fromhex(aid), 0x84), None))
        efs = [*reference.TRANSPARENT[ap], *reference.RECORDS.get(ap, ())]
        held.extend(
            Held(_file_information(ef.to_bytes(2, "big"), 0x83), None)
            for ef in [*efs, *reference.PINS[ap], *reference.KEYS[ap]]
        )
    held.append(Held(CHALLENGE_BYTE * 65_536, None))
    # The free ones explain most answers and are looked at first.
    return tuple(sorted(set(held), key=lambda each: (each.openers is not None, len(each.content))))


def _file_information(name: bytes, tag: int) -> bytes:
    return bytes((0x6F, len(name) + 2, tag, len(name))) + name


@cache
def signing_keys() -> tuple[tuple[rsa.RSAPublicNumbers, frozenset[str] | None], ...]:
    """Give the public half of every key that signs, and what has to be proven for it."""
    keys = [
        (card_keys().text, None),
        (card_keys().visual, None),
        (card_keys().common, None),
        (rsa_key("auth"), frozenset({"JPKI 18", "institution"})),
        (rsa_key("sign"), frozenset({"JPKI 1B"})),
    ]
    return tuple((key.public_key().public_numbers(), openers) for key, openers in keys)


def _is_pss(block: bytes) -> bool:
    """Whether a block is EMSA-PSS with SHA-256 and a salt of 32 bytes (RFC 8017 clause 9.1.2).

    A block of another key ends in BC once in 256 times: the padding is looked at as well.
    """
    if not block.endswith(b"\xbc"):
        return False
    masked, digest = block[: -_DIGEST - 1], block[-_DIGEST - 1 : -1]
    blocks = (sha256(digest + count.to_bytes(4, "big")).digest() for count in range(len(masked)))
    mask = b"".join(islice(blocks, len(masked) // _DIGEST + 1))
    plain = bytes(a ^ b for a, b in zip(masked, mask, strict=False))
    padding = bytes((plain[0] & 0x7F,)) + plain[1:-_DIGEST]
    return padding.lstrip(b"\0") == b"\x01"


class Witness:
    """Listens to one conversation."""

    def __init__(self, card: Card, store: MemoryStore) -> None:
        self._card = card
        self._store = store
        self._pins = store.state.pins
        self._hidden = dict(secrets())
        self.proven: set[str] = set()
        """Secrets that have been in a command so far, right place or not."""

    def before(self, plain: bytes) -> None:
        """Hear what is about to be sent, before it is encrypted."""
        for name, secret in list(self._hidden.items()):
            if secret in plain:
                self.proven.add(name)
                del self._hidden[name]

    def after(self, command: bytes, answer: bytes) -> None:
        """Hear what was answered; raises `LeakError`."""
        if len(answer) < 2:
            raise LeakError("an answer without a status word")
        status = StatusWord(int.from_bytes(answer[-2:], "big"))
        if status.kind is None and status not in _OWN_WORDS:
            raise LeakError(f"{status} is no status word of this card")
        if status.kind is SW.NO_PRECISE_DIAGNOSIS and command[:2] != b"\x80\xae":
            raise LeakError(f"{status} to something else than SET SESSION KEY")
        data = answer[:-2]
        if data:
            if not status.is_success:
                raise LeakError(f"{len(data)} bytes of data with {status}")
            self._explain(command, data)
        if self._store.state.pins is not self._pins:
            self._compare_counters()

    def _explain(self, command: bytes, data: bytes) -> None:
        channel = None if self._card.session is None else self._card.session.channel
        if command[0] == 0x08 and channel is not None:
            data = SecureChannel(channel.key, channel.counter - 1).decrypt(data)
        if not (self._was_read(data) or self._was_signed(data)):
            raise LeakError(f"{len(data)} bytes of data that nothing explains")

    def _was_read(self, data: bytes) -> bool:
        return any(
            data in held.content
            for held in contents()
            if held.openers is None or held.openers & self.proven
        )

    def _was_signed(self, data: bytes) -> bool:
        if len(data) != 256:
            return False
        number = int.from_bytes(data, "big")
        for key, openers in signing_keys():
            if openers is not None and not openers & self.proven:
                continue
            block = pow(number, key.e, key.n).to_bytes(256, "big") if number < key.n else b""
            if block.startswith(_PKCS1_BLOCK) or _is_pss(block):
                return True
        return False

    def _compare_counters(self) -> None:
        """Let a counter rise only when the right secret has been sent."""
        before, self._pins = self._pins, self._store.state.pins
        for name, now in self._pins.items():
            risen = now.tries_left > before[name].tries_left
            ap = next(ap for ap, aid in reference.AIDS.items() if bytes.fromhex(aid) == name.aid)
            if risen and f"{ap} {name.ef:02X}" not in self.proven:
                raise LeakError(f"a try was given back to {ap} {name.ef:04X}")
