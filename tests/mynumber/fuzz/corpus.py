"""What is mutated: every command clients send to the full card, and ways to bend one.

Not here: what the card must not answer (`witness`). The headers are those of card reference §9.1.
Called by `conversation`.
"""

from collections.abc import Sequence
from functools import cache
from random import Random

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from jpki.ca.cv import CvRole
from jpki.iso7816 import ApduError, CommandApdu
from tests.support import reference
from tests.support.faces import authority, card_keys

CHALLENGE_BYTE = b"\x11"
"""What the card's random numbers consist of here, so that answers can be told from contents."""
SEED = bytes(range(32))
"""Of the session key a terminal delivers."""
INTERESTING = (0x00, 0x01, 0x02, 0x04, 0x05, 0x08, 0x0C, 0x10, 0x7F, 0x80, 0x81, 0x9E, 0xFF)
_DIGEST_INFO = "3031300D060960864801650304020105000420" + "5A" * 32
_TO_SIGN = [(0, _DIGEST_INFO), (0, "5A" * 245), (0, "5A" * 246)] + [
    (mode, "5A" * 32) for mode in range(6)
]
_LARGEST = 65_600

EVERYWHERE = (
    *(reference.select(ap) for ap in reference.AIDS),
    "00A4040C08D392100031000101", "00A4040205D392100031", "00A4040000", "00A4040C10" + "A0" * 16,
    "00A40000", "00A4000C", "00A4000C023F00", "00A4000C022F10", "00A4090C020001",
    "00B0000000", "00B00000000000", "00B0000400061F", "00B0700010", "00B2010400", "00B2010C00",
    "00B2010500", "00B2021400", "00200080", "0020008000", "002000800430303030",
    "00240180044321", "803200800434333231", "802A0080" + "205A" + "00" * 31 + "00",
    "002A9E9A205A" + "00" * 31 + "00", "002A8086025A5A00", "0088008004AABBCCDD00",
    "0088000004AABBCCDD00", "0084000010", "0084000000", "00840000000100", "00C0000010",
    *(f"00CA{tag:04X}00" for tag in reference.DATA_OBJECTS),
    *(f"00CA{tag:04X}000000" for tag in reference.DATA_OBJECTS),
    "8082008000", "80A206C1", "80A200C1", "80AE0000", "80FC0000", "80540080", "80500000",
    "80520000", "80060000", "808A2200", "808A2400", "0CB0000000", "08B0000000",
    "01A4040C0AD392F000260100000001", "10B0000000", "002C008000", "00B1000000", "00D6000001AA",
)  # fmt: skip


def secret_names() -> tuple[str, ...]:
    """Name what a terminal can prove: each PIN file, and an institution's key."""
    pins = (f"{ap} {ef:02X}" for ap, rows in reference.PINS.items() for ef in rows)
    return (*pins, "institution")


@cache
def secrets() -> dict[str, bytes]:
    """Give the bytes that prove each, as they stand in a command."""
    rows = {
        f"{ap} {ef:02X}": secret.encode()
        for ap, pins in reference.PINS.items()
        for ef, (secret, _) in pins.items()
        if secret is not None
    }
    return rows | {"institution": authority().sign(CvRole.TERMINAL, CHALLENGE_BYTE * 16)}


@cache
def commands_of(ap: str) -> tuple[bytes, ...]:
    """Give the commands for one application's own files, without any right secret."""
    lines = [reference.select(ap)]
    for ef in reference.TRANSPARENT[ap]:
        reads = [f"00B0{0x80 | ef:02X}0000", f"00B0{0x80 | ef:02X}00000000"]
        lines += [f"00A4020C02{ef:04X}", *reads, *reads]
    for ef in reference.RECORDS.get(ap, ()):
        lines += [f"00A4020C02{ef:04X}", f"00B201{ef << 3 | 4:02X}00", f"00A4020002{ef:04X}00"]
    for ef, (secret, _) in reference.PINS[ap].items():
        p2 = 0x80 | ef
        wrong = "39" * len(secret or "9999")
        lines += [f"00A4020C02{ef:04X}", f"002000{p2:02X}", reference.verify(ef, "9999")]
        lines += [f"002000{p2:02X}{len(wrong) // 2:02X}{wrong}", f"808200{p2:02X}00"]
        lines += [f"002401{p2:02X}0435363738", f"803200{p2:02X}0435363738"]
    for ef in reference.KEYS[ap]:
        p2 = 0x80 | ef
        lines += [f"00A4020C02{ef:04X}", f"008800{p2:02X}04AABBCCDD00", f"808200{p2:02X}00"]
        lines += [f"802A{p1:02X}{p2:02X}{len(data) // 2:02X}{data}00" for p1, data in _TO_SIGN]
    lines += [f"802A{mode:02X}00205A{'00' * 31}00" for mode in (0, 2, 5)]
    return tuple(bytes.fromhex(line) for line in lines) + _CEREMONIES.get(ap, tuple)()


