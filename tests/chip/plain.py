"""A card of no particular kind, speaking plain ISO 7816-4, for tests of the chip."""

from cardsim.chip import (
    ALWAYS,
    Application,
    Card,
    CardState,
    DataObject,
    Dialect,
    KeyFile,
    ObjectId,
    Operation,
    PinFile,
    PinState,
    RecordFile,
    TransparentFile,
    Verified,
)
from cardsim.mynumber import MemoryStore

ATR = bytes.fromhex("3B00")
ROOT = bytes.fromhex("A000000001")
FIRST = bytes.fromhex("F0000000010A")
SECOND = bytes.fromhex("F0000000010B")
PIN = b"secret"
TRIES = 3
EF_FREE, EF_NO_RULE, EF_BEHIND_PIN, EF_RECORDS, EF_PIN, EF_KEY = 1, 2, 3, 4, 5, 6
CONTENT = bytes(range(200))
RECORDS = (b"first record", b"second")


def applications() -> tuple[Application, ...]:
    """Three applications; the first one has a data object, the others the same files."""
    free = {Operation.READ: ALWAYS}
    files = {
        EF_FREE: TransparentFile(content=CONTENT, rules=free),
        EF_NO_RULE: TransparentFile(content=b"nobody may read this"),
        EF_BEHIND_PIN: TransparentFile(
            content=b"behind the PIN", rules={Operation.READ: Verified(EF_PIN)}
        ),
        EF_RECORDS: RecordFile(records=RECORDS, rules=free),
        EF_PIN: PinFile(
            tries=TRIES,
            min_length=4,
            max_length=8,
            alphabet=bytes(range(0x61, 0x7B)),
            rules={Operation.CHANGE: Verified(EF_PIN)},
        ),
        EF_KEY: KeyFile(),
    }
    objects = {
        0x0042: DataObject(b"object"),
        0x00F8: DataObject(b"long object", needs_extended=True),
        0x0066: DataObject(None),
    }
    return (
        Application(ROOT, {}, objects),
        Application(FIRST, files),
        Application(SECOND, files),
    )


def state(tries: int = TRIES) -> CardState:
    """Both applications have the same PIN, each with a counter of its own."""
    return CardState({ObjectId(aid, EF_PIN): PinState(PIN, tries) for aid in (FIRST, SECOND)})


def plain_card(
    dialect: Dialect | None = None, *, tries: int = TRIES, store: MemoryStore | None = None
) -> Card:
    """Give a powered card with the first of its two ordinary applications selected."""
    card = Card(
        ATR,
        applications(),
        store or MemoryStore(state(tries)),
        dialect=dialect,
        random=lambda length: b"\x5a" * length,
        raise_unexpected=True,
    )
    card.power_on()
    send(card, "00A4040C06" + FIRST.hex())
    return card


def send(card: Card, command: str) -> str:
    """Send a command and give the answer, both hexadecimal."""
    return card.transmit(bytes.fromhex(command)).hex().upper()


def verify(pin: bytes = PIN, p2: int = 0x80 | EF_PIN) -> str:
    """Give a VERIFY command."""
    return (bytes((0x00, 0x20, 0x00, p2, len(pin))) + pin).hex()
