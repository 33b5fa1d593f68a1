"""What rules of critical extensions share: whoever does not know one must not use the object.

RFC 5280 4.2, 5.2; RFC 6960 4.4. Called by: `jpki.lint.rules`.
"""

from collections.abc import Collection, Mapping

from jpki.lint.model import Flaw, Flaws
from jpki.verify.extensions import Extension


def none_critical_but(known: Collection[str], extensions: Mapping[str, Extension]) -> Flaws:
    """Give each critical extension that is none of those known, by OID."""
    for oid, extension in extensions.items():
        if extension.critical and oid not in known:
            yield Flaw(extension.octets, f"{oid} not critical", "critical")
