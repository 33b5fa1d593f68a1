"""pyHanko's validator as a second opinion on certification paths and OCSP answers.

It runs in this process, from the same bytes, without a network; time is given. Revocation
information is required of every certificate, as we require it.
Not here: expectations. Called by the tests of `jpki.verify`.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    PKIXValidationParams,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

ANY_POLICY = "2.5.29.32.0"
_REQUIRED = CertRevTrustPolicy(
    RevocationCheckingPolicy(
        RevocationCheckingRule.CRL_OR_OCSP_REQUIRED, RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
    )
)


@dataclass(frozen=True)
class Opinion:
    """Whether pyHanko accepted, and what it said if not."""

    accepts: bool
    text: str


def validate(
    target: bytes,
    *,
    certificates: Iterable[bytes],
    anchors: Iterable[bytes],
    lists: Iterable[bytes] = (),
    answers: Iterable[bytes] = (),
    moment: datetime,
    explicit_policy: bool = False,
    policies: frozenset[str] = frozenset({ANY_POLICY}),
) -> Opinion:
    """Ask for a path to one of the anchors (DER certificates)."""
    try:
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(one) for one in anchors],
            crls=[crl.CertificateList.load(one) for one in lists],
            ocsps=[ocsp.OCSPResponse.load(one) for one in answers],
            moment=moment,
            allow_fetching=False,
            revinfo_policy=_REQUIRED,
        )
        validator = CertificateValidator(
            x509.Certificate.load(target),
            [x509.Certificate.load(one) for one in certificates],
            validation_context=context,
            pkix_params=PKIXValidationParams(
                user_initial_policy_set=frozenset(
                    "any_policy" if one == ANY_POLICY else one for one in policies
                ),
                initial_explicit_policy=explicit_policy,
            ),
        )
        asyncio.run(validator.async_validate_path())
    except (PathBuildingError, ValidationError) as error:
        return Opinion(False, str(error))
    except Exception as error:  # noqa: BLE001 - what it lets out where it meant to refuse
        return Opinion(False, f"{type(error).__name__}: {error}")
    return Opinion(True, "")
