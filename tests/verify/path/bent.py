"""A good path with one signed part bent by a seed, and signed again by the right key.

What is bent: any element of the CA's certificate, the target, or the target's list is taken away,
doubled, replaced by another element, or one of its bytes is changed. Most of it is still DER; what
it means is for whoever judges. Nothing here knows what is right.
"""

from dataclasses import dataclass
from random import Random

from jpki.verify.der import decode
from tests.support import pki
from tests.support.asn1 import bits, seq
from tests.verify.path.making import ROOT_LIST
from tests.verify.path.test_mutations import KEYS, PARTS
from tests.verify.test_structures import LEAVES, rebuilt, wrapped

BENDABLE = ("issuer", "target", "list")


@dataclass(frozen=True)
class Bent:
    """The three parts, one of which is bent."""

    part: str
    how: str
    issuer: bytes
    target: bytes
    own_list: bytes

    @property
    def lists(self) -> list[bytes]:
        """The root's list, and the bent path's own."""
        return [ROOT_LIST, self.own_list]


def bend(seed: int) -> Bent:
    chance = Random(seed)
    part = chance.choice(BENDABLE)
    tbs = next(iter(decode(PARTS[part])))
    how = chance.choice(["absent", "doubled", "replaced", "byte"])
    if how == "byte":
        raw = bytearray(tbs.der)
        raw[chance.randrange(4, len(raw))] ^= 1 << chance.randrange(8)
        bent = bytes(raw)
    else:
        bent = _at(tbs, how, chance)
    signed = seq(bent, pki.SHA256_WITH_RSA, bits(pki.sign(KEYS[part].key, bent)))
    parts = {name: PARTS[name] for name in BENDABLE} | {part: signed}
    return Bent(part, how, parts["issuer"], parts["target"], parts["list"])


def _at(tbs: object, how: str, chance: Random) -> bytes:
    """Walk to an element by chance and put something else there."""
    turns: list[int] = []
    node = tbs
    while True:
        inside = list(node) or wrapped(node)  # type: ignore[call-overload,arg-type]
        if not inside or (turns and chance.random() < 0.2):
            break
        turns.append(chance.randrange(len(inside)))
        node = inside[turns[-1]]
    graft = {
        "absent": b"",
        "doubled": node.der * 2,  # type: ignore[attr-defined]
        "replaced": chance.choice(LEAVES),
    }[how]
    return rebuilt(tbs, turns, graft)  # type: ignore[arg-type]
