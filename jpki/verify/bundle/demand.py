"""What a caller insists that a bundle asked; else its manifest chooses, which anybody can write.

By `path` an OCSP responder's certificate is good that is no holder's, and in the environment of
an emulator its CA is one. Not here: judging (`recheck`).
"""

from dataclasses import dataclass

from jpki.profiles.kinds import Kind
from jpki.verify.bundle import rules
from jpki.verify.bundle.kept import PATH, KeptPolicy
from jpki.verify.checks import Check
from jpki.verify.path.extensions import ANY_POLICY
from jpki.verify.policy import Environment


@dataclass(frozen=True, slots=True)
class Demand:
    """Each that is given must hold of the policy in the manifest; by default none is."""

    policy: str | None = None
    """Its name: one of `POLICY_NAMES`, or `path`."""
    kind: Kind | None = None
    environment: Environment | None = None
    path: KeptPolicy | None = None
    """The question about a path that must have been asked, or a stricter one."""

    def check(self, kept: KeptPolicy) -> Check | None:
        """Give the row that says whether it was asked so; None when nothing is insisted on."""
        wanted: dict[str, bool] = {}
        if self.policy is not None:
            wanted[f"policy {self.policy}"] = kept.name == self.policy
        if self.kind is not None:
            wanted[f"kind {self.kind.japanese} ({self.kind.value})"] = (
                kept.name.split("-")[0] == self.kind.value
            )
        if self.environment is not None:
            asked = self.environment.value
            wanted[f"environment {asked}"] = kept.environment == asked
        if self.path is not None:
            wanted[f"at least {self.path}"] = _is_as_strict(kept, self.path)
        if not wanted:
            return None
        holds = all(wanted.values())
        return rules.QUESTION.judged(holds, expected="; ".join(wanted), seen=f"asked {kept}")


def _is_as_strict(kept: KeptPolicy, asked: KeptPolicy) -> bool:
    """Whether whatever is good for the one question is good for the other (RFC 5280 6.1.1)."""
    accepted, purposes = set(asked.initial_policies), set(asked.purposes)
    return (
        kept.name == PATH
        and (ANY_POLICY in accepted or accepted.issuperset(kept.initial_policies))
        and kept.explicit_policy >= asked.explicit_policy
        and kept.inhibit_mapping >= asked.inhibit_mapping
        and kept.inhibit_any_policy >= asked.inhibit_any_policy
        # One of them is enough, and none is asked of when there are none.
        and (not purposes or (bool(kept.purposes) and purposes.issuperset(kept.purposes)))
        and _is_as_fresh(kept.max_age_days, asked.max_age_days)
        and kept.any_crl_signer <= asked.any_crl_signer
        and kept.bare_anchors <= asked.bare_anchors
    )


def _is_as_fresh(kept: int | None, asked: int | None) -> bool:
    """Whether lists of the one age in days are of the other, too; None is any age."""
    return asked is None or (kept is not None and kept <= asked)
