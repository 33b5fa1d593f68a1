"""One batch of residents into the register, from whatever point the last try of it ended at.

A batch is on record as a whole before a key sees it, and finished as a whole, with what was
revoked since: two transactions. So it is absent, on record, or done, and each try goes on from
there; the bytes on record are signed as they are. Two processes at the same batch do it once.
What it is not: which batches, or where they run (`making`).
Called by `making`, in its processes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cardsim.world.authorities import Authorities
from cardsim.world.population.plan import Plan, Signers, key_number
from cardsim.world.population.primes import PrimePool
from cardsim.world.population.residents import Country, Resident
from jpki.ca import CertificateRequest, Revocation
from jpki.ca.bulk import (
    Draft,
    Order,
    check_many,
    draft_many,
    record_many,
    sign_records,
)
from jpki.ca.reading import Reading
from jpki.profiles.kinds import Kind


@dataclass(frozen=True, slots=True)
class Batches:
    """Everything that issuing a batch takes."""

    authorities: Authorities
    country: Country
    plan: Plan
    signers: Signers
    primes: PrimePool

    def run(self, batch: int) -> int:
        """Bring a batch to its end; give how many certificates this try signed."""
        residents = [self.country.resident(number) for number in self.plan.numbers(batch)]
        by_kind = {
            kind: dict(
                zip(
                    self._serials(kind, batch),
                    (each for each in residents if kind in each.kinds),
                    strict=False,
                )
            )
            for kind in Kind
        }
        register = self.authorities.register
        with register.reading() as asked:
            is_on_record = self._is_on_record(asked, by_kind)
        if not is_on_record:
            drafts = {kind: self._drafts(kind, rows) for kind, rows in by_kind.items()}
            with register.writing() as change:
                if not self._is_on_record(change, by_kind):
                    for kind, each in drafts.items():
                        record_many(change, kind, each)
        signed = {kind: self._signed(kind, rows) for kind, rows in by_kind.items()}
        if not any(signed.values()):
            return 0
        with register.writing() as change:
            for kind, certificates in signed.items():
                finished = change.finish_certificates(kind, certificates)
                lost = {
                    serial: resident
                    for serial, resident in by_kind[kind].items()
                    if serial in finished and kind in resident.lost
                }
                ends = change.ends(kind, lost)
                change.add_revocations(
                    kind,
                    [
                        (revocation, resident.municipality.code)
                        for serial, resident in lost.items()
                        if (revocation := self._revocation(serial, resident, ends)) is not None
                    ],
                )
        return sum(map(len, signed.values()))

    def _serials(self, kind: Kind, batch: int) -> range:
        before = self.signers.before(batch) if kind is Kind.SIGN else self.plan.numbers(batch).start
        first = self.plan.first[kind] + before
        return range(first, first + len(self.plan.numbers(batch)))

    def _is_on_record(self, asked: Reading, by_kind: Mapping[Kind, Mapping[int, Resident]]) -> bool:
        # Everybody has a certificate to log in with; the others came in the same transaction.
        return asked.certificate(Kind.AUTH, min(by_kind[Kind.AUTH])) is not None

    def _drafts(self, kind: Kind, rows: Mapping[int, Resident]) -> list[Draft]:
        authority = self.authorities[kind]
        orders = [
            Order(
                CertificateRequest(
                    public_key=self.primes.public_key(key_number(each.number, kind)),
                    person=each.person,
                    municipality=each.municipality,
                    holder=each.holder,
                ),
                each.issued,
                each.randomness[kind],
            )
            for each in rows.values()
        ]
        check_many(authority, orders)
        return draft_many(authority, orders, rows, generations=authority.generations)

    def _signed(self, kind: Kind, rows: Mapping[int, Resident]) -> dict[int, bytes]:
        """Sign what is on record and unsigned."""
        authority = self.authorities[kind]
        if not rows:
            return {}
        with authority.register.reading() as asked:
            unsigned = asked.unsigned(kind, range(min(rows), max(rows) + 1))
        return sign_records(authority, unsigned)

    def _revocation(
        self, serial: int, resident: Resident, ends: Mapping[int, datetime]
    ) -> Revocation | None:
        lost_at = resident.lost_at(not_after=ends[serial], start=self.country.start)
        if lost_at is None or resident.fate is None:
            return None
        return Revocation(serial, resident.fate, lost_at)
