"""The state of path validation between two certificates: RFC 5280 6.1.2, letter by letter.

Variables carry the names of the RFC. Not here: what changes them (`basic`, `preparation`,
`wrap_up`). Called by `validation`.
"""

from dataclasses import dataclass
from datetime import datetime

from jpki.verify.path.budget import Budget
from jpki.verify.path.constraints import Constraints
from jpki.verify.path.extensions import ANY_POLICY
from jpki.verify.path.inputs import Parameters, TrustAnchor
from jpki.verify.path.keys import KeyInfo
from jpki.verify.path.names import Name
from jpki.verify.path.policy_graph import PolicyGraph
from jpki.verify.path.signatures import Signatures


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What does not change along a path: parameters, moment, and what may still be spent."""

    parameters: Parameters
    moment: datetime
    budget: Budget
    signatures: Signatures


@dataclass(slots=True, eq=False)
class State:
    """RFC 5280 6.1.2; counters are those of the RFC, so 0 means "from here on"."""

    valid_policy_graph: PolicyGraph  # (a)
    subtrees: Constraints  # (b) permitted_subtrees, (c) excluded_subtrees
    explicit_policy: int  # (d)
    inhibit_any_policy: int  # (e)
    policy_mapping: int  # (f)
    working_public_key: KeyInfo  # (g) to (i): algorithm, key, parameters
    working_issuer_name: Name  # (j)
    max_path_length: int  # (k)

    @classmethod
    def initial(cls, anchor: TrustAnchor, length: int, parameters: Parameters) -> "State":
        """Set up the state for a path of `length` certificates under this anchor."""
        unlimited = length + 1
        graph = PolicyGraph()
        if anchor.limits.policies is not None:
            graph.add(anchor.limits.policies, any_policy=ANY_POLICY in anchor.limits.policies)
        subtrees = Constraints().narrowed(parameters.initial_constraints)
        limited = length if anchor.path_length is None else min(length, anchor.path_length)
        return cls(
            valid_policy_graph=graph,
            subtrees=subtrees.narrowed(anchor.constraints),
            explicit_policy=_least(
                unlimited, anchor.limits.require_explicit, parameters.initial_explicit_policy
            ),
            inhibit_any_policy=_least(
                unlimited, anchor.limits.inhibit_any_policy, parameters.initial_any_policy_inhibit
            ),
            policy_mapping=_least(
                unlimited, anchor.limits.inhibit_mapping, parameters.initial_policy_mapping_inhibit
            ),
            working_public_key=anchor.key,
            working_issuer_name=anchor.name,
            max_path_length=limited,
        )


def _least(unlimited: int, anchors: int | None, asked: bool) -> int:  # noqa: FBT001 - a state's own
    """Give after how many certificates a limit begins: the user's at once, or the anchor's."""
    return 0 if asked else min(unlimited, unlimited if anchors is None else anchors)
