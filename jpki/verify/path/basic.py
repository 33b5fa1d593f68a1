"""Basic certificate processing: RFC 5280 6.1.3, in its order.

One function a step, each giving one row; (d) and (e) change the state. Revocation, (a)(3), needs
the whole path and lists, and is asked when everything else holds (`crl_status`).
Called by `validation` for every certificate.
"""

from collections.abc import Iterator

from jpki.verify.checks import Check
from jpki.verify.path import rules
from jpki.verify.path.certificate import NAME_CONSTRAINTS, PathCertificate
from jpki.verify.path.extensions import ANY_POLICY
from jpki.verify.path.keys import KeyInfo, signature_name
from jpki.verify.path.state import State, Surroundings
from jpki.verify.times import show


def process(
    certificate: PathCertificate, state: State, around: Surroundings, *, is_last: bool
) -> Iterator[Check]:
    """Take the steps (a) to (f); raise `OutOfBudgetError`."""
    yield signature(certificate, state, around)  # (a)(1)
    yield algorithm(certificate, state.working_public_key, around)
    yield not_before(certificate, around)  # (a)(2)
    yield not_after(certificate, around)
    yield name_chaining(certificate, state)  # (a)(4)
    yield name_constraints(certificate, state, around, is_last=is_last)  # (b), (c)
    around.budget.compare(len(certificate.policies or ()) + len(certificate.policy_mappings or ()))
    policies(certificate, state, is_last=is_last)  # (d), (e)
    yield explicit_policy(state)  # (f)


def signature(certificate: PathCertificate, state: State, around: Surroundings) -> Check:
    """Check (a)(1): the working public key signed it."""
    problem = around.signatures.objection(certificate, state.working_public_key)
    return rules.SIGNATURE.judged(
        problem is None, expected="verifies with the issuer's key", seen=problem or "verified"
    )


def algorithm(certificate: PathCertificate, key: KeyInfo, around: Surroundings) -> Check:
    """Check for an accepted algorithm, twice the same, and an issuer's key strong enough."""
    inner, outer = certificate.inner_algorithm, certificate.outer_algorithm
    accepted = around.parameters.algorithms
    weak = accepted.objection(key)
    names = signature_name(inner)
    if inner != outer:
        names = f"{names} signed, {signature_name(outer)} outside"
    return rules.ALGORITHM.judged(
        inner == outer and inner in accepted.signatures and weak is None,
        expected="an accepted algorithm, in both places, by a key of accepted size",
        seen=f"{names}, by {weak or key.description}",
    )


def not_before(certificate: PathCertificate, around: Surroundings) -> Check:
    """(a)(2): already valid; the first second belongs to it."""
    return rules.NOT_BEFORE.judged(
        certificate.not_before <= around.moment,
        expected=f"at or before {show(around.moment)}",
        seen=show(certificate.not_before),
    )


def not_after(certificate: PathCertificate, around: Surroundings) -> Check:
    """(a)(2): still valid; the last second belongs to it."""
    return rules.NOT_AFTER.judged(
        around.moment <= certificate.not_after,
        expected=f"at or after {show(around.moment)}",
        seen=show(certificate.not_after),
    )


def name_chaining(certificate: PathCertificate, state: State) -> Check:
    """(a)(4): the issuer's name is the working issuer name."""
    return rules.NAME_CHAINING.judged(
        certificate.issuer == state.working_issuer_name,
        expected=f"issuer {state.working_issuer_name}",
        seen=f"issuer {certificate.issuer}",
    )


def name_constraints(
    certificate: PathCertificate, state: State, around: Surroundings, *, is_last: bool
) -> Check:
    """(b), (c): every name in permitted subtrees and in no excluded one."""
    expected = "every name within the subtrees of the issuers above"
    if certificate.is_self_issued and not is_last:
        return rules.NAME_CONSTRAINTS.passed(
            expected=expected, seen="self-issued and not the last: not constrained"
        )
    problem = state.subtrees.objection(certificate, around.budget)
    if problem:
        return rules.NAME_CONSTRAINTS.failed(
            expected=expected, seen=problem, offset=certificate.offset_of(NAME_CONSTRAINTS)
        )
    return rules.NAME_CONSTRAINTS.passed(expected=expected, seen="no name outside")


def policies(certificate: PathCertificate, state: State, *, is_last: bool) -> None:
    """(d), (e): carry the valid policies one level further."""
    if certificate.policies is None:
        state.valid_policy_graph.clear()  # (e)
        return
    inherits = state.inhibit_any_policy > 0 or (not is_last and certificate.is_self_issued)
    state.valid_policy_graph.add(
        certificate.policies, any_policy=ANY_POLICY in certificate.policies and inherits
    )


def explicit_policy(state: State) -> Check:
    """(f): a policy is valid where one must be."""
    null = state.valid_policy_graph.is_null
    seen = "no policy is valid" if null else "a policy is valid"
    if state.explicit_policy > 0:
        seen += ", and none is required here"
    return rules.POLICY.judged(
        state.explicit_policy > 0 or not null,
        expected="a valid policy, where an issuer or the user requires one",
        seen=seen,
    )
