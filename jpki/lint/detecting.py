"""What an object is, by its own word: certificate, list or response; which kind; whose names.

What it is: a look at the outermost elements, so that a damaged object is still called what it is.
What it is not: a judge; `jpki.lint.linter` holds the object against the rules of what it claims.
Standard: RFC 5280 sections 4.1 and 5.1, RFC 6960 section 4.2.1.
Called by: `jpki.ca.drafts`, `tools/jpki_cli/lint.py`.
"""

from dataclasses import replace

from jpki import oids
from jpki.lint.subjects import OCSP_SIGNING, Subject, Target, cut
from jpki.lint.view import read_name, texts
from jpki.profiles.kinds import Kind
from jpki.profiles.naming import EMULATOR, FAITHFUL, PRODUCTION, Naming
from jpki.verify import extensions as ext
from jpki.verify.der import Node, first_parts
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError

ENVIRONMENTS = {"emulator": EMULATOR, "jlis-test": FAITHFUL, "production": PRODUCTION}
"""By the words of `jpki check --environment`."""


def detect(document: bytes) -> Target | None:
    """Say what an object is; None for something else."""
    try:
        [first] = first_parts(document, 1)
        if first.tag == Tag.ENUMERATED:
            return Target.OCSP
        tags = {node.tag for node in _leading(first)}
    except MalformedError:
        return None
    if first.tag != Tag.SEQUENCE:
        return None
    # Only a list has a time among the fields of what is signed.
    if not tags.isdisjoint({Tag.UTC_TIME, Tag.GENERALIZED_TIME}):
        return list_target(document)
    return certificate_target(document) if Tag.INTEGER in tags else None


def _leading(signed: Node) -> list[Node]:
    fields = []
    for node in signed:
        fields.append(node)
        if len(fields) == _ENOUGH:
            break
    return fields


_ENOUGH = 5
"""thisUpdate is the fourth field of a list, or the third of one without a version."""


def certificate_target(document: bytes) -> Target:
    """Say what kind a certificate is by its own extensions; damaged, as 利用者証明用."""
    subject = cut(Target.AUTH, document)
    shape = subject.shape
    usage = _read(subject, oids.KEY_USAGE)
    if oids.BASIC_CONSTRAINTS in shape and "keyCertSign" in usage:
        return Target.AUTHORITY
    if OCSP_SIGNING in _read(subject, oids.EXTENDED_KEY_USAGE):
        return Target.RESPONDER
    if "keyCertSign" in usage:
        return Target.AUTHORITY
    return Target.SIGN if kind_of(subject) is Kind.SIGN else Target.AUTH


def list_target(document: bytes) -> Target:
    """Say what kind a list is: one with an issuingDistributionPoint is a municipality's."""
    return cut_list(document).target


def cut_list(document: bytes) -> Subject:
    """Cut a list into its parts, as what `list_target` says it is."""
    subject = cut(Target.FULL, document)
    if oids.ISSUING_DISTRIBUTION_POINT not in subject.shape:
        return subject
    return replace(subject, target=Target.PARTITION)


def kind_of(subject: Subject) -> Kind:
    """Say which hierarchy an object belongs to: by its policy, else by its issuer's name."""
    for policy in _read(subject, oids.CERTIFICATE_POLICIES):
        if policy in _POLICIES:
            return _POLICIES[policy]
    issuer = _issuer(subject)
    if any("digital signature" in text for _, text in issuer):
        return Kind.SIGN
    if issuer or "nonRepudiation" not in _read(subject, oids.KEY_USAGE):
        return Kind.AUTH
    return Kind.SIGN


def environment_of(subject: Subject) -> Naming | None:
    """Say whose names an object uses, by its issuer's O; None when by nobody's."""
    organizations = [text for oid, text in _issuer(subject) if oid == oids.ORGANIZATION]
    for naming in ENVIRONMENTS.values():
        if naming.organization in organizations:
            return naming
    return None


_POLICIES = {
    policy.dotted: Kind.SIGN if "SIGN" in policy.name else Kind.AUTH for policy in oids.Policy
}
_READERS = {
    oids.KEY_USAGE: ext.key_usage,
    oids.EXTENDED_KEY_USAGE: ext.extended_key_usage,
    oids.CERTIFICATE_POLICIES: ext.policies,
}


def _read(subject: Subject, oid: str) -> frozenset[str]:
    if oid not in subject.shape:
        return frozenset()
    try:
        return frozenset(_READERS[oid](subject.shape[oid].decoded()))
    except MalformedError:
        return frozenset()


def _issuer(subject: Subject) -> tuple[tuple[str, str], ...]:
    if "issuer" not in subject.parts:
        return ()
    try:
        return texts(read_name(subject.parts["issuer"]))
    except MalformedError:
        return ()
