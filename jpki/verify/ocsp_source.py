"""OCSP answers given as files, and what they prove of a JPKI certificate.

Reading and judging are those of the path room (`path.ocsp_status`): the answer is signed by the CA
itself, by whom that very CA key delegated to, or by a responder the caller trusts; it is fresh and
understood. Holds are final, as everything is that JPKI revokes. Which of these the real responder
is, and how long its answers last, is not published (profile 2.2, U): all ways are open, and
`OcspRules` bends them.
Not here: asking a responder, lists (`crl_source`; both together are `revocation.AllSources`).
RFC 6960; PKI profile section 2.2. Called by the verifier.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.der import decode
from jpki.verify.errors import MalformedError
from jpki.verify.path.budget import OutOfBudgetError
from jpki.verify.path.building import Pool
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.crl_signers import Standing
from jpki.verify.path.inputs import Parameters, TrustAnchor
from jpki.verify.path.keys import KeyInfo
from jpki.verify.path.names import Name
from jpki.verify.path.ocsp_data import OcspData
from jpki.verify.path.ocsp_rules import OcspRules
from jpki.verify.path.question import Question
from jpki.verify.path.revocation_data import RevocationData
from jpki.verify.path.validation import Link
from jpki.verify.policy import CrlRules
from jpki.verify.revocation import Evidence, Finding, RevocationSource, Status

JPKI_RULES = OcspRules(hold_is_final=True)
_PARAMETERS = Parameters(ocsp=JPKI_RULES)
_NEEDED = "an OCSP answer of the CA or its responder about this certificate"


@dataclass(frozen=True, slots=True)
class OcspSource:
    """A set of OCSP answers of any CAs, and lists for the responders' own certificates.

    `responders` is another source, an index for one, that is asked about those certificates, too.
    """

    answers: OcspData = field(default_factory=OcspData, repr=False)
    lists: RevocationData = field(default_factory=RevocationData.load, repr=False)
    parameters: Parameters = _PARAMETERS
    responders: RevocationSource | None = None

    @classmethod
    def load(
        cls,
        ders: Iterable[bytes],
        *,
        lists: Iterable[bytes] = (),
        parameters: Parameters | None = None,
        responders: RevocationSource | None = None,
    ) -> "OcspSource":
        """Read DER OCSPResponses; `lists` tell of responders that are not vouched for whole.

        Whatever cannot be read is kept; it never says good or revoked.
        """
        return cls(
            OcspData.load(ders),
            RevocationData.load(lists),
            parameters or _PARAMETERS,
            responders,
        )

    def cover(
        self,
        certificate: Certificate,  # noqa: ARG002 - the seam's; answers name serial numbers alone
        issuer: Anchor,  # noqa: ARG002
        *,
        crl_rules: CrlRules,  # noqa: ARG002
    ) -> "OcspCover":
        """Say of whom no answer speaks; of whom one does, only `status` can tell what it proves."""
        return OcspCover(self.answers)

    def status(
        self, certificate: Certificate, issuer: Anchor, *, moment: datetime, crl_rules: CrlRules
    ) -> Finding:
        """Look at every answer about this certificate of this CA key."""
        unasked: list[Evidence] = []

        def elsewhere(asked: RevocationSource, responder: PathCertificate) -> Finding:
            # Only the CA's own delegates are asked about, so its issuer is this one.
            try:
                own = Certificate.parse(responder.der)
            except MalformedError as error:
                unasked.append(_not_looked_at(certificate, error))
                return Finding(Status.UNKNOWN, None, (unasked[-1],), _NEEDED, is_doubtful=True)
            return asked.status(own, issuer, moment=moment, crl_rules=crl_rules)

        question = Question(
            Pool(()),
            self.lists,
            replace(self.parameters, crl=crl_rules),
            moment,
            self.answers,
            beside=None if self.responders is None else partial(elsewhere, self.responders),
        )
        try:
            finding = question.ocsp_finding(_standing(certificate, issuer))
        except (MalformedError, OutOfBudgetError) as error:
            unasked.append(_not_looked_at(certificate, error))
            finding = None
        if unasked and (finding is None or finding.status is not Status.REVOKED):
            # What was not looked at may say revoked: no other source's word is good enough then.
            told = finding.evidence if finding else ()
            return Finding(Status.UNKNOWN, None, (*told, *unasked), _NEEDED, is_doubtful=True)
        return finding or Finding(Status.UNKNOWN, needed=_NEEDED)


@dataclass(frozen=True, slots=True)
class OcspCover:
    """Clears nobody: its worth is to be silent beside lists."""

    answers: OcspData = field(repr=False)

    def clears(self, serial: int, moment: datetime) -> bool:  # noqa: ARG002 - the seam's
        """Never: an answer is judged whole."""
        return False

    def is_silent(self, serial: int) -> bool:
        """Whether no answer is about it, nor may one that cannot be read be."""
        return serial not in self.answers.by_serial and not any(
            one.may_mention(serial) for one in self.answers.unread
        )


def _not_looked_at(certificate: Certificate, error: Exception) -> Evidence:
    return Evidence("ocsp", certificate.sha256, "not looked at", objections=(str(error),))


def _standing(certificate: Certificate, issuer: Anchor) -> Standing:
    """Put a certificate right below its CA, in the words of the path room."""
    held = issuer.certificate
    name = Name.parse(held.subject)
    key = KeyInfo.read(decode(held.public_key_info))
    anchor = TrustAnchor(name, key, issuer.key_identifier)
    return Standing(anchor, (Link(name, key),), PathCertificate.parse(certificate.der))
