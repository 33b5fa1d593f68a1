"""How OpenSSL and pyHanko's validator judge drawn chains otherwise, and why.

Each row says what the more lenient one takes, or the stricter one refuses. Called by `differences`.
"""

from tests.verify.path.asked import OPENSSL, PYHANKO
from tests.verify.path.difference import BOTH, THEY, WE, Difference
from tests.verify.path.proofs import (
    begins_with_a_period,
    has_namesakes,
    is_current_and_names_another,
    is_not_current,
    is_on_a_delta_alone,
    names_another_issuer,
    needs_an_indirect_list,
    needs_no_signature,
    one_list_hides_it,
    one_list_spoils_it,
    permits_every_host,
    refuses_by_a_spoilt_list,
)

REVOKED = r"^path\.revocation: \d of \d: revoked "
UNDETERMINED = r"^path\.revocation: \d of \d: (?!revoked )"

DRAWN = [
    Difference(
        (PYHANKO,),
        WE,
        "an indirect list of anybody's covers every certificate",
        "6.3.3 (b)(1): without cRLIssuer in the certificate the list must be its issuer's; "
        "a CA would clear itself",
        UNDETERMINED,
        ("drawn 31", "drawn 1379"),
        needs_an_indirect_list,
    ),
    Difference(
        (PYHANKO,),
        WE,
        "a list of a CA whose own path is being proven, whoever signed it",
        "6.3.3 (g): it stands while its signature is spoilt",
        UNDETERMINED + r".*signature: not the signature of this key",
        ("drawn 232", "drawn 2963"),
        needs_no_signature,
    ),
    Difference(
        (PYHANKO,),
        WE,
        "a revocation on a list that is stale or of the future, with another list at hand",
        "a revocation for good is not undone by time (rule 2 above)",
        REVOKED,
        ("drawn 967", "drawn 1223"),
        is_not_current,
    ),
    Difference(
        (PYHANKO,),
        WE,
        "a revocation on the issuer's own list, where the certificate names a cRLIssuer",
        "every list at hand counts (rule 2 above), the issuer's too",
        REVOKED,
        ("drawn 31", "drawn 1375"),
        is_current_and_names_another,
    ),
    Difference(
        (OPENSSL,),
        WE,
        "a revocation, where another list at hand does not have it",
        "every list at hand counts (rule 2 above): it says revoked without that other list",
        REVOKED,
        ("drawn 327", "drawn 1223"),
        one_list_hides_it,
    ),
    Difference(
        BOTH,
        WE,
        "a revocation on a delta list alone, whose base is not at hand",
        "every list at hand counts (rule 2 above), be it of no use to clear anybody",
        REVOKED,
        ("drawn 2023", "drawn 2211"),
        is_on_a_delta_alone,
    ),
    Difference(
        (PYHANKO,),
        WE,
        "a host in the excluded subtree of the empty dNSName",
        "4.2.1.10: labels added to the left of nothing make every name",
        r"^path\.name-constraints: .* is in the excluded subtree dNSName $",
        ("drawn 149",),
    ),
    Difference(
        BOTH,
        WE,
        "a host, where a dNSName constraint begins with a period; pyHanko: an excluded one",
        "4.2.1.10: only a URI's does; what such a base means nothing says, so that it permits no "
        "host and excludes every one",
        r"^path\.name-constraints: .* dNSName \S+ is in "
        r"(the excluded subtree dNSName \.|no permitted subtree$)",
        ("dotted 97", "dotted 181", "dotted 633"),
        begins_with_a_period,
    ),
    Difference(
        (OPENSSL,),
        WE,
        "a policy mapping from or to anyPolicy",
        "6.1.4 (a)",
        r"^path\.policy-mapping: \d of \d: one from or to anyPolicy$",
        ("drawn 686",),
    ),
    Difference(
        (PYHANKO,),
        THEY,
        "no list, where the certificate names a cRLIssuer of which none is at hand",
        "6.3.3, last paragraph: the issuer's own complete list will do",
        r"no revocation information could be found for the end-entity certificate",
        ("drawn 251",),
        names_another_issuer,
    ),
    Difference(
        (PYHANKO,),
        THEY,
        "a revocation on a list no CA signed",
        "6.3.3 (g): it says the same while the signature is spoilt",
        r"^CRL indicates .* was revoked",
        ("drawn 1915",),
        refuses_by_a_spoilt_list,
    ),
    Difference(
        (PYHANKO,),
        THEY,
        "a host in the permitted subtree of the empty dNSName",
        "4.2.1.10: labels added to the left of nothing make every name",
        r"permitted namespace of the issuing authority\. The name '\S+' of type dns_name",
        ("drawn 357",),
        permits_every_host,
    ),
    Difference(
        (OPENSSL,),
        THEY,
        "a forged list beside a good one",
        "it stays with one list: without the forged one it accepts",
        r"^depth \d: CRL signature failure$",
        ("drawn 899",),
        one_list_spoils_it,
    ),
    Difference(
        (OPENSSL,),
        THEY,
        "a list's signer, where two keys have one name and one may not sign lists",
        "6.3.3 (f), (g): the key that verifies the list is the one to ask",
        r"^depth \d: key usage does not include CRL signing$",
        ("drawn 36",),
        has_namesakes,
    ),
]
