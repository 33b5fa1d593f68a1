"""Judging kept evidence again, offline: from the parts, and the CA certificates a caller pins.

The rule for the past: what was known then suffices, so lists and answers whose thisUpdate lies
at or before the moment, and which were not stale at it, prove *not revoked* as known then (RFC
5280 6.1.3 (a)(3) asks about the moment that 6.1.1 (b) puts in, 6.3.3 about a list current at
it). Knowledge that came later is welcome (`lists`): a list issued after the moment that dates
the revocation, or since when the key was unsafe, at or before it makes the certificate bad.
Not here: reading the bundle (`kept`). Called by `jpki check --from-bundle` and programs.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from jpki.verify.anchors import TrustAnchors
from jpki.verify.bundle import rules
from jpki.verify.bundle.container import BundleError
from jpki.verify.bundle.demand import Demand
from jpki.verify.bundle.kept import PATH, Kept
from jpki.verify.bundle.report import BundleReport
from jpki.verify.checks import Check
from jpki.verify.crl_source import CrlSource
from jpki.verify.errors import AnchorError
from jpki.verify.ocsp_source import OcspSource
from jpki.verify.path import PathVerifier, TrustAnchor
from jpki.verify.path.budget import Clock
from jpki.verify.policy import POLICY_NAMES, Environment, policies_of
from jpki.verify.report import Report
from jpki.verify.revocation import AllSources, RevocationSource
from jpki.verify.times import second_of
from jpki.verify.verifier import Verifier

_WHOLE = "every part as its manifest says"
_PINNED = "a CA certificate the user pins"
_NEEDED_PIN = "the CA certificates named, or their fingerprints"


def recheck(
    data: bytes,
    *,
    moment: datetime | None = None,
    anchors: Sequence[bytes] = (),
    pins: Iterable[bytes] = (),
    lists: Sequence[bytes] = (),
    answers: Sequence[bytes] = (),
    demand: Demand | None = None,
    now: datetime,
    clock: Clock | None = None,
) -> BundleReport:
    """Judge a bundle's bytes; nothing in them makes this raise.

    `moment` asks about another one than was kept, `anchors` are the caller's own CA
    certificates (DER), `pins` SHA-256 fingerprints of those in the bundle to rely on, `lists`
    and `answers` (OCSP) what became known later, `demand` what must have been asked: without it
    the bundle chooses the policy. `now` dates the report of what is no bundle. `clock` gives
    seconds, for a path that shall not take too many.
    Raises `AnchorError` for an anchor of the caller's that is none.
    """
    try:
        kept = Kept.read(data)
        policy_of(kept)
    except BundleError as error:
        row = rules.INTEGRITY.failed(expected=_WHOLE, seen=str(error))
        return BundleReport(moment=second_of(now), checks=(row,))
    asked = second_of(moment or kept.moment)
    trusted, row = _trusted(kept, anchors, frozenset(pins))
    whole = rules.INTEGRITY.passed(expected=_WHOLE, seen=f"{_count(kept)} parts, all as listed")
    question = demand.check(kept.policy) if demand else None
    asked_so = () if question is None else (question,)
    try:
        judged = judge(kept, trusted, asked, lists, answers, clock=clock)
    except AnchorError as error:
        if anchors:
            raise
        row = rules.ANCHORS.failed(expected=_PINNED, seen=str(error))
        return BundleReport(moment=asked, checks=(whole, row, *asked_so), kept=kept)
    return BundleReport(moment=asked, checks=(whole, row, *asked_so), kept=kept, judged=judged)


def policy_of(kept: Kept) -> Environment | None:
    """Give the environment of a JPKI policy, None for a path; raise `BundleError` for neither."""
    name, environment = kept.policy.name, kept.policy.environment
    if name == PATH and environment is None:
        return None
    known = {one.value: one for one in Environment}
    if name not in POLICY_NAMES or environment not in known:
        raise BundleError(f"manifest.json: no policy {name!r} of {environment!r}")
    return known[environment]


def judge(
    kept: Kept,
    anchors: Sequence[bytes],
    moment: datetime,
    lists: Sequence[bytes] = (),
    answers: Sequence[bytes] = (),
    *,
    clock: Clock | None = None,
) -> Report:
    """Judge the certificate of a bundle under these CA certificates; raise `AnchorError`."""
    environment = policy_of(kept)
    every, ocsp = (*kept.lists, *lists), (*kept.answers, *answers)
    if environment is None:
        verifier = PathVerifier.load(
            [TrustAnchor.of(der, constrained=not kept.policy.bare_anchors) for der in anchors],
            certificates=kept.intermediates,
            lists=every,
            ocsp=ocsp,
            parameters=kept.policy.parameters(),
            clock=clock,
        )
        return verifier.check(kept.certificate, moment=moment)
    policy = policies_of(environment).named(kept.policy.name)
    source: RevocationSource = CrlSource.load(every)
    if ocsp:
        source = AllSources((source, OcspSource.load(ocsp, lists=every)))
    relying = Verifier(TrustAnchors.sort(anchors), source, policies_of(environment))
    return relying.check(kept.certificate, policy.kind, moment=moment, medium=policy.medium)


def _trusted(
    kept: Kept, anchors: Sequence[bytes], pins: frozenset[bytes]
) -> tuple[Sequence[bytes], Check]:
    """Choose the CA certificates: the caller's, those the caller pins, or those that were kept."""
    if anchors:
        return anchors, rules.ANCHORS.passed(expected=_PINNED, seen="named by the user")
    if pins:
        chosen = [der for der in kept.anchors if sha256(der).digest() in pins]
        if chosen:
            return chosen, rules.ANCHORS.passed(expected=_PINNED, seen="pinned by the user")
        row = rules.ANCHORS.failed(expected=_PINNED, seen="none of the bundle's is pinned")
        return (), row
    row = rules.ANCHORS.unknown(
        expected=_PINNED, seen="as kept in the bundle; nobody pinned them", needed=_NEEDED_PIN
    )
    return kept.anchors, row


def _count(kept: Kept) -> int:
    roles = (kept.anchors, kept.intermediates, kept.lists, kept.answers)
    return 2 + sum(map(len, roles))
