"""The bytes of certificates: a profile and its values in, a TBSCertificate out.

What it is: one function an extension, put in the profile's order with the profile's criticality.
What it is not: a signature, a serial number, or a decision whether to issue.
Standard: RFC 5280 section 4; PKI profile reference sections 1.1, 1.3 to 1.5.
Called by: `jpki.ca.authority`.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from jpki import oids
from jpki.ca import der
from jpki.people import Person
from jpki.profiles.certificates import AuthorityProfile, EndEntityProfile, Extension
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality
from jpki.profiles.names import DistinguishedName
from jpki.profiles.naming import Naming
from jpki.profiles.ocsp import ResponderProfile

_V3 = der.tagged(0, der.integer(2))
_SIGNATURE_ALGORITHM = der.algorithm(oids.SHA256_WITH_RSA)


@dataclass(frozen=True, slots=True)
class IssuerFacts:
    """What a certificate repeats of the authority's certificate that signs it."""

    serial: int
    key_identifier: bytes


@dataclass(frozen=True, slots=True)
class EndEntityFacts:
    """The values of one holder's certificate."""

    serial: int
    not_before: datetime
    not_after: datetime
    subject: DistinguishedName
    public_key: bytes
    key_identifier: bytes
    person: Person
    municipality: Municipality


@dataclass(frozen=True, slots=True)
class AuthorityFacts:
    """The values of one of the authority's own certificates: a generation's, a responder's."""

    serial: int
    not_before: datetime
    not_after: datetime
    public_key: bytes
    key_identifier: bytes


def end_entity_tbs(
    profile: EndEntityProfile, naming: Naming, facts: EndEntityFacts, *, issuer: IssuerFacts
) -> bytes:
    """Give the TBSCertificate of a holder, DER."""
    kind = profile.kind
    issuer_name = naming.authority(kind)
    values = {
        oids.KEY_USAGE: der.named_bits(profile.key_usage),
        oids.CERTIFICATE_POLICIES: _policy(naming.policy(kind).dotted, naming.cps_uri),
        oids.ISSUER_ALT_NAME: _alternative_name(naming.authority_ja(kind)),
        oids.CRL_DISTRIBUTION_POINTS: _distribution_points(
            naming.distribution_point(kind, facts.municipality)
        ),
        oids.AUTHORITY_KEY_IDENTIFIER: authority_key_identifier(issuer_name, issuer),
        oids.SUBJECT_KEY_IDENTIFIER: der.octet_string(facts.key_identifier),
    }
    if kind is Kind.SIGN:
        values[oids.SUBJECT_ALT_NAME] = _personal_data(facts.person)
    else:
        values[oids.EXTENDED_KEY_USAGE] = der.sequence(
            *map(der.object_identifier, profile.extended_key_usage)
        )
        values[oids.AUTHORITY_INFO_ACCESS] = _ocsp_access(naming.ocsp_url)
    return _tbs(
        serial=facts.serial,
        issuer=issuer_name,
        validity=(facts.not_before, facts.not_after),
        subject=facts.subject,
        public_key=facts.public_key,
        extensions=extension_list(profile.extensions, values),
    )


def authority_tbs(profile: AuthorityProfile, naming: Naming, facts: AuthorityFacts) -> bytes:
    """Give the TBSCertificate of one generation of an authority, DER."""
    name = naming.authority(profile.kind)
    values = {
        oids.KEY_USAGE: der.named_bits(profile.key_usage),
        oids.SUBJECT_ALT_NAME: _alternative_name(naming.authority_ja(profile.kind)),
        oids.BASIC_CONSTRAINTS: der.sequence(der.boolean_true()),
        oids.CRL_DISTRIBUTION_POINTS: _distribution_points(name),
        oids.SUBJECT_KEY_IDENTIFIER: der.octet_string(facts.key_identifier),
    }
    return _tbs(
        serial=facts.serial,
        issuer=name,
        validity=(facts.not_before, facts.not_after),
        subject=name,
        public_key=facts.public_key,
        extensions=extension_list(profile.extensions, values),
    )


