"""One class of disagreement with another validator, and what it takes to prove it.

Not here: the classes (`differences`), the proofs (`proofs`), asking (`asked`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.verify.path.asked import OPENSSL, PYHANKO, Disagreement

BOTH = (OPENSSL, PYHANKO)
WE, THEY = False, True
Proof = Callable[[Disagreement, str, Path], bool]


def enough(_found: Disagreement, _reason: str, _directory: Path) -> bool:
    """Take the words alone for it."""
    return True


@dataclass(frozen=True, slots=True)
class Difference:
    """One class of disagreement."""

    peers: tuple[str, ...]
    peer_is_stricter: bool
    what: str
    why: str
    says: str
    """How the stricter one's reason reads, as a regular expression."""
    seeds: tuple[str, ...]
    """Chains that show it, for each of the peers."""
    proof: Proof = enough

    def explains(self, found: Disagreement, reason: str, directory: Path) -> bool:
        """Whether this class says why somebody had this reason to refuse."""
        return (
            found.peer in self.peers
            and found.peer_is_stricter is self.peer_is_stricter
            and re.search(self.says, reason) is not None
            and self.proof(found, reason, directory)
        )

    @property
    def row(self) -> str:
        """The row of the table in the documentation."""
        who = " and ".join(self.peers)
        return f"| {who} | {self.what} | {self.why} | {', '.join(self.seeds)} |"
