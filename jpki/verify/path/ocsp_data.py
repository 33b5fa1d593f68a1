"""OCSP answers indexed by serial number, so that a certificate meets only those that may name it.

Errors of responders are kept to say what is needed; what cannot be read is kept, for a responder
may have signed it, and so is what may be another answer in one that can be read, where nobody
signs anything. Not here: what an answer proves (`ocsp_status`). Called by `verifier`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from jpki.verify.errors import MalformedError
from jpki.verify.later import Later
from jpki.verify.path.ocsp import OcspAnswer, OcspResponse
from jpki.verify.path.ocsp_single import SingleAnswer
from jpki.verify.path.ocsp_unreadable import UnreadableAnswer
from jpki.verify.revocation import Evidence

Told = tuple[OcspAnswer, tuple[SingleAnswer, ...]]
"""An answer, and those of its single answers that have one serial number."""


@dataclass(frozen=True, slots=True)
class OcspData:
    """Signed answers by serial number; `errors` are those of responders."""

    by_serial: dict[int, list[Told]] = field(default_factory=dict)
    errors: tuple[Evidence, ...] = ()
    unreadable: tuple[UnreadableAnswer, ...] = ()
    hidden: tuple[UnreadableAnswer, ...] = ()
    """Of those that can be read, in which what begins like an answer stands in another place."""
    otherwise_signed: Mapping[bytes, Later[UnreadableAnswer]] = field(default_factory=dict)
    """Those that can be read, by fingerprint, as if they had any signature near behind."""

    @classmethod
    def load(cls, ders: Iterable[bytes] = ()) -> "OcspData":
        """Read DER OCSPResponses in any order; none makes it raise, and none counts twice."""
        by_serial: dict[int, list[Told]] = {}
        errors: list[Evidence] = []
        unreadable: list[UnreadableAnswer] = []
        hidden: list[UnreadableAnswer] = []
        otherwise_signed: dict[bytes, Later[UnreadableAnswer]] = {}
        for der in dict.fromkeys(bytes(one) for one in ders):
            try:
                response = OcspResponse.parse(der)
            except MalformedError as error:
                unreadable.append(UnreadableAnswer.of(der, error))
                continue
            if response.answer is None:
                errors.append(_error(der, response.status))
                continue
            answer = response.answer
            other = UnreadableAnswer.hidden_in(answer)
            hidden += [other] if other else []
            otherwise = partial(UnreadableAnswer.in_place_of, answer)
            otherwise_signed[answer.fingerprint] = Later(otherwise)
            sorted_singles: dict[int, list[SingleAnswer]] = {}
            for single in answer.singles:
                sorted_singles.setdefault(single.cert_id.serial, []).append(single)
            for serial, singles in sorted_singles.items():
                by_serial.setdefault(serial, []).append((answer, tuple(singles)))
        return cls(by_serial, tuple(errors), tuple(unreadable), tuple(hidden), otherwise_signed)

    @property
    def unread(self) -> tuple[UnreadableAnswer, ...]:
        """What may be about a certificate without saying so."""
        return (*self.unreadable, *self.hidden)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was given."""
        return not (self.by_serial or self.errors or self.unreadable)


def _error(der: bytes, status: str) -> Evidence:
    objections = (f"no answer but an error of the responder, {status}",)
    return Evidence("ocsp", sha256(der).digest(), "error", objections=objections)
