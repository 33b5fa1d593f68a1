"""One authority (認証局): its keys, what it issues, revokes and lists.

What it is: the rules, in the order that survives a crash at any point: request → checked against
the profile → draft, linted → serial number and bytes to be signed on record → signature →
certificate on record → handed out. Serial numbers are spent before a key sees them and never come
back.
What it is not: a clock or a source of chance (both come in), a file system (`jpki.ca.publishing`
writes lists), or a judge of certificates (`jpki.verify`).
Standard: RFC 5280 sections 4, 5 and 6.3; PKI profile reference sections 1.5, 1.6, 1.8, 2.1, 3.3.
Called by: `cardsim.world`, `tools/jpki_cli`.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from jpki.ca import certificates as encoding
from jpki.ca.drafts import IssuingKey, LintedCertificate, holder_target
from jpki.ca.errors import (
    CaError,
    IssuanceAbandonedError,
    RegisterError,
    RequestRefusedError,
    UnknownSerialError,
)
from jpki.ca.generations import (
    Generation,
    check_may_issue,
    enter_generation,
    key_identifier,
    newest_signing,
)
from jpki.ca.keys import SigningKey
from jpki.ca.reading import Reading
from jpki.ca.records import CertificateRecord, CertificateState, NewCertificate, Revocation
from jpki.ca.recovery import discard_unfinished, finish_generations
from jpki.ca.register import Register
from jpki.ca.requests import CertificateRequest, check_key_use, check_request, last_day
from jpki.ca.revoking import revocation_of
from jpki.ca.writing import Writing
from jpki.lint import Linter
from jpki.profiles.certificates import (
    FIRST_SERIAL,
    LARGEST_SERIAL,
    SMALLEST_SERIAL,
    end_entity_profile,
)
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality
from jpki.profiles.naming import EMULATOR, Naming
from jpki.profiles.reasons import RevocationReason
from jpki.profiles.subjects import RANDOM_OCTETS, subject_identifier
from jpki.profiles.validity import end_of_day, japanese_date, whole_second

_PAGE = 500


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate as handed out, with the authority's certificate that vouches for it."""

    serial: int
    not_before: datetime
    not_after: datetime
    der: bytes = field(repr=False)
    issuer: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Entered:
    """A certificate on record that is not signed yet."""

    serial: int
    not_after: datetime
    draft: LintedCertificate
    signer: Generation


