"""The certificate under which a responder speaks for one generation of an authority.

What it is: the one on record that holds now, or a new one. It is issued like everything else:
request, serial number of the authority's counter and octets to be signed on record, signature, on
record. A crash in between is made good by the next who asks for the same key, since the same octets
get the same signature. Several processes with one key share its certificates.
What it is not: the responder's key, which comes in and is no authority's, no holder's and no other
authority's responder's.
Standard: RFC 6960 section 4.2.2.2 (issued directly by the key that issued what is asked about);
RFC 5280 section 4.
Called by: `jpki.ca.ocsp.speakers`, `jpki.ca.ocsp.responder`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from jpki.ca.authority import Authority
from jpki.ca.certificates import AuthorityFacts, responder_tbs, signed
from jpki.ca.drafts import LintedCertificate
from jpki.ca.errors import NoUsableKeyError, RegisterError
from jpki.ca.generations import Generation, key_identifier
from jpki.ca.keys import SigningKey
from jpki.ca.reading import Reading
from jpki.ca.records import CertificateRecord, NewCertificate
from jpki.ca.writing import Writing
from jpki.lint import Target
from jpki.profiles.ocsp import ResponderProfile
from jpki.profiles.reasons import RevocationReason


@dataclass(frozen=True, slots=True)
class Delegation:
    """A responder's certificate that is on record, finished and not revoked."""

    serial: int
    generation: int
    not_before: datetime
    not_after: datetime
    certificate: bytes = field(repr=False)

    def holds(self, moment: datetime) -> bool:
        """Whether its time has come and is not over."""
        return self.not_before <= moment <= self.not_after


def delegate(
    authority: Authority,
    generation: Generation,
    key: SigningKey,
    profile: ResponderProfile,
    *,
    not_before: datetime,
    moment: datetime,
) -> Delegation:
    """Give the responder's certificate from a generation; a new one when the last is near its end.

    `not_before` is that of a new one: the time of the oldest answer it is to sign. Where nothing
    can be issued (the generation's key is not at hand, the register is read-only), one that still
    holds will do.

    Raises `NoUsableKeyError` when there is none, or the key is known to be compromised;
    `RegisterError` when the key is somebody else's.
    """
    with authority.register.reading() as asked:
        found = _newest(asked, authority, generation, key, moment=moment)
    able = generation.can_sign(moment) and authority.register.writable
    if able and _is_due(found, generation, profile, moment):
        begin = max(not_before, generation.not_before)
        with authority.register.writing() as change:
            # Another process may have been quicker.
            found = _newest(change, authority, generation, key, moment=moment)
            if _is_due(found, generation, profile, moment):
                found = _enter(change, authority, generation, key, profile, not_before=begin)
    if found is None:
        raise NoUsableKeyError(
            f"no certificate of generation {generation.number} lets this responder speak for it"
        )
    return _finished(authority, generation, found)


def _is_due(
    found: CertificateRecord | None,
    generation: Generation,
    profile: ResponderProfile,
    moment: datetime,
) -> bool:
    """Whether a new certificate is wanted, and would hold longer."""
    return found is None or (
        found.not_after - moment < profile.renew_before and found.not_after < generation.not_after
    )


def _newest(
    asked: Reading,
    authority: Authority,
    generation: Generation,
    key: SigningKey,
    *,
    moment: datetime,
) -> CertificateRecord | None:
    """Give the certificate that holds longest, finished or not."""
    check_key(asked, authority, key)
    own = asked.own_certificates(authority.kind, key.public_key)
    if any(
        record.revocation and record.revocation.reason is RevocationReason.KEY_COMPROMISE
        for record in own
    ):
        raise NoUsableKeyError("the responder's key is compromised; give it another")
    usable = [
        record
        for record in own
        if record.generation == generation.number
        and record.revocation is None
        and record.not_before <= moment <= record.not_after
        and (record.der is not None or generation.key is not None)
    ]
    return max(usable, key=lambda record: (record.not_after, record.serial), default=None)


def check_key(asked: Reading, authority: Authority, key: SigningKey) -> None:
    """Raise `RegisterError` when a responder's key is in a certificate of anybody else."""
    uses = asked.key_uses(key.public_key)
    generations = {row.serial for row in asked.generations(authority.kind)}
    if any(
        use.municipality is not None or use.kind is not authority.kind or use.serial in generations
        for use in uses
    ):
        raise RegisterError("the responder's key is somebody else's already")


def _enter(
    change: Writing,
    authority: Authority,
    generation: Generation,
    key: SigningKey,
    profile: ResponderProfile,
    *,
    not_before: datetime,
) -> CertificateRecord | None:
    """Put a new certificate, still unsigned, on record."""
    not_after = min(not_before + profile.lifetime, generation.not_after)
    serial = change.take_serial(authority.kind)
    facts = AuthorityFacts(
        serial, not_before, not_after, key.public_key, key_identifier(key.public_key)
    )
    tbs = responder_tbs(profile, authority.naming, authority.kind, facts, issuer=generation.facts)
    change.add_certificate(
        authority.kind,
        NewCertificate(
            serial=serial,
            generation=generation.number,
            municipality=None,
            holder="",
            not_before=not_before,
            not_after=not_after,
            renews=None,
            public_key=key.public_key,
            tbs=tbs,
        ),
    )
    return change.certificate(authority.kind, serial)


def _finished(
    authority: Authority, generation: Generation, record: CertificateRecord
) -> Delegation:
    """Give a certificate as handed out; sign it if that was left undone."""
    certificate = record.der
    if certificate is None:
        if record.tbs is None:  # pragma: no cover - the register's own rule
            raise RegisterError(f"certificate {record.serial} has no octets")
        draft = LintedCertificate(record.tbs, authority.linter, Target.RESPONDER, authority.kind)
        certificate = signed(record.tbs, generation.sign(draft))
        with authority.register.writing() as change:
            # Finished by somebody else in between, it has these very octets.
            change.finish_certificate(authority.kind, record.serial, certificate)
    return Delegation(
        record.serial, record.generation, record.not_before, record.not_after, certificate
    )
