"""Certification paths of any shape: RFC 5280 section 6 in full, step by step.

    names, general_names, extensions, certificate, crl     what the bytes say
    inputs, anchor_limits                                  6.1.1: anchors, parameters, limits
    building                                               paths to try
    state, basic, preparation, wrap_up, validation         6.1.2 to 6.1.6
    constraints, policy_graph                              its two larger variables
    crl_scope, crl_signers, crl_status                     6.3.3
    ocsp, ocsp_single, ocsp_unreadable, ocsp_data, ocsp_rules
                                                           RFC 6960: answers, and when they serve
    ocsp_responders, ocsp_status                           who may speak, what it comes to
    question, verifier, report                             one question, and its answer

`PathVerifier.load(anchors, certificates=..., lists=..., ocsp=...).check(der, moment=...)` gives a
report. Not here: the JPKI profile (`jpki.verify.Verifier`, which asks this room), asking an OCSP
responder, any clock or file.
"""

from jpki.verify.path.general_names import Form, GeneralName
from jpki.verify.path.inputs import (
    PSS,
    STRONG,
    Algorithms,
    Limits,
    Parameters,
    TrustAnchor,
    identifiers,
)
from jpki.verify.path.ocsp_rules import OcspRules, Responder
from jpki.verify.path.report import PathReport
from jpki.verify.path.verifier import PathVerifier

__all__ = [
    "PSS",
    "STRONG",
    "Algorithms",
    "Form",
    "GeneralName",
    "Limits",
    "OcspRules",
    "Parameters",
    "PathReport",
    "PathVerifier",
    "Responder",
    "TrustAnchor",
    "identifiers",
]