class Authority:
    """One of the two authorities, opened on its register with the keys at hand."""

    def __init__(
        self,
        register: Register,
        kind: Kind,
        *,
        keys: Iterable[SigningKey],
        naming: Naming = EMULATOR,
    ) -> None:
        """Open an authority that was founded before.

        Finishes its own certificates if a crash left one unsigned. A generation whose key is not
        among `keys` can be looked at but signs nothing.

        Raises `RegisterError` when the register has no such authority, or under another name.
        """
        check_may_issue(naming)
        self.kind = kind
        self.naming = naming
        self.linter = Linter(naming)
        """What every draft goes through, with its memory of what was clean."""
        self.register = register
        self._keys = {key.public_key: IssuingKey(key) for key in keys}
        with register.reading() as asked:
            organization = asked.organization(kind)
        if organization is None:
            raise RegisterError(f"the register has no {kind.value} authority")
        if organization != naming.organization:
            raise RegisterError(
                f"the {kind.value} authority is O={organization}, not O={naming.organization}"
            )
        if register.writable:
            finish_generations(self.register, self.kind, self._keys, linter=self.linter)

    @classmethod
    def found(
        cls,
        register: Register,
        kind: Kind,
        *,
        key: SigningKey,
        moment: datetime,
        naming: Naming = EMULATOR,
        first_serial: int = FIRST_SERIAL,
    ) -> Self:
        """Set up an authority with its first generation.

        Raises `RegisterError` when the register has one of this kind, and `CaError` for the real
        service's naming or a counter that does not start within four octets.
        """
        check_may_issue(naming)
        if not SMALLEST_SERIAL <= first_serial <= LARGEST_SERIAL:
            raise CaError("the first serial number must take four octets")
        with register.writing() as change:
            if change.organization(kind) is not None:
                raise RegisterError(f"the register has a {kind.value} authority already")
            change.add_authority(kind, organization=naming.organization, first_serial=first_serial)
            enter_generation(change, kind, naming, public_key=key.public_key, moment=moment)
        return cls(register, kind, keys=[key], naming=naming)

    def add_generation(self, key: SigningKey, *, moment: datetime) -> Generation:
        """Renew the authority: a new key under the same name, signing from now on."""
        with self.register.writing() as change:
            enter_generation(
                change, self.kind, self.naming, public_key=key.public_key, moment=moment
            )
        self._keys[key.public_key] = IssuingKey(key)
        finish_generations(self.register, self.kind, self._keys, linter=self.linter)
        return self.generations[-1]

    @property
    def generations(self) -> list[Generation]:
        """The authority's generations, oldest first; unfinished ones are left out."""
        with self.register.reading() as asked:
            return self.known_generations(asked)

    def known_generations(self, asked: Reading) -> list[Generation]:
        """Give the finished generations, within a transaction of the caller's."""
        rows = (
            (row, asked.certificate(self.kind, row.serial)) for row in asked.generations(self.kind)
        )
        return [
            Generation(
                number=row.number,
                serial=row.serial,
                key_identifier=row.key_identifier,
                not_before=record.not_before,
                not_after=record.not_after,
                certificate=record.der,
                key=self._keys.get(row.public_key),
                revoked=record.revocation is not None,
            )
            for row, record in rows
            if record is not None and record.der is not None
        ]

    def check(
        self,
        request: CertificateRequest,
        *,
        moment: datetime,
        randomness: Callable[[int], bytes],
    ) -> datetime:
        """Do all of `issue` that comes before the signature, and undo it; give the end it said.

        Raises what `issue` raises before a serial number is spent, and spends none.
        """
        with self.register.writing() as change:
            entered = self._entered(
                change, request, moment=whole_second(moment), randomness=randomness
            )
            change.undo()
        return entered.not_after

    def issue(
        self,
        request: CertificateRequest,
        *,
        moment: datetime,
        randomness: Callable[[int], bytes],
    ) -> IssuedCertificate:
        """Issue a holder's certificate; a renewed one is superseded in the same breath.

        Raises `RequestRefusedError`, `NoUsableKeyError` or `DraftRefusedError` before a serial
        number is spent. After any other failure the certificate is on record, unfinished, and
        `recover` discards it.
        """
        moment = whole_second(moment)
        with self.register.writing() as change:
            entered = self._entered(change, request, moment=moment, randomness=randomness)
        serial = entered.serial
        der = encoding.signed(entered.draft.tbs, entered.signer.sign(entered.draft))
        with self.register.writing() as change:
            if not change.finish_certificate(self.kind, serial, der):
                raise IssuanceAbandonedError(serial)
            if request.renews is not None:
                self._supersede(change, request.renews, moment)
        return IssuedCertificate(serial, moment, entered.not_after, der, entered.signer.certificate)

    def recover(self, *, moment: datetime, leave: Container[int] = ()) -> list[int]:
        """Settle what a crash left unfinished (`jpki.ca.recovery`); give the serial numbers.

        For the start of a program, when no other process is issuing. `leave` are numbers of a run
        that is gone on with from where it stopped.
        """
        return discard_unfinished(
            self.register,
            self.kind,
            self.generations,
            moment=whole_second(moment),
            linter=self.linter,
            leave=leave,
        )

    def revoke(self, serial: int, reason: RevocationReason, *, moment: datetime) -> Revocation:
        """Revoke a certificate for good; `jpki.ca.revoking` has the rule.

        Raises `UnknownSerialError` or `RevocationRefusedError`.
        """
        moment = whole_second(moment)
        with self.register.writing() as change:
            record = change.certificate(self.kind, serial)
            if record is None:
                raise UnknownSerialError(serial)
            revocation = revocation_of(record, reason, moment=moment)
            change.revoke(self.kind, revocation, municipality=record.municipality)
        return revocation

    def certificate(self, serial: int) -> CertificateRecord:
        """Give one certificate's record; raises `UnknownSerialError`."""
        with self.register.reading() as asked:
            record = asked.certificate(self.kind, serial)
        if record is None:
            raise UnknownSerialError(serial)
        return record

    def handed_out(self, record: CertificateRecord) -> IssuedCertificate:
        """Give a finished certificate of the register as it was handed out."""
        if record.der is None:
            raise RegisterError(f"certificate {record.serial} was never finished")
        issuers = {each.number: each.certificate for each in self.generations}
        return IssuedCertificate(
            record.serial,
            record.not_before,
            record.not_after,
            record.der,
            issuers[record.generation],
        )

    def certificates(self, *, holder: str | None = None) -> Iterator[CertificateRecord]:
        """Give the records by serial number, the authority's own among them."""
        after = 0
        while True:
            with self.register.reading() as asked:
                page = asked.certificates(self.kind, holder=holder, after=after, limit=_PAGE)
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].serial

    def _entered(
        self,
        change: Writing,
        request: CertificateRequest,
        *,
        moment: datetime,
        randomness: Callable[[int], bytes],
    ) -> _Entered:
        """Hold a request against every rule, and enter what is about to be signed."""
        profile = end_entity_profile(self.kind)
        check_request(request, profile, on=japanese_date(moment))
        applied = moment if request.applied is None else whole_second(request.applied)
        if applied > moment:
            raise RequestRefusedError("application", "it is dated after the issue")
        identifier = subject_identifier(
            self.kind,
            request.municipality,
            applied=applied,
            randomness=randomness(RANDOM_OCTETS),
        )
        check_key_use(change.key_uses(request.public_key), self.kind, request.holder)
        renewed = self._renewed(change, request, moment)
        not_after = end_of_day(
            last_day(request, moment=moment, renewed_end=renewed.not_after if renewed else None)
        )
        signer = newest_signing(self.known_generations(change), moment=moment, until=not_after)
        note_municipalities(change, [request.municipality])
        serial = change.take_serial(self.kind)
        tbs = encoding.end_entity_tbs(
            profile,
            self.naming,
            encoding.EndEntityFacts(
                serial=serial,
                not_before=moment,
                not_after=not_after,
                subject=self.naming.subject(self.kind, request.municipality, identifier),
                public_key=request.public_key,
                key_identifier=key_identifier(request.public_key),
                person=request.person,
                municipality=request.municipality,
            ),
            issuer=signer.facts,
        )
        # Inside the transaction: a refusal undoes it, and the number is not spent.
        draft = LintedCertificate(tbs, self.linter, holder_target(self.kind), self.kind)
        change.add_certificate(
            self.kind,
            NewCertificate(
                serial=serial,
                generation=signer.number,
                municipality=request.municipality.code,
                holder=request.holder,
                not_before=moment,
                not_after=not_after,
                renews=request.renews,
                public_key=request.public_key,
                tbs=tbs,
            ),
        )
        return _Entered(serial, not_after, draft, signer)

    def _renewed(
        self, change: Writing, request: CertificateRequest, moment: datetime
    ) -> CertificateRecord | None:
        """Give the certificate to be renewed: this holder's, good, and not yet renewed."""
        if request.renews is None:
            return None
        record = change.certificate(self.kind, request.renews)
        if record is None or record.holder != request.holder or record.municipality is None:
            raise RequestRefusedError("renewal", "this holder has no such certificate")
        # As of the application: the night batch may come after the old one's end.
        if record.state(request.applied or moment) is not CertificateState.GOOD:
            raise RequestRefusedError("renewal", "only a certificate that is good can be renewed")
        if any(r.revocation is None for r in change.successors(self.kind, request.renews)):
            raise RequestRefusedError("renewal", "it is being renewed already")
        return record

    def _supersede(self, change: Writing, serial: int, moment: datetime) -> None:
        record = change.certificate(self.kind, serial)
        if record is not None and record.state(moment) is CertificateState.GOOD:
            superseded = Revocation(serial, RevocationReason.SUPERSEDED, moment)
            change.revoke(self.kind, superseded, municipality=record.municipality)


def note_municipalities(change: Writing, places: Iterable[Municipality]) -> None:
    """Remember how places are spelt; their distribution points are for life."""
    wanted = set(places)
    known = change.known_municipalities({where.code for where in wanted})
    for where in sorted(wanted, key=lambda each: each.code):
        if where.code not in known:
            change.add_municipality(where)
            known[where.code] = where
        elif known[where.code] != where:
            raise RequestRefusedError(
                "municipality", f"code {where.code} is on record as {known[where.code]}"
            )
