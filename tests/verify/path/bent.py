"""A good path with one or two signed parts bent by a seed, and signed again by the right key.

What is bent: any element of the CA's certificate, the target, or the target's list is taken away,
doubled, replaced by another element, or one of its bytes is changed. Most of it is still DER; what
it means is for whoever judges. Nothing here knows what is right.
"""

from dataclasses import dataclass
from random import Random

from jpki.verify.der import Node, decode
from tests.support import pki
from tests.support.asn1 import bits, seq
from tests.verify.path.making import ROOT_LIST
from tests.verify.path.test_mutations import KEYS, PARTS
from tests.verify.test_structures import LEAVES, rebuilt, wrapped

BENDABLE = ("issuer", "target", "list")
KEY_ID_BYTES = 20


@dataclass(frozen=True)
class Bent:
    """The three parts, and which of them are bent how."""

    how: dict[str, str]
    issuer: bytes
    target: bytes
    own_list: bytes

    @property
    def lists(self) -> list[bytes]:
        """The root's list, and the bent path's own."""
        return [ROOT_LIST, self.own_list]


def bend(seed: int, count: int = 1) -> Bent:
    """Bend so many different parts."""
    chance = Random(seed if count == 1 else f"{seed} {count}")
    parts = {name: PARTS[name] for name in BENDABLE}
    ways: dict[str, str] = {}
    for _ in range(count):
        part = chance.choice([name for name in BENDABLE if name not in ways])
        ways[part] = chance.choice(["absent", "doubled", "replaced", "byte"])
        bent = _bent(next(iter(decode(PARTS[part]))), ways[part], chance)
        parts[part] = seq(bent, pki.SHA256_WITH_RSA, bits(pki.sign(KEYS[part].key, bent)))
    return Bent(ways, parts["issuer"], parts["target"], parts["list"])


def _bent(tbs: Node, how: str, chance: Random) -> bytes:
    if how != "byte":
        return _at(tbs, how, chance)
    raw = bytearray(tbs.der)
    raw[chance.randrange(4, len(raw))] ^= 1 << chance.randrange(8)
    return bytes(raw)


def _at(tbs: Node, how: str, chance: Random) -> bytes:
    """Walk to an element by chance and put something else there."""
    turns: list[int] = []
    node = tbs
    while True:
        # Key identifiers differ from run to run: what they hold must not steer the walk.
        inside = list(node) or ([] if len(node.value) == KEY_ID_BYTES else wrapped(node))
        if not inside or (turns and chance.random() < 0.2):
            break
        turns.append(chance.randrange(len(inside)))
        node = inside[turns[-1]]
    graft = {
        "absent": b"",
        "doubled": node.der * 2,
        "replaced": chance.choice(LEAVES),
    }[how]
    return rebuilt(tbs, turns, graft)
