"""As what a certificate is judged that nobody has said it of: as it claims itself.

Not a verdict: what claims nothing fails as whatever it is taken for.
"""

from jpki.profiles.kinds import Kind
from jpki.verify import Medium, claims
from jpki.verify.anchors import named_kind
from jpki.verify.certificate import Certificate
from jpki.verify.errors import MalformedError


def asked_as(certificate: bytes, kind: Kind | None) -> tuple[Kind, Medium]:
    """Give the kind asked for, else the one it claims (or its issuer's), and its medium."""
    try:
        claimed = claims(certificate)
        issuers = None if claimed else named_kind(Certificate.parse(certificate).issuer)
    except MalformedError:
        claimed = issuers = None
    claimed_kind, medium = claimed or (issuers or Kind.AUTH, Medium.CARD)
    return kind or claimed_kind, medium
