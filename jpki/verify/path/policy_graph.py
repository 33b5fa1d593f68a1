"""The valid_policy_tree of RFC 5280 as the graph of RFC 9618, which hostile input cannot blow up.

A tree repeats a node for every way to reach it, which doubles with every certificate; the graph
has one node a policy and level, with all its parents, and the same answers (RFC 9618 5).
Levels are rows of nodes by their valid_policy; a node without children is dropped when asked.
Not here: when the steps are taken (`validation`), qualifiers, which are not given out.
RFC 5280 6.1.2 (a), 6.1.3 (d), 6.1.4 (b), 6.1.5 (g), in the wording of RFC 9618.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jpki.verify.path.extensions import ANY_POLICY


@dataclass(slots=True, eq=False)
class _Node:
    """RFC 9618 5.1: valid_policy is the key of its row; parents are in the row above."""

    expected: frozenset[str]
    parents: tuple[str, ...]


@dataclass(slots=True)
class PolicyGraph:
    """valid_policy_graph; without any row it is NULL and stays it."""

    rows: list[dict[str, _Node]] = field(
        default_factory=lambda: [{ANY_POLICY: _Node(frozenset({ANY_POLICY}), ())}]
    )

    @property
    def is_null(self) -> bool:
        """Whether no policy is valid any more."""
        return not self.rows

    def clear(self) -> None:
        """Set the graph to NULL (6.1.3 (e))."""
        self.rows = []

    def add(self, policies: Iterable[str], *, any_policy: bool) -> None:
        """6.1.3 (d): one row for a certificate's policies; `any_policy` is the test of (d)(2)."""
        if self.is_null:
            return
        above = self.rows[-1]
        waiting: dict[str, list[str]] = {}
        for policy, node in above.items():
            for expected in node.expected:
                waiting.setdefault(expected, []).append(policy)
        row: dict[str, _Node] = {}
        asked = set(policies)
        for policy in asked - {ANY_POLICY}:
            # (d)(1)(i), and (ii) when nothing matched
            parents = waiting.get(policy) or ([ANY_POLICY] if ANY_POLICY in above else [])
            if parents:
                row[policy] = _Node(frozenset({policy}), tuple(parents))
        if ANY_POLICY in asked and any_policy:
            # (d)(2)
            for policy, parents in waiting.items():
                if policy not in row:
                    row[policy] = _Node(frozenset({policy}), tuple(parents))
        self.rows.append(row)
        self._prune()

    def map(self, mappings: Mapping[str, frozenset[str]], *, allowed: bool) -> None:
        """6.1.4 (b): rename what is expected below, or with mapping inhibited drop it."""
        if self.is_null:
            return
        row = self.rows[-1]
        for policy, mapped in mappings.items():
            if not allowed:
                row.pop(policy, None)  # (b)(2)(i)
            elif policy in row:
                row[policy].expected = mapped  # (b)(1)
            elif ANY_POLICY in row:
                row[policy] = _Node(mapped, (ANY_POLICY,))
        self._prune()  # (b)(2)(ii)

    def authorities(self) -> frozenset[str]:
        """RFC 9618 5.6: authority-constrained-policy-set, with anyPolicy for "all"."""
        found: set[str] = set()
        for above, row in zip(self.rows, self.rows[1:], strict=False):
            found |= {
                policy
                for policy, node in row.items()
                if policy != ANY_POLICY and ANY_POLICY in node.parents and ANY_POLICY in above
            }
        if self.rows and ANY_POLICY in self.rows[-1]:
            found.add(ANY_POLICY)
        return frozenset(found)

    def constrained_by(self, initial: frozenset[str]) -> frozenset[str]:
        """6.1.5 (g): user-constrained-policy-set for this user-initial-policy-set."""
        authorities = self.authorities()
        if ANY_POLICY in initial:
            return authorities
        return initial if ANY_POLICY in authorities else initial & authorities

    def _prune(self) -> None:
        """6.1.3 (d)(3): drop nodes without children above the last row; none left is NULL."""
        for level in range(len(self.rows) - 2, -1, -1):
            used = {parent for node in self.rows[level + 1].values() for parent in node.parents}
            kept = {policy: node for policy, node in self.rows[level].items() if policy in used}
            if len(kept) == len(self.rows[level]):
                break
            self.rows[level] = kept
        if not all(self.rows):
            self.clear()
