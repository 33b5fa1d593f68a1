"""The fuzz run, short in every test run and of five million commands in `make soak`.

`FUZZ_COMMANDS`, `FUZZ_SEED` and `FUZZ_FROM` say how many, which, and from where on.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cardsim.mynumber import MemoryStore, in_memory_card
from cardsim.mynumber.applications import initial_state
from tests.mynumber.fuzz.conversation import LENGTH, Number, hold
from tests.mynumber.fuzz.corpus import secret_names, secrets
from tests.mynumber.fuzz.witness import LeakError, Witness
from tests.support import reference
from tests.support.cards import rsa_key
from tests.support.whole import whole_image

ROOT = Path(__file__).parents[3]
SHORT = 20_000
LONG = 5_000_000
MEMORY_MAY_GROW = 8.0
"""MB: what an allocator may keep; a leak of one byte a command would show twice over."""
READ, SIGN = bytes.fromhex("00B0810000"), bytes.fromhex("802A009701AA00")


@pytest.fixture
def witness() -> Witness:
    """Give a witness to a conversation in which nothing was said yet."""
    return Witness(in_memory_card(whole_image()), MemoryStore(initial_state(whole_image())))


def test_nothing_crashes_and_nothing_leaks_in_a_short_run():
    """No defect comes out as an exception, and every byte of an answer has its explanation."""
    sent = sum(hold(Number(20_261_126, number)) for number in range(SHORT // LENGTH))

    assert sent >= SHORT // LENGTH * LENGTH


@pytest.mark.soak
def test_nothing_crashes_leaks_or_grows_in_five_million_commands():
    """As many processes as there are cores; each tells where it is, to go on from there."""
    commands = int(os.environ.get("FUZZ_COMMANDS", LONG))
    seed, first = os.environ.get("FUZZ_SEED", "1"), int(os.environ.get("FUZZ_FROM", "0"))
    workers = os.cpu_count() or 1
    running = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.mynumber.fuzz", "--seed", seed),
                *("--from", str(first + worker), "--step", str(workers)),
                *("--commands", str(commands // workers)),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for worker in range(workers)
    ]
    said = [process.communicate()[0] for process in running]
    print(*said, sep="\n")

    assert [process.returncode for process in running] == [0] * workers
    grown = [float(re.search(r"grew by (-?[\d.]+) MB", text)[1]) for text in said]
    assert max(grown) < MEMORY_MAY_GROW


def test_every_secret_of_the_card_is_watched():
    """Those nothing opens (0010, 0012) have no value that could be sent."""
    assert set(secret_names()) - set(secrets()) == {"JPKI 10", "TEXT 12"}


def test_the_witness_notices_a_protected_file(witness: Witness):
    """個人番号 in an answer before PIN or 照合番号A was ever sent."""
    number = whole_image().text.files[0x01]

    with pytest.raises(LeakError):
        witness.after(READ, number + b"\x90\x00")


def test_the_witness_lets_a_file_pass_that_was_opened(witness: Witness):
    """The same bytes after its PIN went by; but not what 照合番号B opens."""
    witness.before(bytes.fromhex(reference.prove("TEXT", 0x14)))

    witness.after(READ, whole_image().text.files[0x01] + b"\x90\x00")
    with pytest.raises(LeakError):
        witness.after(READ, whole_image().text.files[0x02] + b"\x90\x00")


def test_the_witness_notices_a_signature_by_a_key_that_was_not_opened(witness: Witness):
    """利用者証明用 key without its PIN."""
    key = rsa_key("auth").private_numbers()
    block = b"\x00\x01" + b"\xff" * 252 + b"\x00\xaa"
    signed = pow(int.from_bytes(block, "big"), key.d, key.public_numbers.n).to_bytes(256, "big")

    with pytest.raises(LeakError):
        witness.after(SIGN, signed + b"\x90\x00")


@pytest.mark.parametrize("answer", ["6F00", "1234", "FF6982", "90"])
def test_the_witness_notices_an_answer_no_card_gives(witness: Witness, answer: str):
    """A crash, an unknown status word, data with a refusal, half a status word."""
    with pytest.raises(LeakError):
        witness.after(READ, bytes.fromhex(answer))