def proof(name: str) -> tuple[bytes, ...]:
    """Give the commands that prove a secret, in their order."""
    if name == "institution":
        first, last = _certificate()
        signature = secrets()[name]
        answer = bytes.fromhex("80820096000100") + signature
        return (bytes.fromhex(reference.select("JPKI")), first, last, _CHALLENGE, answer)
    ap, ef = name.split()
    if name not in secrets():
        return (bytes.fromhex(reference.select(ap)),)
    return (
        bytes.fromhex(reference.select(ap)),
        bytes.fromhex(reference.verify(int(ef, 16), secrets()[name].decode())),
    )


@cache
def deliver() -> bytes:
    """Give SET SESSION KEY with `SEED`, as a terminal that may would send it."""
    message = b"\xa0\x22\x80\x20" + SEED
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label=None)
    cryptogram = card_keys().session.public_key().encrypt(message, oaep)
    return bytes.fromhex("80AE0000000100") + cryptogram


_CHALLENGE = bytes.fromhex("0084000010")


def _certificate() -> tuple[bytes, bytes]:
    whole = bytes(authority().certificate_for(CvRole.TERMINAL))
    # 7F21 82 0233 { 5F4E 820129 297 bytes, 5F37 820100 256 bytes }
    first, last = whole[5 : 5 + 307], whole[5 + 307 :]
    return (
        bytes.fromhex("80A206C1000133") + first,
        bytes.fromhex("80A200C1000100") + last,
    )


def _jpki_ceremony() -> tuple[bytes, ...]:
    first, last = _certificate()
    zeros = bytes.fromhex("80A200C1000100" + "00" * 256)
    return (
        first,
        last,
        first,
        last,
        _CHALLENGE,
        zeros,
        bytes.fromhex("80820096000100" + "11" * 256),
    )


def _text_ceremony() -> tuple[bytes, ...]:
    beyond = bytes.fromhex("80AE0000000100" + "FF" * 256)
    below = bytes.fromhex("80AE0000000100" + "00" * 256)
    return (deliver(), deliver(), beyond, below)


_CEREMONIES = {"JPKI": _jpki_ceremony, "TEXT": _text_ceremony}


class Mutator:
    """Draws commands: some as they are, most of them bent."""

    def __init__(self, random: Random, corpus: Sequence[bytes]) -> None:
        self._random = random
        self._corpus = corpus

    def command(self) -> bytes:
        """Draw one."""
        random = self._random
        dice = random.random()
        if dice < 0.02:
            return random.randbytes(random.randrange(300))
        if dice < 0.0205:
            return random.randbytes(random.randrange(_LARGEST))
        raw: bytes = random.choice(self._corpus)
        if dice < 0.5:
            return raw
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            raw = bend(random, raw)
        if dice < 0.55:
            # This header before another command's data.
            return raw[:4] + random.choice(self._corpus)[4:]
        return raw


def bend(random: Random, raw: bytes) -> bytes:
    """Bend a command in one way; what would leave nothing leaves one byte."""
    return bytes(random.choice(_BENDS)(random, bytearray(raw))) or b"\0"


def _change(random: Random, raw: bytearray) -> bytearray:
    raw[random.randrange(len(raw))] = random.randrange(256)
    return raw


def _change_header(random: Random, raw: bytearray) -> bytearray:
    raw[random.randrange(min(5, len(raw)))] = random.choice(INTERESTING)
    return raw


def _flip(random: Random, raw: bytearray) -> bytearray:
    raw[random.randrange(min(12, len(raw)))] ^= 1 << random.randrange(8)
    return raw


def _cut(random: Random, raw: bytearray) -> bytearray:
    return raw[: random.randrange(1, len(raw) + 1)]


def _drop(random: Random, raw: bytearray) -> bytearray:
    del raw[random.randrange(len(raw))]
    return raw


def _put_in(random: Random, raw: bytearray) -> bytearray:
    raw.insert(random.randrange(len(raw) + 1), random.randrange(256))
    return raw


def _other_file(random: Random, raw: bytearray) -> bytearray:
    """Name another file by its short identifier, where one is named."""
    at = 2 if raw[1:2] == b"\xb0" else 3
    raw[min(at, len(raw) - 1)] = 0x80 | random.randrange(0x20)
    return raw


def _other_form(random: Random, raw: bytearray) -> bytearray:
    """Say the same with another Le, or in the extended form."""
    try:
        apdu = CommandApdu.decode(bytes(raw))
        ne = random.choice((None, 1, 16, 255, 256, 257, 4096, 65_535, 65_536))
        extended = random.random() < 0.5 and (bool(apdu.data) or ne is not None)
        return bytearray(
            CommandApdu(apdu.cla, apdu.ins, apdu.p1, apdu.p2, apdu.data, ne, extended).encode()
        )
    except ApduError:
        return raw


def _other_data(random: Random, raw: bytearray) -> bytearray:
    """Keep header and form, with a data field of any length and contents."""
    try:
        apdu = CommandApdu.decode(bytes(raw))
    except ApduError:
        return raw
    data = random.randbytes(random.choice((0, 1, 2, 4, 16, 32, 51, 245, 256, 307)))
    return bytearray(CommandApdu(*raw[:4], data, apdu.ne).encode())


_BENDS = (
    _change, _change, _change_header, _change_header, _flip, _flip, _cut, _drop, _put_in,
    _other_file, _other_file, _other_form, _other_form, _other_data,
)  # fmt: skip
