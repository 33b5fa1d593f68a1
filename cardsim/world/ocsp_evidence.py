"""OCSP answers as a service in trouble hands them out, for tests of relying parties.

Each mishap is made from an honest answer and changes one thing; the rest is as it was, signed by
whose key it claims. Nothing is put on record and no number is spent: a certificate that is over
bears the number of the one in use.
Not here: when there is trouble (`cardsim.faults.evidence`), honest answers (`jpki.ca.ocsp`).
RFC 6960 sections 3.2 and 4.2. Called by whoever serves answers, and tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import core, keys, ocsp, x509

from cardsim.faults.evidence import Trouble
from cardsim.faults.fault import Mishap
from jpki.ca import SigningKey, SoftwareKey
from jpki.ca.certificates import signed
from jpki.ca.drafts import LintedCertificate
from jpki.ca.generations import key_identifier
from jpki.ca.ocsp import OcspStatus, Responder
from jpki.ca.ocsp.encoding import response
from jpki.ca.ocsp.status import REFUSALS
from jpki.lint import Target

_OVER_SINCE = timedelta(days=1)
_LAST_BIT = 0x01


def answer_handed_out(
    answer: bytes,
    responder: Responder,
    trouble: Trouble,
    *,
    moment: datetime,
    stranger: SigningKey | None = None,
) -> bytes | None:
    """Give an answer of this responder, DER, with the mishap; None in place of an HTTP status.

    `stranger` is the key of a wrong signer, a new one unless given. What is no signed answer is
    cut or replaced by tryLater if that is the mishap, and left as it is otherwise.
    """
    if trouble.status is not None:
        return None
    if trouble.mishap is Mishap.TRY_LATER:
        return REFUSALS[OcspStatus.TRY_LATER]
    if trouble.mishap is Mishap.TRUNCATED:
        return answer[: len(answer) // 2]
    outer = ocsp.OCSPResponse.load(answer)
    if trouble.mishap is None or outer["response_status"].native != "successful":
        return answer
    basic = outer.basic_ocsp_response
    [certificate] = basic["certs"]
    honest = _Honest(
        basic["tbs_response_data"].copy(), basic["signature"].native, certificate, responder, moment
    )
    if trouble.mishap is Mishap.WRONG_SIGNER:
        return _by_stranger(honest, stranger or SoftwareKey.generate())
    return _MISHAPS[trouble.mishap](honest)


@dataclass(frozen=True, slots=True)
class _Honest:
    """The parts of an honest answer, who made it, and when it is handed out."""

    data: ocsp.ResponseData
    signature: bytes
    certificate: x509.Certificate
    responder: Responder
    moment: datetime

    def signed_again(self) -> bytes:
        """Give the answer with its data as they are now."""
        raw = self.data.dump(force=True)
        return self.responder.signed(raw, self.certificate.dump())


def _wrong(honest: _Honest) -> bytes:
    """Change the signature's last bit."""
    *first, last = honest.signature
    wrong = bytes((*first, last ^ _LAST_BIT))
    return response(honest.data.dump(), wrong, honest.certificate.dump())


def _stale(honest: _Honest) -> bytes:
    """Move the times back: it does not know what was revoked since."""
    data = honest.data
    latest = max(single["next_update"].native for single in data["responses"])
    earlier = latest - (honest.moment - _OVER_SINCE).replace(microsecond=0)
    data["produced_at"] = data["produced_at"].native - earlier
    for single in data["responses"]:
        made = single["this_update"].native - earlier
        single["this_update"] = made
        single["next_update"] = single["next_update"].native - earlier
        status = single["cert_status"]
        if status.name == "revoked" and status.chosen["revocation_time"].native >= made:
            single["cert_status"] = ocsp.CertStatus("good")
    return honest.signed_again()


def _unknown(honest: _Honest) -> bytes:
    """Know nothing of any certificate."""
    for single in honest.data["responses"]:
        single["cert_status"] = ocsp.CertStatus("unknown")
    return honest.signed_again()


def _other_nonce(honest: _Honest) -> bytes:
    """Change the nonce's last bit."""
    for extension in honest.data["response_extensions"] or ():
        if extension["extn_id"].native == "nonce":
            *first, last = extension["extn_value"].parsed.native
            extension["extn_value"] = core.OctetString(bytes((*first, last ^ _LAST_BIT)))
    return honest.signed_again()


def _under_what_is_over(honest: _Honest) -> bytes:
    """Put in the responder's certificate as it would be had it ended yesterday."""
    tbs = honest.certificate["tbs_certificate"].copy()
    validity = tbs["validity"]
    end = (honest.moment - _OVER_SINCE).replace(microsecond=0)
    lifetime = validity["not_after"].native - validity["not_before"].native
    validity["not_before"] = x509.Time({"utc_time": end - lifetime})
    validity["not_after"] = x509.Time({"utc_time": end})
    raw = tbs.dump(force=True)
    identifier = honest.certificate.authority_key_identifier
    generations = honest.responder.authority.generations
    signer = next(each for each in generations if each.key_identifier == identifier)
    authority = honest.responder.authority
    draft = LintedCertificate(raw, authority.linter, Target.RESPONDER, authority.kind)
    return response(honest.data.dump(), honest.signature, signed(raw, signer.sign(draft)))


def _by_stranger(honest: _Honest, key: SigningKey) -> bytes:
    """Sign with a key whose certificate only looks as if the authority had issued it."""
    tbs, data = honest.certificate["tbs_certificate"].copy(), honest.data
    identifier = key_identifier(key.public_key)
    tbs["subject_public_key_info"] = keys.PublicKeyInfo.load(key.public_key)
    for extension in tbs["extensions"]:
        if extension["extn_id"].native == "key_identifier":
            extension["extn_value"] = core.OctetString(identifier)
    if data["responder_id"].name == "by_key":
        data["responder_id"] = ocsp.ResponderId("by_key", identifier)
    claimed, raw = tbs.dump(force=True), data.dump(force=True)
    return response(raw, key.sign(raw), signed(claimed, key.sign(claimed)))


_MISHAPS: dict[Mishap, Callable[[_Honest], bytes]] = {
    Mishap.WRONG: _wrong,
    Mishap.STALE: _stale,
    Mishap.UNKNOWN: _unknown,
    Mishap.WRONG_NONCE: _other_nonce,
    Mishap.EXPIRED_SIGNER: _under_what_is_over,
}
