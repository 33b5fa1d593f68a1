"""Chains drawn by chance from a seed: one to three CAs, with one thing or another set in them.

Four kinds, so that each draw tries one part of RFC 5280 against others of the same part: basic
rules, name constraints, policies, and revocation lists. Nothing here knows what is right.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from tests.support import pki
from tests.support.asn1 import NULL, explicit, implicit, integer, oid, seq, set_of, utf8
from tests.support.pki import DAY, NOW, Extensions
from tests.verify.path.making import (
    CERT_SIGN,
    CRL_SIGN,
    NAME_CONSTRAINTS,
    POLICY_CONSTRAINTS,
    POLICY_MAPPINGS,
    ROOT,
    Holder,
    ca_extensions,
    certificate,
    crl,
    crl_issuer,
    holder,
    point,
    scope,
)

KINDS = ("basic", "names", "policies", "lists")
POLICIES = ("1.2.3.0", "1.2.3.1", "1.2.3.2")
ANY = "2.5.29.32.0"
UNKNOWN: Extensions = {"1.2.392.200149.8.5.99": (True, NULL)}
TARGET_SERIAL = 5000
TRUE = b"\xff"
PLACES = [explicit(0, explicit(0, implicit(6, b"http://p%d" % at))) for at in range(2)]
BASES = [
    *(implicit(2, host) for host in (b"a.example", b"b.example", b"")),
    *(implicit(1, base) for base in (b"a.example", b".a.example")),
    *(implicit(6, base) for base in (b"a.example", b".a.example")),
    explicit(4, seq()),
    explicit(4, seq(set_of(seq(oid("2.5.4.3"), utf8("subject"))))),
]
DOTTED = [
    *(implicit(2, host) for host in (b".a.example", b".b.example", b"")),
    *BASES[3:],
]
"""The same with a period in front of a dNSName, which RFC 5280 has for URIs alone. They have a
table of their own: with more in that of others, each seed would draw another chain."""
NAMES = [
    *(implicit(2, host) for host in (b"x.a.example", b"b.example")),
    *(implicit(1, mail) for mail in (b"u@a.example", b"u@x.a.example")),
    *(implicit(6, uri) for uri in (b"https://x.a.example/", b"https://a.example:8/q")),
]
SCOPES = [
    implicit(1, TRUE),
    implicit(2, TRUE),
    implicit(5, TRUE),
    implicit(3, b"\x05\x60"),
    implicit(3, b"\x07\x1f\x80"),
    implicit(4, TRUE),
    *PLACES,
]


@dataclass(frozen=True)
class Drawn:
    """A target with everything at hand, and what the user asks."""

    kind: str
    target: bytes
    certificates: list[bytes]
    lists: list[bytes]
    explicit_policy: bool
    policies: frozenset[str]


def draw(seed: int, bases: Sequence[bytes] = BASES) -> Drawn:
    """Draw a chain; name constraints are of these bases."""
    chance = Random(seed)
    kind = KINDS[seed % len(KINDS)]
    count = chance.randint(1, 3)
    holders = [ROOT, *(holder(f"drawn {at}") for at in range(count))]
    if count > 1 and chance.random() < 0.15:
        holders[2] = Holder(holders[1].name, holders[2].key)
    certificates = [
        certificate(above, below, serial=1000 + at, **_issuer(kind, below, chance, bases))
        for at, (above, below) in enumerate(pairwise(holders))
    ]
    change = _subject(kind, chance)
    target = certificate(
        holders[-1], holder("subject"), ca=False, serial=TARGET_SERIAL, change=change
    )
    lists = [crl(one) for one in holders]
    if kind == "lists":
        lists = [one for at, by in enumerate(holders) for one in _lists(by, at, count, chance)]
        if pki.CRL_POINTS in change and chance.random() < 0.7:
            certificates.append(SIGNER_CERTIFICATE)
            lists.append(_indirect(holders[-1], chance))
    chance.shuffle(lists)
    some = kind == "policies" and chance.random() < 0.4
    policies = frozenset(chance.sample(POLICIES, 2) if some else {ANY})
    required = kind == "policies" and chance.random() < 0.4
    return Drawn(kind, target, certificates, lists, required, policies)


SIGNER = holder("drawn signer")
SIGNER_CERTIFICATE = certificate(ROOT, SIGNER, ca=False, change={pki.KEY_USAGE: (True, CRL_SIGN)})


def _issuer(
    kind: str, subject: Holder, chance: Random, bases: Sequence[bytes]
) -> dict[str, object]:
    """Draw what is special about a CA."""
    if kind == "basic":
        length = chance.randint(0, 2)
        return chance.choice(
            [
                {},
                {},
                {"change": ca_extensions(subject, length)},
                {"change": {pki.BASIC_CONSTRAINTS: (True, seq())}},
                {"change": {pki.KEY_USAGE: (True, chance.choice([CERT_SIGN, CRL_SIGN]))}},
                {"change": UNKNOWN},
                {"not_after": NOW - DAY},
                {"drop": [chance.choice([pki.BASIC_CONSTRAINTS, pki.KEY_USAGE])]},
            ]
        )
    drawn: Extensions = {}
    if kind == "names" and chance.random() < 0.6:
        drawn |= _constraints(chance, bases)
    for odds, make in _SPECIAL.get(kind, ()):
        if chance.random() < odds:
            drawn |= make(chance)
    return {"change": drawn}


def _subject(kind: str, chance: Random) -> Extensions:
    """Draw what is special about the target."""
    if kind == "names":
        return {pki.SUBJECT_ALT_NAME: (False, seq(*chance.choices(NAMES, k=2)))}
    if kind == "policies":
        return _policies(chance) if chance.random() < 0.9 else {}
    if kind == "lists":
        return chance.choice([{}, {}, point(PLACES[0]), point(crl_issuer(SIGNER))])
    return UNKNOWN if chance.random() < 0.1 else {}


def _constraints(chance: Random, bases: Sequence[bytes]) -> Extensions:
    drawn = [
        explicit(number, *(seq(chance.choice(bases)) for _ in range(2)))
        for number in chance.choice([(0,), (1,), (0, 1)])
    ]
    return {NAME_CONSTRAINTS: (True, seq(*drawn))}


def _policies(chance: Random) -> Extensions:
    drawn = chance.sample([*POLICIES, ANY], chance.randint(1, 3))
    return {pki.POLICIES: (False, seq(*(seq(oid(one)) for one in drawn)))}


def _limits(chance: Random) -> Extensions:
    drawn = [
        implicit(number, bytes((chance.randint(0, 2),)))
        for number in chance.choice([(0,), (1,), (0, 1)])
    ]
    return {POLICY_CONSTRAINTS: (True, seq(*drawn))}


def _mappings(chance: Random) -> Extensions:
    pairs = seq(oid(chance.choice(POLICIES)), oid(chance.choice([*POLICIES, ANY])))
    return {POLICY_MAPPINGS: (True, seq(pairs))}


def _inhibit(chance: Random) -> Extensions:
    return {"2.5.29.54": (True, integer(chance.randint(0, 2)))}


_SPECIAL: dict[str, tuple[tuple[float, Callable[[Random], Extensions]], ...]] = {
    "policies": ((0.9, _policies), (0.25, _limits), (0.3, _mappings), (0.2, _inhibit)),
}


def _lists(issuer: Holder, at: int, count: int, chance: Random) -> list[bytes]:
    """Draw the lists of one CA, of which the certificate it issued may be on any."""
    serial = 1000 + at if at < count else TARGET_SERIAL
    entries = [pki.entry(serial=77, reason=1)] if chance.random() < 0.2 else []
    if chance.random() < 0.15:
        entries.append(pki.entry(serial=serial, reason=chance.choice([None, 1, 6])))
    special: dict[str, object] = chance.choice(
        [
            *({},) * 12,
            {"this_update": NOW - 3 * DAY, "next_update": NOW - DAY},
            {"this_update": NOW + DAY, "next_update": NOW + 2 * DAY},
            *({"change": scope(chance.choice(SCOPES))},) * 3,
            {"change": UNKNOWN},
            {"signed_by": SIGNER.key},
            {"change": {"2.5.29.27": (True, integer(6))}},
        ]
    )
    drawn = [crl(issuer, *entries, **special)] if chance.random() < 0.95 else []
    if chance.random() < 0.15:
        drawn.append(crl(issuer, change=scope(chance.choice(SCOPES))))
    return drawn


def _indirect(issuer: Holder, chance: Random) -> bytes:
    """Draw the list of a signer that is no CA."""
    named = chance.choice([issuer, ROOT])
    of_issuer = {"2.5.29.29": (True, seq(explicit(4, named.name)))}
    entries = [pki.entry(serial=TARGET_SERIAL, extra=of_issuer)] if chance.random() < 0.4 else []
    return crl(SIGNER, *entries, change=scope(implicit(4, TRUE)))
