"""Every file of every application, read by OpenSC over both transports, byte for byte.

What there is, and what opens it, is typed off the card reference (`tests.support.reference`);
what must be in it is the card image. The program sends what it is told and knows no file of ours.
"""

from functools import cache
from itertools import chain

import pytest

from cardsim.chip import Card
from tests.support import reference
from tests.support.opensc import OpenSC
from tests.support.whole import whole_card, whole_image

CHUNK = 256
PROOFS = [
    pytest.param(ap, pin, id=f"{ap} {'nothing' if pin is None else f'{pin:04X}'}")
    for ap in reference.AIDS
    if reference.TRANSPARENT[ap]
    for pin in (None, *(ef for ef, (secret, _) in reference.PINS[ap].items() if secret))
]
EVERY_AP = pytest.mark.parametrize("ap", reference.AIDS)


@pytest.fixture
def card() -> Card:
    """Put the card with every application into the readers of this module."""
    return whole_card()


@cache
def contents() -> dict[tuple[str, int], bytes]:
    """Give what is physically in each file that anybody can read."""
    image = whole_image()
    token = (
        b"JPKIAPICCTOKEN2".ljust(32) + b"1".rjust(32, b"0") + b"E16R01NJ".ljust(16)
        + image.record.serial.encode().rjust(16, b"0")
        + bytes.fromhex("0000040D 00000001 00000000 00000001 00000000 00000010 00000006")
        + b"\xff" * 16 + b"03" + b"01" + b"9" * 16
    )  # fmt: skip
    certificates = {
        0x01: image.sign.certificate,
        0x02: image.sign_ca,
        0x0A: image.auth.certificate,
        0x0B: image.auth_ca,
    }
    rows = {("JPKI", ef): der.ljust(2048, b"\xff") for ef, der in certificates.items()}
    rows |= {("JPKI", 0x06): token, ("JPKI", 0x08): b"\x8f\x8f\x00"}
    for ap, given in (("TEXT", image.text), ("VISUAL", image.visual), ("LICENCE", image.licence)):
        rows |= {(ap, int(ef)): content for ef, content in given.files.items()}
    return rows


def select_ef(ef: int) -> str:
    return f"00A4020C02{ef:04X}"


def reads(length: int) -> list[str]:
    """Give READ BINARY of a current file of this length in pieces, and of what is behind it."""
    return [f"00B0{offset:04X}00" for offset in (*range(0, length, CHUNK), length)]


@pytest.mark.parametrize(("ap", "proof"), PROOFS)
def test_a_secret_opens_its_files_and_no_other(opensc: OpenSC, ap: str, proof: int | None):
    """Each file whole, then 6B00 behind its end; 6982 for each that was not opened."""
    rules = reference.TRANSPARENT[ap]
    lengths = {ef: len(contents().get((ap, ef), b"")) for ef in rules}
    proofs = [] if proof is None else [reference.prove(ap, proof)]
    asked = [[select_ef(ef), *reads(length)] for ef, length in lengths.items()]

    answers = iter(opensc.send(reference.select(ap), *proofs, *chain(*asked)))

    began = [next(answers) for _ in range(1 + len(proofs))]
    assert set(began) == {b"\x90\x00"}
    heard = {ef: [next(answers) for _ in lines] for ef, lines in zip(rules, asked, strict=True)}
    assert {ef: told(lines) for ef, lines in heard.items()} == {
        ef: contents()[ap, ef] if pins is None or proof in pins else "6982"
        for ef, pins in rules.items()
    }


def told(answers: list[bytes]) -> bytes | str:
    """Put the pieces of a file together, or give the one word every read was refused with."""
    selected, *pieces, behind = answers
    assert selected == b"\x90\x00"
    if behind != b"\x6b\x00":
        assert set(pieces) <= {behind}
        return behind.hex().upper()
    assert {piece[-2:] for piece in pieces} == {b"\x90\x00"}
    return b"".join(piece[:-2] for piece in pieces)


@EVERY_AP
def test_keys_secrets_and_records_are_no_bytes_to_read(opensc: OpenSC, ap: str):
    """Each is selected with 9000, and READ BINARY answers 6981, with all secrets proven too."""
    efs = [*reference.KEYS[ap], *reference.PINS[ap], *reference.RECORDS.get(ap, ())]
    proofs = [reference.prove(ap, ef) for ef, (secret, _) in reference.PINS[ap].items() if secret]
    asked = [apdu for ef in efs for apdu in (select_ef(ef), "00B0000000")]

    answers = opensc.send(reference.select(ap), *asked, *proofs, *asked)

    expected = [bytes.fromhex(word) for word in ("9000", "6981")] * len(efs)
    assert answers[1:] == expected + [b"\x90\x00"] * len(proofs) + expected


