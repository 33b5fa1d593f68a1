"""The pinned CA certificates: two stores, one a kind, several generations under one name.

A CA certificate enters by the caller's choice alone and must be a self-signed JPKI root; what a
card or a message carries is never an anchor. The two stores are separate, or a 利用者証明用
certificate could be taken for a 署名用 one.
Not here: which anchor issued a certificate (`path_checks`).
PKI profile section 1.5. Called by whoever builds a `Verifier`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from jpki import oids
from jpki.profiles.kinds import Kind
from jpki.verify.certificate import Certificate
from jpki.verify.errors import AnchorError, MalformedError
from jpki.verify.keys import PublicKey, SignatureProblem
from jpki.verify.names import describe, values

_UNITS = {
    "JPKI for digital signature": Kind.SIGN,
    "JPKI for user authentication": Kind.AUTH,
}
_REQUIRED_USAGE = frozenset({"keyCertSign", "cRLSign"})
_V3 = 3


@dataclass(frozen=True, slots=True)
class Anchor:
    """One pinned CA certificate and its key."""

    certificate: Certificate
    key: PublicKey = field(repr=False)
    key_identifier: bytes

    def __reduce__(self) -> tuple[Callable[[bytes], "Anchor"], tuple[bytes]]:
        """Give how it is made anew in another process, where a report that names it may go."""
        return Anchor.load, (self.certificate.der,)

    @property
    def name(self) -> str:
        """The CA's name, for people."""
        return describe(self.certificate.subject)

    @property
    def organizations(self) -> tuple[str, ...]:
        """The O attributes of the CA's name."""
        return values(self.certificate.subject, oids.ORGANIZATION)

    @classmethod
    def load(cls, der: bytes) -> "Anchor":
        """Read a CA certificate; raise `AnchorError` when it may not be pinned."""
        try:
            certificate = Certificate.parse(der)
        except MalformedError as error:
            raise AnchorError(f"not a certificate in strict DER: {error}") from error
        problem = _problem(certificate)
        if problem or certificate.subject_key_id is None:
            raise AnchorError(f"{describe(certificate.subject)}: {problem}")
        key = PublicKey.load(certificate.public_key_info)
        try:
            key.verify(certificate.outer_algorithm, certificate.signature, certificate.tbs)
        except SignatureProblem as error:
            raise AnchorError(
                f"{describe(certificate.subject)}: self-signature: {error}"
            ) from error
        return cls(certificate, key, certificate.subject_key_id)


@dataclass(frozen=True, slots=True)
class TrustAnchors:
    """The two stores."""

    sign: tuple[Anchor, ...] = ()
    auth: tuple[Anchor, ...] = ()

    def of(self, kind: Kind) -> tuple[Anchor, ...]:
        """Give the store of one kind."""
        return self.sign if kind is Kind.SIGN else self.auth

    @classmethod
    def load(cls, *, sign: Iterable[bytes] = (), auth: Iterable[bytes] = ()) -> "TrustAnchors":
        """Pin these DER certificates; raise `AnchorError` for the first that may not be."""
        return cls(tuple(map(Anchor.load, sign)), tuple(map(Anchor.load, auth)))

    @classmethod
    def sort(cls, certificates: Iterable[bytes]) -> "TrustAnchors":
        """Pin DER certificates, each in the store its name's OU says.

        For command lines where files are given without their kind. Raises `AnchorError` for a
        name that says neither `JPKI for digital signature` nor `JPKI for user authentication`.
        """
        stores: dict[Kind, list[Anchor]] = {Kind.SIGN: [], Kind.AUTH: []}
        for der in certificates:
            anchor = Anchor.load(der)
            kind = named_kind(anchor.certificate.subject)
            if kind is None:
                raise AnchorError(f"{anchor.name}: the name does not say which of the two CAs")
            stores[kind].append(anchor)
        return cls(tuple(stores[Kind.SIGN]), tuple(stores[Kind.AUTH]))


def named_kind(name: bytes) -> Kind | None:
    """Say by its OU which of the two CAs a name (DER) is of; None when it does not say."""
    kinds = {_UNITS[unit] for unit in values(name, oids.ORGANIZATIONAL_UNIT) if unit in _UNITS}
    return kinds.pop() if len(kinds) == 1 else None


def _problem(certificate: Certificate) -> str | None:
    """Say why a certificate is no CA certificate of the profile, None when it is one."""
    constraints = certificate.basic_constraints
    usage = certificate.key_usage or frozenset()
    problems = (
        (certificate.version != _V3, "not version 3"),
        (certificate.subject != certificate.issuer, "not self-signed"),
        (constraints is None or not constraints.ca, "basicConstraints does not say CA"),
        (not usage >= _REQUIRED_USAGE, "key usage lacks keyCertSign or cRLSign"),
        (certificate.subject_key_id is None, "no subjectKeyIdentifier to choose it by"),
        (certificate.inner_algorithm != certificate.outer_algorithm, "two signature algorithms"),
    )
    return next((text for holds, text in problems if holds), None)
