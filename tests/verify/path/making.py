"""Small certification trees: any names, keys and extensions, and lists to go with them.

Built on `tests.support.pki`, which writes the structures; here they are no JPKI certificates.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

from jpki.verify import Verdict, render
from jpki.verify.path import OcspRules, Parameters, PathReport, PathVerifier, TrustAnchor
from tests.support import pki
from tests.support.asn1 import (
    bits,
    boolean,
    explicit,
    implicit,
    integer,
    octets,
    oid,
    seq,
    set_of,
    utf8,
)
from tests.support.pki import NOW, Extensions

NAME_CONSTRAINTS = "2.5.29.30"
POLICY_MAPPINGS = "2.5.29.33"
POLICY_CONSTRAINTS = "2.5.29.36"
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
CERT_SIGN, CRL_SIGN, BOTH = bits(b"\x04", 2), bits(b"\x02", 1), bits(b"\x06", 1)
_SERIALS = count(0x10000)


def named(common_name: str) -> bytes:
    return seq(set_of(seq(oid("2.5.4.3"), utf8(common_name))))


@dataclass(frozen=True)
class Holder:
    """Somebody with a name and a key."""

    name: bytes
    key: pki.PrivateKey = field(repr=False)

    @property
    def info(self) -> bytes:
        return pki.key_info(self.key)

    @property
    def key_id(self) -> bytes:
        return pki.key_identifier(self.info)


def holder(common_name: str, key: str | None = None) -> Holder:
    """Give a holder; the same key label gives the same key."""
    return Holder(named(common_name), pki.key(f"path {key or common_name}"))


def _algorithms(issuer: Holder) -> dict[str, object]:
    found = pki.algorithm(issuer.key)
    return {"inner_algorithm": found, "outer_algorithm": found}


def ca_extensions(subject: Holder, path_length: int | None = None) -> Extensions:
    length = () if path_length is None else (integer(path_length),)
    return {
        pki.BASIC_CONSTRAINTS: (True, seq(boolean(True), *length)),
        pki.KEY_USAGE: (True, BOTH),
        pki.SUBJECT_KEY: (False, octets(subject.key_id)),
    }


def certificate(
    issuer: Holder,
    subject: Holder,
    /,
    *,
    ca: bool = True,
    change: Extensions | None = None,
    drop: Iterable[str] = (),
    **fields: object,
) -> bytes:
    """Give a CA's certificate, or with `ca=False` an end entity's."""
    found = ca_extensions(subject) if ca else {pki.SUBJECT_KEY: (False, octets(subject.key_id))}
    found |= {pki.AUTHORITY_KEY: (False, seq(implicit(0, issuer.key_id)))} | (change or {})
    defaults: dict[str, object] = {
        "serial": next(_SERIALS),
        "issuer": issuer.name,
        "subject": subject.name,
        "not_before": FIRST,
        "not_after": LAST,
        "info": subject.info,
        "extensions": {kind: one for kind, one in found.items() if kind not in drop},
        **_algorithms(issuer),
    }
    return pki.assemble(issuer.key, **(defaults | fields))  # type: ignore[arg-type]


def crl(issuer: Holder, *entries: bytes, **fields: object) -> bytes:
    """Give a complete list without issuingDistributionPoint; fields as in `pki.crl`."""
    ca = pki.Ca(pki.Kind.SIGN, issuer.name, 1, issuer.key, issuer.key_id, b"")
    change = {pki.AUTHORITY_KEY: (False, seq(implicit(0, issuer.key_id)))}
    change |= fields.pop("change", {})  # type: ignore[arg-type]
    defaults = {"point": None, **_algorithms(issuer)}
    return pki.crl(ca, *entries, change=change, **(defaults | fields))  # type: ignore[arg-type]


ROOT = holder("root")
ROOT_CERTIFICATE = certificate(ROOT, ROOT)
ANCHOR = TrustAnchor.of(ROOT_CERTIFICATE)
ISSUER = holder("issuer")
ISSUER_CERTIFICATE = certificate(ROOT, ISSUER)
SUBJECT = holder("subject")
SERIAL = 0x0123456789
TARGET = certificate(ISSUER, SUBJECT, ca=False, serial=SERIAL)
ROOT_LIST = crl(ROOT)
LISTS = [ROOT_LIST, crl(ISSUER)]
"""Fresh ones that name nobody."""
LISTED = pki.entry(serial=SERIAL, reason=1)
STRANGER = holder("stranger")
"""Somebody nobody certified."""
OCSP_RULES = OcspRules()


def judged(
    target: bytes = TARGET,
    *,
    certificates: Iterable[bytes] = (ISSUER_CERTIFICATE,),
    lists: Iterable[bytes] = (),
    ocsp: Iterable[bytes] = (),
    ocsp_rules: OcspRules = OCSP_RULES,
    anchors: Iterable[TrustAnchor] = (ANCHOR,),
    moment: datetime = NOW,
    **parameters: object,
) -> PathReport:
    """Judge a target, below one issuer below the root unless asked otherwise."""
    verifier = PathVerifier.load(
        anchors,
        certificates=certificates,
        lists=lists,
        ocsp=ocsp,
        parameters=replace(Parameters(), ocsp=ocsp_rules, **parameters),  # type: ignore[arg-type]
    )
    return verifier.check(target, moment=moment)


def explained(report: PathReport) -> Verdict:
    """Give the verdict of a report that can also be shown and written."""
    assert render(report)
    assert report.to_json()["verdict"] == report.verdict.value
    return report.verdict


def scope(*parts: bytes) -> Extensions:
    """Give a critical issuingDistributionPoint."""
    return {pki.ISSUING_POINT: (True, seq(*parts))}


def point(*parts: bytes) -> Extensions:
    """Give a cRLDistributionPoints with one point of these parts."""
    return {pki.CRL_POINTS: (False, seq(seq(*parts)))}


def crl_issuer(issuer: Holder) -> bytes:
    """Give the cRLIssuer part of a point."""
    return explicit(2, explicit(4, issuer.name))


SIGNER = holder("list signer")
SIGNER_CERTIFICATE = certificate(ROOT, SIGNER, ca=False, change={pki.KEY_USAGE: (True, CRL_SIGN)})
BY_SIGNER = certificate(ISSUER, SUBJECT, ca=False, serial=SERIAL, change=point(crl_issuer(SIGNER)))
"""A target whose lists another holder signs."""
