"""Revocation lists of any CAs, indexed so that a certificate meets only those that concern it.

Lists are found by who issued them and which distribution point they are for: a CA with thousands
of partitions costs no more than one with one. What cannot be read is kept, for a CA may have
signed it. Not here: what a list proves (`crl_status`). Called by `verifier`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jpki.verify.crl_unreadable import UnreadableList
from jpki.verify.errors import MalformedError
from jpki.verify.path.budget import Budget
from jpki.verify.path.crl import PathCrl
from jpki.verify.path.extensions import Point
from jpki.verify.path.general_names import Form, GeneralName
from jpki.verify.path.names import Name


@dataclass(frozen=True, slots=True)
class RevocationData:
    """Complete lists and deltas by issuer and place; `unreadable` is what is no list."""

    complete: dict[Name, dict[GeneralName | None, list[PathCrl]]]
    deltas: dict[Name, list[PathCrl]]
    unreadable: tuple[UnreadableList, ...] = ()

    @classmethod
    def load(cls, ders: Iterable[bytes] = ()) -> "RevocationData":
        """Read DER lists in any order; none makes it raise, and none counts twice.

        Their entries are left for later (`PathCrl.scan`).
        """
        complete: dict[Name, dict[GeneralName | None, list[PathCrl]]] = {}
        deltas: dict[Name, list[PathCrl]] = {}
        unreadable: list[UnreadableList] = []
        for der in dict.fromkeys(bytes(one) for one in ders):
            try:
                crl = PathCrl.scan(der)
            except MalformedError as error:
                unreadable.append(UnreadableList.of(der, error))
                continue
            if crl.is_delta:
                deltas.setdefault(crl.issuer, []).append(crl)
                continue
            places = crl.scope.names if crl.scope else None
            for place in places or (None,):
                complete.setdefault(crl.issuer, {}).setdefault(place, []).append(crl)
        return cls(complete, deltas, tuple(unreadable))

    def lists_for(self, point: Point, issuer: Name, budget: Budget) -> Iterator[PathCrl]:
        """Give the complete lists of a distribution point, each once (RFC 5280 6.3.3 (a)).

        A certificate chooses how many issuers and names a point has, and each may be looked up
        with each: raises `OutOfBudgetError`.
        """
        issuers: Sequence[Name] = point.crl_issuers or (issuer,)
        places: list[GeneralName | None] = [None, *(point.names or names_of(issuers))]
        seen: set[bytes] = set()
        budget.compare(len(issuers))
        for name in issuers:
            of_issuer = self.complete.get(name)
            if of_issuer is None:
                continue
            budget.compare(len(places))
            for place in places:
                for crl in of_issuer.get(place, ()):
                    if crl.fingerprint not in seen:
                        seen.add(crl.fingerprint)
                        yield crl


def names_of(issuers: Sequence[Name]) -> tuple[GeneralName, ...]:
    """Give cRLIssuer's names as GeneralNames, for a point without a name (6.3.3 (b)(2)(i))."""
    return tuple(GeneralName(Form.DIRECTORY, name) for name in issuers)
