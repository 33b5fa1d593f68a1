"""The keys of one authority over the years: all under one name, told apart by key identifier.

What it is: a generation as a value, how one is entered, the choice of the one that signs, and the
guard that keeps the real service's name out of anything issued here.
What it is not: a key; those are matched to generations by public key.
Standard: PKI profile reference section 1.5; RFC 5280 section 4.2.1.2 method 1.
Called by: `jpki.ca.authority`.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from jpki.ca.certificates import AuthorityFacts, IssuerFacts, authority_tbs
from jpki.ca.drafts import IssuingKey, LintedCertificate, LintedList
from jpki.ca.errors import CaError, NoUsableKeyError, RegisterError
from jpki.ca.records import GenerationRow, NewCertificate
from jpki.ca.writing import Writing
from jpki.lint import Linter, Target
from jpki.oids import Policy
from jpki.profiles.certificates import authority_profile
from jpki.profiles.kinds import Kind
from jpki.profiles.naming import PRODUCTION, Naming
from jpki.profiles.validity import authority_end, end_of_day, japanese_date, whole_second


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation of an authority: its self-signed certificate, and its key when at hand."""

    number: int
    serial: int
    key_identifier: bytes
    not_before: datetime
    not_after: datetime
    certificate: bytes = field(repr=False)
    key: IssuingKey | None = field(repr=False, default=None)
    revoked: bool = False
    """Such a generation issues nothing more; its lists go on, for whom it issued to before."""

    @property
    def facts(self) -> IssuerFacts:
        """What certificates and lists repeat of this generation."""
        return IssuerFacts(self.serial, self.key_identifier)

    @property
    def public_key(self) -> bytes:
        """Give its SubjectPublicKeyInfo, DER, from its certificate."""
        certified = x509.load_der_x509_certificate(self.certificate).public_key()
        return certified.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def can_sign(self, moment: datetime) -> bool:
        """Whether the key is at hand and its certificate holds."""
        return self.key is not None and self.not_before <= moment <= self.not_after

    def can_issue(self, moment: datetime) -> bool:
        """Whether it can sign, and is not revoked itself."""
        return self.can_sign(moment) and not self.revoked

    def sign(self, draft: LintedCertificate) -> bytes:
        """Give the signature of a certificate; raises `NoUsableKeyError` without a key.

        Takes what was linted and nothing else (`jpki.ca.drafts`).
        """
        return self._key_at_hand().sign(draft)

    def sign_list(self, draft: LintedList, digest: bytes) -> bytes:
        """Give the signature of a list with this header by its SHA-256; raises as `sign` does."""
        return self._key_at_hand().sign_list(draft, digest)

    def _key_at_hand(self) -> IssuingKey:
        if self.key is None:
            raise NoUsableKeyError(f"the key of generation {self.number} is not at hand")
        return self.key


def key_identifier(public_key: bytes) -> bytes:
    """Give the SHA-1 of the RSAPublicKey in a SubjectPublicKeyInfo (method 1, 20 bytes)."""
    key = serialization.load_der_public_key(public_key)
    if not isinstance(key, rsa.RSAPublicKey):
        raise CaError("not an RSA key")
    return x509.SubjectKeyIdentifier.from_public_key(key).digest


def newest_signing(
    generations: Iterable[Generation], *, moment: datetime, until: datetime
) -> Generation:
    """Choose the newest generation, not revoked, that can sign now what holds until then.

    Raises `NoUsableKeyError`: a certificate must not outlive the one that vouches for it.
    """
    usable = [g for g in generations if g.can_issue(moment)]
    if not usable:
        raise NoUsableKeyError(f"no key of the authority can sign at {moment:%Y-%m-%d}")
    newest = max(usable, key=lambda g: g.number)
    if newest.not_after < until:
        raise NoUsableKeyError(
            f"generation {newest.number} ends on {newest.not_after:%Y-%m-%d}, before"
            f" {until:%Y-%m-%d}; add a generation first"
        )
    return newest


_TEST_POLICIES = frozenset(
    {
        Policy.TEST_SIGN_CARD,
        Policy.TEST_AUTH_CARD,
        Policy.TEST_SIGN_PHONE,
        Policy.TEST_AUTH_PHONE,
    }
)
"""The only policies anything is issued under."""


def check_may_issue(naming: Naming) -> None:
    """Refuse to act as the real service, however the naming was put together.

    Names are compared as RFC 5280 section 7.1 has verifiers compare them, and a little wider.
    """
    if (
        not naming.may_issue
        or _as_compared(naming.organization) == _as_compared(PRODUCTION.organization)
        or not {naming.policy(kind) for kind in Kind} <= _TEST_POLICIES
    ):
        raise CaError("nothing is issued here under the real service's name or policies")


def _as_compared(name: str) -> str:
    """Fold case, width and spaces, drop what does not show (RFC 4518 section 2, stringprep)."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    words = " ".join(folded.split())
    return "".join(c for c in words if unicodedata.category(c) not in {"Cc", "Cf"}).strip()


def enter_generation(
    change: Writing, kind: Kind, naming: Naming, *, public_key: bytes, moment: datetime
) -> None:
    """Put a new key and its certificate, still unsigned, on record.

    Raises `RegisterError` when the key is in a certificate of either kind already, and
    `DraftRefusedError`.
    """
    # One key in both hierarchies would let one's certificates pass for the other's; a holder's
    # would let the holder sign certificates.
    if uses := change.key_uses(public_key):
        whose = "an authority's" if any(use.municipality is None for use in uses) else "a holder's"
        raise RegisterError(f"this key is {whose} already")
    profile = authority_profile(kind)
    moment = whole_second(moment)
    not_after = end_of_day(authority_end(japanese_date(moment), profile.lifetime_years))
    serial = change.take_serial(kind)
    number = len(change.generations(kind)) + 1
    identifier = key_identifier(public_key)
    facts = AuthorityFacts(serial, moment, not_after, public_key, identifier)
    tbs = authority_tbs(profile, naming, facts)
    # Inside the transaction: what is refused here has spent no number.
    LintedCertificate(tbs, Linter(naming), Target.AUTHORITY, kind)
    change.add_certificate(
        kind,
        NewCertificate(
            serial=serial,
            generation=number,
            municipality=None,
            holder="",
            not_before=moment,
            not_after=not_after,
            renews=None,
            public_key=public_key,
            tbs=tbs,
        ),
    )
    change.add_generation(kind, GenerationRow(number, serial, public_key, identifier))
