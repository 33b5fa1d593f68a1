"""PC/SC from Python, Java and Node: each lists the reader and talks to the card."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cardsim.mynumber import CardImage
from jpki.card.layout import AtrFamily
from tests.support import node
from tests.support.processes import ProgramFailedError, run
from tests.support.readers import Reader

PROGRAMS = Path(__file__).parent / "programs"

SELECT_JPKI = "00A4040C0AD392F000260100000001"
SELECT_CERTIFICATE = "00A4020C02000A"
READ_SHORT = "00B0000000"
VERIFY_EXTENDED = "00200098" + "000004" + b"9999".hex()
UNKNOWN_INSTRUCTION = "00FF0000"


@dataclass(frozen=True)
class Program:
    """How to start a program that prints `reader NAME`, `atr HEX` and `answer HEX` lines."""

    command: Callable[[], list[str]]
    environment: Callable[[], dict[str, str]] = dict


@dataclass
class Report:
    """What such a program printed."""

    readers: list[str] = field(default_factory=list)
    atr: bytes = b""
    answers: list[bytes] = field(default_factory=list)


def system_pcsclite() -> str:
    found = sorted(Path("/usr/lib").glob("*/libpcsclite.so.1"))
    if not found:
        raise ProgramFailedError("libpcsclite is not installed; run `make test-clients`")
    return str(found[0])


def java() -> list[str]:
    library = f"-Dsun.security.smartcardio.library={system_pcsclite()}"
    return ["java", library, str(PROGRAMS / "CardTalk.java")]


def node_with(module: str) -> Program:
    return Program(
        lambda: ["node", str(PROGRAMS / "node/card_talk.js"), module],
        lambda: {"NODE_PATH": str(node.modules())},
    )


TALKERS = {
    "pyscard": Program(lambda: [sys.executable, str(PROGRAMS / "card_talk.py")]),
    "Java": Program(java),
    "Node pcsclite": node_with("pcsclite"),
    "Node @pokusew/pcsclite": node_with("@pokusew/pcsclite"),
}


@pytest.fixture(params=TALKERS)
def talk(request: pytest.FixtureRequest, reader: Reader) -> Callable[..., Report]:
    """Give a function that sends APDUs through the program."""
    program = TALKERS[request.param]

    def talk(*apdus: str) -> Report:
        environment = {**reader.environment, **program.environment()}
        printed = run(*program.command(), *apdus, environment=environment).stdout.decode()
        words = [line.split(" ", 1) for line in printed.splitlines()]
        report = Report()
        report.readers = [rest for word, rest in words if word == "reader"]
        report.atr = bytes.fromhex(next(rest for word, rest in words if word == "atr"))
        report.answers = [bytes.fromhex(rest) for word, rest in words if word == "answer"]
        return report

    return talk


def test_programs_see_the_reader_and_talk_to_the_card(
    talk: Callable[..., Report], reader: Reader, image: CardImage
):
    """Short and extended APDUs of every case pass, and refusals arrive as status words."""
    certificate = image.auth.certificate
    report = talk(
        SELECT_JPKI,
        SELECT_CERTIFICATE,
        READ_SHORT,
        f"00B00000{len(certificate):06X}",
        VERIFY_EXTENDED,
        UNKNOWN_INSTRUCTION,
    )

    assert reader.name in report.readers
    assert report.atr == AtrFamily.CONTACT_E0.value.raw
    assert report.answers == [
        b"\x90\x00",
        b"\x90\x00",
        certificate[:256] + b"\x90\x00",
        certificate + b"\x90\x00",
        b"\x63\xc2",
        b"\x6d\x00",
    ]
