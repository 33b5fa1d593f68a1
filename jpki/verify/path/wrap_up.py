"""The wrap-up procedure for the target: RFC 5280 6.1.5, and its purpose (4.2.1.12).

Called by `validation` after the last certificate's basic processing.
"""

from collections.abc import Iterator

from jpki import oids
from jpki.verify.checks import Check
from jpki.verify.path import rules
from jpki.verify.path.certificate import OCSP_NO_CHECK, PathCertificate
from jpki.verify.path.extensions import ANY_POLICY
from jpki.verify.path.inputs import Algorithms, Parameters
from jpki.verify.path.preparation import PROCESSED, critical_extensions
from jpki.verify.path.state import State

_ANY_PURPOSE = "2.5.29.37.0"


def wrap_up(certificate: PathCertificate, state: State, parameters: Parameters) -> Iterator[Check]:
    """Take the steps (a) to (g)."""
    state.explicit_policy = max(state.explicit_policy - 1, 0)  # (a)
    limits = certificate.policy_constraints
    if limits and limits.require_explicit == 0:
        state.explicit_policy = 0  # (b)
    state.working_public_key = certificate.key.inheriting(state.working_public_key)  # (c) to (e)
    yield own_key(state, parameters.algorithms)
    asked = frozenset({oids.EXTENDED_KEY_USAGE}) if parameters.purposes else frozenset()
    if oids.OCSP_SIGNING in parameters.purposes:
        asked |= {OCSP_NO_CHECK}
    yield critical_extensions(certificate, PROCESSED | asked)  # (f)
    yield user_policy(state, parameters)  # (g)
    yield purpose(certificate, parameters)


def own_key(state: State, accepted: Algorithms) -> Check:
    """Check that the target's own key is of an accepted kind and size."""
    key = state.working_public_key
    weak = accepted.objection(key)
    return rules.KEY.judged(
        weak is None, expected="a key of accepted kind and size", seen=weak or key.description
    )


def user_policy(state: State, parameters: Parameters) -> Check:
    """(g): a policy the user accepts is left, where one is required."""
    found = state.valid_policy_graph.constrained_by(parameters.initial_policies)
    shown = ", ".join(sorted(found)) or "none"
    return rules.USER_POLICY.judged(
        state.explicit_policy > 0 or bool(found),
        expected="a policy of the user's set, where one is required",
        seen=f"{shown}{'' if state.explicit_policy else ', and one is required'}",
    )


def purpose(certificate: PathCertificate, parameters: Parameters) -> Check:
    """RFC 5280 4.2.1.12: one of the purposes asked for, where purposes are stated."""
    found = frozenset(certificate.purposes or ())
    asked = parameters.purposes
    holds = certificate.purposes is None or not asked or bool(found & (asked | {_ANY_PURPOSE}))
    return rules.PURPOSE.judged(
        holds,
        expected=", ".join(sorted(asked)) or "whatever it says",
        seen=", ".join(sorted(found)) or "no extKeyUsage",
    )


def accepted_policies(state: State, parameters: Parameters) -> frozenset[str]:
    """Give user-constrained-policy-set; {anyPolicy} means all."""
    found = state.valid_policy_graph.constrained_by(parameters.initial_policies)
    return frozenset({ANY_POLICY}) if ANY_POLICY in found else found
