"""Public cases of path building that verifiers hung on, made again from what is said of them.

Who certifies whom, what is trusted and what must come of it are the suites'; every certificate
is made here. `docs/paths.md` has the table; `test_public_cases` holds everybody against it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise

from jpki.verify import Verdict
from jpki.verify.path.inputs import MAX_DEPTH
from tests.support import pki
from tests.support.asn1 import explicit, ia5, implicit, oid, seq, set_of
from tests.support.pki import DAY, NOW
from tests.verify.path.asked import LIMITS, Chain
from tests.verify.path.making import NAME_CONSTRAINTS, Holder, certificate, crl, named

TARGET = "EE"
NO_IDENTIFIERS = (pki.AUTHORITY_KEY, pki.SUBJECT_KEY)
DNS, EMAIL = 2, 1
"""Tags of GeneralName."""
SUBJECT_EMAIL = oid("1.2.840.113549.1.9.1")
ACCEPTS, REFUSES, RECURSES, LOST = "accepts", "refuses", "RecursionError", "**does not end**"


@dataclass(frozen=True)
class Case:
    """A case by its public name, and what everybody says of it."""

    name: str
    what: str
    make: Callable[[], Chain]
    signatures: int
    """The most that are verified here."""
    is_good: bool = False
    """What the suite expects."""
    verdict: Verdict = Verdict.CANNOT_TELL
    rule: str = "path.budget"
    """The row that decided here."""
    depth: int = LIMITS.depth
    pyhanko: str = REFUSES
    openssl: str = REFUSES

    def __str__(self) -> str:
        return self.name.replace("`", "")

    @property
    def row(self) -> str:
        """Its line of the table in the documentation."""
        expected = "good" if self.is_good else "not good"
        ours = self.verdict.value.lower().replace("_", " ")
        ours += f", `{self.rule}`" if self.rule else ""
        cells = [self.name, self.what, expected, ours, str(self.signatures)]
        return f"| {' | '.join([*cells, self.pyhanko, self.openssl])} |"


def _holder(node: str) -> Holder:
    name, _, key = node.partition("/")
    return Holder(named(name), pki.curve_key(f"public {key or name}"))


@cache
def graph(
    edges: str, *, anchors: str = "root", expired: str = "", drop: tuple[str, ...] = ()
) -> Chain:
    """Give the certificates of a graph of `above>below`, and a list of everybody above.

    A node is a name, or a name and a key, `ICA/3`: one name can have many keys.
    """
    pairs = [edge.split(">") for edge in edges.split()]
    trusted = anchors.split()
    holders = {node: _holder(node) for node in [*trusted, *(one for pair in pairs for one in pair)]}
    made = [
        certificate(
            holders[above],
            holders[below],
            ca=below != TARGET,
            drop=drop,
            **({"not_after": NOW - DAY} if f"{above}>{below}" in expired.split() else {}),
        )
        for above, below in pairs
    ]
    (target,) = (one for one, (_, below) in zip(made, pairs, strict=True) if below == TARGET)
    issuers = dict.fromkeys([*trusted, *(above for above, _ in pairs)])
    return Chain(
        edges,
        target,
        [one for one in made if one != target],
        [crl(holders[one]) for one in issuers],
        anchors=tuple(certificate(holders[one], holders[one]) for one in trusted),
    )


def ladder(
    size: int,
    *,
    same_name: bool,
    same_key: bool,
    top: str | None = None,
    drop: tuple[str, ...] = (),
) -> Chain:
    """Give a target below `size` CAs one below the other, the first below `top` or itself."""
    nodes = [f"ICA{'' if same_name else at}/{'key' if same_key else at}" for at in range(size)]
    rungs = pairwise([top or nodes[0], *nodes, TARGET])
    return graph(" ".join(f"{above}>{below}" for above, below in rungs), drop=drop)


def _subtrees(tag: int, kind: int, bases: list[str]) -> bytes:
    return explicit(tag, b"".join(seq(implicit(kind, base.encode())) for base in bases))


@cache
def crowded(kind: int, size: int) -> Chain:
    """Give a target of `size` hosts or addresses below a root that constrains twice as many."""
    join = "." if kind == DNS else "@"
    mine, others = ([f"{letter}{at}{join}test" for at in range(size)] for letter in "tx")
    constraints = seq(_subtrees(0, kind, mine), _subtrees(1, kind, others))
    root, target = _holder("root"), _holder(TARGET)
    if kind == DNS:
        hosts = seq(*(implicit(DNS, host.encode()) for host in mine))
        own = {"subject": b"\x30\x00", "change": {pki.SUBJECT_ALT_NAME: (True, hosts)}}
    else:
        own = {"subject": seq(*(set_of(seq(SUBJECT_EMAIL, ia5(one))) for one in mine))}
    anchor = certificate(root, root, change={NAME_CONSTRAINTS: (True, constraints)})
    return Chain(
        f"crowded {kind}",
        certificate(root, target, ca=False, **own),
        [],
        [crl(root)],
        anchors=(anchor,),
    )


CYCLE = "ICA2>ICA1 ICA1>ICA2 ICA1>EE"
CROSSED = "A>A1 B>A C>A B>B1 A>B C>B C>C1 A>C B>C A1>EE"
FIGURE_7 = "root>A root>C A>C C>A A>B C>B B>EE"
BRIDGE = (
    "W>bridge bridge>W X>bridge bridge>X Y>bridge bridge>Y Z>bridge bridge>Z W>F W>G F>H F>G G>F "
    "H>I I>H G>I X>J X>L J>K L>N L>M N>EE Y>A Y>C A>C C>A A>B C>B B>E B>D Z>O Z>P O>R O>Q R>S P>S"
)
GOOD = {
    "is_good": True,
    "verdict": Verdict.GOOD,
    "rule": "",
    "pyhanko": ACCEPTS,
    "openssl": ACCEPTS,
}
ONE_WAY = GOOD | {"openssl": REFUSES}
"""OpenSSL goes up by one of several certificates of a name, and does not come back for others."""
NO_PATH = {"rule": "path.building"}

LIMBO = (
    Case(
        "`pathological::multiple-chains-expired-intermediate`",
        "an anchor that another anchor certified too, which is expired",
        partial(graph, "root2>root root>EE", anchors="root root2", expired="root2>root"),
        2,
        **GOOD,
    ),
    Case(
        "`pathological::intermediate-cycle-distinct-cas`",
        "two CAs that certify each other, below nothing trusted",
        partial(graph, CYCLE),
        3,
        **NO_PATH,
    ),
    Case(
        "`pathological::intermediate-cycle-distinct-cas-max-depth`",
        f"the same, as deep as can be asked for: {MAX_DEPTH} certificates here",
        partial(graph, CYCLE),
        3,
        depth=MAX_DEPTH,
        **NO_PATH,
    ),
    Case(
        "`pathological::intermediate-cycle-same-logical-ca`",
        "the same, two keys of one name",
        partial(graph, "ICA/2>ICA/1 ICA/1>ICA/2 ICA/1>EE"),
        6,
        verdict=Verdict.BAD,
        **NO_PATH,
    ),
    Case(
        "`cve::cve-2024-0567`",
        "three CAs that certify each other, one of them trusted",
        partial(graph, CROSSED, anchors="A"),
        4,
        **GOOD,
    ),
    Case(
        "`pathological::pathological-chain-*`, names and keys differ",
        "100 CAs, each below another, the first below nothing trusted",
        partial(ladder, 100, same_name=False, same_key=False),
        12,
    ),
    Case(
        "`pathological::pathological-chain-*`, names differ",
        "the same, all of one key",
        partial(ladder, 100, same_name=False, same_key=True),
        12,
    ),
    Case(
        "`pathological::pathological-chain-same-subject-distinct-key`",
        "the same, all of one name",
        partial(ladder, 100, same_name=True, same_key=False),
        LIMITS.signatures,
    ),
    Case(
        "`pathological::pathological-chain-same-subject-same-key`",
        "the same, all of one name and one key",
        partial(ladder, 100, same_name=True, same_key=True),
        20,
        pyhanko=LOST,
    ),
    Case(
        "`pathological::nc-dos-1`",
        "1,025 hosts, and an anchor with 2,050 constraints on hosts",
        partial(crowded, DNS, 1025),
        1,
        pyhanko=ACCEPTS,
    ),
    Case(
        "`pathological::nc-dos-3`",
        "1,025 addresses in the subject, and as many constraints on addresses",
        partial(crowded, EMAIL, 1025),
        1,
        pyhanko=RECURSES,
    ),
)
GO = (
    Case(
        "`TestPathologicalChain`, CVE-2018-16875",
        "99 CAs of one name, each below another, the first below the anchor; no key identifiers",
        partial(ladder, 99, same_name=True, same_key=False, top="root", drop=NO_IDENTIFIERS),
        LIMITS.signatures,
        pyhanko=LOST,
    ),
)
BETTERTLS = (
    *(
        Case(
            f"`TWO_ROOTS`, {root} trusted",
            "a CA that two roots certified",
            partial(graph, "R1>ICA R2>ICA ICA>EE", anchors=root),
            4,
            **said,
        )
        for root, said in {"R1": GOOD, "R2": ONE_WAY}.items()
    ),
    Case(
        "`FIGURE_SEVEN`",
        "two CAs that certify each other, between the anchor and a third",
        partial(graph, FIGURE_7),
        6,
        **GOOD,
    ),
    Case(
        "`FIGURE_SEVEN`, one way left",
        "the same, where what is expired leaves the way through both",
        partial(graph, FIGURE_7, expired="root>A C>B"),
        8,
        **GOOD,
    ),
    Case(
        "`FIGURE_SEVEN`, no way left",
        "the same, where all the anchor certified is expired",
        partial(graph, FIGURE_7, expired="root>A root>C"),
        7,
        verdict=Verdict.BAD,
        rule="path.not-after",
    ),
    *(
        Case(
            f"`BRIDGE_CA_PKI`, {root} trusted",
            "four CAs around a bridge, with CAs below them that certify each other",
            partial(graph, BRIDGE, anchors=root),
            signatures,
            **said,
        )
        for root, signatures, said in (
            ("W", 10, GOOD),
            ("X", 6, GOOD),
            ("Y", 10, ONE_WAY),
        )
    ),
)
CASES = (*LIMBO, *GO, *BETTERTLS)


def table() -> str:
    """Give the table in the documentation."""
    head = ["case", "what", "expected", "here", "signatures", "pyHanko", "OpenSSL"]
    return "\n".join(
        [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *(one.row for one in CASES)]
    )
