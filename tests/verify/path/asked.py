"""One chain put to this verifier, to OpenSSL and to pyHanko's validator, from the same bytes.

Chains come from seeds: drawn (`drawn.py`), or a good path with parts bent (`bent.py`), or with a
target that chance does not come to (`written.py`). Where one of two says good and the other does
not, a `Disagreement` keeps in words why the stricter refused.
Not here: which disagreements are known (`differences`). Called by `test_differences` and
`test_public_cases`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from jpki.verify import Outcome, Verdict
from jpki.verify.errors import MalformedError
from jpki.verify.path import Limits, PathReport, TrustAnchor
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.crl import PathCrl
from tests.support import openssl, pyhanko
from tests.support.pki import NOW
from tests.verify.path.bent import bend
from tests.verify.path.drawn import BASES, DOTTED, draw
from tests.verify.path.making import ISSUER_CERTIFICATE, LISTS, ROOT_CERTIFICATE, judged
from tests.verify.path.written import WRITTEN

OPENSSL, PYHANKO = "OpenSSL", "pyHanko"
PEERS = (OPENSSL, PYHANKO)
LIMITS = Limits()
_DEPTH = re.compile(r"error \d+ at (\d+) depth lookup: (.*)")


@dataclass(frozen=True)
class Chain:
    """A target with everything at hand, what the user asks, and where it comes from."""

    seed: str
    target: bytes
    certificates: list[bytes]
    lists: list[bytes]
    explicit_policy: bool = False
    policies: frozenset[str] = frozenset({pyhanko.ANY_POLICY})
    anchors: tuple[bytes, ...] = (ROOT_CERTIFICATE,)

    @classmethod
    def of(cls, seed: str) -> "Chain":
        """Give the chain of a seed such as `drawn 31`, `dotted 5`, `bent twice 42`, `written 1`."""
        kind, number = seed.rsplit(" ", 1)
        if kind == "written":
            return cls(seed, WRITTEN[int(number)], [ISSUER_CERTIFICATE], LISTS)
        if kind in {"drawn", "dotted"}:
            drawn = draw(int(number), {"drawn": BASES, "dotted": DOTTED}[kind])
            return cls(
                seed,
                drawn.target,
                drawn.certificates,
                drawn.lists,
                drawn.explicit_policy,
                drawn.policies,
            )
        bent = bend(int(number), {"bent": 1, "bent twice": 2}[kind])
        return cls(seed, bent.target, [bent.issuer], bent.lists)

    @property
    def is_bent(self) -> bool:
        """Whether it is a good path with something in it made otherwise."""
        return self.seed.startswith(("bent", "written"))

    def with_lists(self, lists: Iterable[bytes]) -> "Chain":
        """Give the same chain with other lists at hand."""
        return replace(self, lists=list(lists))


@dataclass(frozen=True)
class Disagreement:
    """One of two says good and the other does not."""

    chain: Chain
    peer: str
    peer_is_stricter: bool
    reasons: tuple[str, ...]
    """What the stricter one of the two refused, in its words."""

    def __str__(self) -> str:
        who = self.peer if self.peer_is_stricter else f"we, unlike {self.peer}"
        return f"{self.chain.seed}: {who}: " + " | ".join(self.reasons)


def ask(chain: Chain, limits: Limits = LIMITS) -> PathReport:
    """Ask this verifier."""
    return judged(
        chain.target,
        certificates=chain.certificates,
        lists=chain.lists,
        anchors=map(TrustAnchor.of, chain.anchors),
        limits=limits,
        initial_explicit_policy=chain.explicit_policy,
        initial_policies=chain.policies,
    )


def ask_openssl(chain: Chain, directory: Path, *, strict: bool = True) -> openssl.Opinion:
    """Ask `openssl verify`, with everything of RFC 5280 switched on that it has.

    Strict, of a bent chain: what CAs must write is asked for too.
    """
    untrusted = openssl.write_pem(directory / "pool.pem", "CERTIFICATE", chain.certificates)
    asked = ["-crl_check_all", "-extended_crl", "-policy_check", "-untrusted", str(untrusted)]
    asked += ["-explicit_policy"] if chain.explicit_policy else []
    asked += ["-x509_strict"] if strict and chain.is_bent else []
    asked += [part for policy in sorted(chain.policies) for part in ("-policy", policy)]
    return openssl.verify(
        directory,
        chain.target,
        cas=chain.anchors,
        lists=chain.lists,
        moment=NOW,
        arguments=asked,
    )


def ask_pyhanko(chain: Chain) -> pyhanko.Opinion:
    """Ask pyHanko's validator."""
    return pyhanko.validate(
        chain.target,
        certificates=chain.certificates,
        anchors=chain.anchors,
        lists=chain.lists,
        moment=NOW,
        explicit_policy=chain.explicit_policy,
        policies=chain.policies,
    )


def disagreements(chain: Chain, directory: Path) -> list[Disagreement]:
    """Give where a peer says otherwise: none, one or two."""
    report = ask(chain)
    good = report.verdict is Verdict.GOOD
    theirs = {OPENSSL: ask_openssl(chain, directory), PYHANKO: ask_pyhanko(chain)}
    return [
        Disagreement(
            chain,
            peer,
            good,
            _peer_reasons(opinion.text) if good else our_reasons(chain, report),
        )
        for peer, opinion in theirs.items()
        if opinion.accepts != good
    ]


def our_reasons(chain: Chain, report: PathReport) -> tuple[str, ...]:
    """Say what we refused: the parts that cannot be read, then the rules that failed.

    What only follows from a part that cannot be read is left out.
    """
    unreadable = list(_unreadable(chain))
    if any(not one.startswith("list: ") for one in unreadable):
        return tuple(unreadable)
    failed = [one for one in report.checks if one.outcome is not Outcome.PASS]
    rules = [
        f"{one.rule.id}: {one.seen}"
        for one in failed
        if "not asked, since" not in one.seen
        and not (unreadable and one.rule.id == "path.revocation")
    ]
    return (*unreadable, *rules)


def _unreadable(chain: Chain) -> Iterator[str]:
    parts: list[tuple[str, bytes, Callable[[bytes], object]]] = [
        ("target", chain.target, PathCertificate.parse),
        *(("issuer", one, PathCertificate.parse) for one in chain.certificates),
        *(("list", one, PathCrl.parse) for one in chain.lists),
    ]
    for name, der, parse in parts:
        try:
            parse(der)
        except MalformedError as error:
            yield f"{name}: {error}"


def _peer_reasons(text: str) -> tuple[str, ...]:
    """Give the errors of OpenSSL with their depths, or pyHanko's sentence."""
    found = _DEPTH.findall(text)
    return tuple(f"depth {depth}: {error}" for depth, error in found) or (text.strip(),)
