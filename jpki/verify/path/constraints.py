"""Name constraints: which names lie in which subtrees, and the two state variables of §6.1.

`permitted` is kept as one group of subtrees a certificate: a name has to lie in every group that
speaks of its form, which is the intersection of 6.1.4 (g) without computing it. A form nobody
here can compare is refused as soon as it is constrained.
Not here: reading the extension (`extensions`). RFC 5280 4.2.1.10, 6.1.2 (b, c), 6.1.3 (b, c),
6.1.4 (g). Called by `validation`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jpki.verify.path.budget import Budget
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.extensions import NameConstraints
from jpki.verify.path.general_names import Form, GeneralName
from jpki.verify.path.names import Name

_IP_SIZES = frozenset({4, 16})
_AUTHORITY = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@\\]*@)?(?P<host>[A-Za-z0-9._-]+)(?::[0-9]*)?(?:[/?#]|\Z)"
)
"""RFC 3986 3.2; what does not fit is no URI with a host name, whatever a browser makes of it."""
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?\Z")
"""The preferred name syntax 4.2.1.6 asks for (RFC 1034 3.5, RFC 1123 2.1), and the underscore many
hosts have. In anything else, a NUL say, nobody knows where the name ends that is looked at."""
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+\Z")
"""A Dot-string (RFC 5321 4.1.2); a quoted one may hold anything, an @ as well."""


@dataclass(frozen=True, slots=True)
class Constraints:
    """permitted_subtrees and excluded_subtrees (RFC 5280 6.1.2 (b) and (c))."""

    permitted: tuple[tuple[GeneralName, ...], ...] = ()
    excluded: tuple[GeneralName, ...] = ()

    def narrowed(self, more: NameConstraints | None) -> "Constraints":
        """RFC 5280 6.1.4 (g): intersect what is permitted, unite what is excluded."""
        if more is None:
            return self
        groups = (more.permitted,) if more.permitted else ()
        return Constraints(self.permitted + groups, self.excluded + more.excluded)

    def objection(self, certificate: PathCertificate, budget: Budget) -> str | None:
        """RFC 5280 6.1.3 (b) and (c): say which name lies where it must not, None if none does.

        Raises `OutOfBudgetError`.
        """
        if not self.permitted and not self.excluded:
            return None
        bases = len(self.excluded) + sum(map(len, self.permitted))
        for name in names_of(certificate):
            budget.compare(bases)
            problem = self._objection(name)
            if problem:
                return problem
        return None

    def _objection(self, name: GeneralName) -> str | None:
        for base in self.excluded:
            if base.form is name.form and _covers(name, base, strict=False):
                return f"{name} is in the excluded subtree {base}"
        for group in self.permitted:
            bases = [base for base in group if base.form is name.form]
            if bases and not any(_covers(name, base, strict=True) for base in bases):
                return f"{name} is in no permitted subtree"
        return None


def names_of(certificate: PathCertificate) -> tuple[GeneralName, ...]:
    """Give every name of a certificate that constraints apply to.

    An emailAddress of the subject counts always, not only without subjectAltName as 4.2.1.10
    asks: who shows the subject shows that address too.
    """
    subject = certificate.subject
    own = () if subject.is_empty else (GeneralName(Form.DIRECTORY, subject),)
    emails = tuple(GeneralName(Form.RFC822, email) for email in subject.emails)
    return (*own, *emails, *(certificate.alternative_names or ()))


def _covers(name: GeneralName, base: GeneralName, *, strict: bool) -> bool:
    """Whether a name lies under a base; where it cannot be told, the answer that refuses.

    `strict` asks for a permitted subtree, where doubt means no; an excluded one means yes.
    """
    match name.value, base.value:
        case Name() as found, Name() as tree:
            answer = found.is_within(tree)
            return not strict if answer is None else answer
        case str(found), str(tree) if name.form in _TEXT:
            answer = _TEXT[name.form](found, tree)
            return not strict if answer is None else answer
        case bytes(found), bytes(tree) if name.form is Form.IP:
            answer = _ip(found, tree)
            return not strict if answer is None else answer
    return not strict


def _rfc822(name: str, base: str) -> bool | None:
    local, _, host = name.rpartition("@")
    if not _LOCAL.match(local) or not _HOST.match(host) or not base:
        return None
    if "@" in base:
        # One mailbox: the local part counts as written (RFC 5280 7.5).
        base_local, _, base_host = base.rpartition("@")
        return local == base_local and host.casefold() == base_host.casefold()
    return _below(host, base)


def _dns(name: str, base: str) -> bool | None:
    if not _HOST.match(name.removeprefix("*.")) or (base and not _HOST.match(base)):
        # So is a leading period in a base: it is no form of RFC 5280 for host names.
        return None
    name, base = name.casefold().removesuffix("."), base.casefold().removesuffix(".")
    if not base or name == base or name.endswith(f".{base}"):
        return True
    # "*.a.example" may stand for "b.a.example", so it is not known to lie outside of that.
    return None if name.startswith("*.") and base.endswith(name[1:]) else False


def _uri(name: str, base: str) -> bool | None:
    host = _host(name)
    # Without a host name in it a URI must be refused once URIs are constrained.
    return None if host is None or not base else _below(host, base)


def _below(host: str, base: str) -> bool:
    """One host, or every host below ".domain" (RFC 5280 4.2.1.10, URI and rfc822Name)."""
    host, base = host.casefold().removesuffix("."), base.casefold().removesuffix(".")
    return host.endswith(base) and host != base if base.startswith(".") else host == base


def _host(uri: str) -> str | None:
    """Give the host name of a URI; None when it has none, or an address (4.2.1.10)."""
    found = _AUTHORITY.match(uri)
    host = found["host"].removesuffix(".") if found else ""
    return None if not host or host.rpartition(".")[2].isdigit() else host


def _ip(name: bytes, base: bytes) -> bool | None:
    half = len(base) // 2
    if len(name) not in _IP_SIZES or half not in _IP_SIZES or len(base) % 2:
        return None
    if len(name) != half:
        return False
    address, mask = base[:half], base[half:]
    return all((a ^ b) & m == 0 for a, b, m in zip(name, address, mask, strict=True))


_TEXT: Mapping[Form, Callable[[str, str], bool | None]] = MappingProxyType(
    {Form.RFC822: _rfc822, Form.DNS: _dns, Form.URI: _uri}
)
