"""Whose word a list is: RFC 5280 6.3.3 (f) to (h).

A list is its issuer's when a key signed it that holds that name under the same trust anchor:
one on the path itself, or one of another certificate whose own path is valid, revocation
included. Several keys may hold one name; the signature alone tells which. Which of them may say
*not revoked* is narrower than the RFC asks: names can be given twice, keys cannot.
Not here: validating that other path (`question`, through `SignerPaths`). Called by `crl_status`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from jpki.verify.crl_unreadable import UnreadableList
from jpki.verify.path.building import Pool
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.crl import PathCrl
from jpki.verify.path.extensions import Point
from jpki.verify.path.inputs import Algorithms, TrustAnchor
from jpki.verify.path.keys import KeyInfo, signature_name
from jpki.verify.path.names import Name
from jpki.verify.path.signatures import RawSigned, Signatures
from jpki.verify.path.validation import Link


class SignerPaths(Protocol):
    """Proves certificates that sign lists only."""

    def signer_objection(self, certificate: PathCertificate, anchor: TrustAnchor) -> str | None:
        """Say why its path to this anchor is not valid, None when it is."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Where the certificate in question stands: anchor, those above it, and itself."""

    anchor: TrustAnchor
    above: tuple[Link, ...]
    certificate: PathCertificate


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The proven key that signed a list, or None and why there is none."""

    key: KeyInfo | None = None
    problems: Sequence[str] = ()
    bound: str | None = None
    """Why the list may revoke and hold alone, where it may not say *not revoked*."""
    is_bent: bool = False
    """Whether there is none only because of what stands outside the signed part."""


@dataclass(frozen=True, slots=True, eq=False)
class Signers:
    """Finds the key of a list."""

    pool: Pool
    signatures: Signatures
    algorithms: Algorithms
    paths: SignerPaths
    any_of_the_name: bool = False
    """Whether 6.3.3 (f) is enough (`Parameters.any_crl_signer`)."""

    def find(self, crl: PathCrl, point: Point, standing: Standing) -> Found:
        """Give the proven key that signed a list, one that may clear if any, or why none did."""
        found = self._find(crl, point, standing)
        if crl.inner_algorithm == crl.outer_algorithm:
            return found
        problem = "signature algorithm differs inside and outside"
        return Found(problems=(problem,), is_bent=found.key is not None)

    def _find(self, crl: PathCrl, point: Point, standing: Standing) -> Found:
        if crl.inner_algorithm not in self.algorithms.signatures:
            name = signature_name(crl.inner_algorithm)
            return Found(problems=(f"{name} is not accepted",))
        problems: dict[str, None] = {}
        bound: Found | None = None
        for link, proven in self._holders(crl, standing):
            problem = self.signatures.objection(crl, link.key)
            if problem is None:
                problem = None if proven else self._unproven(link, crl.issuer, point, standing)
                problem = problem or _usage(link)
                if problem is None:
                    found = Found(
                        link.key, bound=None if proven else self._bound(link, crl, standing)
                    )
                    if found.bound is None:
                        return found
                    bound = bound or found
                    continue
                problems = {problem: None, **problems}
            else:
                problems[f"signature: {problem}"] = None
        if bound is not None:
            return bound
        nobody = f"no certificate of {crl.issuer} to check it with"
        return Found(problems=tuple(problems) or (nobody,))

    def signed_raw(
        self, unreadable: UnreadableList, points: Sequence[Point], standing: Standing
    ) -> bool:
        """Whether one whose lists count signed what nobody here can read, and it may name it.

        That is a key on the path, or a proven one that holds the name of a list's issuer.
        """
        for part in unreadable.mentions(standing.certificate.serial):
            for raw in RawSigned.each(part, part.algorithm):
                if any(self.signatures.objection(raw, link.key) is None for link in standing.above):
                    return True
                if any(self._signed_off_path(raw, point, standing) for point in points):
                    return True
        return False

    def _signed_off_path(self, raw: RawSigned, point: Point, standing: Standing) -> bool:
        for name in point.crl_issuers or (standing.certificate.issuer,):
            for one in self.pool.named(name):
                link = Link(one.subject, one.key, one)
                if (
                    self.signatures.objection(raw, one.key) is None
                    and _usage(link) is None
                    and self._unproven(link, name, point, standing) is None
                ):
                    return True
        return False

    def _holders(self, crl: PathCrl, standing: Standing) -> Iterator[tuple[Link, bool]]:
        """Give who holds the list's name, and whether the path itself proves it."""
        keys: set[KeyInfo] = set()
        for link in reversed(standing.above):
            if link.name == crl.issuer:
                keys.add(link.key)
                yield link, True
        for one in self.pool.named(crl.issuer):
            if one.key not in keys:
                yield Link(one.subject, one.key, one), False

    def _unproven(self, link: Link, issuer: Name, point: Point, standing: Standing) -> str | None:
        certificate = link.certificate
        if certificate is None:
            return None
        if certificate.fingerprint == standing.certificate.fingerprint:
            # Its issuer says in the certificate that this very key lists it (PKITS 4.14.30);
            # everything else about the certificate is what is being proven just now.
            named = point.crl_issuers is not None and issuer in point.crl_issuers
            return None if named else "signed by the very certificate in question"
        if issuer == standing.certificate.issuer and self._is_namesake(certificate, standing):
            return "signed by a namesake of the issuer whom nobody on the path certified"
        weak = self.algorithms.objection(link.key)
        problem = weak or self.paths.signer_objection(certificate, standing.anchor)
        return f"its signer {certificate.subject}: {problem}" if problem else None

    def _is_namesake(self, signer: PathCertificate, standing: Standing) -> bool:
        """Whether nobody on the path certified a signer that has the issuer's name.

        Names can be given twice: another CA under the same anchor could give this one's, even
        to a CA of its own, and so speak for it (RFC 5280 8 warns of it). Keys cannot.
        """
        return not self._certifiers(signer, standing)

    def _certifiers(self, signer: PathCertificate, standing: Standing) -> list[Link]:
        """Give who of the path certified a signer: by name and by key."""
        return [
            link
            for link in standing.above
            if link.name == signer.issuer and self.signatures.objection(signer, link.key) is None
        ]

    def _bound(self, link: Link, crl: PathCrl, standing: Standing) -> str | None:
        """Say why a proven list may revoke, but may not say *not revoked*.

        A cRLIssuer is known by its name alone, which any CA below the anchor can give away. A CA
        that holds the issuer's name with another key is another generation of it, and its list
        may be about what that generation issued; unless the issuer's own key certified it, or
        it issues nothing and its key is there for lists alone (PKITS 4.4.19, 4.5.4).
        """
        signer = link.certificate
        if self.any_of_the_name or signer is None:
            return None
        if signer.fingerprint == standing.certificate.fingerprint:
            return None
        by = self._certifiers(signer, standing)
        if not by:
            return "its signer was certified by nobody on the path, so it may revoke alone"
        is_own = any(one.name == standing.certificate.issuer for one in by)
        if crl.issuer == standing.certificate.issuer and not is_own and _issues(signer):
            return "signed by another key of a CA of the issuer's name, so it may revoke alone"
        return None


def _issues(signer: PathCertificate) -> bool:
    """Whether it may issue certificates, by basicConstraints and key usage."""
    usage = signer.key_usage
    return signer.is_ca and (usage is None or "keyCertSign" in usage)


def _usage(link: Link) -> str | None:
    """(f): where key usage is stated, cRLSign is in it."""
    usage = link.key_usage
    return None if usage is None or "cRLSign" in usage else "its signer's key usage lacks cRLSign"
