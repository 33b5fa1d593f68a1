"""The checks that need nothing but the certificate and a policy.

One function a rule, each giving one row. None looks at time, trust or revocation.
Not here: what the profile fixes beyond what decides kind and use (`exact_checks`).
RFC 5280 4.1 and 4.2; PKI profile sections 1.1 and 3.2. Called by `verifier`.
"""

from collections.abc import Iterable

from jpki import oids
from jpki.verify import rules
from jpki.verify.attributes import HolderAttributes
from jpki.verify.certificate import UNDERSTOOD, Certificate
from jpki.verify.checks import Check
from jpki.verify.der import first_parts
from jpki.verify.errors import MalformedError
from jpki.verify.exact_checks import extensions
from jpki.verify.extensions import OTHER_NAME
from jpki.verify.keys import RSA_ENCRYPTION, PublicKey, algorithm_name, has_small_factor
from jpki.verify.names import describe
from jpki.verify.policy import Policy

_V3 = 3


def profile_checks(certificate: Certificate, policy: Policy) -> tuple[Check, ...]:
    """Give the rows of everything the profile says of a holder's certificate."""
    return (
        version(certificate),
        algorithm(certificate, policy),
        public_key(certificate, policy),
        leaf(certificate),
        critical_extensions(certificate),
        certificate_policy(certificate, policy),
        key_usage(certificate, policy),
        extended_key_usage(certificate, policy),
        extensions(certificate, policy),
    )


def version(certificate: Certificate) -> Check:
    """Check for v3, which alone has the extensions everything else rests on."""
    return rules.CERT_VERSION.judged(
        certificate.version == _V3, expected="v3", seen=f"v{certificate.version}"
    )


def algorithm(certificate: Certificate, policy: Policy) -> Check:
    """Check that one accepted algorithm stands inside the signed part and outside."""
    inner, outer = certificate.inner_algorithm, certificate.outer_algorithm
    holds = inner == outer and inner in policy.signature_algorithms
    names = (algorithm_name(inner), algorithm_name(outer))
    return rules.CERT_ALGORITHM.judged(
        holds,
        expected=f"{_listed(map(algorithm_name, policy.signature_algorithms))} in both places",
        seen=names[0] if inner == outer else f"{names[0]} signed, {names[1]} outside",
    )


def public_key(certificate: Certificate, policy: Policy) -> Check:
    """Check that the holder's key is RSA of the profile's size and exponent, and looks like one.

    Its AlgorithmIdentifier is rsaEncryption with NULL (RFC 3279 2.3.1: MUST), written in DER.
    """
    info = certificate.public_key_info
    key = PublicKey.load(info)
    bits, exponents = policy.rsa_bits, policy.rsa_exponents
    modulus = key.rsa_modulus
    problems = (
        (
            modulus is not None and first_parts(info, 1)[0].der != RSA_ENCRYPTION,
            "its algorithm is not rsaEncryption with NULL",
        ),
        (modulus is not None and has_small_factor(modulus), "its modulus has a small factor"),
    )
    flaws = [text for holds, text in problems if holds]
    return rules.CERT_KEY.judged(
        key.rsa_bits in bits and key.rsa_exponent in exponents and not flaws,
        expected=f"RSA {_listed(map(str, bits))} bits, exponent {_listed(map(str, exponents))}",
        seen="; ".join((key.description, *flaws)),
    )


def leaf(certificate: Certificate) -> Check:
    """Check for a holder: no basicConstraints, no CA's key usage, not self-issued."""
    usage = certificate.key_usage or frozenset()
    problems = (
        (certificate.subject == certificate.issuer, "subject and issuer are the same"),
        (certificate.basic_constraints is not None, "basicConstraints present"),
        (not usage.isdisjoint({"keyCertSign", "cRLSign"}), "key usage of a CA"),
    )
    found = [text for holds, text in problems if holds]
    return rules.CERT_LEAF.judged(
        not found,
        expected="no basicConstraints, no CA key usage, not self-issued",
        seen=", ".join(found) or f"subject {describe(certificate.subject)}",
    )


def critical_extensions(certificate: Certificate) -> Check:
    """Check that every critical extension is one this verifier processes."""
    critical = {oid for oid, one in certificate.extensions.items() if one.critical}
    unknown = sorted(critical - UNDERSTOOD)
    return rules.CERT_CRITICAL.judged(
        not unknown,
        expected="only extensions this verifier processes",
        seen=f"unknown: {', '.join(unknown)}" if unknown else f"{len(critical)}, all processed",
    )


def certificate_policy(certificate: Certificate, policy: Policy) -> Check:
    """Check for exactly one policy, that of kind and environment, in a critical extension."""
    found = certificate.policies or ()
    critical = certificate.is_critical(oids.CERTIFICATE_POLICIES)
    holds = len(found) == 1 and found[0] in policy.policy_oids and critical
    seen = f"{', '.join(found)}{'' if critical else ', not critical'}" if found else "none"
    return rules.CERT_KIND.judged(
        holds, expected=f"only {_listed(policy.policy_oids)}, critical", seen=seen
    )


def key_usage(certificate: Certificate, policy: Policy) -> Check:
    """Check for exactly the key usage of this kind, in a critical extension."""
    found = certificate.key_usage or frozenset()
    critical = certificate.is_critical(oids.KEY_USAGE)
    seen = f"{_listed(found)}{'' if critical else ', not critical'}" if found else "none"
    return rules.CERT_KEY_USAGE.judged(
        found == policy.key_usage and critical,
        expected=f"exactly {_listed(policy.key_usage)}, critical",
        seen=seen,
    )


def extended_key_usage(certificate: Certificate, policy: Policy) -> Check:
    """Check for exactly the purposes of this kind; a signing certificate has none."""
    found = certificate.extended_key_usage or ()
    return rules.CERT_EXTENDED_KEY_USAGE.judged(
        set(found) == policy.extended_key_usage and len(found) == len(set(found)),
        expected=_listed(policy.extended_key_usage) or "absent",
        seen=_listed(found) or "absent",
    )


def attributes(certificate: Certificate) -> tuple[HolderAttributes | None, Check]:
    """Read the four attributes; odd values pass and are named, unreliable ones cannot tell."""
    expected = "氏名, 生年月日, 性別, 住所 and two flag strings that fit"
    rule = rules.CERT_ATTRIBUTES
    if certificate.alternative_names is None:
        return None, rule.failed(expected=expected, seen="no subjectAltName")
    others = [name for name in certificate.alternative_names if name[0] != OTHER_NAME]
    if others:
        # Of other types of otherName a later profile may add some (furigana); of these none is.
        return None, rule.failed(
            expected=expected, seen=f"{len(others)} names that are no otherName"
        )
    try:
        found = HolderAttributes.read(certificate.alternative_names)
    except MalformedError as error:
        return None, rule.failed(expected=expected, seen=error.problem)
    if found.defects:
        return found, rule.unknown(
            expected=expected,
            seen="; ".join(found.defects),
            needed="a certificate whose subjectAltName is complete",
        )
    notes = list(found.remarks)
    if found.is_substituted:
        notes.append("代替文字 used: the text is not the register's")
    return found, rule.passed(expected=expected, seen="; ".join(notes) or "all six, none odd")


def _listed(items: Iterable[str]) -> str:
    return ", ".join(sorted(items))
