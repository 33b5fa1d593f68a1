"""Proofs that a disagreement is what its class says, where words are not enough.

Most ask the same chain again without what is said to make the difference. Called by the classes
(`differences_drawn`, `differences_bent`), with the disagreement and one reason of the stricter.
"""

import re
from dataclasses import replace
from pathlib import Path

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509

from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.crl import PathCrl
from jpki.verify.path.general_names import Form
from tests.verify.path.asked import (
    OPENSSL,
    PYHANKO,
    Chain,
    Disagreement,
    ask,
    ask_openssl,
    ask_pyhanko,
    our_reasons,
)
from tests.verify.path.making import ROOT_CERTIFICATE

# Proofs that ask once more


def _without_one(found: Disagreement) -> list[Chain]:
    lists = found.chain.lists
    return [found.chain.with_lists(lists[:at] + lists[at + 1 :]) for at in range(len(lists))]


def _spoilt(der: bytes) -> bytes:
    """Change the last byte of a signature."""
    return der[:-1] + bytes((der[-1] ^ 1,))


def needs_an_indirect_list(found: Disagreement, reason: str, _directory: Path) -> bool:
    """Say whether pyHanko refuses the path so far once no list is there that is indirect."""
    chain = _so_far(found.chain, reason)
    direct = [
        one
        for one, crl in ((one, PathCrl.parse(one)) for one in chain.lists)
        if crl.scope is None or not crl.scope.indirect
    ]
    return not ask_pyhanko(chain.with_lists(direct)).accepts


def needs_no_signature(found: Disagreement, reason: str, directory: Path) -> bool:
    """Say whether pyHanko accepts even when the signatures of the lists in question are spoilt."""
    names = re.findall(r"CRL no\. \d+ (CN=[^,]+),", reason)
    lists = [
        _spoilt(one) if str(PathCrl.parse(one).issuer) in names else one
        for one in found.chain.lists
    ]
    spoilt = ask_pyhanko(_so_far(found.chain, reason).with_lists(lists)).accepts
    return spoilt and not needs_an_indirect_list(found, reason, directory)


def refuses_by_a_spoilt_list(found: Disagreement, reason: str, _directory: Path) -> bool:
    """Say whether pyHanko says the same of lists whose signatures are spoilt."""
    lists = [_spoilt(one) if PathCrl.parse(one).entries else one for one in found.chain.lists]
    return ask_pyhanko(found.chain.with_lists(lists)).text == reason


def _place(reason: str) -> int:
    """Give the place in the path of the certificate that a reason of ours is about, from 0."""
    return int(reason.removeprefix("path.revocation: ").split(" ", 1)[0]) - 1


def _so_far(chain: Chain, reason: str) -> Chain:
    """Give the chain that ends with the certificate a reason is about."""
    return replace(chain, target=ask(chain).path[_place(reason)].der)


def is_current(found: Disagreement, reason: str, _directory: Path) -> bool:
    """Say whether the list that revokes is of the moment."""
    basis = ask(found.chain).findings[_place(reason)].basis
    return basis is not None and not basis.objections


def is_not_current(found: Disagreement, reason: str, directory: Path) -> bool:
    """Say whether the list that revokes is stale, or of the future."""
    return not is_current(found, reason, directory)


def names_another_issuer(found: Disagreement, _reason: str, _directory: Path) -> bool:
    """Say whether a point of the target names a cRLIssuer."""
    points = PathCertificate.parse(found.chain.target).points or ()
    return any(point.crl_issuers for point in points)


def is_current_and_names_another(found: Disagreement, reason: str, directory: Path) -> bool:
    """Say whether both hold."""
    current = is_current(found, reason, directory)
    return current and names_another_issuer(found, reason, directory)


def is_on_a_delta_alone(found: Disagreement, reason: str, directory: Path) -> bool:
    """Say whether it is not revoked without deltas, and no other class says why."""
    complete = [one for one in found.chain.lists if not PathCrl.parse(one).is_delta]
    chain = found.chain.with_lists(complete)
    same = reason[: reason.index("revoked ") + len("revoked ")]
    if any(one.startswith(same) for one in our_reasons(chain, ask(chain))):
        return False
    if found.peer == OPENSSL:
        return not one_list_hides_it(found, reason, directory)
    is_other = names_another_issuer(found, reason, directory)
    return is_current(found, reason, directory) and not is_other


def one_list_hides_it(found: Disagreement, _reason: str, directory: Path) -> bool:
    """Say whether OpenSSL says revoked once a certain list is taken away."""
    texts = [ask_openssl(chain, directory).text for chain in _without_one(found)]
    return any("certificate revoked" in text for text in texts)


