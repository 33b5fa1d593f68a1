"""Signatures of certificates and lists, each verified once a question and counted.

Not here: the mathematics (`keys`), whether the algorithm is acceptable (`inputs`).
RFC 5280 6.1.3 (a)(1), 6.3.3 (g). Called by `building`, `basic` and `crl_signers`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from jpki.verify.keys import SignatureProblem
from jpki.verify.path.budget import Budget
from jpki.verify.path.keys import KeyInfo, verify
from jpki.verify.signed_parts import SignedPart


class Signed(Protocol):
    """A certificate or a list."""

    @property
    def fingerprint(self) -> bytes:
        """Its identity."""
        ...

    @property
    def tbs(self) -> bytes:
        """What is signed."""
        ...

    @property
    def inner_algorithm(self) -> bytes:
        """The AlgorithmIdentifier inside what is signed."""
        ...

    @property
    def signature(self) -> bytes:
        """The signature's bytes."""
        ...


@dataclass(frozen=True, slots=True)
class RawSigned:
    """A part of what could not be read any further, and what may be its signature."""

    fingerprint: bytes
    part: SignedPart
    inner_algorithm: bytes
    signature: bytes

    @property
    def tbs(self) -> bytes:
        """What is signed, copied when it is verified and not before."""
        return self.part.tbs

    @classmethod
    def each(cls, part: SignedPart, algorithm: bytes) -> "Iterator[RawSigned]":
        """Give a part with each of what may be its signatures, by one algorithm."""
        for signature in part.signatures:
            identity = sha256(b"".join((algorithm, signature, part.tbs_sha256))).digest()
            yield cls(identity, part, algorithm, signature)


class Signatures:
    """Remembers who signed what for one question."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._known: dict[tuple[bytes, KeyInfo], str | None] = {}

    def objection(self, signed: Signed, key: KeyInfo) -> str | None:
        """Say why this key did not sign it, None when it did; raise `OutOfBudgetError`."""
        known = (signed.fingerprint, key)
        if known not in self._known:
            self._budget.signature()
            self._known[known] = _objection(signed, key)
        return self._known[known]


def _objection(signed: Signed, key: KeyInfo) -> str | None:
    try:
        verify(key, signed.inner_algorithm, signed.signature, signed.tbs)
    except SignatureProblem as problem:
        return str(problem)
    return None
