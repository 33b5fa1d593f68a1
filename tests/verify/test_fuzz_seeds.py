"""The targets of fuzzing with bent seeds: quick, and the same in every run.

The long runs are in `test_fuzz_soak`; what they find is kept here as a case.
"""

import random

import pytest

from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.crl import PathCrl
from tests.verify.fuzz_corpus import CERTIFICATES, CORPUS, LISTS
from tests.verify.fuzz_targets import TARGETS

ROUNDS = 150


def bent(seeds: list[bytes], rounds: int) -> list[bytes]:
    """Give the seeds, and as many more with a few bytes changed, cut, doubled or spliced."""
    draw = random.Random(20260401)
    found = list(seeds)
    for _ in range(rounds):
        raw = bytearray(draw.choice(seeds))
        for _ in range(draw.randint(1, 4)):
            at = draw.randrange(len(raw))
            size = draw.randint(1, 8)
            other = draw.choice(seeds)
            start = draw.randrange(len(other))
            change = draw.choice(
                [
                    bytes((draw.randrange(256),)),
                    raw[at : at + size] * 2,
                    b"",
                    other[start : start + size],
                ]
            )
            raw[at : at + size] = change + raw[at + len(change) : at + size]
            raw = raw or bytearray(b"\x30")
        found.append(bytes(raw))
    return found


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.__name__)
def test_bent_seeds_are_refused_or_read(target):
    """No exception but the documented refusals, and no two readers that disagree."""
    for data in bent(CORPUS[target.__name__], ROUNDS):
        target(data)


def test_every_target_has_seeds():
    """A target without seeds would be tried with noise alone."""
    assert set(CORPUS) == {target.__name__ for target in TARGETS}


@pytest.mark.parametrize(("read", "seeds"), [(PathCertificate, CERTIFICATES), (PathCrl, LISTS)])
def test_the_seeds_are_sound(read, seeds):
    """What is refused at its first octets would lead nowhere."""
    assert [type(read.parse(der)) for der in seeds] == [read] * len(seeds)
