"""What an anchor's certificate says of its own key: whoever trusts it trusts no more than that.

RFC 5280 6.1.1 (d) makes of an anchor a name and a key, and looks at nothing else; RFC 5937 lets
what its certificate says limit that trust. Here it does, by default: its period, that it is a
CA's, key usage, purposes, policies, and whatever is critical. Its own signature is not looked at:
the caller vouches for its bytes.
Not here: its name constraints and path length (`inputs`), cRLSign (`crl_signers`).
Called by `inputs`, `state` and `validation`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from jpki import oids
from jpki.verify.path.certificate import (
    INHIBIT_ANY_POLICY,
    NAME_CONSTRAINTS,
    POLICY_CONSTRAINTS,
    PathCertificate,
)
from jpki.verify.times import show

ACTED_ON = frozenset(
    {
        oids.AUTHORITY_KEY_IDENTIFIER,
        oids.SUBJECT_KEY_IDENTIFIER,
        oids.KEY_USAGE,
        oids.EXTENDED_KEY_USAGE,
        oids.CERTIFICATE_POLICIES,
        oids.BASIC_CONSTRAINTS,
        NAME_CONSTRAINTS,
        POLICY_CONSTRAINTS,
        INHIBIT_ANY_POLICY,
        # Of itself it says nothing that could limit what it issues.
        oids.SUBJECT_ALT_NAME,
        oids.CRL_DISTRIBUTION_POINTS,
    }
)
"""Extensions that may be critical in an anchor's certificate."""
_ANY_PURPOSE = "2.5.29.37.0"
_V3 = 3


@dataclass(frozen=True, slots=True)
class AnchorLimits:
    """What limits an anchor; of one that is a name and a key alone, nothing does."""

    not_before: datetime | None = None
    not_after: datetime | None = None
    is_ca: bool = True
    key_usage: frozenset[str] | None = None
    purposes: frozenset[str] | None = None
    policies: frozenset[str] | None = None
    require_explicit: int | None = None
    inhibit_mapping: int | None = None
    inhibit_any_policy: int | None = None
    unknown: tuple[str, ...] = ()
    """Critical extensions nobody here acts on."""

    @classmethod
    def of(cls, certificate: PathCertificate) -> "AnchorLimits":
        """Take them from the anchor's certificate, self-signed or not."""
        critical = {oid for oid, one in certificate.extensions.items() if one.critical}
        asked, policies = certificate.purposes, certificate.policies
        constraints = certificate.policy_constraints
        return cls(
            certificate.not_before,
            certificate.not_after,
            # Before v3 nothing could say it (6.1.4 (k)): there the caller's word is enough.
            certificate.is_ca or certificate.version < _V3,
            certificate.key_usage,
            None if asked is None else frozenset(asked),
            None if policies is None else frozenset(policies),
            constraints.require_explicit if constraints else None,
            constraints.inhibit_mapping if constraints else None,
            certificate.inhibit_any_policy,
            tuple(sorted(critical - ACTED_ON)),
        )

    def objections(self, moment: datetime, purposes: frozenset[str]) -> Iterator[str]:
        """Say why its key may not have issued what is asked about, for these purposes."""
        if self.not_before is not None and moment < self.not_before:
            yield f"valid only from {show(self.not_before)}"
        if self.not_after is not None and self.not_after < moment:
            yield f"expired {show(self.not_after)}"
        if not self.is_ca:
            yield "v3 without basicConstraints, no CA's"
        if self.key_usage is not None and "keyCertSign" not in self.key_usage:
            yield "key usage without keyCertSign"
        stated = self.purposes
        if purposes and stated is not None and not stated & (purposes | {_ANY_PURPOSE}):
            yield f"for other purposes: {', '.join(sorted(stated))}"
        if self.unknown:
            yield f"unknown critical extensions: {', '.join(self.unknown)}"
