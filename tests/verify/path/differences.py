"""Where OpenSSL and pyHanko's validator judge a path otherwise: every class, and why.

`docs/paths.md` has this table; `test_differences` holds runs of chains against it.
Not here: asking (`asked`). OCSP answers and lists written by hand are in `test_peers`.
"""

from collections import Counter
from pathlib import Path

from tests.verify.path.asked import Disagreement
from tests.verify.path.difference import Difference
from tests.verify.path.differences_bent import BENT
from tests.verify.path.differences_drawn import DRAWN

DIFFERENCES = (*DRAWN, *BENT)


def explanations(found: Disagreement, directory: Path) -> dict[str, list[Difference]]:
    """Give for each reason of a disagreement the classes that explain it: one, if all is well."""
    return {
        reason: [one for one in DIFFERENCES if one.explains(found, reason, directory)]
        for reason in found.reasons
    }


def table(peer_is_stricter: bool) -> str:
    """Give one half of the table in the documentation."""
    rows = [one.row for one in DIFFERENCES if one.peer_is_stricter is peer_is_stricter]
    return "\n".join(["| who | what | why | seeds |", "|---|---|---|---|", *rows, ""])


def figures(counted: Counter[tuple[str, str]]) -> str:
    """Give how often each class occurred, by peer and class."""
    return "\n".join(f"{count:5} {peer}: {what}" for (peer, what), count in counted.most_common())
