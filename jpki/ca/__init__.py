"""The two test authorities: issue, revoke, list; and the register of what was issued.

What it is: an `Authority` for each kind of certificate over one `Register`.
What it is not: a holder of cards (it sees public keys), or a judge of certificates
(`jpki.verify`, which never imports this).
Standard: RFC 5280; PKI profile reference sections 1 and 2.
Called by: `cardsim.world`, `tools/jpki_cli`, tests.
"""

from jpki.ca.archive import Archive, ArchivedList
from jpki.ca.atomic import write_atomically
from jpki.ca.authority import Authority, IssuedCertificate
from jpki.ca.generations import Generation
from jpki.ca.keys import FileKey, SigningKey, SoftwareKey
from jpki.ca.listing import RevocationList, make_list, make_lists
from jpki.ca.nightly import PublishedList, plan_night, publish_night
from jpki.ca.publishing import list_file_name, publish_list
from jpki.ca.records import CertificateRecord, CertificateState, Revocation
from jpki.ca.register import Register
from jpki.ca.requests import CertificateRequest

__all__ = [
    "Archive",
    "ArchivedList",
    "Authority",
    "CertificateRecord",
    "CertificateRequest",
    "CertificateState",
    "FileKey",
    "Generation",
    "IssuedCertificate",
    "PublishedList",
    "Register",
    "Revocation",
    "RevocationList",
    "SigningKey",
    "SoftwareKey",
    "list_file_name",
    "make_list",
    "make_lists",
    "plan_night",
    "publish_list",
    "publish_night",
    "write_atomically",
]
