"""Issue many certificates at once, with the guarantees of issuing one.

What it is: the steps of `Authority.issue` for a batch: requests checked → serial numbers and the
bytes to be signed on record, in one transaction → signatures → certificates on record, in one
transaction → handed out. The steps are separate functions for whoever signs in many processes and
has taken the serial numbers before (`cardsim.world.population`).
What it is not: renewal, which supersedes another certificate and goes one by one.
Standard: RFC 5280 section 4; PKI profile reference sections 1.6 and 1.8.
Called by: `cardsim.world.population`, tests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from jpki.ca import certificates as encoding
from jpki.ca.authority import Authority, IssuedCertificate, note_municipalities
from jpki.ca.drafts import LintedCertificate, holder_target
from jpki.ca.errors import IssuanceAbandonedError, RequestRefusedError
from jpki.ca.generations import Generation, key_identifier, newest_signing
from jpki.ca.records import NewCertificate
from jpki.ca.requests import CertificateRequest, check_key_use, check_request, last_day
from jpki.ca.writing import Writing
from jpki.profiles.certificates import end_entity_profile
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality
from jpki.profiles.subjects import subject_identifier
from jpki.profiles.validity import end_of_day, japanese_date, whole_second


@dataclass(frozen=True, slots=True)
class Order:
    """One request, when it is issued, and the chance that its common name takes."""

    request: CertificateRequest
    moment: datetime
    randomness: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate that can be put on record and then be signed."""

    new: NewCertificate
    municipality: Municipality
    signer: Generation


def issue_many(authority: Authority, orders: Sequence[Order]) -> list[IssuedCertificate]:
    """Issue a certificate for each order, or for none of them.

    Raises `RequestRefusedError` or `NoUsableKeyError` before a serial number is spent. After any
    other failure the certificates are on record, unfinished, and `recover` discards them.
    """
    check_many(authority, orders)
    with authority.register.writing() as change:
        serials = change.take_serials(authority.kind, len(orders))
        generations = authority.known_generations(change)
        drafts = draft_many(authority, orders, serials, generations=generations)
        record_many(change, authority.kind, drafts)
    signed = {draft.new.serial: sign(authority, draft) for draft in drafts}
    with authority.register.writing() as change:
        finished = change.finish_certificates(authority.kind, signed)
    for serial in signed:
        if serial not in finished:
            raise IssuanceAbandonedError(serial)
    return [
        IssuedCertificate(
            draft.new.serial,
            draft.new.not_before,
            draft.new.not_after,
            signed[draft.new.serial],
            draft.signer.certificate,
        )
        for draft in drafts
    ]


def check_many(authority: Authority, orders: Iterable[Order]) -> None:
    """Hold requests against the profile; raises `RequestRefusedError` naming the rule."""
    profile = end_entity_profile(authority.kind)
    for order in orders:
        request, moment = order.request, whole_second(order.moment)
        check_request(request, profile, on=japanese_date(moment))
        if request.renews is not None:
            raise RequestRefusedError("renewal", "certificates are renewed one by one")
        if request.applied is not None and whole_second(request.applied) > moment:
            raise RequestRefusedError("application", "it is dated after the issue")


def draft_many(
    authority: Authority,
    orders: Iterable[Order],
    serials: Iterable[int],
    *,
    generations: Sequence[Generation],
) -> list[Draft]:
    """Make the bytes to be signed; needs no transaction, only the generations as they are.

    The orders were checked and `serials` were taken before. Raises `RequestRefusedError` or
    `NoUsableKeyError`.
    """
    return [
        _draft(authority, order, serial, generations)
        for order, serial in zip(orders, serials, strict=True)
    ]


def record_many(change: Writing, kind: Kind, drafts: Sequence[Draft]) -> None:
    """Put drafts on record: from here on their keys and numbers are theirs for good.

    Raises `RequestRefusedError` when a key serves anything else, or two of them.
    """
    holders: dict[bytes, str] = {}
    for draft in drafts:
        if holders.setdefault(draft.new.public_key, draft.new.holder) != draft.new.holder:
            raise RequestRefusedError("key", "it is another holder's of the same batch")
    uses = change.uses_of_keys(holders)
    for key, holder in holders.items():
        check_key_use(uses.get(key, ()), kind, holder)
    note_municipalities(change, (draft.municipality for draft in drafts))
    change.add_certificates(kind, [draft.new for draft in drafts])


def sign(authority: Authority, draft: Draft) -> bytes:
    """Give the certificate of a draft that is on record."""
    return _signed(authority, draft.signer, draft.new.tbs)


def sign_records(
    authority: Authority, unsigned: Mapping[int, tuple[int, bytes]]
) -> dict[int, bytes]:
    """Sign what is on record, by serial number: the generation's number and the bytes."""
    by_number = {each.number: each for each in authority.generations}
    return {
        serial: _signed(authority, by_number[number], tbs)
        for serial, (number, tbs) in unsigned.items()
    }


def _signed(authority: Authority, signer: Generation, tbs: bytes) -> bytes:
    draft = LintedCertificate(tbs, authority.linter, holder_target(authority.kind), authority.kind)
    return encoding.signed(tbs, signer.sign(draft))


def _draft(
    authority: Authority, order: Order, serial: int, generations: Sequence[Generation]
) -> Draft:
    kind, request = authority.kind, order.request
    moment = whole_second(order.moment)
    not_after = end_of_day(last_day(request, moment=moment, renewed_end=None))
    signer = newest_signing(generations, moment=moment, until=not_after)
    identifier = subject_identifier(
        kind,
        request.municipality,
        applied=moment if request.applied is None else whole_second(request.applied),
        randomness=order.randomness,
    )
    tbs = encoding.end_entity_tbs(
        end_entity_profile(kind),
        authority.naming,
        encoding.EndEntityFacts(
            serial=serial,
            not_before=moment,
            not_after=not_after,
            subject=authority.naming.subject(kind, request.municipality, identifier),
            public_key=request.public_key,
            key_identifier=key_identifier(request.public_key),
            person=request.person,
            municipality=request.municipality,
        ),
        issuer=signer.facts,
    )
    new = NewCertificate(
        serial=serial,
        generation=signer.number,
        municipality=request.municipality.code,
        holder=request.holder,
        not_before=moment,
        not_after=not_after,
        renews=None,
        public_key=request.public_key,
        tbs=tbs,
    )
    return Draft(new, request.municipality, signer)
