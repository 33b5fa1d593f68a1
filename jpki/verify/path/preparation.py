"""Preparation for the next certificate: RFC 5280 6.1.4, in its order.

Each certificate that issued another one passes here. Not here: the target (`wrap_up`).
Called by `validation`.
"""

from collections.abc import Iterator

from jpki import oids
from jpki.verify.checks import Check
from jpki.verify.path import rules
from jpki.verify.path.certificate import (
    INHIBIT_ANY_POLICY,
    NAME_CONSTRAINTS,
    POLICY_CONSTRAINTS,
    POLICY_MAPPINGS,
    PathCertificate,
)
from jpki.verify.path.extensions import ANY_POLICY
from jpki.verify.path.state import State

PROCESSED = frozenset(
    {
        oids.AUTHORITY_KEY_IDENTIFIER,
        oids.SUBJECT_KEY_IDENTIFIER,
        oids.KEY_USAGE,
        oids.CERTIFICATE_POLICIES,
        oids.SUBJECT_ALT_NAME,
        oids.BASIC_CONSTRAINTS,
        oids.CRL_DISTRIBUTION_POINTS,
        POLICY_MAPPINGS,
        NAME_CONSTRAINTS,
        POLICY_CONSTRAINTS,
        INHIBIT_ANY_POLICY,
    }
)
"""Extensions acted on here; extKeyUsage joins them when a purpose was asked for (`wrap_up`).

The two key identifiers must not be critical (4.2.1.1, 4.2.1.2), but all they say is which key to
try first, and that is done. Nobody acts on issuerAltName or authorityInfoAccess: see
`further_extensions`."""
_V3 = 3


def prepare(certificate: PathCertificate, state: State) -> Iterator[Check]:
    """Take the steps (a) to (o)."""
    yield policy_mapping(certificate, state)  # (a), (b)
    state.working_issuer_name = certificate.subject  # (c)
    state.working_public_key = certificate.key.inheriting(state.working_public_key)  # (d) to (f)
    state.subtrees = state.subtrees.narrowed(certificate.name_constraints)  # (g)
    if not certificate.is_self_issued:
        count_down(state)  # (h)
    limit_policies(certificate, state)  # (i), (j)
    yield basic_constraints(certificate)  # (k)
    yield path_length(certificate, state)  # (l), (m)
    yield key_usage(certificate)  # (n)
    yield critical_extensions(certificate, PROCESSED)  # (o)


def policy_mapping(certificate: PathCertificate, state: State) -> Check:
    """Check (a), take (b): nothing maps from or to anyPolicy; what is mapped is expected below."""
    mappings = certificate.policy_mappings or {}
    special = ANY_POLICY in mappings or any(ANY_POLICY in mapped for mapped in mappings.values())
    if special:
        state.valid_policy_graph.clear()
    elif mappings:
        state.valid_policy_graph.map(mappings, allowed=state.policy_mapping > 0)
    return rules.POLICY_MAPPING.judged(
        not special,
        expected="no mapping from or to anyPolicy",
        seen="one from or to anyPolicy" if special else f"{len(mappings)} mappings",
    )


def count_down(state: State) -> None:
    """(h): one certificate less until each limit begins."""
    state.explicit_policy = max(state.explicit_policy - 1, 0)
    state.policy_mapping = max(state.policy_mapping - 1, 0)
    state.inhibit_any_policy = max(state.inhibit_any_policy - 1, 0)


def limit_policies(certificate: PathCertificate, state: State) -> None:
    """(i), (j): the certificate may bring each limit closer, never put it off."""
    limits = certificate.policy_constraints
    if limits and limits.require_explicit is not None:
        state.explicit_policy = min(state.explicit_policy, limits.require_explicit)
    if limits and limits.inhibit_mapping is not None:
        state.policy_mapping = min(state.policy_mapping, limits.inhibit_mapping)
    if certificate.inhibit_any_policy is not None:
        state.inhibit_any_policy = min(state.inhibit_any_policy, certificate.inhibit_any_policy)


def basic_constraints(certificate: PathCertificate) -> Check:
    """(k): a v3 certificate that says CA; of v1 and v2 nobody here knows it by other means."""
    found = certificate.basic_constraints
    if certificate.version != _V3:
        seen = f"v{certificate.version}, which cannot say it"
    elif found is None:
        seen = "no basicConstraints"
    else:
        seen = f"cA {'TRUE' if found.ca else 'FALSE'}"
    return rules.BASIC_CONSTRAINTS.judged(
        certificate.version == _V3 and certificate.is_ca,
        expected="v3 with basicConstraints, cA TRUE",
        seen=seen,
    )


def path_length(certificate: PathCertificate, state: State) -> Check:
    """(l), (m): as many certificates below as every issuer above allows."""
    left = state.max_path_length
    holds = certificate.is_self_issued or left > 0
    if not certificate.is_self_issued:
        state.max_path_length = max(left - 1, 0)
    found = certificate.basic_constraints
    if found is not None and found.path_length is not None:
        state.max_path_length = min(state.max_path_length, found.path_length)
    return rules.PATH_LENGTH.judged(
        holds,
        expected="an issuer above that allows one more CA",
        seen="self-issued, not counted" if certificate.is_self_issued else f"{left} more allowed",
    )


def key_usage(certificate: PathCertificate) -> Check:
    """(n): where key usage is stated, keyCertSign is in it."""
    usage = certificate.key_usage
    return rules.KEY_USAGE.judged(
        usage is None or "keyCertSign" in usage,
        expected="keyCertSign, or no keyUsage",
        seen="no keyUsage" if usage is None else ", ".join(sorted(usage)),
    )


def critical_extensions(certificate: PathCertificate, processed: frozenset[str]) -> Check:
    """(o) and 6.1.5 (f): every critical extension was processed."""
    critical = {oid for oid, one in certificate.extensions.items() if one.critical}
    unknown = sorted(critical - processed)
    expected = "only extensions this verifier processes"
    if unknown:
        return rules.CRITICAL.failed(
            expected=expected,
            seen=f"unknown: {', '.join(unknown)}",
            offset=certificate.offset_of(unknown[0]),
        )
    return rules.CRITICAL.passed(expected=expected, seen=f"{len(critical)}, all processed")
