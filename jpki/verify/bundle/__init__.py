"""Evidence kept for later: what a verdict rested on, in one file that can be judged again.

    container    a zip with known names, sizes and nothing else
    kept         the manifest, the parts, and what they are
    recheck      judging again, offline, from the parts alone
    demand       what a caller insists that was asked
    rules, report

A bundle is no witness: anybody can write one. What is in it (certificates, lists, answers) is
believed for its signatures alone, its CA certificates only when the caller pins them, and its
moment is the question that was asked, not a proof of when.
Not here: any file or clock. RFC 5280 6.1.1 (b): the moment is an input.
"""

from jpki.verify.bundle.container import BundleError, BundleLimits
from jpki.verify.bundle.demand import Demand
from jpki.verify.bundle.kept import Kept, KeptPolicy
from jpki.verify.bundle.recheck import recheck
from jpki.verify.bundle.report import BundleReport

__all__ = [
    "BundleError",
    "BundleLimits",
    "BundleReport",
    "Demand",
    "Kept",
    "KeptPolicy",
    "recheck",
]