def responder_tbs(
    profile: ResponderProfile,
    naming: Naming,
    kind: Kind,
    facts: AuthorityFacts,
    *,
    issuer: IssuerFacts,
) -> bytes:
    """Give the TBSCertificate of an OCSP responder, DER (RFC 6960 section 4.2.2.2)."""
    issuer_name = naming.authority(kind)
    values = {
        oids.KEY_USAGE: der.named_bits(profile.key_usage),
        oids.EXTENDED_KEY_USAGE: der.sequence(der.object_identifier(oids.OCSP_SIGNING)),
        oids.OCSP_NOCHECK: der.NULL,
        oids.AUTHORITY_KEY_IDENTIFIER: authority_key_identifier(issuer_name, issuer),
        oids.SUBJECT_KEY_IDENTIFIER: der.octet_string(facts.key_identifier),
    }
    return _tbs(
        serial=facts.serial,
        issuer=issuer_name,
        validity=(facts.not_before, facts.not_after),
        subject=naming.responder(kind),
        public_key=facts.public_key,
        extensions=extension_list(profile.extensions, values),
    )


def signed(tbs: bytes, signature: bytes, *more: bytes) -> bytes:
    """Put a TBSCertificate, TBSCertList or ResponseData and its signature together.

    `more` is what only an OCSP answer has behind them.
    """
    return der.sequence(tbs, _SIGNATURE_ALGORITHM, der.bit_string(signature), *more)


def extension_list(wanted: tuple[Extension, ...], values: dict[str, bytes]) -> bytes:
    """Give Extensions: what the profile wants, in its order, with its criticality."""
    return der.sequence(
        *(der.extension(entry.oid, values[entry.oid], critical=entry.critical) for entry in wanted)
    )


# What is kept below is the same in every certificate of an authority or a place: written out anew,
# it was more than half of what making the bytes took.


@lru_cache(maxsize=64)
def authority_key_identifier(issuer_name: DistinguishedName, issuer: IssuerFacts) -> bytes:
    """Give AuthorityKeyIdentifier with all three parts (RFC 5280 section 4.2.1.1)."""
    return der.sequence(
        der.tagged(0, issuer.key_identifier, constructed=False),
        der.tagged(1, der.directory_name(issuer_name)),
        der.tagged(2, der.integer(issuer.serial)[2:], constructed=False),
    )


def _tbs(
    *,
    serial: int,
    issuer: DistinguishedName,
    validity: tuple[datetime, datetime],
    subject: DistinguishedName,
    public_key: bytes,
    extensions: bytes,
) -> bytes:
    return der.sequence(
        _V3,
        der.integer(serial),
        _SIGNATURE_ALGORITHM,
        _issuer(issuer),
        der.sequence(*map(der.time, validity)),
        der.name(subject),
        public_key,
        der.tagged(3, extensions),
    )


def _personal_data(person: Person) -> bytes:
    values = {
        oids.PersonalData.NAME: person.name.text,
        oids.PersonalData.BIRTH_DATE: person.birth_date.text,
        oids.PersonalData.GENDER: person.gender.value,
        oids.PersonalData.ADDRESS: person.address.text,
        oids.PersonalData.SUBSTITUTED_NAME: person.name.flags,
        oids.PersonalData.SUBSTITUTED_ADDRESS: person.address.flags,
    }
    return der.sequence(
        *(
            der.tagged(
                0,
                der.object_identifier(item.dotted) + der.tagged(0, der.utf8_string(values[item])),
            )
            for item in oids.PersonalData
        )
    )


@lru_cache(maxsize=64)
def _issuer(name: DistinguishedName) -> bytes:
    return der.name(name)


@lru_cache(maxsize=64)
def _alternative_name(name: DistinguishedName) -> bytes:
    return der.sequence(der.directory_name(name))


@lru_cache(maxsize=64)
def _policy(dotted: str, cps_uri: str) -> bytes:
    qualifier = der.sequence(
        der.object_identifier(oids.CPS_QUALIFIER),
        der.element(0x16, der.ia5_string_content(cps_uri)),
    )
    return der.sequence(der.sequence(der.object_identifier(dotted), der.sequence(qualifier)))


@lru_cache(maxsize=4096)
def _distribution_points(name: DistinguishedName) -> bytes:
    return der.sequence(der.sequence(der.distribution_point_name(name)))


def _ocsp_access(url: str) -> bytes:
    location = der.tagged(6, der.ia5_string_content(url), constructed=False)
    return der.sequence(der.sequence(der.object_identifier(oids.OCSP_ACCESS), location))