def one_list_spoils_it(found: Disagreement, _reason: str, directory: Path) -> bool:
    """Say whether OpenSSL accepts once a certain list is taken away."""
    return any(ask_openssl(chain, directory).accepts for chain in _without_one(found))


def is_only_strict(found: Disagreement, _reason: str, directory: Path) -> bool:
    """Say whether OpenSSL accepts without -x509_strict."""
    return ask_openssl(found.chain, directory, strict=False).accepts


# Proofs that read


def has_namesakes(found: Disagreement, _reason: str, _directory: Path) -> bool:
    """Say whether two keys of one name are at hand."""
    read = [PathCertificate.parse(one) for one in found.chain.certificates]
    return len({one.subject for one in read}) < len({one.key for one in read})


def permits_every_host(found: Disagreement, _reason: str, _directory: Path) -> bool:
    """Say whether a CA permits the dNSName without a label."""
    read = [PathCertificate.parse(one) for one in found.chain.certificates]
    trees = [one.name_constraints.permitted for one in read if one.name_constraints]
    return any(base.form is Form.DNS and not base.value for tree in trees for base in tree)


def begins_with_a_period(found: Disagreement, reason: str, _directory: Path) -> bool:
    """Say whether a CA excludes, or for OpenSSL permits, such a dNSName."""
    if "excluded" in reason:
        return True
    read = [PathCertificate.parse(one) for one in found.chain.certificates]
    trees = [one.name_constraints.permitted for one in read if one.name_constraints]
    dotted = any(
        base.form is Form.DNS and str(base.value).startswith(".") for tree in trees for base in tree
    )
    return dotted and found.peer == OPENSSL


def is_another_key(found: Disagreement, _reason: str, _directory: Path) -> bool:
    """Say whether an authorityKeyIdentifier on the path is not the key identifier of the issuer."""
    root, issuer, target = (
        PathCertificate.parse(one)
        for one in (ROOT_CERTIFICATE, found.chain.certificates[0], found.chain.target)
    )
    return _hints_elsewhere(issuer, root) or _hints_elsewhere(target, issuer)


def is_a_list_of_another_key(found: Disagreement, _reason: str, _directory: Path) -> bool:
    """Say whether the list's authorityKeyIdentifier is not its issuer's key identifier."""
    issuer = PathCertificate.parse(found.chain.certificates[0])
    return _hints_elsewhere(PathCrl.parse(found.chain.lists[-1]), issuer)


def is_the_same_place(found: Disagreement, _reason: str, _directory: Path) -> bool:
    """Say whether target and list name one place, and write it differently."""
    scope = PathCrl.parse(found.chain.lists[-1]).scope
    points = PathCertificate.parse(found.chain.target).points or ()
    listed = (scope.names if scope else None) or frozenset()
    named = [name for point in points for name in point.names or () if name in listed]
    return bool(named) and {one.written for one in named} != {one.written for one in listed}


def _hints_elsewhere(signed: PathCertificate | PathCrl, issuer: PathCertificate) -> bool:
    hint = signed.authority_key
    if hint is None:
        return False
    other = hint.key_identifier not in {None, issuer.subject_key_id}
    return other or hint.serial not in {None, issuer.serial}


def is_no_string(found: Disagreement, _reason: str, _directory: Path) -> bool:
    """Say whether a name of the target has an attribute whose value is no text."""
    rdns = PathCertificate.parse(found.chain.target).subject.rdns
    return any(isinstance(value, bytes) for rdn in rdns for _, value in rdn)


def is_read(found: Disagreement, reason: str, _directory: Path) -> bool:
    """Say whether the peer has read the part; pyHanko's library reads only what is asked for."""
    part = reason.split(": ", 1)[0]
    if found.peer != PYHANKO or part not in {"target", "issuer", "list"}:
        return True
    try:
        if part == "list":
            return asn1_crl.CertificateList.load(found.chain.lists[-1]).native is not None
        der = found.chain.target if part == "target" else found.chain.certificates[0]
        return asn1_x509.Certificate.load(der).native is not None
    except Exception:  # noqa: BLE001 - it raises what its own code raises
        return False


def is_not_read(found: Disagreement, reason: str, directory: Path) -> bool:
    """Say whether pyHanko's library refuses the part when made to read all of it."""
    return not is_read(found, reason, directory)


def is_more(found: Disagreement, reason: str, directory: Path) -> bool:
    """Say whether it is read and, where OpenSSL reads it, no element of the structure itself."""
    if found.peer == OPENSSL:
        return reason.endswith("bytes left over")
    return is_read(found, reason, directory)
