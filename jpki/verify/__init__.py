"""The relying party's side: certificates, logins and signatures in, explained verdicts out.

`Verifier(anchors, revocation, policies).check(der, kind, moment=...)` gives a report, `judge` the
verdict alone and the report on request;
`jpki.verify.login` and `jpki.verify.cms` build on it. Trust comes from the caller alone; what
cannot be checked is never good.
`jpki.verify.path` validates certification paths of any shape, beside it.
Not here: issuing (`jpki.ca`), signing (`jpki.signing`), any clock, file or network.
"""

from jpki.profiles.kinds import Kind
from jpki.verify.anchors import TrustAnchors
from jpki.verify.checks import Check, Outcome, Rule, Verdict
from jpki.verify.crl_source import CrlSource
from jpki.verify.judgement import Judgement
from jpki.verify.ocsp_source import OcspSource
from jpki.verify.policy import (
    EMULATOR,
    JLIS_TEST,
    POLICY_NAMES,
    PRODUCTION,
    Environment,
    Medium,
    Policies,
    Policy,
    policies_of,
)
from jpki.verify.render import render
from jpki.verify.report import CertificateReport, Report
from jpki.verify.revocation import AllSources, Evidence, Finding, RevocationSource, Status
from jpki.verify.verifier import Verifier, claimed_kind, claims

__all__ = [
    "EMULATOR",
    "JLIS_TEST",
    "POLICY_NAMES",
    "PRODUCTION",
    "AllSources",
    "CertificateReport",
    "Check",
    "CrlSource",
    "Environment",
    "Evidence",
    "Finding",
    "Judgement",
    "Kind",
    "Medium",
    "OcspSource",
    "Outcome",
    "Policies",
    "Policy",
    "Report",
    "RevocationSource",
    "Rule",
    "Status",
    "TrustAnchors",
    "Verdict",
    "Verifier",
    "claimed_kind",
    "claims",
    "policies_of",
    "render",
]
