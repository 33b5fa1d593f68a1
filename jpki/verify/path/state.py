"""The state of path validation between two certificates: RFC 5280 6.1.2, letter by letter.

Variables carry the names of the RFC. Not here: what changes them (`basic`, `preparation`,
`wrap_up`). Called by `validation`.
"""

from dataclasses import dataclass
from datetime import datetime

from jpki.verify.path.budget import Budget
from jpki.verify.path.constraints import Constraints
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
        subtrees = Constraints().narrowed(parameters.initial_constraints)
        limited = length if anchor.path_length is None else min(length, anchor.path_length)
        return cls(
            valid_policy_graph=PolicyGraph(),
            subtrees=subtrees.narrowed(anchor.constraints),
            explicit_policy=0 if parameters.initial_explicit_policy else unlimited,
            inhibit_any_policy=0 if parameters.initial_any_policy_inhibit else unlimited,
            policy_mapping=0 if parameters.initial_policy_mapping_inhibit else unlimited,
            working_public_key=anchor.key,
            working_issuer_name=anchor.name,
            max_path_length=limited,
        )
