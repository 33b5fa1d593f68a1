"""Revocation lists as a service in trouble hands them out: of the past, wrongly signed, or cut.

A stale list is signed by the same key: it was true once, its time is over, and it does not know
what was revoked since. Nothing is published and no number is spent: it bears the number of today.
Not here: when there is trouble (`cardsim.faults.evidence`), honest lists (`jpki.ca`).
RFC 5280 sections 5.1 and 6.3.3. Called by `cardsim.world.world`.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from asn1crypto import crl, x509

from cardsim.faults.evidence import Trouble
from cardsim.faults.fault import Mishap
from jpki.ca import Authority
from jpki.ca.certificates import signed
from jpki.ca.drafts import LintedList

_OVER_SINCE = timedelta(days=1)
_LAST_BIT = 0x01


def handed_out(
    lists: Iterable[bytes], authority: Authority, trouble: Trouble, *, moment: datetime
) -> Iterator[bytes]:
    """Give the lists (DER) with the mishap; none at all in place of an HTTP status."""
    if trouble.status is not None:
        return
    for der in lists:
        if trouble.mishap is Mishap.WRONG:
            yield der[:-1] + bytes((der[-1] ^ _LAST_BIT,))
        elif trouble.mishap is Mishap.STALE:
            yield _stale(der, authority, moment)
        elif trouble.mishap is Mishap.TRUNCATED:
            yield der[: len(der) // 2]
        else:
            yield der


def _stale(der: bytes, authority: Authority, moment: datetime) -> bytes:
    """Give the list that was handed out so long ago that its next update was due yesterday."""
    tbs = crl.CertificateList.load(der)["tbs_cert_list"].copy()
    earlier = tbs["next_update"].native - (moment - _OVER_SINCE).replace(microsecond=0)
    made = tbs["this_update"].native - earlier
    tbs["this_update"] = x509.Time({"utc_time": made})
    tbs["next_update"] = x509.Time({"utc_time": tbs["next_update"].native - earlier})
    known = [
        entry for entry in tbs["revoked_certificates"] if entry["revocation_date"].native <= made
    ]
    tbs["revoked_certificates"] = known or None
    identifier = _authority_key(tbs)
    signer = next(g for g in authority.generations if g.key_identifier == identifier)
    raw = tbs.dump(force=True)
    draft = LintedList(raw, authority.linter, authority.kind)
    return signed(raw, signer.sign_list(draft, sha256(raw).digest()))


def _authority_key(tbs: crl.TbsCertList) -> bytes:
    for extension in tbs["crl_extensions"]:
        if extension["extn_id"].native == "authority_key_identifier":
            identifier: bytes = extension["extn_value"].parsed["key_identifier"].native
            return identifier
    raise ValueError("a list of ours names its key")