@EVERY_AP
def test_files_the_reference_does_not_name_are_absent(opensc: OpenSC, ap: str):
    """6A82, by identifier and by short identifier, up to 30 and a little beyond."""
    kinds = (reference.TRANSPARENT, reference.RECORDS, reference.PINS, reference.KEYS)
    absent = [ef for ef in range(1, 0x22) if not any(ef in kind.get(ap, ()) for kind in kinds)]
    by_short_id = [f"00B0{0x80 | ef:02X}0000" for ef in absent if ef <= 0x1E]

    answers = opensc.send(reference.select(ap), *map(select_ef, absent), *by_short_id)

    assert answers[0] == b"\x90\x00"
    assert set(answers[1:]) == {b"\x6a\x82"}


@pytest.mark.parametrize(
    ("ap", "ef", "length"),
    [
        ("TEXT", 0x01, 17), ("TEXT", 0x03, 336), ("TEXT", 0x04, 568), ("TEXT", 0x05, 256),
        ("VISUAL", 0x04, 568), ("JPKI", 0x06, 160), ("JPKI", 0x08, 3),
    ],
)  # fmt: skip
def test_a_file_has_the_length_that_was_published(opensc: OpenSC, ap: str, ef: int, length: int):
    """Measured on a card: the last byte is there, and none behind it."""
    proofs = [reference.prove("TEXT", 0x11)] if ap == "TEXT" else []

    answers = opensc.send(
        reference.select(ap),
        *proofs,
        select_ef(ef),
        f"00B0{length - 1:04X}00",
        f"00B0{length:04X}00",
    )

    assert (len(answers[-2]), answers[-1]) == (3, b"\x6b\x00")


@pytest.mark.parametrize("ap", reference.RECORDS)
def test_records_are_read_without_a_secret(opensc: OpenSC, ap: str):
    """By short identifier and of the current EF; there is no second one."""
    image = whole_image()
    record = image.record
    digits = f"{record.serial}{record.municipality}{record.expires:%Y%m%d}".encode()
    expected = {0x01: b"\x01\x1c" + digits, 0x02: image.common.files[0x02]}
    efs = reference.RECORDS[ap]
    asked = [
        apdu
        for ef in efs
        for apdu in (f"00B201{ef << 3 | 4:02X}00", select_ef(ef), "00B2010400", "00B2020400")
    ]

    answers = opensc.send(reference.select(ap), *asked)

    done, missing = b"\x90\x00", b"\x6a\x83"
    rows = ((expected[ef] + done, done, expected[ef] + done, missing) for ef in efs)
    assert answers[1:] == list(chain(*rows))


def test_the_data_objects_of_the_domain_are_read(opensc: OpenSC):
    """GET DATA by short Le: those of the card's record, and 6700 for what is longer than that."""
    image = whole_image()
    tags = ("0042", "0045", "00F0", "00F2", "00F7", "5F51", "00F8", "7F21")

    answers = opensc.send(reference.select("ISD"), *(f"00CA{tag}00" for tag in tags))

    assert answers[0] == b"\x90\x00"
    assert dict(zip(tags, answers[1:], strict=True)) == {
        "0042": b"6000020\x08\x05001\x00\x00\x00\xa8\x90\x00",
        "0045": image.record.serial.encode() + b"\x90\x00",
        "00F0": image.record.municipality.encode() + b"\x90\x00",
        "00F2": f"{image.record.expires:%Y%m%d}".encode() + b"\x90\x00",
        "00F7": b"6000021\x08\x05001\x00\x00\x00\xa8\x90\x00",
        "5F51": bytes.fromhex("E000FF8131FE45149000"),
        "00F8": b"\x67\x00",
        "7F21": b"\x67\x00",
    }


def test_the_explorer_reads_what_the_tool_reads(opensc: OpenSC):
    """The same commands, typed into opensc-explorer."""
    typed = [reference.select("TEXT"), reference.prove("TEXT", 0x14), select_ef(1), "00B0000000"]

    answers = opensc.explore(*typed)

    assert answers[-1] == contents()["TEXT", 0x01] + b"\x90\x00"
