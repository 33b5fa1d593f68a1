"""Whose word an OCSP answer is: RFC 6960 3.2 steps 2 and 3, 4.2.2.2.

Three may speak of a certificate: the key that issued it; one to which that very key gave a
certificate with id-kp-OCSPSigning (nothing less: anyExtendedKeyUsage delegates nothing); one the
caller trusts. The responderID must be the signer's, and the signature tells which of several it is.
A CA's own key needs no digitalSignature in its key usage, since CAs that sign lists and answers
alone state keyCertSign and cRLSign; a delegated responder's key usage must allow signatures.
Not here: validating the delegated certificate (`question`, through `ResponderPaths`).
Called by `ocsp_status`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1
from typing import Protocol

from jpki import oids
from jpki.verify.path.building import Pool
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.crl_signers import Standing
from jpki.verify.path.inputs import Algorithms
from jpki.verify.path.keys import SIGNATURE_ALGORITHMS, KeyInfo, signature_name
from jpki.verify.path.names import Name
from jpki.verify.path.ocsp import OcspAnswer
from jpki.verify.path.ocsp_rules import Responder
from jpki.verify.path.ocsp_unreadable import AnswerPart
from jpki.verify.path.signatures import RawSigned, Signatures

_SIGNS = frozenset({"digitalSignature", "nonRepudiation"})


class ResponderPaths(Protocol):
    """Proves certificates of delegated responders."""

    def responder_objection(self, certificate: PathCertificate, standing: Standing) -> str | None:
        """Say why its path, below the CA of a certificate, is not valid; None when it is."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Responders:
    """Says who signed an answer."""

    pool: Pool
    signatures: Signatures
    algorithms: Algorithms
    trusted: tuple[Responder, ...]
    paths: ResponderPaths

    def objections(self, answer: OcspAnswer, standing: Standing) -> tuple[str, ...]:
        """Say why an answer is the word of nobody who may speak; raise `OutOfBudgetError`."""
        if answer.inner_algorithm not in self.algorithms.signatures:
            return (f"{signature_name(answer.inner_algorithm)} is not accepted",)
        issuer = standing.above[-1]
        holders = [(issuer.name, issuer.key), *((one.name, one.key) for one in self.trusted)]
        problems: dict[str, None] = {}
        for name, key in holders:
            if not _is_responder(answer, name, key):
                continue
            weak = self.algorithms.objection(key)
            problem = weak or self.signatures.objection(answer, key)
            if problem is None:
                return ()
            problems[f"signature: {problem}"] = None
        for delegate in self._delegates(answer):
            problem = self.signatures.objection(answer, delegate.key)
            if problem is not None:
                problems[f"signature: {problem}"] = None
                continue
            problem = self._delegation(delegate, standing)
            if problem is None:
                return ()
            problems[f"its responder {delegate.subject}: {problem}"] = None
        return tuple(problems) or (f"no certificate of responder {answer.responder}",)

    def signed_raw(self, part: AnswerPart, standing: Standing) -> bool:
        """Whether one who may speak signed what cannot be read or used, by any algorithm.

        Raises `OutOfBudgetError`.
        """
        keys = {standing.above[-1].key, *(one.key for one in self.trusted)}
        if any(self._made(part, key) for key in keys):
            return True
        return any(
            self._made(part, delegate.key) and self._delegation(delegate, standing) is None
            for delegate in self._delegates(part)
        )

    def _made(self, part: AnswerPart, key: KeyInfo) -> bool:
        """Whether a key of accepted size made a signature, whatever algorithm is written there."""
        if self.algorithms.objection(key) is not None:
            return False
        for identifier in sorted(self.algorithms.signatures):
            if not SIGNATURE_ALGORITHMS[identifier].fits(key):
                continue
            raws = RawSigned.each(part, identifier)
            if any(self.signatures.objection(raw, key) is None for raw in raws):
                return True
        return False

    def _delegates(self, answer: OcspAnswer | AnswerPart) -> Iterator[PathCertificate]:
        """Give the certificates that may be the responder's: sent along, or at hand by name."""
        named = self.pool.named(answer.responder_name) if answer.responder_name else ()
        seen: set[bytes] = set()
        for one in (*answer.certificates, *named, *self._by_key(answer)):
            if one.fingerprint not in seen and _is_responder(answer, one.subject, one.key):
                seen.add(one.fingerprint)
                yield one

    def _by_key(self, answer: OcspAnswer | AnswerPart) -> tuple[PathCertificate, ...]:
        # Usually the same SHA-1 (RFC 5280 4.2.1.2 (1)); where it is not, the answer brings it.
        return tuple(self.pool.with_key(answer.responder_key)) if answer.responder_key else ()

    def _delegation(self, delegate: PathCertificate, standing: Standing) -> str | None:
        issuer = standing.above[-1]
        if delegate.fingerprint == standing.certificate.fingerprint:
            # Not even one that need not be asked about (nocheck) is shown good by itself.
            return "the very certificate in question"
        if oids.OCSP_SIGNING not in (delegate.purposes or ()):
            return "without the purpose id-kp-OCSPSigning"
        if delegate.key_usage is not None and not delegate.key_usage & _SIGNS:
            return "its key usage lacks digitalSignature"
        if delegate.issuer != issuer.name:
            return "not issued by the CA of the certificate in question"
        if self.signatures.objection(delegate, issuer.key) is not None:
            return "not signed by the key that issued the certificate in question"
        return self.paths.responder_objection(delegate, standing)


def _is_responder(answer: OcspAnswer | AnswerPart, name: Name, key: KeyInfo) -> bool:
    """Step 3: whether the responderID is of this name or key."""
    if answer.responder_name is None and answer.responder_key is None:
        # It could not be read: then it may be anybody's.
        return True
    if answer.responder_name is not None:
        return answer.responder_name == name
    return answer.responder_key == sha1(key.bits, usedforsecurity=False).digest()
