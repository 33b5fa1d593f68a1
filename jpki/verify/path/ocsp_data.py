"""OCSP answers indexed by serial number, so that a certificate meets only those that may name it.

Errors of responders are kept to say what is needed; what cannot be read is kept, for a responder
may have signed it. Not here: what an answer proves (`ocsp_status`). Called by `verifier`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from jpki.verify.crl_unreadable import UnreadableList
from jpki.verify.der import first_parts
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.path.ocsp import OcspAnswer, OcspResponse
from jpki.verify.path.ocsp_single import SingleAnswer
from jpki.verify.revocation import Evidence

Told = tuple[OcspAnswer, tuple[SingleAnswer, ...]]
"""An answer, and those of its single answers that have one serial number."""


@dataclass(frozen=True, slots=True)
class OcspData:
    """Signed answers by serial number; `errors` are those of responders."""

    by_serial: dict[int, list[Told]] = field(default_factory=dict)
    errors: tuple[Evidence, ...] = ()
    unreadable: tuple[UnreadableList, ...] = ()

    @classmethod
    def load(cls, ders: Iterable[bytes] = ()) -> "OcspData":
        """Read DER OCSPResponses in any order; none makes it raise, and none counts twice."""
        by_serial: dict[int, list[Told]] = {}
        errors: list[Evidence] = []
        unreadable: list[UnreadableList] = []
        for der in dict.fromkeys(bytes(one) for one in ders):
            try:
                response = OcspResponse.parse(der)
            except MalformedError as error:
                unreadable.append(_unreadable(der, error))
                continue
            if response.answer is None:
                errors.append(_error(der, response.status))
                continue
            sorted_singles: dict[int, list[SingleAnswer]] = {}
            for single in response.answer.singles:
                sorted_singles.setdefault(single.cert_id.serial, []).append(single)
            for serial, singles in sorted_singles.items():
                by_serial.setdefault(serial, []).append((response.answer, tuple(singles)))
        return cls(by_serial, tuple(errors), tuple(unreadable))

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was given."""
        return not (self.by_serial or self.errors or self.unreadable)


def _error(der: bytes, status: str) -> Evidence:
    objections = (f"no answer but an error of the responder, {status}",)
    return Evidence("ocsp", sha256(der).digest(), "error", objections=objections)


def _unreadable(der: bytes, error: MalformedError) -> UnreadableList:
    evidence = Evidence("ocsp", sha256(der).digest(), "unreadable", objections=(str(error),))
    return UnreadableList(evidence, _signed(der))


def _signed(der: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Find what was signed in an answer, looking at nothing else."""
    try:
        explicit = first_parts(der, 2)[1]
        response = first_parts(first_parts(explicit.der, 1)[0].der, 2)[1]
        tbs, algorithm, signature = first_parts(response.value, 3)
        return tbs.der, algorithm.der, signature.expect(Tag.BIT_STRING, "signature").value[1:]
    except MalformedError:
        return None
