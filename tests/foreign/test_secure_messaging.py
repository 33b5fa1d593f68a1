"""Secure messaging of the 券面入力補助AP, with `openssl` alone on the terminal's side.

No line of our secure channel, APDU codec or TLV reader is used: bytes are put together by hand
as card reference §4.7 has them, encrypted by `openssl enc` and `openssl pkeyutl`, and sent by
pyscard over both transports.
"""

from pathlib import Path

import pytest

from cardsim.chip import Card
from tests.support import card_talk, openssl, reference
from tests.support.processes import run
from tests.support.readers import Reader
from tests.support.whole import whole_card, whole_image

SEED = bytes(range(0x40, 0x60))
KEY = SEED[:16].hex()
"""The first half of what is delivered."""
OPENED = [reference.select("TEXT"), reference.prove("TEXT", 0x11)]
DONE = b"\x90\x00"


@pytest.fixture
def card() -> Card:
    """Put the card with every application into the readers of this module."""
    return whole_card()


def file(ef: int) -> bytes:
    """Give what is in a file of the application."""
    return whole_image().text.files[ef]


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Encrypt `A0 { 80 seed }` to the key of EF 0006 by OAEP with SHA-256: SET SESSION KEY."""
    directory = tmp_path_factory.mktemp("delivery")
    raw = file(0x06)
    assert raw[-265:-256] == bytes.fromhex("9003010001 91820100")
    cryptogram = run(
        *("openssl", "pkeyutl", "-encrypt", "-pubin"),
        *("-inkey", openssl.write_rsa_key(directory / "key.pem", raw[-256:])),
        *("-pkeyopt", "rsa_padding_mode:oaep"),
        *("-pkeyopt", "rsa_oaep_md:sha256", "-pkeyopt", "rsa_mgf1_md:sha256"),
        stdin=b"\xa0\x22\x80\x20" + SEED,
    ).stdout
    return "80AE0000000100" + cryptogram.hex()


def vector(count: int) -> str:
    """Give E(n): the counter as sixteen bytes, encrypted with the key."""
    counter = count.to_bytes(16, "big")
    return run("openssl", "enc", "-aes-128-ecb", "-nopad", "-K", KEY, stdin=counter).stdout.hex()


def sealed(count: int, plain: bytes) -> str:
    """Give the object 86 that travels as message `count`."""
    padded = plain + b"\x80"
    padded += bytes(-len(padded) % 16)
    cbc = ("openssl", "enc", "-aes-128-cbc", "-nopad", "-K", KEY, "-iv", vector(count))
    value = b"\x01" + run(*cbc, stdin=padded).stdout
    return f"86{len(value):02X}{value.hex()}"


def unsealed(count: int, answer: bytes) -> bytes:
    """Read an answer of message `count`: the object 86, then 9000."""
    assert answer[-2:] == DONE
    length = {0x81: 3, 0x82: 4}.get(answer[1], 2)
    assert (answer[0], answer[length]) == (0x86, 0x01)
    cbc = ("openssl", "enc", "-d", "-aes-128-cbc", "-nopad", "-K", KEY, "-iv", vector(count))
    plain = run(*cbc, stdin=answer[length + 1 : -2]).stdout.rstrip(b"\0")
    assert plain.endswith(b"\x80")
    return plain[:-1]


def secured(header: str, body: str) -> str:
    return f"{header}{len(body) // 2:02X}{body}00"


def select_secured(count: int, ef: int) -> str:
    return secured("08A4020C", sealed(count, ef.to_bytes(2, "big")))


READ_SECURED = secured("08B00000", "9603000011")
READ_ALL_SECURED = "08B08200" + "000005" + "9603000000" + "0000"
"""By short identifier, all there is; a long answer needs the extended form."""


def test_a_terminal_made_of_openssl_reads_the_number(reader: Reader, delivery: str):
    """SELECT is message 1, READ BINARY message 2, each with the IV of its number."""
    answers = card_talk.send(reader, *OPENED, delivery, select_secured(1, 0x0001), READ_SECURED)

    assert answers[:4] == [DONE] * 4
    assert file(0x01) not in answers[4]
    assert unsealed(2, answers[4]) == file(0x01)


def test_a_long_answer_is_encrypted_whole(reader: Reader, delivery: str):
    """基本4情報 with its filler, 512 bytes, in one answer of one message."""
    answers = card_talk.send(reader, *OPENED, delivery, READ_ALL_SECURED)

    assert unsealed(1, answers[-1]) == file(0x02)


def test_a_secret_presented_encrypted_counts_as_one(reader: Reader, delivery: str):
    """A wrong 照合番号A costs a try, and the refusal, in clear, counts as a message too."""
    wrong = secured("08200094", sealed(1, b"000000000000"))
    right = secured("08200091", sealed(2, b"4821"))

    answers = card_talk.send(
        reader, *OPENED, delivery, wrong, right, "00200094", select_secured(3, 0x0001)
    )

    assert answers[3:] == [b"\x63\xc9", DONE, b"\x63\xc9", DONE]


def test_a_message_under_an_old_number_ends_the_session(reader: Reader, delivery: str):
    """Heard a second time, SELECT decrypts to no padding: 6988, and 69FC from then on."""
    first = select_secured(1, 0x0001)

    answers = card_talk.send(reader, *OPENED, delivery, first, first, READ_SECURED)

    assert answers[3:] == [DONE, b"\x69\x88", b"\x69\xfc"]


def test_plain_commands_between_do_not_count(reader: Reader, delivery: str):
    """The number is that of secured messages."""
    answers = card_talk.send(
        reader, *OPENED, delivery, "00B0850010", select_secured(1, 0x0001), READ_SECURED
    )

    assert unsealed(2, answers[-1]) == file(0x01)


@pytest.mark.parametrize(
    ("proofs", "answer"),
    [([], b"\x69\x82"), ([reference.prove("TEXT", 0x14)], b"\x69\x82")],
    ids=["nothing", "A"],
)
def test_a_key_is_taken_after_the_pin_only(
    reader: Reader, delivery: str, proofs: list[str], answer: bytes
):
    """MC: 照合番号A is not enough; without a session SELECT answers 6882, READ BINARY 69FC."""
    answers = card_talk.send(
        reader, reference.select("TEXT"), *proofs, delivery, select_secured(1, 1), READ_SECURED
    )

    assert answers[-3:] == [answer, b"\x68\x82", b"\x69\xfc"]


def test_what_openssl_did_not_encrypt_for_this_key_is_refused(reader: Reader, tmp_path: Path):
    """PKCS#1 v1.5 instead of OAEP: 6A80; the modulus itself, which is no residue: 6F00."""
    modulus = file(0x06)[-256:]
    key = openssl.write_rsa_key(tmp_path / "key.pem", modulus)
    other = run("openssl", "pkeyutl", "-encrypt", "-pubin", "-inkey", key, stdin=SEED).stdout

    answers = card_talk.send(
        reader, *OPENED, "80AE0000000100" + other.hex(), "80AE0000000100" + modulus.hex()
    )

    assert answers[2:] == [b"\x6a\x80", b"\x6f\x00"]
