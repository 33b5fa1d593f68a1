"""Revocation lists of any CAs, indexed so that a certificate meets only those that concern it.

Lists are found by who issued them and which distribution point they are for: a CA with thousands
of partitions costs no more than one with one. What cannot be read is kept, for a CA may have
signed it, and so is what may be another list in one that can be read, where nobody signs anything.
Not here: what a list proves (`crl_status`). Called by `verifier`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jpki.verify.crl_unreadable import UnreadableList, hidden_parts
from jpki.verify.errors import MalformedError
from jpki.verify.path.budget import Budget
from jpki.verify.path.crl import PathCrl
from jpki.verify.path.extensions import Point
from jpki.verify.path.general_names import Form, GeneralName
from jpki.verify.path.names import Name
from jpki.verify.signed_parts import SignedPart


@dataclass(frozen=True, slots=True)
class RevocationData:
    """Complete lists and deltas by issuer and place; `unreadable` is what is no list."""

    complete: dict[Name, dict[GeneralName | None, list[PathCrl]]]
    deltas: dict[Name, list[PathCrl]]
    unreadable: tuple[UnreadableList, ...] = ()
    hidden: tuple[UnreadableList, ...] = ()
    """Of those that can be read, in which what begins like a list stands in another place."""
    otherwise_signed: Mapping[bytes, UnreadableList] = field(default_factory=dict)
    """Those that may have another signature than the one that is written, by fingerprint."""

    @classmethod
    def load(cls, ders: Iterable[bytes] = ()) -> "RevocationData":
        """Read DER lists in any order; none makes it raise, and none counts twice.

        Their entries are left for later (`PathCrl.scan`).
        """
        complete: dict[Name, dict[GeneralName | None, list[PathCrl]]] = {}
        deltas: dict[Name, list[PathCrl]] = {}
        unreadable: list[UnreadableList] = []
        hidden: list[UnreadableList] = []
        otherwise_signed: dict[bytes, UnreadableList] = {}
        for der in dict.fromkeys(bytes(one) for one in ders):
            try:
                crl = PathCrl.scan(der)
            except MalformedError as error:
                unreadable.append(UnreadableList.of(der, error))
                continue
            parts = hidden_parts(der, crl.tbs, crl.signature)
            if not all(_is_of(one, crl) for one in parts):
                hidden.append(UnreadableList.bent(crl.fingerprint, parts))
            elif parts:
                otherwise_signed[crl.fingerprint] = UnreadableList.bent(crl.fingerprint, parts)
            if crl.is_delta:
                deltas.setdefault(crl.issuer, []).append(crl)
                continue
            places = crl.scope.names if crl.scope else None
            for place in places or (None,):
                complete.setdefault(crl.issuer, {}).setdefault(place, []).append(crl)
        return cls(complete, deltas, tuple(unreadable), tuple(hidden), otherwise_signed)

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


def _is_of(part: SignedPart, crl: PathCrl) -> bool:
    # Its length first: places that lie within each other are not copied.
    return part.end - part.start == len(crl.tbs) and part.tbs == crl.tbs


def names_of(issuers: Sequence[Name]) -> tuple[GeneralName, ...]:
    """Give cRLIssuer's names as GeneralNames, for a point without a name (6.3.3 (b)(2)(i))."""
    return tuple(GeneralName(Form.DIRECTORY, name) for name in issuers)
