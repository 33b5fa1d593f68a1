"""NIST PKITS as data: its runs, its files, and a verifier set up as a run asks.

Origin of everything: `pkits/README.md`.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

import cryptography_vectors

from jpki.verify.path import Algorithms, Parameters, PathVerifier, TrustAnchor, identifiers
from jpki.verify.path.building import Pool
from jpki.verify.path.keys import DSA, RSA
from jpki.verify.path.revocation_data import RevocationData
from jpki.verify.policy import CrlRules

FILES = Path(cryptography_vectors.__file__).parent / "x509" / "PKITS_data"
MOMENT = datetime(2011, 4, 15, tzinfo=UTC)
ALGORITHMS = Algorithms(
    signatures=identifiers("sha256WithRSAEncryption", "dsa-with-sha1"),
    least_bits=MappingProxyType({RSA: 2048, DSA: 1024}),
)
"""Those of the suite; DSA of 1024 bits with SHA-1 is not accepted otherwise."""


@dataclass(frozen=True)
class Run:
    """One run of one test."""

    id: str
    subpart: int
    title: str
    certs: tuple[str, ...]
    crls: tuple[str, ...]
    initial_policy_set: frozenset[str]
    initial_explicit_policy: bool
    initial_policy_mapping_inhibit: bool
    initial_inhibit_any_policy: bool
    verdict: str
    rule: str | None
    policies: frozenset[str] | None
    stale: bool = False

    def __str__(self) -> str:
        return f"{self.id}-{self.subpart}" if self.subpart else self.id

    @property
    def parameters(self) -> Parameters:
        return Parameters(
            initial_policies=self.initial_policy_set,
            initial_explicit_policy=self.initial_explicit_policy,
            initial_policy_mapping_inhibit=self.initial_policy_mapping_inhibit,
            initial_any_policy_inhibit=self.initial_inhibit_any_policy,
            algorithms=ALGORITHMS,
            # The suite's lists are of 2010 and good for twenty years.
            crl=CrlRules(max_age=None),
        )

    @property
    def target(self) -> bytes:
        return certificate(self.certs[-1])

    def verifier(self, certificates: list[bytes], lists: list[bytes]) -> PathVerifier:
        return PathVerifier.load(
            [TrustAnchor.of(certificate(self.certs[0]))],
            certificates=certificates,
            lists=lists,
            parameters=self.parameters,
        )


@cache
def certificate(name: str) -> bytes:
    return (FILES / "certs" / f"{name}.crt").read_bytes()


@cache
def crl(name: str) -> bytes:
    return (FILES / "crls" / f"{name}.crl").read_bytes()


@cache
def everything() -> tuple[Pool, RevocationData]:
    """Give all certificates and all lists of the suite, last ones first."""
    certificates = [certificate(path.stem) for path in sorted((FILES / "certs").iterdir())]
    lists = [crl(path.stem) for path in sorted((FILES / "crls").iterdir())]
    everybody = PathVerifier.load((), certificates=certificates[::-1], lists=lists[::-1])
    return everybody.pool, everybody.revocation


def _run(row: dict) -> Run:
    sets = {"certs": tuple, "crls": tuple, "initial_policy_set": frozenset}
    row |= {field: kind(row[field]) for field, kind in sets.items()}
    return Run(
        **row | {"policies": None if row["policies"] is None else frozenset(row["policies"])}
    )


RUNS = [_run(row) for row in json.loads((Path(__file__).parent / "pkits/cases.json").read_text())]
